package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"duban/act"
	"duban/org"
	"duban/plan"
	"duban/store"
)

// capacity is one in which the signed-in user may act: his own, or that of
// somebody for whom he stands in.
type capacity struct {
	actor act.Actor
	unit  store.Unit // that he acts for
	name  string     // of the user whose rights these are
	until time.Time  // first moment at which he no longer stands in; zero for his own
}

// signIn says who is signed in, and all that he may act as at a moment: himself,
// as he does unless he says otherwise, and those for whom he stands in.
func (r *request) signIn(who store.SignedIn, at time.Time) {
	r.user = who.User
	r.as = capacity{actor: who.Actor(), unit: who.Unit, name: who.User.Name}
	r.capacities = []capacity{r.as}
	for _, represented := range who.Represents(at) {
		other := who.Others[represented.User]
		c := capacity{actor: who.Actor().For(other.Actor()), unit: other.Unit, name: other.User.Name}
		for _, link := range represented.Chain {
			if c.until.IsZero() || link.Until.Before(c.until) {
				c.until = link.Until
			}
		}
		r.capacities = append(r.capacities, c)
	}
}

// onBehalfOf is the header by which a stand-in says for whom he acts.
const onBehalfOf = "On-Behalf-Of"

// Behalf is part of the input of every operation that a stand-in may do for
// somebody else; authenticate has checked it when a handler runs.
type Behalf struct {
	OnBehalfOf string `header:"On-Behalf-Of" maxLength:"64" doc:"Id of the user for whom the signed-in user stands in; left out when he acts for himself"`
}

func (Behalf) isForOthersToo() {}

// actFor chooses the capacity that a header names.
func (r *request) actFor(header string, acts bool) error {
	id := strings.TrimSpace(header)
	if id == "" || id == r.user.ID {
		return nil
	}
	if !acts {
		return failure{status: http.StatusBadRequest, code: "not-on-behalf", zh: "此操作只能以本人身份进行，请去掉 On-Behalf-Of 头。",
			en: "This is done in one's own name only; leave the header On-Behalf-Of out."}
	}
	for _, c := range r.capacities[1:] {
		if c.actor.OnBehalfOf == id {
			r.as = c
			return nil
		}
	}
	return act.NotAllowed("not-a-stand-in", "您现在不是该用户的代理人，不能代其办理；请由其本人、其单位负责人或管理员先设置代理（AB角）。",
		"You do not stand in for that user now; he, a head of his unit or the administrator can arrange it first.")
}

// held are the roles with which the user comes: those of the capacity in which he
// acts, or to read those of all.
func (r *request) held(reads bool) []org.Role {
	held := slices.Clone(r.as.actor.Roles)
	if reads {
		for _, c := range r.capacities {
			held = append(held, c.actor.Roles...)
		}
	}
	return held
}

// actor is who acts as processes know him: the signed-in user, for himself or for
// whom he stands in.
func actor(ctx context.Context) act.Actor { return requestOf(ctx).as.actor }

// units are the ids of the units that somebody acts for.
func units(who act.Actor) []string { return append([]string{who.Unit.ID}, who.Merged...) }

// scope is what the signed-in user may read: who stands in for others reads what
// they read.
func scope(ctx context.Context) store.Scope {
	var read store.Scope
	for _, c := range requestOf(ctx).capacities {
		read.All = read.All || plan.ReadsAll(c.actor)
		read.Units = append(read.Units, units(c.actor)...)
		read.Roles = append(read.Roles, c.actor.Roles...)
	}
	return read
}

// mayReadPlan reports whether the signed-in user may read a plan, or one for whom
// he stands in.
func mayReadPlan(ctx context.Context, published bool) bool {
	return slices.ContainsFunc(requestOf(ctx).capacities, func(c capacity) bool { return plan.MayRead(c.actor, published) })
}

// addressees are those whose inbox the signed-in user reads.
func addressees(ctx context.Context) []store.Addressee {
	var all []store.Addressee
	for _, c := range requestOf(ctx).capacities {
		all = append(all, store.Addressee{User: c.actor.Principal(), Units: units(c.actor), Roles: c.actor.Roles})
	}
	return all
}

// represented is a user for whom the signed-in user may act now.
type represented struct {
	User  string      `json:"user" doc:"For the header On-Behalf-Of"`
	Name  string      `json:"name"`
	Unit  org.UnitRef `json:"unit"`
	Roles []org.Role  `json:"roles" nullable:"false"`
	Until time.Time   `json:"until" doc:"First moment after it"`
}

// standsInFor lists for whom the signed-in user may act now.
func standsInFor(ctx context.Context) []represented {
	shown := []represented{}
	for _, c := range requestOf(ctx).capacities {
		if c.actor.OnBehalfOf != "" {
			shown = append(shown, represented{User: c.actor.OnBehalfOf, Name: c.name, Unit: c.actor.Unit, Roles: all(c.actor.Roles), Until: c.until})
		}
	}
	return shown
}

// ForOther marks an entry of somebody for whom the signed-in user stands in.
type ForOther struct {
	OnBehalfOf     string `json:"onBehalfOf,omitempty" doc:"The user for whom the signed-in user stands in and whose entry it is; absent on his own"`
	OnBehalfOfName string `json:"onBehalfOfName,omitempty"`
}

// entryOf marks the entry of a user.
func entryOf(ctx context.Context, user string) ForOther {
	for _, c := range requestOf(ctx).capacities {
		if c.actor.OnBehalfOf != "" && c.actor.OnBehalfOf == user {
			return ForOther{OnBehalfOf: user, OnBehalfOfName: c.name}
		}
	}
	return ForOther{}
}
