package dispatch

import (
	"encoding/json"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/org"
	"duban/target"
)

// Compilation is the payload of Compile.
type Compilation struct {
	Target  string `json:"annualTarget"`
	Summary string `json:"summary"`
}

// RoundContent is what is frozen. Its JSON is what the digest is made of.
type RoundContent struct {
	Round      string           `json:"round"`
	PlanTitle  string           `json:"planTitle"`
	Period     calendar.Period  `json:"period"`
	Version    int              `json:"version"`
	Correction *Correction      `json:"correction,omitempty"`
	Sections   []SectionContent `json:"sections"`
}

// SectionContent is one compiled section with the lines that it was made of.
type SectionContent struct {
	Target   string        `json:"annualTarget"`
	Task     TaskRef       `json:"task"`
	Year     int           `json:"year"`
	Leads    []org.UnitRef `json:"leads"`
	Compiled Compiled      `json:"compiled"`
	// ByLead: the lead unit compiled it; otherwise only its figures are added up.
	ByLead bool          `json:"byLead"`
	Lines  []LineContent `json:"lines"`
}

// LineContent is what one unit said of one assignment.
type LineContent struct {
	Unit       org.UnitRef   `json:"unit"`
	Assignment string        `json:"assignment"`
	Item       target.Item   `json:"item"`
	Due        calendar.Date `json:"due"`
	Overdue    bool          `json:"overdue"`
	Accepted   bool          `json:"accepted"`
	Closed     bool          `json:"closed"` // it has ended, accepted or not
	Said       Said          `json:"said"`
	// Missing: the unit did not answer, and this is what it had said before.
	Missing bool `json:"missing"`
}

// answers are what all units have said, section by section.
type answers struct {
	round ReportRound
	lines map[string][]LineContent // by annual target, in the order of the items
}

func (r ReportRound) answers() answers {
	a := answers{round: r, lines: make(map[string][]LineContent, len(r.Sections))}
	for _, s := range r.Sheets {
		for _, l := range s.Lines {
			a.lines[l.Target] = append(a.lines[l.Target], LineContent{Unit: s.Unit, Assignment: l.Assignment, Item: l.Item, Due: l.Due,
				Overdue: l.Overdue, Accepted: l.Accepted, Closed: l.Closed, Said: l.Said, Missing: s.Status != SheetSubmitted && !l.Closed})
		}
	}
	for _, s := range r.Sections {
		slices.SortStableFunc(a.lines[s.Target], func(a, b LineContent) int { return a.Item.Key - b.Item.Key })
	}
	return a
}

// missing are the units that have not answered for a section.
func (a answers) missing(s Section) []org.UnitRef {
	units := []org.UnitRef{}
	for _, l := range a.lines[s.Target] {
		if l.Missing && !slices.Contains(units, l.Unit) {
			units = append(units, l.Unit)
		}
	}
	return units
}

// results add the figures of a section up.
func (a answers) results(s Section) []target.TargetResult {
	var items []target.ItemResult
	for _, l := range a.lines[s.Target] {
		items = append(items, target.ItemResult{Item: l.Item, Done: l.Accepted, Reached: l.Said.Amount})
	}
	return target.Results(s.Requirement, items)
}

// mayCompile reports whether all units have answered for a section, or their time
// is over.
func (a answers) mayCompile(s Section) bool {
	if len(a.round.Gathering) > 0 {
		return false
	}
	return a.round.Schedule.Overdue || !slices.ContainsFunc(a.lines[s.Target], func(l LineContent) bool { return l.Missing })
}

// uncompiled are the lead units that can compile something and have not.
func (a answers) uncompiled() []org.UnitRef {
	units := []org.UnitRef{}
	for _, s := range a.round.Sections {
		if lead := s.Leads[0]; s.Compiled == nil && a.mayCompile(s) && !slices.Contains(units, lead) {
			units = append(units, lead)
		}
	}
	return units
}

// content is one section as it is frozen.
func (a answers) content(s Section) SectionContent {
	content := SectionContent{Target: s.Target, Task: s.Task, Year: s.Year, Leads: s.Leads, ByLead: s.Compiled != nil, Lines: a.lines[s.Target]}
	if s.Compiled == nil {
		content.Compiled = Compiled{Results: a.results(s), Missing: a.missing(s)}
		return content
	}
	content.Compiled = *s.Compiled
	content.Lines = slices.Clone(content.Lines)
	for i, l := range content.Lines {
		// Who comes after that is not in it any more.
		content.Lines[i].Missing = !l.Closed && slices.Contains(s.Compiled.Missing, l.Unit)
	}
	return content
}

func (r ReportRound) compile(c act.Command, now time.Time) (ReportRound, Outcome, error) {
	var in Compilation
	if err := c.Decode(&in); err != nil {
		return r, Outcome{}, err
	}
	i := r.section(in.Target)
	if i < 0 {
		return r, Outcome{}, act.NotFound("not-found", "本期报送中没有该任务。", "The round has no such task.")
	}
	section := r.Sections[i]
	if !c.Actor.WorksFor(section.Leads[0].ID) {
		return r, Outcome{}, act.NotAllowed("not-the-lead-unit", "只有第一牵头单位（"+section.Leads[0].Name+"）可以汇总。",
			"Only the first lead unit ("+section.Leads[0].Name+") may compile it.")
	}
	answers := r.answers()
	if !answers.mayCompile(section) {
		return r, Outcome{}, act.NotNow("not-all-in", "还有单位未报送，且未到截止日；请等待报送或先催办。",
			"Some units have not answered and their time is not over; wait for them or urge them.")
	}
	if err := written("summary", in.Summary, longestText); err != nil {
		return r, Outcome{}, err
	}
	compiled := Compiled{Summary: in.Summary, Results: answers.results(section), Missing: answers.missing(section), By: c.Actor, At: now}
	r.Sections = slices.Clone(r.Sections)
	r.Sections[i].Compiled = &compiled
	var notices []act.Notice
	if r.Status() == RoundCompiled {
		notices = append(notices, r.notice(supervisor(r.Supervisor), "freeze", "各任务已汇总，请审定并定稿", "All tasks are compiled; please freeze the round"))
	}
	recorded := map[string]any{"annualTarget": in.Target, "missing": compiled.Missing, "digest": digest(mustJSON(compiled))}
	return r, Outcome{Events: []act.Event{act.Happened("round.compiled", recorded, notices...)}}, nil
}

// freeze ends the round. What lead units have not compiled when their time is
// over goes in with its figures alone, if the supervisor says why.
func (r ReportRound) freeze(c act.Command, now time.Time) (ReportRound, Outcome, error) {
	if err := maySupervise(r.Supervisor, c.Actor); err != nil {
		return r, Outcome{}, err
	}
	var in Because
	if err := c.Decode(&in); err != nil {
		return r, Outcome{}, err
	}
	if r.Status() != RoundCompiled {
		if now.Before(r.CompileDue) || len(r.Gathering) > 0 {
			return r, Outcome{}, act.NotNow("not-compiled", "还有任务未汇总，且未到汇总截止时间。", "Some tasks are not compiled and the time to compile is not over.")
		}
		if err := written("reason", in.Reason, longestText); err != nil {
			return r, Outcome{}, err
		}
	}
	if err := notTooLong("reason", in.Reason, longestText); err != nil {
		return r, Outcome{}, err
	}
	r, out := r.frozen(c.Actor, in.Reason, now)
	return r, out, nil
}

// frozen is the round with its digest. Everybody who took part is told.
func (r ReportRound) frozen(by act.Actor, reason string, now time.Time) (ReportRound, Outcome) {
	r.FrozenAt, r.FrozenBy, r.Reason = now, by, reason
	r.Schedule = r.Schedule.Stop(now)
	r.Digest = digest(r.Content())
	var notices []act.Notice
	for _, unit := range r.concerned() {
		notices = append(notices, r.notice(operator(unit), "frozen", "报送已定稿", "The report is frozen"))
	}
	recorded := map[string]any{"digest": r.Digest, "reason": reason, "sections": len(r.Sections), "sheets": len(r.Sheets), "missing": r.lateUnits()}
	return r, Outcome{Events: []act.Event{act.Happened("round.frozen", recorded, notices...)}}
}

// Content is what a frozen round is made of. It is the same again as long as the
// round is, byte by byte.
func (r ReportRound) Content() json.RawMessage {
	content := RoundContent{Round: r.ID, PlanTitle: r.PlanTitle, Period: r.Period, Version: r.Version, Correction: r.Correction, Sections: []SectionContent{}}
	answers := r.answers()
	for _, s := range r.Sections {
		content.Sections = append(content.Sections, answers.content(s))
	}
	return mustJSON(content)
}

// RoundDigest is the digest of a frozen content.
func RoundDigest(content json.RawMessage) string { return digest(content) }

// allIn tells the lead units when the last unit has answered.
func (r ReportRound) allIn() []act.Notice {
	if len(r.lateUnits()) > 0 || len(r.Gathering) > 0 {
		return nil
	}
	var notices []act.Notice
	for _, lead := range r.answers().uncompiled() {
		notices = append(notices, r.notice(operator(lead), "compile", "各单位已报齐，请汇总", "All units have answered; please compile"))
	}
	return notices
}

// lateUnits are those that have not answered.
func (r ReportRound) lateUnits() []org.UnitRef {
	units := []org.UnitRef{}
	for _, s := range r.Sheets {
		if s.Status == SheetOpen {
			units = append(units, s.Unit)
		}
	}
	return units
}

// concerned are all units of the round, each once.
func (r ReportRound) concerned() []org.UnitRef {
	units := slices.Clone(r.Asked)
	for _, s := range r.Sections {
		units = append(units, s.Leads...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(units, func(u org.UnitRef) bool {
		again := seen[u.ID]
		seen[u.ID] = true
		return again
	})
}

// waits: lead units wait for those that report to them, and the supervisor for
// everybody.
func (r ReportRound) waits() []wait {
	var waits []wait
	supervises := waitsAs(supervisor(r.Supervisor))
	for _, s := range r.Sheets {
		if s.Status != SheetOpen {
			continue
		}
		leads := r.leadsOf(s)
		waits = append(waits, wait{unit: s.Unit, to: both(s.Unit), waits: func(actor act.Actor) bool {
			return supervises(actor) || slices.ContainsFunc(leads, func(u org.UnitRef) bool { return u.ID != s.Unit.ID && actor.WorksFor(u.ID) })
		}})
	}
	for _, lead := range r.answers().uncompiled() {
		waits = append(waits, wait{unit: lead, to: both(lead), waits: supervises})
	}
	return waits
}

// leadsOf are the lead units that wait for a sheet.
func (r ReportRound) leadsOf(s Sheet) []org.UnitRef {
	var leads []org.UnitRef
	for _, l := range s.Lines {
		if i := r.section(l.Target); i >= 0 && !slices.Contains(leads, r.Sections[i].Leads[0]) {
			leads = append(leads, r.Sections[i].Leads[0])
		}
	}
	return leads
}

func (r ReportRound) urge(c act.Command, now time.Time) (ReportRound, Outcome, error) {
	urges, happened, err := r.Urges.urge(c, "round.urged", short(r.Title()), r.waits(), now)
	if err != nil {
		return r, Outcome{}, err
	}
	r.Urges = urges
	return r, Outcome{Events: []act.Event{happened}}, nil
}

// pressed are notices of one kind to people of several units.
func (r ReportRound) pressed(kind, zh, en string, units []org.UnitRef, who ...func(org.UnitRef) org.Party) []act.Notice {
	var notices []act.Notice
	for _, unit := range units {
		for _, party := range who {
			notices = append(notices, r.notice(party(unit), kind, zh, en))
		}
	}
	return notices
}
