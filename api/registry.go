package api

import (
	"context"
	"errors"
	"net/http"

	"duban/store"
)

// unit is a unit of the administration.
type unit struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	ShortName string `json:"shortName"`
	Level     string `json:"level" doc:"province, city, county, town"`
	Kind      string `json:"kind" doc:"party, government, area, school, …"`
	Position  int    `json:"position" doc:"Place in the administration's order"`
	Active    bool   `json:"active" doc:"false: merged or abolished"`
	// MergedInto is the unit that acts for it since the two were merged.
	MergedInto string `json:"mergedInto,omitempty" doc:"Id of the unit that it was merged into, which acts for it"`
}

// group is a name that stands for several units.
type group struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Members []string `json:"members" nullable:"false" doc:"Ids of the units, in order"`
}

// alias is another name of one unit or of one group.
type alias struct {
	Alias  string `json:"alias"`
	Unit   string `json:"unit,omitempty"`
	Group  string `json:"group,omitempty"`
	Reason string `json:"reason"`
}

func (s *server) registryRoutes() {
	units, groups, aliases := base+"/units", base+"/groups", base+"/aliases"
	register(s, operation{method: http.MethodGet, path: units, id: "list-units", tag: "registry", summary: "List units"}, s.listUnits)
	register(s, operation{method: http.MethodGet, path: units + "/{id}", id: "get-unit", tag: "registry", summary: "Get a unit"}, s.getUnit)
	register(s, operation{method: http.MethodPost, path: units, id: "create-unit", tag: "registry", summary: "Register a unit", roles: admins(),
		status: http.StatusCreated, conflicts: true}, s.createUnit)
	register(s, operation{method: http.MethodPut, path: units + "/{id}", id: "put-unit", tag: "registry", summary: "Change a unit",
		description: "Units are never deleted; one that was abolished is made inactive, and one that was merged is declared so. " +
			"A new name counts from now on: what was recorded before keeps the old one.", roles: admins(), conflicts: true}, s.putUnit)
	register(s, operation{method: http.MethodGet, path: groups, id: "list-groups", tag: "registry", summary: "List groups of units"}, s.listGroups)
	register(s, operation{method: http.MethodGet, path: groups + "/{id}", id: "get-group", tag: "registry", summary: "Get a group"}, s.getGroup)
	register(s, operation{method: http.MethodPost, path: groups, id: "create-group", tag: "registry", summary: "Register a group", roles: admins(),
		status: http.StatusCreated, conflicts: true}, s.createGroup)
	register(s, operation{method: http.MethodPut, path: groups + "/{id}", id: "put-group", tag: "registry", summary: "Change a group", roles: admins(),
		conflicts: true}, s.putGroup)
	register(s, operation{method: http.MethodGet, path: aliases, id: "list-aliases", tag: "registry", summary: "List aliases"}, s.listAliases)
	register(s, operation{method: http.MethodPost, path: aliases, id: "save-alias", tag: "registry", summary: "Register or change an alias",
		description: "Exactly one of unit and group is given.", roles: admins(), conflicts: true}, s.saveAlias)
	register(s, operation{method: http.MethodDelete, path: aliases + "/{alias}", id: "delete-alias", tag: "registry", summary: "Delete an alias",
		roles: admins()}, s.deleteAlias)
}

func showUnit(u store.Unit) unit {
	shown := unit{ID: u.ID, Name: u.Name, ShortName: u.ShortName, Level: u.Level, Kind: u.Kind, Position: u.Position, Active: u.Active}
	set(&shown.MergedInto, u.MergedInto)
	return shown
}

type unitListInput struct {
	Paging
	Search string `query:"search" maxLength:"200" doc:"Part of the name"`
	Level  string `query:"level" maxLength:"32"`
	Kind   string `query:"kind" maxLength:"32"`
	Active string `query:"active" enum:"true,false"`
}

func (s *server) listUnits(ctx context.Context, in *unitListInput) (*page[unit], error) {
	rows, err := s.store.Units(ctx, store.UnitFilter{PageRequest: in.request(), Search: in.Search, Level: in.Level, Kind: in.Kind, Active: optional(in.Active)})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, showUnit), nil
}

func (s *server) getUnit(ctx context.Context, in *ByID) (*one[unit], error) {
	row, err := s.store.Unit(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return single(showUnit(row)), nil
}

// unitFields are what an administrator says about a unit.
type unitFields struct {
	ID        string `json:"id,omitempty" doc:"Chosen by the system if left out"`
	Name      string `json:"name"`
	ShortName string `json:"shortName,omitempty"`
	Level     string `json:"level,omitempty"`
	Kind      string `json:"kind,omitempty"`
	Position  int    `json:"position,omitempty"`
	Active    *bool  `json:"active,omitempty" doc:"true if left out, false for a unit that was merged"`
}

func (s *server) createUnit(ctx context.Context, in *struct{ Body body[unitFields] }) (*one[unit], error) {
	fields, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	if fields.ID == "" {
		fields.ID = store.NewID()
	} else if err := absent(s.store.Unit(ctx, fields.ID)); err != nil {
		return nil, err
	}
	return s.saveUnit(ctx, fields)
}

// absent is an error unless a look-up found nothing: what is registered already
// is changed with PUT.
func absent[T any](_ T, err error) error {
	if err == nil {
		return &store.ConflictError{Field: "id"}
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

type unitInput struct {
	ByID
	Body body[unitFields]
}

func (s *server) putUnit(ctx context.Context, in *unitInput) (*one[unit], error) {
	fields, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	known, err := s.store.Unit(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	fields.ID = in.ID
	if active := known.MergedInto == nil; fields.Active == nil {
		fields.Active = &active
	}
	return s.saveUnit(ctx, fields)
}

func (s *server) saveUnit(ctx context.Context, fields unitFields) (*one[unit], error) {
	row := store.Unit{ID: fields.ID, Name: fields.Name, ShortName: fields.ShortName, Level: fields.Level, Kind: fields.Kind,
		Position: fields.Position, Active: fields.Active == nil || *fields.Active}
	saved, err := s.store.SaveUnits(ctx, []store.Unit{row})
	if err != nil {
		return nil, err
	}
	s.sessions.forgetAll() // everybody's unit has the name it has now
	return single(showUnit(saved[0])), nil
}

func showGroup(g store.Group) group { return group{ID: g.ID, Name: g.Name, Members: all(g.Members)} }

type searchInput struct {
	Paging
	Search string `query:"search" maxLength:"200" doc:"Part of the name"`
}

func (s *server) listGroups(ctx context.Context, in *searchInput) (*page[group], error) {
	rows, err := s.store.Groups(ctx, store.GroupFilter{PageRequest: in.request(), Search: in.Search})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, showGroup), nil
}

func (s *server) getGroup(ctx context.Context, in *ByID) (*one[group], error) {
	row, err := s.store.Group(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return single(showGroup(row)), nil
}

// groupFields are what an administrator says about a group.
type groupFields struct {
	ID      string   `json:"id,omitempty" doc:"Chosen by the system if left out"`
	Name    string   `json:"name"`
	Members []string `json:"members" doc:"Ids of the units, in order"`
}

func (s *server) createGroup(ctx context.Context, in *struct{ Body body[groupFields] }) (*one[group], error) {
	fields, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	if fields.ID == "" {
		fields.ID = store.NewID()
	} else if err := absent(s.store.Group(ctx, fields.ID)); err != nil {
		return nil, err
	}
	return s.saveGroup(ctx, fields)
}

type groupInput struct {
	ByID
	Body body[groupFields]
}

func (s *server) putGroup(ctx context.Context, in *groupInput) (*one[group], error) {
	fields, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	if _, err := s.store.Group(ctx, in.ID); err != nil {
		return nil, err
	}
	fields.ID = in.ID
	return s.saveGroup(ctx, fields)
}

func (s *server) saveGroup(ctx context.Context, fields groupFields) (*one[group], error) {
	saved, err := s.store.SaveGroups(ctx, []store.Group{{ID: fields.ID, Name: fields.Name, Members: fields.Members}})
	if err != nil {
		return nil, err
	}
	return single(showGroup(saved[0])), nil
}

func showAlias(a store.Alias) alias {
	shown := alias{Alias: a.Alias, Reason: a.Reason}
	set(&shown.Unit, a.UnitID)
	set(&shown.Group, a.GroupID)
	return shown
}

func (s *server) listAliases(ctx context.Context, in *searchInput) (*page[alias], error) {
	rows, err := s.store.Aliases(ctx, store.AliasFilter{PageRequest: in.request(), Search: in.Search})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, showAlias), nil
}

func (s *server) saveAlias(ctx context.Context, in *struct{ Body body[alias] }) (*one[alias], error) {
	fields, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	row := store.Alias{Alias: fields.Alias, Reason: fields.Reason}
	if fields.Unit != "" {
		row.UnitID = &fields.Unit
	}
	if fields.Group != "" {
		row.GroupID = &fields.Group
	}
	if err := s.store.SaveAliases(ctx, []store.Alias{row}); err != nil {
		return nil, err
	}
	return single(fields), nil
}

type aliasInput struct {
	Alias string `path:"alias" maxLength:"200"`
}

func (s *server) deleteAlias(ctx context.Context, in *aliasInput) (*struct{}, error) {
	return nil, s.store.DeleteAlias(ctx, in.Alias)
}
