package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"duban/client"
	"duban/org"
	"duban/store"
)

// registeredAtOnce bounds what is entered in one transaction, and how many
// tokens are made at the same time.
const registeredAtOnce = 250

// Register enters as many units as there are signers, each with a head, and one
// unit that starts the sign-offs, and lets them in.
func Register(ctx context.Context, s *store.Store, url string, signers int) (Cast, error) {
	units := []store.Unit{{ID: "bench-initiator", Name: "发起单位", ShortName: "发起", Level: "city", Kind: "government", Active: true}}
	for i := range signers {
		name := fmt.Sprintf("会签单位%d", i+1)
		units = append(units, store.Unit{ID: fmt.Sprintf("bench-%d", i+1), Name: name, ShortName: name, Level: "city", Kind: "government", Position: i + 1, Active: true})
	}
	for some := range slices.Chunk(units, registeredAtOnce) {
		if _, err := s.SaveUnits(ctx, some); err != nil {
			return Cast{}, fmt.Errorf("register units: %w", err)
		}
	}
	people := []store.User{
		{Login: "bench-operator", Name: "经办", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Operator}},
		{Login: "bench-auditor", Name: "督查", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Supervisor}},
	}
	for _, unit := range units[1:] {
		people = append(people, store.User{Login: unit.ID, Name: "负责人", UnitID: unit.ID, Active: true, Roles: []org.Role{org.Head}})
	}
	access, err := letIn(ctx, s, url, people)
	if err != nil {
		return Cast{}, err
	}
	cast := Cast{URL: url, Initiator: access[0], Auditor: access[1]}
	for i, unit := range units[1:] {
		cast.Signers = append(cast.Signers, Person{Unit: unit.ID, Client: access[i+2]})
	}
	return cast, nil
}

// letIn enters people and gives each a client with a token of his own.
func letIn(ctx context.Context, s *store.Store, url string, people []store.User) ([]client.Client, error) {
	access := make([]client.Client, 0, len(people))
	for some := range slices.Chunk(people, registeredAtOnce) {
		saved, err := s.SaveUsers(ctx, some)
		if err != nil {
			return nil, fmt.Errorf("register people: %w", err)
		}
		tokens, errs := make([]string, len(saved)), make([]error, len(saved))
		var all sync.WaitGroup
		for i, person := range saved {
			all.Go(func() { tokens[i], errs[i] = s.CreateToken(ctx, person.ID, "measurement", 24*time.Hour) })
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			return nil, fmt.Errorf("let people in: %w", err)
		}
		for _, token := range tokens {
			access = append(access, client.New(url, token))
		}
	}
	return access, nil
}
