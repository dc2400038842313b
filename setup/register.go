// Package setup fills an empty Duban: the units and people of an example, a
// plan imported through the API, or the first administrator.
package setup

import (
	"context"
	"fmt"

	"duban/example"
	"duban/org"
	"duban/store"
)

// Empty reports whether nobody is registered yet.
func Empty(ctx context.Context, s *store.Store) (bool, error) {
	users, err := s.Users(ctx, store.UserFilter{PageRequest: store.PageRequest{Limit: 1}})
	if err != nil {
		return false, fmt.Errorf("look for users: %w", err)
	}
	return len(users.Items) == 0, nil
}

// Administrator registers the first user of a Duban that starts without an
// example, and lets him sign in.
func Administrator(ctx context.Context, s *store.Store) ([]SignIn, error) {
	units, err := s.SaveUnits(ctx, []store.Unit{{ID: "admin", Name: "系统管理", ShortName: "管理", Level: "city", Kind: "government", Active: true}})
	if err != nil {
		return nil, fmt.Errorf("register the administrator's unit: %w", err)
	}
	users, err := s.SaveUsers(ctx, []store.User{{Login: "admin", Name: "管理员", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Admin}}})
	if err != nil {
		return nil, fmt.Errorf("register the administrator: %w", err)
	}
	return signIns(ctx, s, users)
}

// Register enters the example's units, groups, aliases and people, and lets
// every person sign in.
func Register(ctx context.Context, s *store.Store, from example.Example) ([]SignIn, error) {
	if err := registerUnits(ctx, s, from); err != nil {
		return nil, err
	}
	people := make([]store.User, len(from.Users))
	for i, u := range from.Users {
		people[i] = store.User{Login: u.Login, Name: u.Name, UnitID: u.Unit, Active: true}
		for _, role := range u.Roles {
			people[i].Roles = append(people[i].Roles, org.Role(role))
		}
	}
	users, err := s.SaveUsers(ctx, people)
	if err != nil {
		return nil, fmt.Errorf("register the example's people: %w", err)
	}
	return signIns(ctx, s, users)
}

func registerUnits(ctx context.Context, s *store.Store, from example.Example) error {
	var units []store.Unit
	var groups []store.Group
	var aliases []store.Alias
	for i, u := range from.Units {
		units = append(units, store.Unit{ID: u.ID, Name: u.Name, ShortName: u.Short, Level: u.Level, Kind: u.Kind, Position: i + 1, Active: true})
		for _, alias := range u.Aliases {
			aliases = append(aliases, store.Alias{Alias: alias, UnitID: &u.ID, Reason: "常用名称"})
		}
	}
	for _, g := range from.Groups {
		groups = append(groups, store.Group{ID: g.ID, Name: g.Name, Members: g.Members})
		for _, alias := range g.Aliases {
			aliases = append(aliases, store.Alias{Alias: alias, GroupID: &g.ID, Reason: "文件写法"})
		}
	}
	if _, err := s.SaveUnits(ctx, units); err != nil {
		return fmt.Errorf("register the example's units: %w", err)
	}
	if _, err := s.SaveGroups(ctx, groups); err != nil {
		return fmt.Errorf("register the example's groups: %w", err)
	}
	if err := s.SaveAliases(ctx, aliases); err != nil {
		return fmt.Errorf("register the example's aliases: %w", err)
	}
	return nil
}
