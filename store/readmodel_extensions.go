package store

import (
	"context"

	"gorm.io/gorm"
)

// ExtensionTotals are the later dates of a unit in a plan, counted.
type ExtensionTotals struct {
	UnitID    string
	UnitName  string
	Asked     int // all requests
	Pending   int // being signed off
	Granted   int
	Refused   int
	Obsolete  int // the assignment was closed or got another date first
	Days      int // natural days that were granted, in sum
	Prolonged int // later dates that the supervisor set by himself
	// ProlongedDays are the natural days of those, in sum.
	ProlongedDays int
}

// ExtensionSummary counts the later dates of a plan by the unit that was
// responsible when it asked, the unit that asked most first.
func (s *Store) ExtensionSummary(ctx context.Context, scope Scope, plan string, request PageRequest) (Page[ExtensionTotals], error) {
	var totals Page[ExtensionTotals]
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		count := func(name, status string) string {
			return "SUM(CASE WHEN status = '" + status + "' THEN 1 ELSE 0 END) AS " + name
		}
		days := func(name, status string) string {
			return "SUM(CASE WHEN status = '" + status + "' THEN days ELSE 0 END) AS " + name
		}
		counted := scope.of(tx.Table("extensions"), "extensions").Where("plan_id = ?", plan).Group("unit_id").
			Select("unit_id, MAX(unit_name) AS unit_name, SUM(CASE WHEN status <> 'prolonged' THEN 1 ELSE 0 END) AS asked, " +
				count("pending", "asked") + ", " + count("granted", "granted") + ", " + count("refused", "refused") + ", " + count("obsolete", "obsolete") + ", " +
				days("days", "granted") + ", " + count("prolonged", "prolonged") + ", " + days("prolonged_days", "prolonged"))
		var err error
		totals, err = paginate(tx.Table("(?) AS totals", counted), request,
			descending("asked", func(u *ExtensionTotals) int { return u.Asked }), ascending("unit_id", func(u *ExtensionTotals) string { return u.UnitID }))
		return err
	})
	return totals, err
}
