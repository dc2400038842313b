package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/calendar"
	"duban/org"
)

func TestRouteValidate(t *testing.T) {
	with := func(change func(*approval.Step)) approval.Route {
		s := all(approval.Veto, 2)
		change(&s)
		return approval.Route{s}
	}
	quorum := func(needed, percent int) approval.Route {
		return with(func(s *approval.Step) { s.Mode, s.Needed, s.Percent = approval.Quorum, needed, percent })
	}
	require.NoError(t, approval.Route{all(approval.Veto, 1)}.Validate())
	require.NoError(t, quorum(2, 0).Validate())
	require.NoError(t, quorum(0, 67).Validate())
	require.NoError(t, approval.Route{all(approval.Veto, approval.MaxSigners)}.Validate())
	for name, c := range map[string]struct {
		code  string
		route approval.Route
	}{
		"no steps":            {"no-steps", approval.Route{}},
		"no signers":          {"no-signers", with(func(s *approval.Step) { s.Signers = nil })},
		"a signer twice":      {"signer-twice", with(func(s *approval.Step) { s.Signers = to(0, 0) })},
		"nobody":              {"signer", with(func(s *approval.Step) { s.Signers = []approval.Signer{{Name: "谁"}} })},
		"unknown mode":        {"mode", with(func(s *approval.Step) { s.Mode = "most" })},
		"quorum too high":     {"quorum", quorum(3, 0)},
		"quorum of none":      {"quorum", quorum(0, 0)},
		"both kinds":          {"quorum", quorum(1, 50)},
		"more than all":       {"quorum", quorum(0, 101)},
		"quorum without vote": {"quorum", with(func(s *approval.Step) { s.Needed = 1 })},
		"negative weight":     {"weight", with(func(s *approval.Step) { s.Signers[0].Weight = -1 })},
		"no veto or collect":  {"on-disagree", with(func(s *approval.Step) { s.OnDisagree = "" })},
		"no destination":      {"then", with(func(s *approval.Step) { s.Then = "" })},
		"empty condition":     {"when", with(func(s *approval.Step) { s.When = &approval.Condition{} })},
		"no time":             {"within", with(func(s *approval.Step) { s.Within = &approval.Within{} })},
		"timeout, no time":    {"on-timeout", with(func(s *approval.Step) { s.OnTimeout = approval.Reject })},
		"too many signers":    {"too-many", approval.Route{all(approval.Veto, approval.MaxSigners), all(approval.Veto, 1)}},
		"too many steps":      {"too-many-steps", make51()},
	} {
		t.Run(name, func(t *testing.T) {
			var refusal *act.Refusal
			require.ErrorAs(t, c.route.Validate(), &refusal)
			codes := []string{}
			for _, f := range refusal.Faults {
				codes = append(codes, f.Code)
			}
			require.Contains(t, codes, c.code)
		})
	}
}

func make51() approval.Route {
	var route approval.Route
	for range 51 {
		route = append(route, all(approval.Veto, 1))
	}
	return route
}

func TestConditions(t *testing.T) {
	amount := func(n int64) *int64 { return &n }
	for name, c := range map[string]struct {
		when  approval.Condition
		facts approval.Facts
		asked bool
	}{
		"kind":              {approval.Condition{Kinds: []string{"general", "review"}}, approval.Facts{}, true},
		"another kind":      {approval.Condition{Kinds: []string{"review"}}, approval.Facts{}, false},
		"level":             {approval.Condition{UnitLevels: []string{"county"}}, approval.Facts{UnitLevel: "county"}, true},
		"another level":     {approval.Condition{UnitLevels: []string{"county"}}, approval.Facts{UnitLevel: "city"}, false},
		"at least, exactly": {approval.Condition{AmountAtLeast: amount(100)}, approval.Facts{Amount: amount(100)}, true},
		"at least, less":    {approval.Condition{AmountAtLeast: amount(100)}, approval.Facts{Amount: amount(99)}, false},
		"below, exactly":    {approval.Condition{AmountBelow: amount(100)}, approval.Facts{Amount: amount(100)}, false},
		"below, less":       {approval.Condition{AmountBelow: amount(100)}, approval.Facts{Amount: amount(99)}, true},
		"no amount":         {approval.Condition{AmountAtLeast: amount(0)}, approval.Facts{}, false},
		"all that is named": {approval.Condition{Kinds: []string{"general"}, UnitLevels: []string{"town"}}, approval.Facts{UnitLevel: "city"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			conditional := all(approval.Veto, 1)
			conditional.When = &c.when
			s := subject(approval.Route{conditional, all(approval.Veto, 1)})
			s.Facts = c.facts
			s, _, err := approval.Start(s, nil, noon)
			require.NoError(t, err)
			require.Equal(t, c.asked, s.Step == 0)
		})
	}
	never := all(approval.Veto, 1)
	never.When = &approval.Condition{Kinds: []string{"review"}}
	_, _, err := approval.Start(subject(approval.Route{never}), nil, noon)
	requireRefusal(t, err, act.Invalid, "no-steps")
}

func unitRef(id string) org.UnitRef { return org.UnitRef{ID: id, Name: id} }

func parties(route approval.Route) [][]string {
	var all [][]string
	for _, step := range route {
		var names []string
		for _, s := range step.Signers {
			names = append(names, s.Party.Unit+" "+string(s.Party.Role))
		}
		all = append(all, names)
	}
	return all
}

func TestTemplates(t *testing.T) {
	cast := approval.Cast{Initiator: unitRef("lead"), Lead: unitRef("lead"), CoLeads: []org.UnitRef{unitRef("co")},
		Supports: []org.UnitRef{unitRef("a"), unitRef("b"), unitRef("co"), unitRef("lead")}, Responsible: unitRef("a"), Supervisor: unitRef("ducha"),
		Reviewer: approval.Signer{Party: org.Party{Unit: "lead", Role: org.Operator}, Name: "lead"}}
	for kind, want := range map[string][][]string{
		"decomposition": {{"co head", "a head", "b head"}, {"ducha supervisor"}},
		"completion":    {{"co head", "a head", "b head"}, {"ducha supervisor"}},
		"review":        {{"lead operator"}},
		"extension":     {{"ducha supervisor"}}, // the lead unit does not sign its own request
	} {
		template := approval.Default(kind)
		require.NoError(t, template.Validate(), kind)
		require.Equal(t, want, parties(template.Route(cast)), kind)
	}
	cast.Initiator = unitRef("a")
	require.Equal(t, [][]string{{"lead head"}, {"ducha supervisor"}}, parties(approval.Default("extension").Route(cast)))
	cast.CoLeads, cast.Supports = nil, nil
	require.Equal(t, [][]string{{"ducha supervisor"}}, parties(approval.Default("decomposition").Route(cast)), "a step without signers is left out")
}

func TestTemplateValidate(t *testing.T) {
	good := approval.TemplateStep{Mode: approval.Quorum, Needed: 9, OnDisagree: approval.Veto, Then: approval.ThenReturn,
		Signers: []approval.TemplateSigner{{Place: approval.Supports}}}
	require.NoError(t, approval.Template{Steps: []approval.TemplateStep{good}}.Validate(), "supporting units are many")
	cast := approval.Cast{Supports: []org.UnitRef{unitRef("a"), unitRef("b")}}
	require.Equal(t, 2, approval.Template{Steps: []approval.TemplateStep{good}}.Route(cast)[0].Needed, "where they are few, all of them")
	for name, change := range map[string]func(*approval.TemplateStep){
		"no mode":       func(s *approval.TemplateStep) { s.Mode = "" },
		"no signers":    func(s *approval.TemplateStep) { s.Signers = nil },
		"unknown place": func(s *approval.TemplateStep) { s.Signers = []approval.TemplateSigner{{Place: "nowhere"}} },
		"both": func(s *approval.TemplateStep) {
			one := signer(0)
			s.Signers = []approval.TemplateSigner{{Place: approval.Lead, Signer: &one}}
		},
	} {
		step := good
		change(&step)
		require.Error(t, approval.Template{Steps: []approval.TemplateStep{step}}.Validate(), name)
	}
	require.Error(t, approval.Template{}.Validate())
	require.Error(t, approval.Template{Steps: []approval.TemplateStep{good}, CopyTo: to(1, 1)}.Validate())
}

func TestPreview(t *testing.T) {
	days, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	first, skipped, second, last := timed(approval.Consent, 2), all(approval.Veto, 1), all(approval.Veto, 1), all(approval.Veto, 1)
	skipped.When = &approval.Condition{Kinds: []string{"review"}}
	second.Mode, second.Percent, second.Within = approval.Quorum, 50, &approval.Within{Days: 10}
	planned, err := approval.Preview(approval.Route{first, skipped, second, last}, "general", approval.Facts{},
		calendar.NewDate(2026, time.September, 29), days)
	require.NoError(t, err)
	require.Equal(t, calendar.NewDate(2026, time.October, 9), planned[0].DueBy, "three working days over the National Day holiday")
	require.True(t, planned[1].Skipped)
	require.Equal(t, calendar.NewDate(2026, time.October, 19), planned[2].DueBy, "ten natural days after that")
	require.Equal(t, 1, planned[2].Needed)
	require.True(t, planned[3].DueBy.IsZero(), "no due moment is set")
	_, err = approval.Preview(approval.Route{}, "general", approval.Facts{}, calendar.NewDate(2026, time.September, 29), days)
	require.Error(t, err)
}
