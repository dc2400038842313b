package store

// models returns one empty row of every table. The tables themselves are made
// by the migrations; a test compares the two.
func models() []any {
	return append(readModels(),
		&Unit{}, &Group{}, &groupMember{}, &Alias{},
		&UnitMerger{}, &User{}, &userRole{}, &Token{}, &StandIn{},
		&policyRow{}, &Correction{}, &Plan{}, &routeTemplateRow{}, &Programme{}, &Task{}, &TaskUnit{}, &TaskTarget{},
		&PlanRules{}, &CalendarLoad{}, &Setting{}, &File{}, &lock{},
	)
}
