package org

import (
	"cmp"
	"slices"
	"time"
)

// StandIn (AB 角) lets one user act for another for a period, in the other's unit
// and with his roles as far as they can be represented.
type StandIn struct {
	ID string
	// User is represented, StandIn acts for him; both are ids.
	User, StandIn string
	// From is the first moment of the period, Until the first one after it.
	From, Until time.Time
	// Ended is when it was ended early; zero if it was not.
	Ended time.Time
}

// InForce reports whether the stand-in may act at a moment.
func (s StandIn) InForce(at time.Time) bool {
	return !at.Before(s.From) && at.Before(s.end())
}

func (s StandIn) end() time.Time {
	if !s.Ended.IsZero() && s.Ended.Before(s.Until) {
		return s.Ended
	}
	return s.Until
}

// during returns the part of the period that lies in another.
func (s StandIn) during(from, until time.Time) (start, end time.Time, overlaps bool) {
	start, end = from, until
	if s.From.After(start) {
		start = s.From
	}
	if s.end().Before(end) {
		end = s.end()
	}
	return start, end, start.Before(end)
}

// LongestChain bounds how often acting for somebody is passed on: who stands in
// for a stand-in may be away himself, and so may the next.
const LongestChain = 3

// Representation is a user for whom somebody may act.
type Representation struct {
	User string
	// Chain is the way from him to who acts: the stand-in for the user first, then
	// the one for that stand-in.
	Chain []StandIn
}

// Represented lists the users for whom somebody may act at a moment, by the
// shortest chain to each, nearest first.
func Represented(user string, standIns []StandIn, at time.Time) []Representation {
	var found []Representation
	known := map[string]bool{user: true}
	nearest := []Representation{{User: user}}
	for range LongestChain {
		var next []Representation
		for _, by := range nearest {
			for _, s := range inOrder(standIns) {
				if s.StandIn != by.User || known[s.User] || !s.InForce(at) {
					continue
				}
				known[s.User] = true
				next = append(next, Representation{User: s.User, Chain: append([]StandIn{s}, by.Chain...)})
			}
		}
		found, nearest = append(found, next...), next
	}
	return found
}

// inOrder sorts stand-ins so that the same ones always give the same result.
func inOrder(standIns []StandIn) []StandIn {
	return slices.SortedFunc(slices.Values(standIns), func(a, b StandIn) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID))
	})
}

// representable are the roles that a stand-in takes on. Nobody acts as
// administrator for another: what an administrator does is put on record under
// his own name. A viewer only reads.
var representable = [...]Role{Operator, Head, Supervisor}

// Representable returns those of the roles that a stand-in takes on.
func Representable(held []Role) []Role {
	var passed []Role
	for _, role := range representable {
		if slices.Contains(held, role) {
			passed = append(passed, role)
		}
	}
	return passed
}

// Person is what rules need to know of a user.
type Person struct {
	ID     string
	Active bool
	// Unit is the one that he acts for.
	Unit  Unit
	Roles []Role
}

// MayArrange reports whether somebody may arrange or end stand-ins of a user: he
// himself, a head of his unit, or an administrator.
func (p Person) MayArrange(of Person) bool {
	return p.ID == of.ID || slices.Contains(p.Roles, Admin) || p.Unit.ID == of.Unit.ID && slices.Contains(p.Roles, Head)
}

// longestStandIn bounds the period of one stand-in, in years.
const longestStandIn = 1

// CheckStandIn refuses a stand-in that must not be arranged at a moment, with a
// *RuleError. others are the stand-ins that are not over.
func CheckStandIn(s StandIn, user, standIn Person, others []StandIn, now time.Time) error {
	switch {
	case s.User == s.StandIn:
		return &RuleError{Field: "standIn", Code: "oneself", Zh: "不能由本人代理本人，请选择其他人员。", En: "Nobody stands in for himself; choose somebody else."}
	case !s.From.Before(s.Until):
		return &RuleError{Field: "until", Code: "empty-period", Zh: "代理结束时间应晚于开始时间。", En: "The period must end after it begins."}
	case !now.Before(s.Until):
		return &RuleError{Field: "until", Code: "past", Zh: "代理结束时间已过，请重新填写。", En: "The period is over already; choose a later end."}
	case s.Until.After(s.From.AddDate(longestStandIn, 0, 0)):
		return &RuleError{Field: "until", Code: "too-long", Zh: "一次代理最长一年，到期可再次设置。", En: "A stand-in lasts at most a year; arrange another one when it ends."}
	case !user.Active:
		return &RuleError{Field: "user", Code: "inactive-user", Zh: "被代理人已停用，不能设置代理。", En: "The user is not active; nobody can stand in for him."}
	case len(Representable(user.Roles)) == 0:
		return &RuleError{Field: "user", Code: "nothing-to-represent", Zh: "被代理人没有经办人、负责人或督查角色，无需代理；管理员职责不能代理。",
			En: "The user is neither operator nor head nor supervisor, so there is nothing to represent; an administrator is never represented."}
	case !standIn.Active:
		return &RuleError{Field: "standIn", Code: "inactive-stand-in", Zh: "代理人已停用，请选择其他人员。", En: "The stand-in is not active; choose somebody else."}
	case !SameAdministration(user.Unit, standIn.Unit):
		return &RuleError{Field: "standIn", Code: "other-administration", Zh: "代理人应与被代理人同属一个机关系统，请选择其他人员。",
			En: "The stand-in must be of the same administration as the user; choose somebody else."}
	}
	for _, other := range inOrder(others) {
		if _, _, overlaps := other.during(s.From, s.Until); other.User == s.User && overlaps {
			return &RuleError{Field: "from", Code: "overlap", Zh: "该时段内已设置代理，请先结束原代理或调整时间。",
				En: "Somebody stands in at that time already; end that first, or choose another time."}
		}
	}
	if leadsTo(s.User, s.StandIn, s.From, s.Until, others, len(others)) {
		return &RuleError{Field: "standIn", Code: "circle", Zh: "代理人在该时段由被代理人代理（直接或间接），请选择其他人员。",
			En: "At that time the stand-in is himself represented by the user, directly or through others; choose somebody else."}
	}
	return nil
}

// leadsTo reports whether acting for somebody is passed on to the user at any
// moment between two, in so many links.
func leadsTo(user, by string, from, until time.Time, standIns []StandIn, links int) bool {
	if by == user {
		return true
	}
	if links == 0 {
		return false
	}
	for _, s := range standIns {
		if start, end, overlaps := s.during(from, until); s.User == by && overlaps && leadsTo(user, s.StandIn, start, end, standIns, links-1) {
			return true
		}
	}
	return false
}

// SameAdministration reports whether people of two units may act for each other.
// The departments of one level are one administration. An area, a school, an
// enterprise or a military unit is one by itself: a county does not act for
// another county.
func SameAdministration(a, b Unit) bool {
	return a.ID == b.ID || a.Level == b.Level && !byItself(a) && !byItself(b)
}

func byItself(u Unit) bool {
	return slices.Contains([]string{"area", "school", "enterprise", "military"}, u.Kind)
}
