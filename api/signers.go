package api

import (
	"context"
	"errors"
	"fmt"

	"duban/act"
	"duban/approval"
	"duban/org"
	"duban/plan"
	"duban/store"
)

// newSigner names who is asked: a unit with a role, a role of any unit, or one
// person.
type newSigner struct {
	Unit   unitID   `json:"unit,omitempty"`
	Role   org.Role `json:"role,omitempty" enum:"operator,head,supervisor"`
	User   string   `json:"user,omitempty" doc:"Id of one person, who signs as long as he is in his unit; unit and role are then left out"`
	Weight int      `json:"weight,omitempty" doc:"Votes in a quorum; 1 if left out"`
}

// signerLookUp turns names into signers and collects what is wrong with them.
type signerLookUp struct {
	server   *server
	registry *org.Registry
	faults   []act.Fault
	failed   error
}

func (s *server) signerLookUp(ctx context.Context) (*signerLookUp, error) {
	registry, err := s.store.Registry(ctx)
	return &signerLookUp{server: s, registry: registry}, err
}

func (l *signerLookUp) err() error {
	if l.failed != nil {
		return l.failed
	}
	if len(l.faults) > 0 {
		return unknownUnits(l.faults)
	}
	return nil
}

func (l *signerLookUp) unit(field string, id unitID) org.UnitRef {
	known, wrong := plan.Known(field, string(id), l.registry.Unit)
	l.faults = append(l.faults, wrong...)
	return known
}

func (l *signerLookUp) signers(ctx context.Context, field string, wanted []newSigner) []approval.Signer {
	var found []approval.Signer
	for i, w := range wanted {
		found = append(found, l.signer(ctx, fmt.Sprintf("%s[%d]", field, i), w))
	}
	return found
}

func (l *signerLookUp) signer(ctx context.Context, field string, w newSigner) approval.Signer {
	switch {
	case w.User != "":
		return l.person(ctx, field, w)
	case w.Unit != "":
		unit := l.unit(field+".unit", w.Unit)
		return approval.Signer{Party: org.Party{Unit: unit.ID, Role: w.Role}, Name: unit.Name, Weight: w.Weight}
	case w.Role == "":
		l.faults = append(l.faults, act.Fault{Field: field, Code: "required", Zh: "请选择单位、岗位或人员", En: "choose a unit, a role or a person"})
	}
	return approval.Signer{Party: org.Party{Role: w.Role}, Name: roleName(w.Role), Weight: w.Weight}
}

// person finds one who is asked by name.
func (l *signerLookUp) person(ctx context.Context, field string, w newSigner) approval.Signer {
	fault := func(code, zh, en string) approval.Signer {
		l.faults = append(l.faults, act.Fault{Field: field + ".user", Code: code, Zh: zh, En: en})
		return approval.Signer{}
	}
	if w.Unit != "" || w.Role != "" {
		return fault("user-alone", "指定人员时不再填写单位和岗位", "leave out unit and role where a person is named")
	}
	user, err := l.server.store.User(ctx, w.User)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fault("unknown-user", "没有这个用户："+w.User, "no such user: "+w.User)
	case err != nil:
		l.failed = err
		return approval.Signer{}
	case !user.Active:
		return fault("inactive-user", "“"+user.Name+"”已停用，请选择其他人员", user.Name+" is not active any more; choose somebody else")
	}
	name := user.Name
	if user.Unit != nil {
		name = user.Unit.Name + " " + user.Name
	}
	return approval.Signer{Party: org.Party{Unit: user.UnitID, User: user.ID}, Name: name, Weight: w.Weight}
}

func roleName(r org.Role) string {
	switch r {
	case org.Operator:
		return "各单位经办人"
	case org.Head:
		return "各单位负责人"
	case org.Supervisor:
		return "督查人员"
	default:
		return string(r)
	}
}

// levelOf is the tier of the unit that acts.
func levelOf(ctx context.Context) string {
	return requestOf(ctx).as.unit.Level
}
