package store

import (
	"context"
	"fmt"

	"duban/projection"

	"gorm.io/gorm"
)

// BoardFilter chooses late assignments; zero fields choose all.
type BoardFilter struct {
	PageRequest
	PlanID   string
	Unit     string // responsible
	LeadUnit string
	// Level is that of the order which is open on it; BoardNoOrder for none.
	Level string
	// NewestFirst puts what is late for the shortest time first.
	NewestFirst bool
}

// BoardNoOrder chooses late assignments on which no order is open.
const BoardNoOrder = "none"

// BoardEntry is a late assignment with what was done about it.
type BoardEntry struct {
	projection.Assignment
	LastReport *projection.Report
	Orders     []projection.Supervision // all on it, oldest first
}

// Open returns the order that is open on the assignment, if there is one.
func (e BoardEntry) Open() *projection.Supervision {
	if n := len(e.Orders); n > 0 && e.Orders[n-1].ClosedAt == nil {
		return &e.Orders[n-1]
	}
	return nil
}

// SupervisionBoard lists late assignments, the latest first, with the last report
// and the orders of each: three queries for a page, however long it is.
func (s *Store) SupervisionBoard(ctx context.Context, scope Scope, filter BoardFilter) (Page[BoardEntry], error) {
	var board Page[BoardEntry]
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		due, id := ascending("due_date", func(a *projection.Assignment) string { return a.DueDate }), ascending("id", func(a *projection.Assignment) string { return a.ID })
		due.descending, id.descending = filter.NewestFirst, filter.NewestFirst
		page, err := paginate(filter.late(tx, scope), filter.PageRequest, due, id)
		if err != nil {
			return err
		}
		board = Page[BoardEntry]{Items: make([]BoardEntry, len(page.Items)), Next: page.Next}
		for i, a := range page.Items {
			board.Items[i].Assignment = a
		}
		return completeBoard(tx, board.Items)
	})
	return board, err
}

// late are the late assignments that the filter chooses.
func (f BoardFilter) late(tx *gorm.DB, scope Scope) *gorm.DB {
	query := scope.of(tx.Table("assignments"), "assignments").Where("overdue = ?", true)
	query = equal(query, "plan_id", f.PlanID)
	query = equal(query, "unit_id", f.Unit)
	query = equal(query, "lead_unit", f.LeadUnit)
	const open = "EXISTS (SELECT 1 FROM supervisions WHERE supervisions.assignment_id = assignments.id AND supervisions.closed_at IS NULL"
	switch f.Level {
	case "":
	case BoardNoOrder:
		query = query.Where("NOT " + open + ")")
	default:
		query = query.Where(open+" AND supervisions.level = ?)", f.Level)
	}
	return query
}

// completeBoard adds last reports and orders to the entries of a page.
func completeBoard(tx *gorm.DB, entries []BoardEntry) error {
	if len(entries) == 0 {
		return nil
	}
	ids := make([]string, len(entries))
	at := make(map[string]*BoardEntry, len(entries))
	for i := range entries {
		ids[i], at[entries[i].ID] = entries[i].ID, &entries[i]
	}
	var reports []projection.Report
	last := tx.Model(&reportRow{}).Select("assignment_id, MAX(n)").Where("assignment_id IN ?", ids).Group("assignment_id")
	if err := tx.Model(&reportRow{}).Where("(assignment_id, n) IN (?)", last).Find(&reports).Error; err != nil {
		return fmt.Errorf("last reports: %w", err)
	}
	for i := range reports {
		at[reports[i].AssignmentID].LastReport = &reports[i]
	}
	var orders []projection.Supervision
	if err := tx.Model(&supervisionRow{}).Where("assignment_id IN ?", ids).Order("assignment_id, n").Find(&orders).Error; err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	for _, order := range orders {
		at[order.AssignmentID].Orders = append(at[order.AssignmentID].Orders, order)
	}
	return nil
}

// UnitTotals are the late assignments of a unit, counted.
type UnitTotals struct {
	UnitID    string
	UnitName  string
	Late      int
	OldestDue string // the date of the one that is late for the longest time
	Orders    int    // open on them, by level
	Circulars int
	Summonses int
}

// BoardTotals counts late assignments by responsible unit, the unit with most of
// them first.
func (s *Store) BoardTotals(ctx context.Context, scope Scope, filter BoardFilter) (Page[UnitTotals], error) {
	var totals Page[UnitTotals]
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		counted := filter.late(tx, scope).Select("unit_id, COUNT(*) AS late, MIN(due_date) AS oldest_due").Group("unit_id")
		var err error
		totals, err = paginate(tx.Table("(?) AS totals", counted), filter.PageRequest,
			descending("late", func(u *UnitTotals) int { return u.Late }), ascending("unit_id", func(u *UnitTotals) string { return u.UnitID }))
		if err != nil {
			return err
		}
		if err := nameUnits(tx, totals.Items); err != nil {
			return err
		}
		return filter.countOrders(tx, scope, totals.Items)
	})
	return totals, err
}

// nameUnits adds the names by which the units are registered.
func nameUnits(tx *gorm.DB, totals []UnitTotals) error {
	ids := make([]string, len(totals))
	for i := range totals {
		ids[i] = totals[i].UnitID
	}
	var units []Unit
	if err := tx.Select("id", "name").Where("id IN ?", ids).Find(&units).Error; err != nil {
		return fmt.Errorf("names of units: %w", err)
	}
	names := make(map[string]string, len(units))
	for _, u := range units {
		names[u.ID] = u.Name
	}
	for i := range totals {
		totals[i].UnitName = names[totals[i].UnitID]
	}
	return nil
}

// countOrders adds the open orders on what is counted, by level.
func (f BoardFilter) countOrders(tx *gorm.DB, scope Scope, totals []UnitTotals) error {
	if len(totals) == 0 || f.Level == BoardNoOrder {
		return nil
	}
	units := make([]string, len(totals))
	at := make(map[string]*UnitTotals, len(totals))
	for i := range totals {
		units[i], at[totals[i].UnitID] = totals[i].UnitID, &totals[i]
	}
	var counts []struct {
		UnitID, Level string
		Count         int
	}
	late := f.late(tx, scope).Where("unit_id IN ?", units).Select("id, unit_id")
	err := tx.Table("supervisions").Joins("JOIN (?) AS late ON late.id = supervisions.assignment_id", late).
		Where("supervisions.closed_at IS NULL").Select("late.unit_id, supervisions.level, COUNT(*) AS count").
		Group("late.unit_id, supervisions.level").Scan(&counts).Error
	if err != nil {
		return fmt.Errorf("open orders of units: %w", err)
	}
	for _, c := range counts {
		switch c.Level {
		case "circular":
			at[c.UnitID].Circulars = c.Count
		case "summons":
			at[c.UnitID].Summonses = c.Count
		default:
			at[c.UnitID].Orders = c.Count
		}
	}
	return nil
}
