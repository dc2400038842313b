package store

import (
	"context"
	"fmt"
	"reflect"

	"gorm.io/gorm"
)

// CopyPlan copies a plan out of another database into this one, which must be a
// new SQLite file, with what its processes need to know: units, groups, aliases,
// people and their roles, without their addresses, calendars, the plan's rules and the ways in which it
// signs, and what its years before the given one have reached. The document of the policy stays
// behind, and everything with which somebody could sign in.
func (s *Store) CopyPlan(ctx context.Context, from *Store, id string, year int) error {
	users := &[]User{}
	tables := append(copiedTables(id, year), copiedTable{rows: users})
	var policies []policyRow
	err := from.atOneMoment(ctx, func(tx *gorm.DB) error {
		var plan Plan
		if err := tx.Take(&plan, "id = ?", id).Error; err != nil {
			return err
		}
		if err := tx.Omit("content", "original", "comparison").Find(&policies, "id = ?", plan.PolicyID).Error; err != nil {
			return err
		}
		for _, t := range tables {
			if err := tx.Where(t.where, t.args...).Find(t.rows).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read plan %s: %w", id, err)
	}
	for i := range *users {
		(*users)[i].Contact = Contact{} // nobody is to be reached out of a copy
	}
	for i := range policies {
		policies[i].PreviousID, policies[i].Content = nil, []byte{}
	}
	tables = append([]copiedTable{{rows: &policies}}, tables...)
	if err := s.Write(ctx, func(tx *gorm.DB) error { return writeCopies(tx, tables) }); err != nil {
		return fmt.Errorf("write plan %s: %w", id, err)
	}
	return nil
}

// copiedTable is a table that is copied: its rows, and which of them.
type copiedTable struct {
	rows  any // pointer to a slice
	where string
	args  []any
}

// copiedTables are the tables of a copy but those of the policy and the users.
func copiedTables(plan string, year int) []copiedTable {
	whole := func(rows any) copiedTable { return copiedTable{rows: rows} }
	ofPlan := func(rows any) copiedTable {
		return copiedTable{rows: rows, where: "plan_id = ?", args: []any{plan}}
	}
	return []copiedTable{
		whole(&[]Unit{}), whole(&[]Group{}), whole(&[]groupMember{}), whole(&[]Alias{}), whole(&[]userRole{}),
		whole(&[]CalendarLoad{}),
		{rows: &[]Plan{}, where: "id = ?", args: []any{plan}},
		ofPlan(&[]Programme{}), ofPlan(&[]Task{}), ofPlan(&[]TaskUnit{}), ofPlan(&[]TaskTarget{}), ofPlan(&[]routeTemplateRow{}), ofPlan(&[]PlanRules{}),
		{rows: &[]targetRow{}, where: "plan_id = ? AND year < ?", args: []any{plan, year}},
	}
}

// writeCopies writes the rows of a copy. They may point to one another in any
// order.
func writeCopies(tx *gorm.DB, tables []copiedTable) error {
	if err := tx.Exec("PRAGMA defer_foreign_keys = ON").Error; err != nil {
		return err
	}
	for _, t := range tables {
		if reflect.ValueOf(t.rows).Elem().Len() == 0 {
			continue
		}
		if err := tx.Create(t.rows).Error; err != nil {
			return err
		}
	}
	return nil
}
