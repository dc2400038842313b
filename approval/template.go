package approval

import (
	"fmt"
	"slices"

	"duban/act"
	"duban/org"
)

// Place is a part that a unit plays for a subject; a template names places, and
// the units that hold them are looked up when a sign-off starts.
type Place string

const (
	Lead        Place = "lead"        // first lead unit (牵头单位)
	CoLeads     Place = "co-leads"    // the other lead units
	Supports    Place = "supports"    // supporting units (配合单位)
	Responsible Place = "responsible" // unit of the assignment
	Reviewer    Place = "reviewer"    // the lead unit, or the supervisor of its own work
	Supervisors Place = "supervisor"  // supervising unit of the plan (督查)
	Initiating  Place = "initiator"   // unit that puts the subject to sign
)

var places = [...]Place{Lead, CoLeads, Supports, Responsible, Reviewer, Supervisors, Initiating}

// TemplateSigner is a signer of a template: a place with a role, or a signer who
// is the same for every subject.
type TemplateSigner struct {
	Place Place `json:"place,omitempty"`
	// Role of a place; empty for the head, or the supervisor where a supervising
	// unit is asked.
	Role   org.Role `json:"role,omitempty"`
	Signer *Signer  `json:"signer,omitempty"`
	Weight int      `json:"weight,omitempty"`
}

// TemplateStep is a step of a template; its fields are those of a Step.
type TemplateStep struct {
	Name       string           `json:"name"`
	Mode       Mode             `json:"mode"`
	Signers    []TemplateSigner `json:"signers"`
	Needed     int              `json:"needed,omitempty"`
	Percent    int              `json:"percent,omitempty"`
	OnDisagree OnDisagree       `json:"onDisagree"`
	Then       Then             `json:"then"`
	When       *Condition       `json:"when,omitempty"`
	Within     *Within          `json:"within,omitempty"`
	OnTimeout  OnTimeout        `json:"onTimeout,omitempty"`
}

// Template is how a plan signs one kind of subject (会签流程). Each version is
// kept; a running sign-off goes on by the one that it was started with.
type Template struct {
	TemplateRef
	Steps     []TemplateStep `json:"steps"`
	CarryOver bool           `json:"carryOver,omitempty"`
	CopyTo    []Signer       `json:"copyTo,omitempty"`
}

// Cast is who holds the places for one subject.
type Cast struct {
	Initiator   org.UnitRef
	Lead        org.UnitRef
	CoLeads     []org.UnitRef
	Supports    []org.UnitRef
	Responsible org.UnitRef
	Supervisor  org.UnitRef
	Reviewer    Signer
}

// Default is how a kind of subject is signed in a plan that says nothing else:
// what the lead unit submits is signed by its co-leads and supporting units, all
// opinions heard, then by the supervisor; what a supporting unit submits is
// reviewed by the lead unit.
func Default(kind string) Template {
	one := func(name string, then Then, role org.Role, place Place) TemplateStep {
		return TemplateStep{Name: name, Mode: All, OnDisagree: Veto, Then: then, Signers: []TemplateSigner{{Place: place, Role: role}}}
	}
	switch kind {
	case "extension":
		return Template{Steps: []TemplateStep{
			one("牵头单位审核", ThenReject, org.Head, Lead), one("督查审批", ThenReject, org.Supervisor, Supervisors)}}
	case "review":
		return Template{Steps: []TemplateStep{one("审核", ThenReturn, "", Reviewer)}}
	default:
		return Template{Steps: []TemplateStep{
			{Name: "会签", Mode: All, OnDisagree: Collect, Then: ThenReturn, Signers: []TemplateSigner{{Place: CoLeads}, {Place: Supports}}},
			one("督查审核", ThenReturn, org.Supervisor, Supervisors)}}
	}
}

// Kinds of subject that a plan's templates are made for.
func Kinds() []string { return []string{"decomposition", "completion", "review", "extension"} }

// Route makes the route of one subject. Nobody signs what his own unit puts to
// sign, unless the template names him; a step that is left without signers so is
// left out.
func (t Template) Route(cast Cast) Route {
	var route Route
	for _, step := range t.Steps {
		made := Step{Name: step.Name, Mode: step.Mode, Needed: step.Needed, Percent: step.Percent, OnDisagree: step.OnDisagree,
			Then: step.Then, When: step.When, Within: step.Within, OnTimeout: step.OnTimeout}
		for _, signer := range step.Signers {
			for _, s := range signer.resolve(cast) {
				if !slices.ContainsFunc(made.Signers, func(o Signer) bool { return o.Party == s.Party }) {
					made.Signers = append(made.Signers, s)
				}
			}
		}
		if len(made.Signers) == 0 {
			continue
		}
		if made.Mode == Quorum {
			made.Needed = min(made.Needed, weightOf(made.Signers))
		}
		route = append(route, made)
	}
	return route
}

func weightOf(signers []Signer) int {
	all := 0
	for _, s := range signers {
		all += s.votes()
	}
	return all
}

// resolve returns who is asked for a template's signer.
func (t TemplateSigner) resolve(cast Cast) []Signer {
	if t.Signer != nil {
		return []Signer{*t.Signer}
	}
	if t.Place == Reviewer {
		return []Signer{cast.Reviewer}
	}
	var signers []Signer
	for _, unit := range cast.units(t.Place) {
		if unit.ID == "" || unit.ID == cast.Initiator.ID && t.Place != Initiating {
			continue
		}
		signers = append(signers, Signer{Party: org.Party{Unit: unit.ID, Role: t.role()}, Name: unit.Name, Weight: t.Weight})
	}
	return signers
}

func (t TemplateSigner) role() org.Role {
	switch {
	case t.Role != "":
		return t.Role
	case t.Place == Supervisors:
		return org.Supervisor
	default:
		return org.Head
	}
}

func (c Cast) units(p Place) []org.UnitRef {
	switch p {
	case Lead:
		return []org.UnitRef{c.Lead}
	case CoLeads:
		return c.CoLeads
	case Supports:
		return c.Supports
	case Responsible:
		return []org.UnitRef{c.Responsible}
	case Supervisors:
		return []org.UnitRef{c.Supervisor}
	case Initiating:
		return []org.UnitRef{c.Initiator}
	}
	return nil
}

// Validate refuses a template by which nothing could be signed.
func (t Template) Validate() error {
	var faults []act.Fault
	for i, step := range t.Steps {
		fault := func(code, zh, en string) {
			faults = append(faults, act.Fault{Field: fmt.Sprintf("steps[%d]", i), Code: code, Zh: zh, En: en})
		}
		step.check(fault)
	}
	if len(t.Steps) == 0 || len(t.Steps) > maxSteps {
		faults = append(faults, act.Fault{Field: "steps", Code: "steps",
			Zh: fmt.Sprintf("会签流程应有 1 至 %d 个步骤。", maxSteps), En: fmt.Sprintf("A template has 1 to %d steps.", maxSteps)})
	}
	if len(t.CopyTo) > maxCopies || repeated(t.CopyTo) != "" {
		faults = append(faults, act.Fault{Field: "copyTo", Code: "copies",
			Zh: fmt.Sprintf("抄送最多 %d 个且不得重复。", maxCopies), En: fmt.Sprintf("At most %d copies, each once.", maxCopies)})
	}
	if len(faults) > 0 {
		return act.Malformed("template", "会签流程设置有误，请按提示修改。", "The template has faults; correct them.", faults...)
	}
	return nil
}

// check reports what is wrong with a step, as it would be with one signer at
// each place.
func (s TemplateStep) check(fault func(code, zh, en string)) {
	probe := Step{Mode: s.Mode, Needed: s.Needed, Percent: s.Percent, OnDisagree: s.OnDisagree, Then: s.Then, When: s.When,
		Within: s.Within, OnTimeout: s.OnTimeout}
	for i, signer := range s.Signers {
		switch {
		case signer.Signer != nil && signer.Place == "":
			probe.Signers = append(probe.Signers, *signer.Signer)
		case signer.Signer == nil && slices.Contains(places[:], signer.Place):
			probe.Signers = append(probe.Signers, Signer{Party: org.Party{Unit: fmt.Sprint(i), Role: signer.role()}, Name: string(signer.Place), Weight: signer.Weight})
		default:
			fault("signer", "会签人须为任务中的位置，或明确的单位和人员。", "A signer is a place, or a unit or person.")
			return
		}
	}
	if s.Mode == Quorum && s.Percent == 0 && s.Needed > 0 {
		probe.Needed = min(s.Needed, weightOf(probe.Signers)) // supporting units are many
	}
	probe.check(fault)
}
