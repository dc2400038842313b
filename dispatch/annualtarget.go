package dispatch

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"duban/act"
	"duban/approval"
	"duban/deadline"
	"duban/org"
	"duban/target"
)

// TargetStatus is where an annual target stands.
type TargetStatus string

const (
	TargetProposed          TargetStatus = "proposed" // in the year before, not confirmed yet
	TargetDrafted           TargetStatus = "drafted"
	TargetInSignOff         TargetStatus = "in-sign-off"
	TargetDispatched        TargetStatus = "dispatched"
	TargetCompletionSignOff TargetStatus = "completion-in-sign-off"
	TargetClosed            TargetStatus = "closed"
)

// TargetOpening is the payload with which an annual target begins.
type TargetOpening struct {
	ID          string             `json:"id"`
	Plan        string             `json:"plan"`
	Task        TaskRef            `json:"task"`
	Year        int                `json:"year"`
	Leads       []org.UnitRef      `json:"leads"`    // the first one leads, the others sign
	Supports    []org.UnitRef      `json:"supports"` // groups expanded to their members
	Supervisor  org.UnitRef        `json:"supervisor"`
	Requirement target.Requirement `json:"requirement"`
	// Proposal is set where nobody opened it, but the turn of the year proposed it.
	Proposal *Proposal `json:"proposal,omitempty"`
}

// TaskRef names a task as it was when the annual target was opened.
type TaskRef struct {
	Key       int    `json:"key"`
	No        string `json:"no"`
	Title     string `json:"title"`
	Programme string `json:"programme"`
}

// AnnualTarget is one task in one year (年度目标): its decomposition, the
// sign-off of it, the assignments dispatched from it and its completion.
type AnnualTarget struct {
	TargetOpening
	Status     TargetStatus      `json:"status"`
	Items      []target.Item     `json:"items"`
	Excuses    []target.Excuse   `json:"excuses"`
	Draft      *approval.SignOff `json:"draft,omitempty"`      // sign-off of the decomposition
	Completion *approval.SignOff `json:"completion,omitempty"` // sign-off of the year's report
	// Past are sign-offs that ended without approval; what followed began anew.
	Past []approval.SignOff `json:"past,omitempty"`
	// Confirm is the ladder of a proposal.
	Confirm      deadline.Schedule `json:"confirm,omitzero"`
	Report       *CompletionReport `json:"report,omitempty"`
	Assignments  []Tracked         `json:"assignments"`
	Urges        Urges             `json:"urges,omitempty"`
	ReadyAt      time.Time         `json:"readyAt"` // when the last assignment was closed
	OpenedAt     time.Time         `json:"openedAt"`
	DispatchedAt time.Time         `json:"dispatchedAt"`
	ClosedAt     time.Time         `json:"closedAt"`
}

// CompletionReport is what the lead unit reports at the end of the year. The
// figures are rolled up from the assignments and cannot be written by hand.
type CompletionReport struct {
	Summary string                `json:"summary"`
	Results []target.TargetResult `json:"results"`
}

// Apply decides a command.
func (t AnnualTarget) Apply(c act.Command, now time.Time) (AnnualTarget, Outcome, error) {
	if t.Status == "" && c.Name != Open {
		return t, Outcome{}, notOpened()
	}
	switch c.Name {
	case Open:
		return t.open(c, now)
	case ConfirmTarget:
		return t.confirm(c, now)
	case SaveDecomposition:
		return t.save(c)
	case SubmitDecomposition:
		return t.submit(c, now)
	case SubmitCompletion:
		return t.submitCompletion(c, now)
	case Sign:
		return t.sign(c, now)
	case SetSignOffDue:
		return t.setSignOffDue(c, now)
	case Urge:
		return t.urge(c, now)
	case Recalculate:
		return t.recalculate(c)
	case ArmConfirm:
		return t.armConfirm(c, now)
	case TrackAssignment:
		return t.track(c, now)
	}
	return t, Outcome{}, unknownCommand(c.Name)
}

func (t AnnualTarget) open(c act.Command, now time.Time) (AnnualTarget, Outcome, error) {
	if t.Status != "" {
		return t, Outcome{}, alreadyOpened()
	}
	var in TargetOpening
	if err := c.Decode(&in); err != nil {
		return t, Outcome{}, err
	}
	if len(in.Leads) == 0 {
		return t, Outcome{}, act.Malformed("no-lead-unit", "该任务没有牵头单位，请先在方案中确定。", "The task has no lead unit; name one in the plan first.")
	}
	if in.Proposal != nil {
		return t.openProposed(c, in, now)
	}
	if !c.Actor.WorksFor(in.Leads[0].ID) && !c.Actor.Has(org.Supervisor) && !c.Actor.Has(org.Admin) {
		return t, Outcome{}, act.NotAllowed("not-the-lead-unit", "只有牵头单位、督查或管理员可以启动年度目标。", "Only the lead unit, a supervisor or an administrator may open an annual target.")
	}
	next := AnnualTarget{TargetOpening: in, Status: TargetDrafted, OpenedAt: now}
	notice := act.Notice{To: operator(in.Leads[0]), Kind: "decompose",
		Title: "请分解年度目标：" + next.Title(), TitleEn: "Please decompose the annual target: " + next.Title()}
	return next, Outcome{Events: []act.Event{act.Happened("target.opened", in, notice)}}, nil
}

// Title is the annual target in one line.
func (t AnnualTarget) Title() string {
	return fmt.Sprintf("%d年 任务%s %s", t.Year, t.Task.No, t.Task.Title)
}

// lead is the unit that decomposes, dispatches and reviews: the first named.
func (t AnnualTarget) lead() org.UnitRef { return t.Leads[0] }

func (t AnnualTarget) mayLead(actor act.Actor) error {
	if actor.WorksFor(t.lead().ID) {
		return nil
	}
	return act.NotAllowed("not-the-lead-unit",
		"只有第一牵头单位（"+t.lead().Name+"）可以进行此操作。",
		"Only the first lead unit ("+t.lead().Name+") may do this.")
}

// open for changes by the lead unit: never signed, returned or withdrawn.
func (t AnnualTarget) inDraft() error {
	if t.Status == TargetProposed {
		return act.NotNow("not-confirmed", "年度目标尚未确认，请先确认再分解。", "The annual target is not confirmed yet; confirm it first.")
	}
	if t.Status != TargetDrafted {
		return act.NotNow("not-in-draft", "分解方案已提交，不能修改；如需修改请先撤回会签。",
			"The decomposition was submitted; withdraw the sign-off to change it.")
	}
	return nil
}

func (t AnnualTarget) save(c act.Command) (AnnualTarget, Outcome, error) {
	if err := t.mayLead(c.Actor); err != nil {
		return t, Outcome{}, err
	}
	if err := t.inDraft(); err != nil {
		return t, Outcome{}, err
	}
	if c.ExpectedVersion == 0 {
		return t, Outcome{}, act.Malformed("version-required", "请注明您修改的是第几版，以免覆盖他人的修改。",
			"State the version that you changed, so that nobody's change is lost.")
	}
	var in Decomposition
	if err := c.Decode(&in); err != nil {
		return t, Outcome{}, err
	}
	if err := t.checkUnits(in); err != nil {
		return t, Outcome{}, err
	}
	t.Items, t.Excuses = in.Items, in.Excuses
	return t, Outcome{Events: []act.Event{act.Happened("target.decomposition-saved", in)}}, nil
}

// maxItems bounds one decomposition; a province has 122 counties.
const maxItems = 500

// checkUnits refuses a draft that could not even be stored: keys that repeat,
// or units that have nothing to do with the task. What is merely unfinished may
// be saved, and is refused on submission.
func (t AnnualTarget) checkUnits(in Decomposition) error {
	if len(in.Items) > maxItems {
		return act.Malformed("too-many-items", fmt.Sprintf("分解项最多 %d 条。", maxItems), fmt.Sprintf("A decomposition has at most %d items.", maxItems))
	}
	var faults []act.Fault
	keys := map[int]bool{}
	for i, item := range in.Items {
		field := fmt.Sprintf("items[%d]", i)
		if item.Key < 1 || keys[item.Key] {
			faults = append(faults, act.Fault{Field: field + ".key", Code: "key", Zh: "分解项编号须为正数且不重复。", En: "Item keys must be positive and unique."})
		}
		keys[item.Key] = true
		if item.Unit.ID != "" && !t.concerns(item.Unit.ID) {
			faults = append(faults, act.Fault{Field: field + ".unit", Code: "unit-not-concerned",
				Zh: "“" + item.Unit.Name + "”不是本任务的牵头或配合单位。", En: item.Unit.Name + " is neither a lead nor a supporting unit of the task."})
		}
	}
	if len(faults) > 0 {
		return act.Malformed("decomposition", "分解方案有误，请按提示修改。", "The decomposition has faults; correct them.", faults...)
	}
	return nil
}

func (t AnnualTarget) concerns(unit string) bool {
	is := func(u org.UnitRef) bool { return u.ID == unit }
	return slices.ContainsFunc(t.Leads, is) || slices.ContainsFunc(t.Supports, is)
}

func (t AnnualTarget) submit(c act.Command, now time.Time) (AnnualTarget, Outcome, error) {
	if err := t.mayLead(c.Actor); err != nil {
		return t, Outcome{}, err
	}
	if err := t.inDraft(); err != nil {
		return t, Outcome{}, err
	}
	if err := t.addsUp(); err != nil {
		return t, Outcome{}, err
	}
	var in PutToSign
	if err := c.Decode(&in); err != nil {
		return t, Outcome{}, err
	}
	if err := notTooLong("comment", in.Comment, longestText); err != nil {
		return t, Outcome{}, err
	}
	return t.putDraft(c.Actor, in, now)
}

// addsUp refuses a decomposition that does not add up, covers a unit not, or
// leaves an item without unit, content or date.
func (t AnnualTarget) addsUp() error {
	faults := target.Check(t.Requirement, t.Items, t.Excuses)
	if len(faults) == 0 {
		return nil
	}
	listed := make([]act.Fault, 0, len(faults))
	for _, f := range faults {
		listed = append(listed, act.Fault{Field: f.Field(), Code: f.Code, Zh: f.Zh, En: f.En})
	}
	return act.Malformed("does-not-add-up", "分解方案尚未平衡，不能提交，请按提示补充。",
		"The decomposition does not add up yet; complete it as listed.", listed...)
}

// dispatch sends the approved items out, one assignment each.
func (t AnnualTarget) dispatch(out Outcome, now time.Time) (AnnualTarget, Outcome) {
	t.Status, t.DispatchedAt = TargetDispatched, now
	t.Assignments = make([]Tracked, 0, len(t.Items))
	for _, item := range t.Items {
		opening := t.assignment(item)
		t.Assignments = append(t.Assignments, Tracked{Assignment: opening.ID, Unit: item.Unit, Status: string(AssignmentDispatched), Due: item.Due})
		out.Effects = append(out.Effects, Effect{StartAssignment: &opening})
	}
	out.Events = append(out.Events, act.Happened("target.dispatched", map[string]any{"items": len(t.Items)}))
	return t, out
}

func (t AnnualTarget) assignment(item target.Item) AssignmentOpening {
	return AssignmentOpening{
		ID: AssignmentID(t.ID, item.Key), Target: t.ID, Plan: t.Plan, Task: t.Task, Year: t.Year,
		Item: item, Leads: t.Leads, Supervisor: t.Supervisor, Edition: edition,
	}
}

// track takes in where an assignment stands. News of one that is not ours is
// ignored; the last word on each counts.
func (t AnnualTarget) track(c act.Command, now time.Time) (AnnualTarget, Outcome, error) {
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return t, Outcome{}, err
	}
	var in Tracked
	if err := c.Decode(&in); err != nil {
		return t, Outcome{}, err
	}
	i := slices.IndexFunc(t.Assignments, func(a Tracked) bool { return a.Assignment == in.Assignment })
	if i < 0 {
		return t, Outcome{}, act.NotFound("not-found", "该任务单不属于本年度目标。", "The assignment does not belong to this annual target.")
	}
	if reflect.DeepEqual(t.Assignments[i], in) {
		return t, Outcome{}, nil
	}
	t.Assignments = slices.Clone(t.Assignments)
	t.Assignments[i] = in
	var notices []act.Notice
	if t.allClosed() && t.ReadyAt.IsZero() {
		t.ReadyAt = now
		notices = append(notices, act.Notice{To: operator(t.lead()), Kind: "complete",
			Title: "任务单已全部办结，请提交年度完成报告：" + t.Title(), TitleEn: "All assignments are closed; please submit the completion report: " + t.Title()})
	}
	return t, Outcome{Events: []act.Event{act.Happened("target.assignment-tracked", in, notices...)}}, nil
}

func (t AnnualTarget) allClosed() bool {
	return len(t.Assignments) > 0 && !slices.ContainsFunc(t.Assignments, func(a Tracked) bool { return a.Status != string(AssignmentClosed) })
}

func (t AnnualTarget) submitCompletion(c act.Command, now time.Time) (AnnualTarget, Outcome, error) {
	if err := t.mayLead(c.Actor); err != nil {
		return t, Outcome{}, err
	}
	if t.Status != TargetDispatched {
		return t, Outcome{}, act.NotNow("not-dispatched", "当前状态不能提交完成报告。", "A completion report cannot be submitted in this state.")
	}
	if !t.allClosed() {
		return t, Outcome{}, act.NotNow("assignments-open", "还有任务单未办结，全部办结后才能提交完成报告。", "Some assignments are still open; close them first.")
	}
	var in Completion
	if err := c.Decode(&in); err != nil {
		return t, Outcome{}, err
	}
	if err := written("summary", in.Summary, longestText); err != nil {
		return t, Outcome{}, err
	}
	return t.putReport(c.Actor, CompletionReport{Summary: in.Summary, Results: t.results()}, in.PutToSign, now)
}

// results rolls the assignments up, target by target.
func (t AnnualTarget) results() []target.TargetResult {
	done := make([]target.ItemResult, 0, len(t.Assignments))
	for i, a := range t.Assignments {
		item := t.Items[i]
		done = append(done, target.ItemResult{Item: item, Done: a.Outcome == OutcomeAccepted, Reached: a.Reached})
	}
	return target.Results(t.Requirement, done)
}

// IsClosed reports whether nothing can happen any more.
func (t AnnualTarget) IsClosed() bool { return t.Status == TargetClosed }
