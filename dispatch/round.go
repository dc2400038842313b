package dispatch

import (
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/org"
	"duban/target"
)

// Names of commands to report rounds.
const (
	TakeInSheets = "take-in-sheets" // between processes
	SaveSheet    = "save-sheet"
	SubmitSheet  = "submit-sheet"
	RefreshSheet = "refresh-sheet"
	Compile      = "compile"
	Freeze       = "freeze"
	SetRoundDays = "set-round-days" // between processes
)

// RoundStatus is where a report round stands.
type RoundStatus string

const (
	RoundFilling   RoundStatus = "filling"   // units are asked
	RoundCompiling RoundStatus = "compiling" // all have answered or their time is over; lead units compile
	RoundCompiled  RoundStatus = "compiled"  // the supervisor may freeze it
	RoundFrozen    RoundStatus = "frozen"
)

// RoundOpening is the payload with which a report round begins.
type RoundOpening struct {
	ID         string          `json:"id"`
	Plan       string          `json:"plan"`
	PlanTitle  string          `json:"planTitle"`
	Period     calendar.Period `json:"period"`
	Supervisor org.UnitRef     `json:"supervisor"`
	// Asked are the units that are asked, each with one sheet.
	Asked []org.UnitRef `json:"asked"`
	// Merged are units that had been merged when the round was opened; what they
	// have to do stands on the sheet of the unit that acts for them.
	Merged []MergedUnit `json:"merged,omitempty"`
	Armed  Armed        `json:"armed"`
	// CompileDue is when lead units must have compiled.
	CompileDue time.Time `json:"compileDue"`
	// Placing says how these days were found. A round without it was opened before
	// days were found again, and keeps them.
	Placing *Placing `json:"placing,omitempty"`
	// Version counts the corrections of the round and is 1 for the first.
	Version int `json:"version"`
	// Correction is set where the round corrects an earlier version.
	Correction *Correction `json:"correction,omitempty"`
}

// MergedUnit is a unit for which another one reports, both by id.
type MergedUnit struct {
	Unit string `json:"unit"`
	Into string `json:"into"`
}

// Correction says what a new version of a frozen round corrects.
type Correction struct {
	Of     string `json:"of"` // id of the version before
	Reason string `json:"reason"`
	// Again are the ids of the units that are asked once more; what the others have
	// said is taken over.
	Again []string `json:"again"`
}

// ReportRound (报送) asks every unit of a plan once for a period: for one sheet
// with all of its assignments, filled in already with what it has reported. Lead
// units compile their tasks from the sheets, and the supervisor freezes the whole
// with a digest. After that nothing changes: a correction is a new version.
type ReportRound struct {
	RoundOpening
	// Sheets are in the order of Asked, as far as they are gathered.
	Sheets []Sheet `json:"sheets"`
	// Gathering are the units whose sheets are still to come.
	Gathering []org.UnitRef     `json:"gathering"`
	Sections  []Section         `json:"sections"`
	Schedule  deadline.Schedule `json:"schedule"`
	Urges     Urges             `json:"urges,omitempty"`
	OpenedAt  time.Time         `json:"openedAt"`
	FrozenAt  time.Time         `json:"frozenAt"`
	FrozenBy  act.Actor         `json:"frozenBy"`
	Reason    string            `json:"reason"` // why it was frozen though something is missing
	Digest    string            `json:"digest"`
}

// Section is the part of a round that one lead unit compiles: one task in one
// year.
type Section struct {
	Target      string             `json:"annualTarget"`
	Task        TaskRef            `json:"task"`
	Year        int                `json:"year"`
	Leads       []org.UnitRef      `json:"leads"`
	Requirement target.Requirement `json:"requirement"`
	Compiled    *Compiled          `json:"compiled,omitempty"`
}

// Compiled is what a lead unit made of a section.
type Compiled struct {
	Summary string                `json:"summary"`
	Results []target.TargetResult `json:"results"`
	// Missing are the units that had not answered.
	Missing []org.UnitRef `json:"missing"`
	By      act.Actor     `json:"by"`
	At      time.Time     `json:"at"`
}

// GatherRequest asks for the sheets of units; they come back as the command
// TakeInSheets.
type GatherRequest struct {
	Round      string          `json:"round"`
	Plan       string          `json:"plan"`
	Period     calendar.Period `json:"period"`
	Units      []org.UnitRef   `json:"units"`
	Merged     []MergedUnit    `json:"merged,omitempty"`
	Correction *Correction     `json:"correction,omitempty"`
}

// Gathered is the payload of TakeInSheets.
type Gathered struct {
	// Units are those of the request; those without a sheet have nothing to report.
	Units    []org.UnitRef `json:"units"`
	Sheets   []Sheet       `json:"sheets"`
	Sections []Section     `json:"sections"`
}

// gatherAtOnce is how many units' sheets are asked for in one step.
const gatherAtOnce = 20

// Apply decides a command.
func (r ReportRound) Apply(c act.Command, now time.Time) (ReportRound, Outcome, error) {
	switch {
	case c.Name == Open:
		return r.open(c, now)
	case r.ID == "":
		return r, Outcome{}, notOpened()
	case r.IsClosed():
		return r, Outcome{}, act.NotNow("frozen", "本期报送已定稿，不能再修改；如需更正，请由督查人员发起更正版。",
			"The round is frozen and cannot be changed; the supervisor can open a corrected version.")
	}
	switch c.Name {
	case TakeInSheets:
		return r.takeIn(c, now)
	case SaveSheet:
		return r.saveSheet(c, now)
	case SubmitSheet:
		return r.submitSheet(c, now)
	case RefreshSheet:
		return r.refreshSheet(c)
	case SendBack:
		return r.sendBack(c, now)
	case Urge:
		return r.urge(c, now)
	case Compile:
		return r.compile(c, now)
	case Freeze:
		return r.freeze(c, now)
	case Recalculate:
		return r.recalculate(c, now)
	case SetRoundDays:
		return r.setDays(c, now)
	}
	return r, Outcome{}, unknownCommand(c.Name)
}

func (r ReportRound) open(c act.Command, now time.Time) (ReportRound, Outcome, error) {
	if r.ID != "" {
		return r, Outcome{}, alreadyOpened()
	}
	var in RoundOpening
	if err := c.Decode(&in); err != nil {
		return r, Outcome{}, err
	}
	if err := in.mayOpen(c.Actor); err != nil {
		return r, Outcome{}, err
	}
	next := ReportRound{RoundOpening: in, Gathering: in.Asked, OpenedAt: now, Schedule: deadline.Arm(in.Armed.DueAt, in.Armed.Moments, now)}
	out := Outcome{Events: []act.Event{act.Happened("round.opened", in)}}
	for units := range slices.Chunk(in.Asked, gatherAtOnce) {
		out.Effects = append(out.Effects, next.gather(units))
	}
	return next, out, nil
}

// mayOpen: the clock opens rounds, the supervisor corrects them.
func (in RoundOpening) mayOpen(actor act.Actor) error {
	if in.Correction == nil {
		return onlyBetweenProcesses(actor)
	}
	if err := maySupervise(in.Supervisor, actor); err != nil {
		return err
	}
	if err := written("reason", in.Correction.Reason, longestText); err != nil {
		return err
	}
	if len(in.Correction.Again) == 0 {
		return required("units")
	}
	return nil
}

func (r ReportRound) gather(units []org.UnitRef) Effect {
	var merged []MergedUnit
	for _, m := range r.Merged {
		if slices.ContainsFunc(units, func(u org.UnitRef) bool { return u.ID == m.Into }) {
			merged = append(merged, m)
		}
	}
	return Effect{GatherSheets: &GatherRequest{Round: r.ID, Plan: r.Plan, Period: r.Period, Units: units, Merged: merged, Correction: r.Correction}}
}

// takeIn takes gathered sheets in: new ones, and news for those that are there.
// An assignment stands on one sheet.
func (r ReportRound) takeIn(c act.Command, now time.Time) (ReportRound, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return r, Outcome{}, err
	}
	var in Gathered
	if err := c.Decode(&in); err != nil {
		return r, Outcome{}, err
	}
	r.Sections, r.Sheets = slices.Clone(r.Sections), slices.Clone(r.Sheets)
	for _, section := range in.Sections {
		if r.section(section.Target) < 0 {
			r.Sections = append(r.Sections, section)
		}
	}
	waited := len(r.Gathering) > 0 || len(r.lateUnits()) > 0
	r.Gathering = slices.DeleteFunc(slices.Clone(r.Gathering), func(u org.UnitRef) bool { return slices.Contains(in.Units, u) })
	var notices []act.Notice
	var units []string
	for _, sheet := range in.Sheets {
		units = append(units, sheet.Unit.ID)
		var asked bool
		if r, asked = r.takeSheet(sheet); asked {
			notices = append(notices, r.notice(operator(sheet.Unit), "report", "请报送", "Please report"))
		}
	}
	if waited {
		notices = append(notices, r.allIn()...)
	}
	out := Outcome{Events: []act.Event{act.Happened("round.gathered", map[string]any{"units": units}, notices...)}}
	if len(r.Gathering) == 0 && len(r.Sheets) == 0 {
		return r.nothingToReport(out, now)
	}
	return r, out, nil
}

// takeSheet takes one sheet in, and reports whether its unit is asked for the
// first time. What is compiled, or was submitted by another unit, is answered; what
// another unit has not answered comes from its sheet to this one. The slice of
// sheets must be the round's own.
func (r ReportRound) takeSheet(news Sheet) (_ ReportRound, asked bool) {
	i := r.sheet(news.Unit.ID)
	if i >= 0 && r.Sheets[i].Status == SheetSubmitted {
		return r, false
	}
	news.Lines = slices.DeleteFunc(slices.Clone(news.Lines), func(l Line) bool { return r.compiled(l.Target) || r.answered(news.Unit.ID, l) })
	for n, other := range r.Sheets {
		if n != i {
			r.Sheets[n] = other.without(news.Lines)
		}
	}
	if i >= 0 {
		r.Sheets[i] = r.Sheets[i].refreshed(news)
		return r, false
	}
	news = news.settled()
	r.Sheets = append(r.Sheets, news)
	return r, news.Status == SheetOpen
}

// answered reports whether another unit than the one has submitted a line.
func (r ReportRound) answered(unit string, line Line) bool {
	return slices.ContainsFunc(r.Sheets, func(s Sheet) bool {
		return s.Unit.ID != unit && s.Status == SheetSubmitted && s.has(line)
	})
}

// nothingToReport ends a round in which nobody has anything to say.
func (r ReportRound) nothingToReport(out Outcome, now time.Time) (ReportRound, Outcome, error) {
	r, frozen := r.frozen(act.Clock(), "", now)
	return r, join(out, frozen), nil
}

// Title is the round in one line.
func (r ReportRound) Title() string {
	zh, _ := r.Period.Title()
	title := r.PlanTitle + " " + zh
	if r.Version > 1 {
		title += fmt.Sprintf("（第%d版）", r.Version)
	}
	return title
}

// notice tells somebody of the round, in one sentence that begins with the words.
func (r ReportRound) notice(to org.Party, kind, zh, en string) act.Notice {
	_, period := r.Period.Title()
	due := r.Armed.Due.String()
	return act.Notice{To: to, Kind: kind, Title: zh + "（期限" + due + "）：" + short(r.Title()), TitleEn: en + " (due " + due + "): " + period + " of " + short(r.PlanTitle)}
}

// Status is where the round stands.
func (r ReportRound) Status() RoundStatus {
	answers := r.answers()
	switch {
	case !r.FrozenAt.IsZero():
		return RoundFrozen
	case !slices.ContainsFunc(r.Sections, answers.mayCompile):
		return RoundFilling
	case slices.ContainsFunc(r.Sections, func(s Section) bool { return s.Compiled == nil }):
		return RoundCompiling
	}
	return RoundCompiled
}

func (r ReportRound) sheet(unit string) int {
	return slices.IndexFunc(r.Sheets, func(s Sheet) bool { return s.Unit.ID == unit })
}

func (r ReportRound) section(target string) int {
	return slices.IndexFunc(r.Sections, func(s Section) bool { return s.Target == target })
}

// IsClosed reports whether nothing can happen any more.
func (r ReportRound) IsClosed() bool { return !r.FrozenAt.IsZero() }

// Kind of the process and the plan it belongs to, for the read model.
func (r ReportRound) Kind() (kind, plan string) { return KindReport, r.Plan }
