package projection

// Basis says by which calendar the moments that lie ahead were computed.
type Basis struct {
	// ProvisionalYears are the years without a notice on which one of the moments
	// depends, so that it may still move; none where all are final.
	ProvisionalYears []int `json:"provisionalYears,omitempty" gorm:"serializer:json;size:64"`
	// CalendarVersion is the last load of a calendar that was known then: 0 before
	// there was one, -1 where no calendar has a bearing on what is ahead.
	CalendarVersion int64 `json:"calendarVersion,omitempty" gorm:"not null"`
}
