package dispatch

import (
	"slices"
	"time"

	"duban/act"
	"duban/approval"
	"duban/calendar"
	"duban/deadline"
	"duban/org"
	"duban/target"
)

// AssignmentStatus is where an assignment stands.
type AssignmentStatus string

const (
	AssignmentDispatched   AssignmentStatus = "dispatched"
	AssignmentAcknowledged AssignmentStatus = "acknowledged" // 签收
	AssignmentInProgress   AssignmentStatus = "in-progress"  // first report
	AssignmentSubmitted    AssignmentStatus = "submitted"
	AssignmentReturned     AssignmentStatus = "returned"
	AssignmentClosed       AssignmentStatus = "closed"
)

// How an assignment ended.
const (
	// OutcomeAccepted: the reviewer accepted what was delivered (办结).
	OutcomeAccepted = "accepted"
	// OutcomeStruckOff: a supervisor closed it without the work being done.
	OutcomeStruckOff = "struck-off"
)

// AssignmentOpening is the payload with which an item is dispatched.
type AssignmentOpening struct {
	ID         string        `json:"id"`
	Target     string        `json:"target"`
	Plan       string        `json:"plan"`
	Task       TaskRef       `json:"task"`
	Year       int           `json:"year"`
	Item       target.Item   `json:"item"`
	Leads      []org.UnitRef `json:"leads"`
	Supervisor org.UnitRef   `json:"supervisor"`
	// ReplyWorkingDays is the plan's time to answer a supervision order.
	ReplyWorkingDays int `json:"replyWorkingDays"`
	// Armed is the ladder of the item's due date.
	Armed Armed `json:"armed"`
	// Edition is that of the rules by which the assignment lives.
	Edition int `json:"edition,omitempty"`
	// Rules are the plan's rules of supervision.
	Rules Rules `json:"rules,omitzero"`
}

// Assignment is one dispatched item at one responsible unit (任务单).
type Assignment struct {
	AssignmentOpening
	Unit     org.UnitRef       `json:"unit"` // responsible now
	Status   AssignmentStatus  `json:"status"`
	Outcome  string            `json:"outcome"`
	Due      calendar.Date     `json:"due"`
	FirstDue calendar.Date     `json:"firstDue"` // never changes
	Schedule deadline.Schedule `json:"schedule"`
	// Arming: the due date has changed and its ladder is not known yet; until
	// then the clock is silent.
	Arming bool `json:"arming,omitempty"`
	// DueSetAt is when the due date was set; what its ladder has from then on comes.
	DueSetAt time.Time `json:"dueSetAt,omitzero"`
	// DueCounted says how Due was found where it is so many working days away; nil
	// where people named the date.
	DueCounted *Counted `json:"dueCounted,omitempty"`
	// Calendar is the last load of a calendar that the schedule was made by.
	Calendar int64 `json:"calendar,omitempty"`
	// Ladder is the version of the plan's ladder that the schedule was made by.
	Ladder        int              `json:"ladder,omitempty"`
	Overdue       bool             `json:"overdue"`
	Reports       []Reported       `json:"reports"`
	Reached       *target.Amount   `json:"reached,omitempty"` // as last reported
	Evidence      string           `json:"evidence"`          // of the last submission
	ReviewComment string           `json:"reviewComment"`
	Returns       int              `json:"returns,omitempty"` // how often a submission was returned
	Attachments   []act.Attachment `json:"attachments,omitempty"`
	// Earlier are the files of earlier submissions, which stay readable.
	Earlier []act.Attachment `json:"earlier,omitempty"`
	// Review is the sign-off of what was submitted; Past are those of units that
	// were responsible before, and those that ended without acceptance.
	Review         *approval.SignOff  `json:"review,omitempty"`
	Past           []approval.SignOff `json:"past,omitempty"`
	Extensions     []Extension        `json:"extensions"`
	Prolongations  []Prolongation     `json:"prolongations,omitempty"`
	Leave          *Leave             `json:"leave,omitempty"`
	Handovers      []Handover         `json:"handovers,omitempty"`
	Episodes       Episodes           `json:"episodes,omitzero"`
	Supervisions   []Ordered          `json:"supervisions"`
	Urges          Urges              `json:"urges,omitempty"`
	UrgedAt        time.Time          `json:"urgedAt"`
	DispatchedAt   time.Time          `json:"dispatchedAt"`
	AcknowledgedAt time.Time          `json:"acknowledgedAt"`
	SubmittedAt    time.Time          `json:"submittedAt"`
	ClosedAt       time.Time          `json:"closedAt"`
}

// Reported is one progress report.
type Reported struct {
	N        int       `json:"n"`
	By       act.Actor `json:"by"`
	At       time.Time `json:"at"`
	Round    string    `json:"round,omitempty"` // the report round in which it was made
	Progress `json:"progress"`
}

// Ordered is a supervision order on the assignment.
type Ordered struct {
	N       int    `json:"n"`
	Outcome string `json:"outcome,omitempty"` // empty while it is open
}

// Apply decides a command.
func (a Assignment) Apply(c act.Command, now time.Time) (Assignment, Outcome, error) {
	next, out, err := a.decide(c, now)
	if err != nil {
		return next, out, err
	}
	if next.Due != a.Due {
		next.DueSetAt = now
	}
	return next, next.lookBothWays(a, c, out), nil
}

func (a Assignment) decide(c act.Command, now time.Time) (Assignment, Outcome, error) {
	switch {
	case c.Name == Open:
		return a.open(c, now)
	case a.Status == "":
		return a, Outcome{}, notOpened()
	case a.Status == AssignmentClosed:
		return a, Outcome{}, alreadyClosed()
	}
	switch c.Name {
	case Acknowledge:
		return a.acknowledge(c, now)
	case Report:
		return a.report(c, now)
	case Submit:
		return a.submit(c, now)
	case Review:
		return a.review(c, now)
	case RequestExtension:
		return a.requestExtension(c, now)
	case Sign:
		return a.sign(c, now)
	case SetSignOffDue:
		return a.setSignOffDue(c, now)
	case Urge:
		return a.urge(c, now)
	case Prolong:
		return a.prolong(c, now)
	case Reassign:
		return a.reassign(c, now)
	case Close:
		return a.strikeOff(c, now)
	case AllowExtension:
		return a.allowExtension(c, now)
	case AnswerReassignment:
		return a.answerHandover(c, now)
	case DropReassignment:
		return a.dropHandover(c)
	case NoteLight:
		return a.noteLight(c, now)
	case SetConsentDue:
		return a.setConsentDue(c)
	case IssueSupervision:
		return a.issueSupervision(c, now)
	case SettleSupervision:
		return a.settleSupervision(c, now)
	case ArmLadder:
		return a.arm(c, now)
	case NoteReport:
		return a.noteReport(c, now)
	case Recalculate:
		return a.recalculate(c)
	}
	return a, Outcome{}, unknownCommand(c.Name)
}

func (a Assignment) open(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if a.Status != "" {
		return a, Outcome{}, alreadyOpened()
	}
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	var in AssignmentOpening
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	next := Assignment{AssignmentOpening: in, Unit: in.Item.Unit, Status: AssignmentDispatched,
		Due: in.Item.Due, FirstDue: in.Item.Due, DispatchedAt: now, Ladder: in.Armed.Ladder, Calendar: in.Armed.Calendar,
		Schedule: deadline.Arm(in.Armed.DueAt, in.Armed.Moments, now)}
	return next, Outcome{Events: []act.Event{act.Happened("assignment.dispatched", in, next.dispatchedNotice())}}, nil
}

func (a Assignment) dispatchedNotice() act.Notice {
	return act.Notice{To: operator(a.Unit), Kind: "assignment",
		Title: "收到任务单，请签收：" + a.Title(), TitleEn: "A new assignment; please acknowledge: " + a.Title()}
}

// Title is the assignment in one line.
func (a Assignment) Title() string {
	return "任务" + a.Task.No + " " + a.Item.Content
}

func (a Assignment) mayWork(actor act.Actor) error {
	if actor.WorksFor(a.Unit.ID) {
		return nil
	}
	return act.NotAllowed("not-the-responsible-unit", "只有责任单位（"+a.Unit.Name+"）可以进行此操作。",
		"Only the responsible unit ("+a.Unit.Name+") may do this.")
}

func (a Assignment) acknowledge(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := a.mayWork(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	if a.Status != AssignmentDispatched {
		return a, Outcome{}, act.NotNow("already-acknowledged", "任务单已签收。", "The assignment was acknowledged already.")
	}
	a.Status, a.AcknowledgedAt = AssignmentAcknowledged, now
	return a, a.told(act.Happened("assignment.acknowledged", struct{}{})), nil
}

// inWork refuses work on an assignment that is not acknowledged, or that waits
// for its review.
func (a Assignment) inWork() error {
	switch a.Status {
	case AssignmentDispatched:
		return act.NotNow("not-acknowledged", "请先签收任务单。", "Acknowledge the assignment first.")
	case AssignmentSubmitted:
		return act.NotNow("in-review", "任务单已提交，正在审核。", "The assignment was submitted and is in review.")
	}
	return nil
}

func (a Assignment) report(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := a.mayWork(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	if err := a.inWork(); err != nil {
		return a, Outcome{}, err
	}
	var in Progress
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if err := written("text", in.Text, longestText); err != nil {
		return a, Outcome{}, err
	}
	if err := notTooLong("evidence", in.Evidence, longestText); err != nil {
		return a, Outcome{}, err
	}
	if in.Percent < 0 || in.Percent > 100 {
		return a, Outcome{}, act.Malformed("percent", "进度应在 0 至 100 之间。", "The progress must be between 0 and 100.",
			act.Fault{Field: "percent", Code: "range", Zh: "应在 0 至 100 之间", En: "must be 0 to 100"})
	}
	if err := act.FewFiles(in.Attachments); err != nil {
		return a, Outcome{}, err
	}
	a.Reports = append(slices.Clone(a.Reports), Reported{N: len(a.Reports) + 1, By: c.Actor, At: now, Progress: in})
	if in.Amount != nil {
		a.Reached = in.Amount
	}
	if a.Status == AssignmentAcknowledged {
		a.Status = AssignmentInProgress
	}
	return a, a.look(a.told(act.Happened("assignment.reported", in))), nil
}

func (a Assignment) submit(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := a.mayWork(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	if err := a.inWork(); err != nil {
		return a, Outcome{}, err
	}
	var in Submission
	if err := c.Decode(&in); err != nil {
		return a, Outcome{}, err
	}
	if err := written("evidence", in.Evidence, longestText); err != nil {
		return a, Outcome{}, err
	}
	if a.Item.Amount != nil && in.Amount == nil {
		return a, Outcome{}, required("amount")
	}
	if err := act.FewFiles(in.Attachments); err != nil {
		return a, Outcome{}, err
	}
	a.Earlier = append(slices.Clone(a.Earlier), a.Attachments...)
	a.Status, a.Evidence, a.Attachments, a.SubmittedAt, a.Reached = AssignmentSubmitted, in.Evidence, in.Attachments, now, in.Amount
	a.Schedule = a.Schedule.Hold()
	return a.putReview(c.Actor, in, now)
}

// closeAs ends the assignment, and with it every open order on it.
func (a Assignment) closeAs(outcome, comment string, now time.Time) (Assignment, Outcome) {
	a.Status, a.Outcome, a.ClosedAt, a.Overdue = AssignmentClosed, outcome, now, false
	a.Schedule = a.Schedule.Stop(now)
	a.Extensions = a.dropExtension()
	a = a.dropReview()
	notice := act.Notice{To: operator(a.Unit), Kind: "closed", Title: "任务单已办结：" + a.Title(), TitleEn: "The assignment is closed: " + a.Title()}
	out := a.told(act.Happened("assignment.closed", map[string]string{"outcome": outcome, "comment": comment}, notice))
	a, ended := a.endHandover().endOrders(SettledCompleted)
	out.Effects = append(out.Effects, ended...)
	return a, out
}

// told adds the news for the annual target to what happened.
func (a Assignment) told(events ...act.Event) Outcome {
	tracked := Tracked{Assignment: a.ID, Unit: a.Unit, Status: string(a.Status), Outcome: a.Outcome, Overdue: a.Overdue, Due: a.Due, Reached: a.Reached}
	news := tell(TargetWorkflow(a.Target), "", TrackAssignment, act.Process(), tracked)
	news.Tell.News = true
	return Outcome{Events: events, Effects: []Effect{news}}
}

// IsClosed reports whether nothing can happen any more.
func (a Assignment) IsClosed() bool { return a.Status == AssignmentClosed }
