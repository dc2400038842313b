// Package org knows the units of an administration, the groups they form, the
// names they go by and the roles of the people in them.
package org

import "slices"

// Role is what a user may do for a unit. A user may hold several.
type Role string

const (
	// Operator (经办人) writes, acknowledges, reports and submits.
	Operator Role = "operator"
	// Head (负责人) signs for the unit and answers for it.
	Head Role = "head"
	// Supervisor (督查) sees every unit of a plan and acts on what is overdue.
	Supervisor Role = "supervisor"
	// Admin (管理员) imports policies and keeps units, people and calendars.
	Admin Role = "admin"
	// Viewer (查看) reads what concerns the unit and changes nothing.
	Viewer Role = "viewer"
)

var roles = [...]Role{Operator, Head, Supervisor, Admin, Viewer}

// Roles returns every role, in the order in which they are shown.
func Roles() []Role { return slices.Clone(roles[:]) }

// Valid reports whether r is one of the known roles.
func (r Role) Valid() bool { return slices.Contains(roles[:], r) }

// Party is a place in the administration that can be asked to act: anyone in
// the unit who holds the role may do it. Without a unit it is everyone who holds
// the role. With a user it is that user alone, as long as he is in the unit.
type Party struct {
	Unit string `json:"unit"`
	Role Role   `json:"role"`
	User string `json:"user,omitempty"` // id of the user
}

// UnitRef names a unit by its id and by the name it had when it was written
// down, so that records stay readable after a unit is renamed or merged.
type UnitRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}
