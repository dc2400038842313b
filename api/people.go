package api

import (
	"context"
	"net/http"

	"duban/org"
	"duban/store"
)

// person is a user as his colleagues see him.
type person struct {
	ID    string      `json:"id"`
	Name  string      `json:"name"`
	Unit  org.UnitRef `json:"unit"`
	Roles []org.Role  `json:"roles" nullable:"false"`
}

func (s *server) peopleRoutes() {
	register(s, operation{method: http.MethodGet, path: base + "/people", id: "list-people", tag: "users", summary: "List the people who work here (通讯录)",
		description: "To choose a stand-in, or whom to ask for an opinion. Users who are not active are left out."}, s.listPeople)
}

type peopleInput struct {
	Paging
	Search string `query:"search" maxLength:"200" doc:"Part of the name"`
	Unit   string `query:"unit" maxLength:"64"`
	Role   string `query:"role" enum:"operator,head,supervisor,admin,viewer"`
}

func (s *server) listPeople(ctx context.Context, in *peopleInput) (*page[person], error) {
	active := true
	rows, err := s.store.Users(ctx, store.UserFilter{PageRequest: in.request(), Search: in.Search, UnitID: in.Unit, Role: org.Role(in.Role), Active: &active})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, func(u store.User) person {
		shown := showUser(u)
		return person{ID: shown.ID, Name: shown.Name, Unit: shown.Unit, Roles: shown.Roles}
	}), nil
}
