// Package example holds the plan that ships with Duban: a policy document, the
// units and groups it names, and people who work in them.
//
// The document is written for this purpose and was issued by nobody. Its units
// and target figures are those of a real city's draft, so that the plan has a
// real shape: 42 tasks, leads and supporting units by the dozen, groups that
// expand, aliases, and targets of every kind. The people are made up.
package example

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

// PolicyName is the file name under which the policy is imported.
const PolicyName = "教育强市建设实施意见（示例）.txt"

//go:embed policy.txt
var policyText string

//go:embed units.json
var unitsJSON string

//go:embed users.json
var usersJSON string

// Example is everything that a first start with the example plan registers.
type Example struct {
	// PolicyName is the file name under which the policy is imported.
	PolicyName string
	// Policy is the document itself: UTF-8 text, one paragraph a line.
	Policy []byte
	// Units are in the order in which they are shown.
	Units []Unit
	// Groups are the collective names of the document.
	Groups []Group
	// Users are an operator and a head for every unit of the plan, two
	// supervisors, an administrator and a viewer.
	Users []User
}

// Unit is one organisation that can be given work.
type Unit struct {
	// ID is a short, stable Latin slug.
	ID string `json:"id"`
	// Name is the name that documents write.
	Name string `json:"name"`
	// Short is for narrow columns; it is not used to recognise a unit.
	Short string `json:"short"`
	// Level is city, county or school.
	Level string `json:"level"`
	// Kind is party, government, area (a county or district as a whole),
	// mass (群团), judicial, vertical (垂直管理), school or military.
	Kind string `json:"kind"`
	// Aliases are other names by which documents mean this unit.
	Aliases []string `json:"aliases"`
}

// Group is a collective name that expands to units.
type Group struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Short string `json:"short"`
	// Members are unit ids.
	Members []string `json:"members"`
	// Aliases are other ways in which documents write this group.
	Aliases []string `json:"aliases"`
}

// User is one person who can sign in.
type User struct {
	Login string `json:"login"`
	Name  string `json:"name"`
	// Unit is the id of the unit in which the roles are held.
	Unit string `json:"unit"`
	// Roles are operator, head, supervisor, admin or viewer.
	Roles []string `json:"roles"`
}

// Load reads the embedded files. Every call returns a copy of its own. An error
// means that the binary was built from broken files.
func Load() (Example, error) {
	var registry struct {
		Units  []Unit  `json:"units"`
		Groups []Group `json:"groups"`
	}
	if err := decode(unitsJSON, &registry); err != nil {
		return Example{}, fmt.Errorf("read the example's units: %w", err)
	}
	var people struct {
		Users []User `json:"users"`
	}
	if err := decode(usersJSON, &people); err != nil {
		return Example{}, fmt.Errorf("read the example's users: %w", err)
	}
	return Example{
		PolicyName: PolicyName,
		Policy:     []byte(policyText),
		Units:      registry.Units,
		Groups:     registry.Groups,
		Users:      people.Users,
	}, nil
}

// HasRole reports whether the user holds the role.
func (u User) HasRole(role string) bool { return slices.Contains(u.Roles, role) }

// decode refuses fields that it does not know, so that a misspelt one shows.
func decode(text string, into any) error {
	d := json.NewDecoder(bytes.NewBufferString(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
