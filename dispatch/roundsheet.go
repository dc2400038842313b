package dispatch

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/org"
	"duban/target"
)

// SheetStatus is where a unit's sheet stands.
type SheetStatus string

const (
	SheetOpen      SheetStatus = "open"
	SheetSubmitted SheetStatus = "submitted"
	// SheetSettled is a sheet on which nothing is asked: its assignments have all
	// ended or gone to other units.
	SheetSettled SheetStatus = "settled"
)

// Sheet is what one unit reports in a round, with a line for each of its
// assignments.
type Sheet struct {
	Unit   org.UnitRef `json:"unit"`
	Status SheetStatus `json:"status"`
	Lines  []Line      `json:"lines"`
	// Version grows with every change of the sheet, so that nobody overwrites what
	// he has not seen.
	Version     int       `json:"version"`
	Late        bool      `json:"late,omitempty"` // submitted after the due moment
	SubmittedBy act.Actor `json:"submittedBy"`
	SubmittedAt time.Time `json:"submittedAt"`
	// Returned says why a lead unit or the supervisor wants it changed.
	Returned string `json:"returned,omitempty"`
}

// Line is one assignment on a sheet.
type Line struct {
	Assignment string        `json:"assignment"`
	Target     string        `json:"annualTarget"` // the section that it belongs to
	Item       target.Item   `json:"item"`
	Due        calendar.Date `json:"due"`    // as it is now
	Status     string        `json:"status"` // of the assignment
	Overdue    bool          `json:"overdue"`
	// Closed: the assignment has ended, and nothing more is to be said of it.
	Closed   bool `json:"closed"`
	Accepted bool `json:"accepted"`
	// Said is what the unit says. It is filled in with what it has said before.
	Said   Said   `json:"said"`
	Source Source `json:"source"`
	// Own: the unit wrote this line in the round itself.
	Own bool `json:"own"`
}

// Said is what a unit says of one assignment, which is a progress report on it.
type Said = Progress

// Source is where a line was filled in from.
type Source struct {
	Report   int       `json:"report,omitempty"`   // number of the assignment's report
	Round    string    `json:"round,omitempty"`    // the round in which that was made
	At       time.Time `json:"at,omitzero"`        // when it was said; zero: nothing was yet
	InPeriod bool      `json:"inPeriod,omitempty"` // it was made within the period of the round
}

// SheetLines is the payload of SaveSheet and SubmitSheet: the lines that the unit
// wrote. The others stay as they are.
type SheetLines struct {
	Unit    string      `json:"unit"`
	Version int         `json:"version,omitempty"` // of the sheet that was seen; needed to save
	Lines   []SheetLine `json:"lines,omitempty"`
}

// SheetLine is one written line.
type SheetLine struct {
	Assignment string `json:"assignment"`
	Progress
}

// SheetUnit is the payload of RefreshSheet.
type SheetUnit struct {
	Unit string `json:"unit"`
}

// SheetReturn is the payload of SendBack.
type SheetReturn struct {
	Unit   string `json:"unit"`
	Reason string `json:"reason"`
}

// settled is the sheet with the status that its lines give it; what a unit has
// submitted stays so.
func (s Sheet) settled() Sheet {
	if s.Status != SheetSubmitted {
		s.Status = SheetSettled
		if slices.ContainsFunc(s.Lines, func(l Line) bool { return !l.Closed }) {
			s.Status = SheetOpen
		}
	}
	return s
}

func (s Sheet) has(line Line) bool { return s.line(line.Assignment) >= 0 }

func (s Sheet) line(assignment string) int {
	return slices.IndexFunc(s.Lines, func(l Line) bool { return l.Assignment == assignment })
}

// without is the sheet after some of its lines went to another unit's.
func (s Sheet) without(gone []Line) Sheet {
	lines := slices.DeleteFunc(slices.Clone(s.Lines), Sheet{Lines: gone}.has)
	if len(lines) == len(s.Lines) {
		return s
	}
	s.Lines = lines
	s.Version++
	return s.settled()
}

// refreshed takes news of the assignments in. What the unit wrote itself stays,
// and so does what there is no news of: it is asked where it was asked first.
func (s Sheet) refreshed(news Sheet) Sheet {
	lines := slices.Clone(news.Lines)
	for _, old := range s.Lines {
		i := news.line(old.Assignment)
		switch {
		case i < 0:
			lines = append(lines, old)
		case old.Own && !lines[i].Closed: // the end of an assignment has the last word
			lines[i].Said, lines[i].Own = old.Said, true
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return strings.Compare(a.Assignment, b.Assignment) })
	if !reflect.DeepEqual(s.Lines, lines) {
		s.Lines = lines
		s.Version++
	}
	return s.settled()
}

// ofUnit finds the sheet of a unit on whose behalf somebody acts.
func (r ReportRound) ofUnit(unit string) (int, error) {
	i := r.sheet(unit)
	if i < 0 {
		return 0, act.NotFound("not-found", "本期报送中没有该单位的报表。", "The round has no sheet of this unit.")
	}
	return i, nil
}

// mayFill finds the sheet that somebody wants to fill in.
func (r ReportRound) mayFill(actor act.Actor, unit string) (int, error) {
	i, err := r.ofUnit(unit)
	if err != nil {
		return 0, err
	}
	if !actor.WorksFor(unit) {
		return 0, act.NotAllowed("not-the-reporting-unit", "只有报送单位（"+r.Sheets[i].Unit.Name+"）可以填写本表。",
			"Only the reporting unit ("+r.Sheets[i].Unit.Name+") may fill in this sheet.")
	}
	return i, nil
}

func (r ReportRound) saveSheet(c act.Command, _ time.Time) (ReportRound, Outcome, error) {
	var in SheetLines
	if err := c.Decode(&in); err != nil {
		return r, Outcome{}, err
	}
	i, err := r.mayFill(c.Actor, in.Unit)
	if err != nil {
		return r, Outcome{}, err
	}
	if r.Sheets[i].Status == SheetSettled {
		return r, Outcome{}, nothingAsked()
	}
	if in.Version == 0 {
		return r, Outcome{}, act.Malformed("version-required", "请注明您修改的是第几版，以免覆盖他人的修改。",
			"State the version that you changed, so that nobody's change is lost.")
	}
	sheet, err := r.written(r.Sheets[i], in)
	if err != nil {
		return r, Outcome{}, err
	}
	sheet.Status = SheetOpen
	r.Sheets = slices.Clone(r.Sheets)
	r.Sheets[i] = sheet
	return r, Outcome{Events: []act.Event{act.Happened("round.sheet-saved", r.Sheets[i].record())}}, nil
}

func nothingAsked() *act.Refusal {
	return act.NotNow("nothing-asked", "本单位本期的任务单均已办结或移交，无需报送。", "The unit's assignments have all ended or gone to others; nothing is asked of it.")
}

// submitSheet confirms what stands on a sheet, after what is written with it.
func (r ReportRound) submitSheet(c act.Command, now time.Time) (ReportRound, Outcome, error) {
	var in SheetLines
	if err := c.Decode(&in); err != nil {
		return r, Outcome{}, err
	}
	i, err := r.mayFill(c.Actor, in.Unit)
	if err != nil {
		return r, Outcome{}, err
	}
	switch {
	case r.Sheets[i].Status == SheetSettled:
		return r, Outcome{}, nothingAsked()
	case r.Sheets[i].Status == SheetSubmitted && len(in.Lines) == 0:
		return r, Outcome{}, act.NotNow("already-submitted", "本表已报送；如有变化，请修改后再次报送。", "The sheet was submitted already; change it and submit it again.")
	}
	sheet, err := r.written(r.Sheets[i], in)
	if err != nil {
		return r, Outcome{}, err
	}
	if err := r.complete(sheet); err != nil {
		return r, Outcome{}, err
	}
	sheet.Status, sheet.Returned, sheet.SubmittedBy, sheet.SubmittedAt = SheetSubmitted, "", c.Actor, now
	sheet.Late = sheet.Late || r.Schedule.Overdue
	out := Outcome{Effects: r.reports(sheet, c.Actor)}
	r.Sheets = slices.Clone(r.Sheets)
	r.Sheets[i] = sheet
	out.Events = []act.Event{act.Happened("round.sheet-submitted", sheet.record(), r.allIn()...)}
	return r, out, nil
}

// written is the sheet with lines that the unit wrote. Lines of a section that is
// compiled already are not changed any more.
func (r ReportRound) written(s Sheet, in SheetLines) (Sheet, error) {
	if in.Version != 0 && in.Version != s.Version {
		return s, act.NotNow("stale", fmt.Sprintf("报表已被更新（您看到的是第 %d 版，现为第 %d 版），请刷新后再操作。", in.Version, s.Version),
			fmt.Sprintf("The sheet changed (you saw version %d, it is at %d); reload and try again.", in.Version, s.Version))
	}
	if len(in.Lines) == 0 {
		return s, nil
	}
	s.Lines = slices.Clone(s.Lines)
	var faults []act.Fault
	for n, line := range in.Lines {
		i := s.line(line.Assignment)
		if i >= 0 && reflect.DeepEqual(s.Lines[i].Said, line.Progress) {
			continue // it stands there already
		}
		if fault := r.fault(s, i, line.Progress); fault != nil {
			fault.Field = fmt.Sprintf("lines[%d].%s", n, fault.Field)
			faults = append(faults, *fault)
			continue
		}
		s.Lines[i].Said, s.Lines[i].Own = line.Progress, true
	}
	if len(faults) > 0 {
		return s, act.Malformed("lines", "报表有误，请按提示修改。", "The sheet has faults; correct them.", faults...)
	}
	s.Version++
	return s, nil
}

// fault says why a line cannot be written, if so.
func (r ReportRound) fault(s Sheet, i int, said Said) *act.Fault {
	switch {
	case i < 0:
		return &act.Fault{Field: "assignment", Code: "unknown", Zh: "本表没有该任务单", En: "the sheet has no such assignment"}
	case s.Lines[i].Closed:
		return &act.Fault{Field: "assignment", Code: "closed", Zh: "任务单已办结，无需再报", En: "the assignment is closed; nothing is asked"}
	case r.compiled(s.Lines[i].Target):
		return &act.Fault{Field: "assignment", Code: "compiled", Zh: "牵头单位已汇总，如需修改请联系牵头单位退回", En: "it is compiled already; ask the lead unit to send it back"}
	case said.Percent < 0 || said.Percent > 100:
		return &act.Fault{Field: "percent", Code: "range", Zh: "应在 0 至 100 之间", En: "must be 0 to 100"}
	case len(said.Attachments) > act.MostAttachments:
		return &act.Fault{Field: "attachments", Code: "too-many-files", Zh: fmt.Sprintf("附件最多 %d 个", act.MostAttachments), En: fmt.Sprintf("at most %d files", act.MostAttachments)}
	}
	for field, text := range []string{said.Text, said.Evidence} {
		if notTooLong("", text, longestText) != nil {
			return &act.Fault{Field: []string{"text", "evidence"}[field], Code: "too-long", Zh: fmt.Sprintf("最多 %d 字", longestText), En: fmt.Sprintf("at most %d characters", longestText)}
		}
	}
	return nil
}

func (r ReportRound) compiled(target string) bool {
	i := r.section(target)
	return i >= 0 && r.Sections[i].Compiled != nil
}

// complete refuses a sheet on which something is still to be said.
func (r ReportRound) complete(s Sheet) error {
	var faults []act.Fault
	for i, line := range s.Lines {
		if line.Closed || r.compiled(line.Target) {
			continue
		}
		field := fmt.Sprintf("sheet[%d].", i)
		if strings.TrimSpace(line.Said.Text) == "" {
			faults = append(faults, act.Fault{Field: field + "text", Code: "required", Zh: "请填写进展：" + short(line.Item.Content), En: "say how it goes: " + short(line.Item.Content)})
		}
		if line.Item.Amount != nil && line.Said.Amount == nil {
			faults = append(faults, act.Fault{Field: field + "amount", Code: "required", Zh: "请填写数值：" + short(line.Item.Content), En: "give the figure: " + short(line.Item.Content)})
		}
	}
	if len(faults) > 0 {
		return act.Malformed("incomplete", "报表尚未填写完整，请按提示补充。", "The sheet is not complete; fill in what is listed.", faults...)
	}
	return nil
}

// reports tells the assignments what was said of them. What the unit has reported
// there within the period already is nothing new.
func (r ReportRound) reports(s Sheet, by act.Actor) []Effect {
	var effects []Effect
	for _, line := range s.Lines {
		if line.Closed || line.Source.InPeriod && !line.Own {
			continue
		}
		report := RoundReport{Round: r.ID, By: by, Progress: line.Said}
		id := fmt.Sprintf("round:%s:%d", r.ID, s.Version)
		effects = append(effects, tell(AssignmentWorkflow(line.Assignment), id, NoteReport, act.Process(), report))
	}
	return effects
}

// record is what the events say of a sheet: not its words, which only those read
// whom they concern, but what proves them.
func (s Sheet) record() map[string]any {
	return map[string]any{"unit": s.Unit.ID, "version": s.Version, "lines": len(s.Lines), "late": s.Late, "digest": digest(mustJSON(s.Lines))}
}

// refreshSheet asks for what was reported on the assignments meanwhile.
func (r ReportRound) refreshSheet(c act.Command) (ReportRound, Outcome, error) {
	var in SheetUnit
	if err := c.Decode(&in); err != nil {
		return r, Outcome{}, err
	}
	i, err := r.mayFill(c.Actor, in.Unit)
	if err != nil {
		return r, Outcome{}, err
	}
	if r.Sheets[i].Status == SheetSubmitted {
		return r, Outcome{}, act.NotNow("already-submitted", "本表已报送。", "The sheet was submitted already.")
	}
	return r, Outcome{Events: []act.Event{act.Happened("round.sheet-refreshed", in)},
		Effects: []Effect{r.gather([]org.UnitRef{r.Sheets[i].Unit})}}, nil
}

// sendBack asks a unit to change what it submitted. The lead unit's own sections
// are to be compiled anew then.
func (r ReportRound) sendBack(c act.Command, _ time.Time) (ReportRound, Outcome, error) {
	var in SheetReturn
	if err := c.Decode(&in); err != nil {
		return r, Outcome{}, err
	}
	i, err := r.ofUnit(in.Unit)
	if err != nil {
		return r, Outcome{}, err
	}
	sheet := r.Sheets[i]
	leads := func(target string) bool {
		section := r.section(target)
		return section >= 0 && c.Actor.WorksFor(r.Sections[section].Leads[0].ID)
	}
	supervises := c.Actor.Is(supervisor(r.Supervisor))
	if !supervises && !slices.ContainsFunc(sheet.Lines, func(l Line) bool { return leads(l.Target) }) {
		return r, Outcome{}, act.NotAllowed("not-the-lead-unit", "只有相关任务的牵头单位或督查人员可以退回报表。", "Only a lead unit of its tasks or the supervisor may send a sheet back.")
	}
	if sheet.Status != SheetSubmitted {
		return r, Outcome{}, act.NotNow("not-submitted", "该单位尚未报送。", "The unit has not submitted its sheet.")
	}
	if err := written("reason", in.Reason, longestText); err != nil {
		return r, Outcome{}, err
	}
	r.Sections = slices.Clone(r.Sections)
	for _, line := range sheet.Lines {
		if section := r.section(line.Target); section >= 0 && (supervises || leads(line.Target)) {
			r.Sections[section].Compiled = nil
		}
	}
	sheet.Status, sheet.Returned = SheetOpen, in.Reason
	sheet.Version++
	r.Sheets = slices.Clone(r.Sheets)
	r.Sheets[i] = sheet
	notice := r.notice(operator(sheet.Unit), "returned", "报表被退回，请修改后重新报送", "Your report was sent back; please change it and submit it again")
	return r, Outcome{Events: []act.Event{act.Happened("round.sheet-sent-back", in, notice)}}, nil
}
