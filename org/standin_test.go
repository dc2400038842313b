package org_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/org"
)

// monday is the first of the days that the tests count by.
var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return monday.AddDate(0, 0, n) }

// days is a stand-in of one for another on days, the last one not included.
func days(user, standIn string, from, until int) org.StandIn {
	return org.StandIn{ID: fmt.Sprint(user, standIn, from), User: user, StandIn: standIn, From: day(from), Until: day(until)}
}

func represented(user string, standIns []org.StandIn, at time.Time) []string {
	found := []string{}
	for _, r := range org.Represented(user, standIns, at) {
		way := r.User
		for _, link := range r.Chain {
			way += ">" + link.StandIn
		}
		found = append(found, way)
	}
	return found
}

func TestRepresented(t *testing.T) {
	ended := days("a", "b", 0, 10)
	ended.Ended = day(5)
	for name, c := range map[string]struct {
		standIns []org.StandIn
		user     string
		on       time.Time
		want     []string
	}{
		"from the first moment":         {[]org.StandIn{days("a", "b", 0, 10)}, "b", day(0), []string{"a>b"}},
		"not before":                    {[]org.StandIn{days("a", "b", 0, 10)}, "b", day(0).Add(-time.Nanosecond), []string{}},
		"to the last":                   {[]org.StandIn{days("a", "b", 0, 10)}, "b", day(10).Add(-time.Nanosecond), []string{"a>b"}},
		"not after":                     {[]org.StandIn{days("a", "b", 0, 10)}, "b", day(10), []string{}},
		"only the stand-in":             {[]org.StandIn{days("a", "b", 0, 10)}, "a", day(1), []string{}},
		"not when it was ended":         {[]org.StandIn{ended}, "b", day(5), []string{}},
		"until it is ended":             {[]org.StandIn{ended}, "b", day(4), []string{"a>b"}},
		"for two":                       {[]org.StandIn{days("c", "b", 1, 9), days("a", "b", 0, 10)}, "b", day(2), []string{"a>b", "c>b"}},
		"for who stands in for another": {[]org.StandIn{days("a", "b", 0, 10), days("b", "c", 2, 4)}, "c", day(3), []string{"b>c", "a>b>c"}},
		"while he is away himself":      {[]org.StandIn{days("a", "b", 0, 10), days("b", "c", 2, 4)}, "c", day(4), []string{}},
		"who is away may act himself":   {[]org.StandIn{days("a", "b", 0, 10), days("b", "c", 2, 4)}, "b", day(3), []string{"a>b"}},
		"three links and no more": {[]org.StandIn{days("a", "b", 0, 9), days("b", "c", 0, 9), days("c", "d", 0, 9), days("d", "e", 0, 9)}, "e", day(1),
			[]string{"d>e", "c>d>e", "b>c>d>e"}},
		"a circle ends": {[]org.StandIn{days("a", "b", 0, 9), days("b", "a", 0, 9)}, "b", day(1), []string{"a>b"}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, represented(c.user, c.standIns, c.on)) })
	}
}

// drawStandIns draws any stand-ins of a few people, also such as rules refuse.
func drawStandIns(t *rapid.T) []org.StandIn {
	who := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"})
	standIns := make([]org.StandIn, rapid.IntRange(0, 14).Draw(t, "standIns"))
	for i := range standIns {
		from := rapid.IntRange(0, 6).Draw(t, "from")
		standIns[i] = days(who.Draw(t, "user"), who.Draw(t, "standIn"), from, from+rapid.IntRange(1, 6).Draw(t, "for"))
		standIns[i].ID = fmt.Sprint(i)
		if rapid.IntRange(0, 3).Draw(t, "ended") == 0 {
			standIns[i].Ended = day(rapid.IntRange(0, 12).Draw(t, "end"))
		}
	}
	return standIns
}

func TestRepresentedLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		standIns := drawStandIns(t)
		at := day(rapid.IntRange(-1, 13).Draw(t, "day"))
		user := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "who")
		found := org.Represented(user, standIns, at)
		require.Equal(t, found, org.Represented(user, rapid.Permutation(standIns).Draw(t, "order"), at), "the order in which they are given does not matter")

		nearest := distances(user, standIns, at)
		require.Len(t, found, len(nearest), "everybody whom a chain reaches, and nobody else")
		for _, r := range found {
			require.NotEqual(t, user, r.User, "nobody stands in for himself")
			require.LessOrEqual(t, len(r.Chain), org.LongestChain)
			require.Len(t, r.Chain, nearest[r.User], "the shortest chain")
			passed := []string{r.User}
			for _, link := range r.Chain {
				require.Equal(t, passed[len(passed)-1], link.User, "each link begins where the one before ended")
				require.False(t, at.Before(link.From) || !at.Before(link.Until), "out of its period")
				require.False(t, !link.Ended.IsZero() && !at.Before(link.Ended), "ended")
				require.NotContains(t, passed, link.StandIn, "a circle")
				passed = append(passed, link.StandIn)
			}
			require.Equal(t, user, passed[len(passed)-1])
		}
	})
}

// distances is how many links lie between somebody and those for whom he may act.
func distances(user string, standIns []org.StandIn, at time.Time) map[string]int {
	links := map[string]int{}
	for range org.LongestChain {
		for _, s := range standIns {
			n, reached := links[s.StandIn]
			if s.StandIn == user {
				n, reached = 0, true
			}
			old, known := links[s.User]
			if reached && s.InForce(at) && s.User != user && n < org.LongestChain && (!known || old > n+1) {
				links[s.User] = n + 1
			}
		}
	}
	return links
}

// The people of the rules' tests, in a bureau of the city unless it says otherwise.
func person(id string, change ...func(*org.Person)) org.Person {
	p := org.Person{ID: id, Active: true, Unit: org.Unit{ID: "education", Level: "city", Kind: "government", Active: true}, Roles: []org.Role{org.Head}}
	for _, c := range change {
		c(&p)
	}
	return p
}

func in(unit, level, kind string) func(*org.Person) {
	return func(p *org.Person) { p.Unit = org.Unit{ID: unit, Level: level, Kind: kind, Active: true} }
}

func with(roles ...org.Role) func(*org.Person) { return func(p *org.Person) { p.Roles = roles } }

func inactive(p *org.Person) { p.Active = false }

func TestCheckStandIn(t *testing.T) {
	for name, c := range map[string]struct {
		standIn  org.StandIn
		user, by org.Person
		others   []org.StandIn
		code     string // of the refusal; empty for none
	}{
		"in the same unit":                  {days("a", "b", 1, 8), person("a"), person("b", with(org.Operator)), nil, ""},
		"in another of the same level":      {days("a", "b", 1, 8), person("a"), person("b", in("finance", "city", "party")), nil, ""},
		"for a year":                        {days("a", "b", 0, 365), person("a"), person("b"), nil, ""},
		"for an administrator who operates": {days("a", "b", 1, 8), person("a", with(org.Admin, org.Operator)), person("b"), nil, ""},
		"after another":                     {days("a", "b", 4, 8), person("a"), person("b"), []org.StandIn{days("a", "c", 1, 4)}, ""},
		"for two at a time":                 {days("a", "b", 1, 8), person("a"), person("b"), []org.StandIn{days("c", "b", 1, 8)}, ""},
		"for each other in turn":            {days("a", "b", 1, 3), person("a"), person("b"), []org.StandIn{days("b", "a", 3, 5)}, ""},
		"for who is away himself":           {days("a", "b", 1, 8), person("a"), person("b"), []org.StandIn{days("b", "c", 1, 8)}, ""},
		"a circle that never is one":        {days("a", "b", 1, 8), person("a"), person("b"), []org.StandIn{days("b", "c", 1, 4), days("c", "a", 4, 8)}, ""},

		"oneself":                    {days("a", "a", 1, 8), person("a"), person("a"), nil, "oneself"},
		"no time":                    {days("a", "b", 1, 1), person("a"), person("b"), nil, "empty-period"},
		"the past":                   {days("a", "b", -3, 0), person("a"), person("b"), nil, "past"},
		"more than a year":           {days("a", "b", 0, 366), person("a"), person("b"), nil, "too-long"},
		"a user who left":            {days("a", "b", 1, 8), person("a", inactive), person("b"), nil, "inactive-user"},
		"a stand-in who left":        {days("a", "b", 1, 8), person("a"), person("b", inactive), nil, "inactive-stand-in"},
		"an administrator":           {days("a", "b", 1, 8), person("a", with(org.Admin)), person("b"), nil, "nothing-to-represent"},
		"a viewer":                   {days("a", "b", 1, 8), person("a", with(org.Viewer)), person("b"), nil, "nothing-to-represent"},
		"another level":              {days("a", "b", 1, 8), person("a"), person("b", in("east", "county", "government")), nil, "other-administration"},
		"two counties":               {days("a", "b", 1, 8), person("a", in("east", "county", "area")), person("b", in("west", "county", "area")), nil, "other-administration"},
		"a second one at that time":  {days("a", "b", 3, 8), person("a"), person("b"), []org.StandIn{days("a", "c", 1, 4)}, "overlap"},
		"each other":                 {days("a", "b", 1, 8), person("a"), person("b"), []org.StandIn{days("b", "a", 5, 9)}, "circle"},
		"each other through a third": {days("a", "b", 1, 8), person("a"), person("b"), []org.StandIn{days("b", "c", 2, 9), days("c", "a", 1, 3)}, "circle"},
	} {
		t.Run(name, func(t *testing.T) {
			err := org.CheckStandIn(c.standIn, c.user, c.by, c.others, monday)
			if c.code == "" {
				require.NoError(t, err)
				return
			}
			rule, broken := errors.AsType[*org.RuleError](err)
			require.True(t, broken, "%v", err)
			require.Equal(t, c.code, rule.Code)
			require.NotEmpty(t, rule.Zh)
			require.NotEmpty(t, rule.En)
			require.NotEmpty(t, rule.Field)
		})
	}
}

// Whatever stand-ins the rules let pass, at no moment does anybody have two, and
// at no moment is anybody represented by himself, however many links one follows.
func TestCheckStandInLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var arranged []org.StandIn
		for _, s := range drawStandIns(t) {
			if s.Ended.IsZero() && org.CheckStandIn(s, person(s.User), person(s.StandIn), arranged, monday) == nil {
				arranged = append(arranged, s)
			}
		}
		for n := range 13 {
			at := map[string]string{}
			for _, s := range arranged {
				if s.InForce(day(n)) {
					require.NotContains(t, at, s.User, "two stand-ins on day %d", n)
					at[s.User] = s.StandIn
				}
			}
			for user := range at {
				for by, links := at[user], 0; by != ""; by, links = at[by], links+1 {
					require.NotEqual(t, user, by, "a circle on day %d", n)
					require.Less(t, links, len(arranged)+1)
				}
			}
		}
	})
}

func TestWhoMayArrangeStandIns(t *testing.T) {
	a := person("a", with(org.Operator))
	for name, c := range map[string]struct {
		who org.Person
		may bool
	}{
		"he himself":                     {a, true},
		"the head of his unit":           {person("b"), true},
		"a colleague":                    {person("b", with(org.Operator)), false},
		"the head of another unit":       {person("b", in("finance", "city", "government")), false},
		"a supervisor":                   {person("b", in("office", "city", "government"), with(org.Supervisor)), false},
		"an administrator, from outside": {person("b", in("office", "city", "government"), with(org.Admin)), true},
	} {
		require.Equal(t, c.may, c.who.MayArrange(a), name)
	}
}

func TestRepresentable(t *testing.T) {
	require.Equal(t, []org.Role{org.Operator, org.Head, org.Supervisor}, org.Representable(org.Roles()))
	require.Empty(t, org.Representable([]org.Role{org.Admin, org.Viewer}))
	require.False(t, slices.Contains(org.Representable(org.Roles()), org.Admin))
}
