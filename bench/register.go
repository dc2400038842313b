package bench

import (
	"context"
	"fmt"
	"time"

	"duban/client"
	"duban/org"
	"duban/store"
)

// Register enters as many units as there are signers, each with a head, and one
// unit that starts the sign-offs, and lets them in.
func Register(ctx context.Context, s *store.Store, url string, signers int) (Cast, error) {
	units := []store.Unit{{ID: "bench-initiator", Name: "发起单位", ShortName: "发起", Level: "city", Kind: "government", Active: true}}
	for i := range signers {
		name := fmt.Sprintf("会签单位%d", i+1)
		units = append(units, store.Unit{ID: fmt.Sprintf("bench-%d", i+1), Name: name, ShortName: name, Level: "city", Kind: "government", Position: i + 1, Active: true})
	}
	if _, err := s.SaveUnits(ctx, units); err != nil {
		return Cast{}, fmt.Errorf("register units: %w", err)
	}
	people := []store.User{
		{Login: "bench-operator", Name: "经办", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Operator}},
		{Login: "bench-auditor", Name: "督查", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Supervisor}},
	}
	for _, unit := range units[1:] {
		people = append(people, store.User{Login: unit.ID, Name: "负责人", UnitID: unit.ID, Active: true, Roles: []org.Role{org.Head}})
	}
	people, err := s.SaveUsers(ctx, people)
	if err != nil {
		return Cast{}, fmt.Errorf("register people: %w", err)
	}
	access := make([]client.Client, len(people))
	for i, person := range people {
		token, err := s.CreateToken(ctx, person.ID, "measurement", 24*time.Hour)
		if err != nil {
			return Cast{}, fmt.Errorf("let %s in: %w", person.Login, err)
		}
		access[i] = client.New(url, token)
	}
	cast := Cast{Initiator: access[0], Auditor: access[1]}
	for i, unit := range units[1:] {
		cast.Signers = append(cast.Signers, Person{Unit: unit.ID, Client: access[i+2]})
	}
	return cast, nil
}
