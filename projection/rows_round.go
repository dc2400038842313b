package projection

import "time"

// Round is a report round of a plan (报送): a month, a quarter or a year.
type Round struct {
	ID           string     `json:"id" gorm:"primaryKey;size:96"`
	PlanID       string     `json:"plan" gorm:"size:64;not null"`
	Title        string     `json:"title" gorm:"size:255;not null"`
	Period       string     `json:"period" gorm:"size:16;not null"`
	Every        string     `json:"every" gorm:"size:16;not null"` // month, quarter, year
	Year         int        `json:"year" gorm:"not null"`
	Version      int        `json:"version" gorm:"not null"`          // of the report: 1, and one more with each correction
	Corrects     string     `json:"corrects" gorm:"size:96;not null"` // id of the version before
	Reason       string     `json:"reason" gorm:"type:text;not null"` // of the correction
	Supervisor   string     `json:"supervisor" gorm:"size:64;not null"`
	Status       string     `json:"status" gorm:"size:32;not null"`
	DueDate      string     `json:"dueDate" gorm:"size:10;not null"`
	DueAt        time.Time  `json:"dueAt" gorm:"precision:6;not null"`
	CompileDueAt time.Time  `json:"compileDueAt" gorm:"precision:6;not null"`
	Gathering    int        `json:"gathering" gorm:"not null"` // sheets that are still being filled in by the program
	Sheets       int        `json:"sheets" gorm:"not null"`
	Submitted    int        `json:"submitted" gorm:"not null"`
	Late         int        `json:"late" gorm:"not null"` // sheets that came late or are overdue
	Sections     int        `json:"sections" gorm:"not null"`
	Compiled     int        `json:"compiled" gorm:"not null"`
	OpenedAt     time.Time  `json:"openedAt" gorm:"precision:6;not null"`
	FrozenAt     *time.Time `json:"frozenAt" gorm:"precision:6"`
	FrozenBy     string     `json:"frozenBy" gorm:"size:255;not null"`
	FrozenReason string     `json:"frozenReason" gorm:"type:text;not null"`
	Digest       string     `json:"digest" gorm:"size:64;not null"`
	// Content is the JSON that the digest is made of; empty until it is frozen.
	Content string `json:"content" gorm:"type:text;not null"`
	// Rules is the version of the plan's rule by which its days were found; 0 is the
	// default one.
	Rules int `json:"rules,omitempty" gorm:"column:rules_version;not null"`
	Basis `gorm:"embedded"`
}

// Sheet is what one unit reports in a round (报表).
type Sheet struct {
	ID          string     `json:"id" gorm:"primaryKey;size:192"`
	RoundID     string     `json:"round" gorm:"size:96;not null"`
	UnitID      string     `json:"unit" gorm:"size:64;not null"`
	UnitName    string     `json:"unitName" gorm:"size:255;not null"`
	Status      string     `json:"status" gorm:"size:32;not null"`
	Version     int        `json:"version" gorm:"not null"`
	Late        bool       `json:"late" gorm:"not null"`
	Lines       string     `json:"lines" gorm:"type:text;not null"` // JSON
	Returned    string     `json:"returned" gorm:"type:text;not null"`
	SubmittedBy string     `json:"submittedBy" gorm:"size:255;not null"`
	SubmittedAt *time.Time `json:"submittedAt" gorm:"precision:6"`
}

// Section is the part of a round that one lead unit compiles (汇总).
type Section struct {
	ID         string     `json:"id" gorm:"primaryKey;size:192"`
	RoundID    string     `json:"round" gorm:"size:96;not null"`
	TargetID   string     `json:"annualTarget" gorm:"size:64;not null"`
	TaskKey    int        `json:"task" gorm:"not null"`
	TaskNo     string     `json:"taskNo" gorm:"size:32;not null"`
	Title      string     `json:"title" gorm:"size:500;not null"`
	Programme  string     `json:"programme" gorm:"size:300;not null"`
	Year       int        `json:"year" gorm:"not null"`
	LeadUnit   string     `json:"leadUnit" gorm:"size:64;not null"`
	LeadName   string     `json:"leadName" gorm:"size:255;not null"`
	Ready      bool       `json:"ready" gorm:"not null"` // it may be compiled
	Compiled   bool       `json:"compiled" gorm:"not null"`
	Summary    string     `json:"summary" gorm:"type:text;not null"`
	Results    string     `json:"results" gorm:"type:text;not null"` // JSON, of what units have said so far
	Missing    string     `json:"missing" gorm:"type:text;not null"` // JSON: units that have not answered
	CompiledBy string     `json:"compiledBy" gorm:"size:255;not null"`
	CompiledAt *time.Time `json:"compiledAt" gorm:"precision:6"`
}
