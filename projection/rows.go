// Package projection holds the rows that processes show to readers, and how
// one change of a process reaches them: only what differs is sent, together
// with the events and notices of the change.
package projection

import "time"

// AnnualTarget is one task in one year (年度目标).
type AnnualTarget struct {
	ID        string `json:"id" gorm:"primaryKey;size:64"`
	PlanID    string `json:"plan" gorm:"size:64;not null"`
	TaskKey   int    `json:"task" gorm:"not null"`
	TaskNo    string `json:"taskNo" gorm:"size:32;not null"`
	Title     string `json:"title" gorm:"size:500;not null"`
	Programme string `json:"programme" gorm:"size:300;not null"`
	Year      int    `json:"year" gorm:"not null"`
	Status    string `json:"status" gorm:"size:32;not null"`
	LeadUnit  string `json:"leadUnit" gorm:"size:64;not null"`
	LeadName  string `json:"leadName" gorm:"size:255;not null"`
	// Detail is JSON: the requirement, all units, excuses and the completion
	// report.
	Detail       string     `json:"detail" gorm:"type:text;not null"`
	Assignments  int        `json:"assignments" gorm:"not null"`
	Closed       int        `json:"closed" gorm:"not null"` // assignments that are closed
	Overdue      int        `json:"overdue" gorm:"not null"`
	OpenedAt     time.Time  `json:"openedAt" gorm:"precision:6;not null"`
	DispatchedAt *time.Time `json:"dispatchedAt" gorm:"precision:6"`
	ClosedAt     *time.Time `json:"closedAt" gorm:"precision:6"`
}

// Item is one line of a decomposition (分解项).
type Item struct {
	ID       string `json:"id" gorm:"primaryKey;size:96"`
	TargetID string `json:"annualTarget" gorm:"size:64;not null"`
	Key      int    `json:"key" gorm:"not null"`
	UnitID   string `json:"unit" gorm:"size:64;not null"`
	UnitName string `json:"unitName" gorm:"size:255;not null"`
	Content  string `json:"content" gorm:"type:text;not null"`
	// TargetKey names the target of the task that the item serves.
	TargetKey string `json:"targetKey" gorm:"size:32;not null"`
	Amount    *int64 `json:"amount"` // ten-thousandths
	Measure   string `json:"measure" gorm:"size:64;not null"`
	DueDate   string `json:"dueDate" gorm:"size:10;not null"`
}

// Assignment is a dispatched item at one responsible unit (任务单).
type Assignment struct {
	ID             string     `json:"id" gorm:"primaryKey;size:64"`
	TargetID       string     `json:"annualTarget" gorm:"size:64;not null"`
	PlanID         string     `json:"plan" gorm:"size:64;not null"`
	ItemKey        int        `json:"item" gorm:"not null"`
	UnitID         string     `json:"unit" gorm:"size:64;not null"`
	UnitName       string     `json:"unitName" gorm:"size:255;not null"`
	LeadUnit       string     `json:"leadUnit" gorm:"size:64;not null"`
	TaskNo         string     `json:"taskNo" gorm:"size:32;not null"`
	Title          string     `json:"title" gorm:"size:500;not null"`
	Content        string     `json:"content" gorm:"type:text;not null"`
	Amount         *int64     `json:"amount"`  // ten-thousandths
	Reached        *int64     `json:"reached"` // as last reported
	Measure        string     `json:"measure" gorm:"size:64;not null"`
	Status         string     `json:"status" gorm:"size:32;not null"`
	Outcome        string     `json:"outcome" gorm:"size:32;not null"`
	DueDate        string     `json:"dueDate" gorm:"size:10;not null"`
	FirstDueDate   string     `json:"firstDueDate" gorm:"size:10;not null"`
	DueAt          time.Time  `json:"dueAt" gorm:"precision:6;not null"`
	Overdue        bool       `json:"overdue" gorm:"not null"`
	Percent        int        `json:"percent" gorm:"not null"`  // as last reported
	Returns        int        `json:"returns" gorm:"not null"`  // how often a submission was returned
	Orders         int        `json:"orders" gorm:"not null"`   // supervision orders on it so far
	Extended       int        `json:"extended" gorm:"not null"` // extensions that were granted
	LadderVersion  int        `json:"ladderVersion" gorm:"not null"`
	Evidence       string     `json:"evidence" gorm:"type:text;not null"`
	ReviewComment  string     `json:"reviewComment" gorm:"type:text;not null"`
	DispatchedAt   time.Time  `json:"dispatchedAt" gorm:"precision:6;not null"`
	AcknowledgedAt *time.Time `json:"acknowledgedAt" gorm:"precision:6"`
	SubmittedAt    *time.Time `json:"submittedAt" gorm:"precision:6"`
	ClosedAt       *time.Time `json:"closedAt" gorm:"precision:6"`
	// NextStep is what comes next by itself or is waited for, and NextAt by when.
	NextStep string     `json:"nextStep" gorm:"size:32;not null"`
	NextAt   *time.Time `json:"nextAt" gorm:"precision:6"`
	Urges    int        `json:"urges" gorm:"not null"` // how often anybody was urged on it
	UrgedAt  *time.Time `json:"urgedAt" gorm:"precision:6"`
	// Handovers is JSON: the reassignments that were proposed. ExtensionLeave is that to ask
	// late for an extension, JSON as well. Both are empty for none.
	Handovers      string `json:"handovers" gorm:"type:text;not null"`
	ExtensionLeave string `json:"extensionLeave" gorm:"type:text;not null"`
	// DueFrom and DueWorkingDays say how the due date was found where it is so many
	// working days away: nil and 0 where people named the date.
	DueFrom        *time.Time `json:"dueFrom,omitempty" gorm:"precision:6"`
	DueWorkingDays int        `json:"dueWorkingDays,omitempty" gorm:"not null"`
	Basis          `gorm:"embedded"`
}

// Report is a progress report on an assignment.
type Report struct {
	ID           string    `json:"id" gorm:"primaryKey;size:96"`
	AssignmentID string    `json:"assignment" gorm:"size:64;not null"`
	N            int       `json:"n" gorm:"not null"`
	UserID       string    `json:"user" gorm:"size:64;not null"`
	UserName     string    `json:"userName" gorm:"size:255;not null"`
	At           time.Time `json:"at" gorm:"precision:6;not null"`
	Text         string    `json:"text" gorm:"type:text;not null"`
	Percent      int       `json:"percent" gorm:"not null"`
	Amount       *int64    `json:"amount"`
	Evidence     string    `json:"evidence" gorm:"type:text;not null"`
	RoundID      string    `json:"round" gorm:"size:96;not null"` // the report round in which it was made
}

// Extension is a later date that was asked for (延期), or that the supervisor set
// by himself, with the status prolonged.
type Extension struct {
	ID           string    `json:"id" gorm:"primaryKey;size:96"`
	AssignmentID string    `json:"assignment" gorm:"size:64;not null"`
	N            int       `json:"n" gorm:"not null"`
	FromDate     string    `json:"fromDate" gorm:"size:10;not null"`
	ToDate       string    `json:"toDate" gorm:"size:10;not null"`
	Reason       string    `json:"reason" gorm:"type:text;not null"`
	Progress     string    `json:"progress" gorm:"type:text;not null"`
	Status       string    `json:"status" gorm:"size:32;not null"`
	AskedAt      time.Time `json:"askedAt" gorm:"precision:6;not null"`
	// PlanID and UnitID are those of the assignment when it was asked for.
	PlanID   string `json:"plan" gorm:"size:64;not null"`
	UnitID   string `json:"unit" gorm:"size:64;not null"`
	UnitName string `json:"unitName" gorm:"size:255;not null"`
	Days     int    `json:"days" gorm:"not null"` // natural days from FromDate to ToDate
}

// Supervision is an order on an overdue assignment (督办单).
type Supervision struct {
	ID             string     `json:"id" gorm:"primaryKey;size:64"`
	AssignmentID   string     `json:"assignment" gorm:"size:64;not null"`
	TargetID       string     `json:"annualTarget" gorm:"size:64;not null"`
	PlanID         string     `json:"plan" gorm:"size:64;not null"`
	N              int        `json:"n" gorm:"not null"`
	Number         string     `json:"number" gorm:"size:64;not null"` // 督〔2026〕3号
	UnitID         string     `json:"unit" gorm:"size:64;not null"`
	UnitName       string     `json:"unitName" gorm:"size:255;not null"`
	SupervisorUnit string     `json:"supervisorUnit" gorm:"size:64;not null"`
	Title          string     `json:"title" gorm:"size:255;not null"`
	Reason         string     `json:"reason" gorm:"type:text;not null"`
	Status         string     `json:"status" gorm:"size:32;not null"`
	Outcome        string     `json:"outcome" gorm:"size:32;not null"`
	Raised         bool       `json:"raised" gorm:"not null"` // its reply deadline passed without an answer
	Answer         string     `json:"answer" gorm:"type:text;not null"`
	Decision       string     `json:"decision" gorm:"type:text;not null"`
	IssuedAt       time.Time  `json:"issuedAt" gorm:"precision:6;not null"`
	ReplyFrom      *time.Time `json:"replyFrom" gorm:"precision:6"` // since when the time to answer runs
	ReplyDueAt     *time.Time `json:"replyDueAt" gorm:"precision:6"`
	AnsweredAt     *time.Time `json:"answeredAt" gorm:"precision:6"`
	ClosedAt       *time.Time `json:"closedAt" gorm:"precision:6"`
	Level          string     `json:"level" gorm:"size:16;not null"`
	JointID        string     `json:"joint" gorm:"size:64;not null"` // the order of which it is a part; empty for one of its own
	AcknowledgedAt *time.Time `json:"acknowledgedAt" gorm:"precision:6"`
	Measures       string     `json:"measures" gorm:"type:text;not null"`  // of the last answer
	PromiseDate    string     `json:"promiseDate" gorm:"size:10;not null"` // of the last answer
	PromiseBroken  bool       `json:"promiseBroken" gorm:"not null"`       // it passed with the order open
	NextStep       string     `json:"nextStep" gorm:"size:32;not null"`    // what is waited for: answer, decide, deliver, minutes
	NextAt         *time.Time `json:"nextAt" gorm:"precision:6"`           // by when
	TalkAt         *time.Time `json:"talkAt" gorm:"precision:6"`           // of a summons, once it is arranged
	Urges          int        `json:"urges" gorm:"not null"`               // how often anybody was urged on it
	// Detail is JSON: the levels, answers and talks.
	Detail string `json:"detail" gorm:"type:text;not null"`
	Basis  `gorm:"embedded"`
}

// SignOff is a subject on its way through its signers (会签).
type SignOff struct {
	ID            string `json:"id" gorm:"primaryKey;size:96"`
	Instance      string `json:"-" gorm:"size:128;not null"` // the process that hosts it
	Kind          string `json:"kind" gorm:"size:32;not null"`
	Title         string `json:"title" gorm:"size:255;not null"`
	Content       string `json:"content" gorm:"type:text;not null"`
	Digest        string `json:"digest" gorm:"size:64;not null"`
	Initiator     string `json:"initiator" gorm:"size:64;not null"`
	InitiatorName string `json:"initiatorName" gorm:"size:255;not null"`
	Supervisor    string `json:"supervisor" gorm:"size:64;not null"`
	Route         string `json:"route" gorm:"type:text;not null"` // JSON
	// TemplateID and TemplateVersion say what the route was made from.
	TemplateID      string     `json:"template" gorm:"size:64;not null"`
	TemplateVersion int        `json:"templateVersion" gorm:"not null"`
	CarryOver       bool       `json:"carryOver" gorm:"not null"`
	Status          string     `json:"status" gorm:"size:32;not null"`
	Round           int        `json:"round" gorm:"not null"`
	Step            int        `json:"step" gorm:"not null"`
	OpenedAt        time.Time  `json:"openedAt" gorm:"precision:6;not null"`
	DueAt           *time.Time `json:"dueAt" gorm:"precision:6"` // of the open step
	Overdue         bool       `json:"overdue" gorm:"not null"`
	Basis           `gorm:"embedded"`
}

// Copy is a party that is let know of a sign-off (抄送).
type Copy struct {
	ID        string    `json:"id" gorm:"primaryKey;size:160"`
	SignOffID string    `json:"signOff" gorm:"size:96;not null"`
	N         int       `json:"n" gorm:"not null"`
	Title     string    `json:"title" gorm:"size:255;not null"`
	UnitID    string    `json:"unit" gorm:"size:64;not null"`
	Role      string    `json:"role" gorm:"size:32;not null"`
	UserID    string    `json:"user" gorm:"size:64;not null"` // where one user is meant
	Name      string    `json:"name" gorm:"size:255;not null"`
	ByID      string    `json:"byId" gorm:"size:64;not null"`
	ByName    string    `json:"byName" gorm:"size:255;not null"`
	At        time.Time `json:"at" gorm:"precision:6;not null"`
}

// Signer is one signer in one step of one round, with the opinion given.
type Signer struct {
	ID          string     `json:"id" gorm:"primaryKey;size:160"`
	SignOffID   string     `json:"signOff" gorm:"size:96;not null"`
	N           int        `json:"n" gorm:"not null"` // order within the sign-off
	Round       int        `json:"round" gorm:"not null"`
	Step        int        `json:"step" gorm:"not null"`
	UnitID      string     `json:"unit" gorm:"size:64;not null"`
	UnitName    string     `json:"unitName" gorm:"size:255;not null"`
	Role        string     `json:"role" gorm:"size:32;not null"`
	AskedUser   string     `json:"askedUser" gorm:"size:64;not null"` // where one user is asked
	Weight      int        `json:"weight" gorm:"not null"`            // votes in a quorum
	Status      string     `json:"status" gorm:"size:32;not null"`
	AskedAt     *time.Time `json:"askedAt" gorm:"precision:6"`
	Opinion     string     `json:"opinion" gorm:"size:32;not null"`
	Comment     string     `json:"comment" gorm:"type:text;not null"`
	Attachments string     `json:"-" gorm:"type:text;not null"` // JSON; empty for none
	UserID      string     `json:"user" gorm:"size:64;not null"`
	UserName    string     `json:"userName" gorm:"size:255;not null"`
	ByUnit      string     `json:"byUnit" gorm:"size:255;not null"` // for which that user acted
	OnBehalfOf  string     `json:"onBehalfOf" gorm:"size:64;not null"`
	At          *time.Time `json:"at" gorm:"precision:6"`
	Digest      string     `json:"digest" gorm:"size:64;not null"`
	// ReturnTo is the step that the signer wants the subject back at, -1 for its
	// initiator.
	ReturnTo *int `json:"returnTo"`
	// Origin is the number of the signer that this one came from, 0 for one of the
	// route, and Relation how.
	Origin      int    `json:"origin" gorm:"not null"`
	Relation    string `json:"relation" gorm:"size:32;not null"`
	AddedBy     string `json:"addedBy" gorm:"size:255;not null"`
	Advice      bool   `json:"advice" gorm:"not null"` // heard and not counted
	InStead     bool   `json:"inStead" gorm:"not null"`
	ByClock     bool   `json:"byClock" gorm:"not null"`
	CarriedFrom int    `json:"carriedFrom" gorm:"not null"` // round in which the opinion was given
	Overdue     bool   `json:"overdue" gorm:"not null"`
}

// Todo is one open entry of an inbox (待办): somebody of the unit with the role
// is waited for. Without a unit it is anyone who holds the role, with a user it
// is that user of the unit alone.
type Todo struct {
	ID       string     `json:"id" gorm:"primaryKey;size:192"`
	Instance string     `json:"instance" gorm:"size:128;not null"`
	UnitID   string     `json:"unit" gorm:"size:64;not null"`
	Role     string     `json:"role" gorm:"size:32;not null"`
	UserID   string     `json:"user" gorm:"size:64;not null"`
	Kind     string     `json:"kind" gorm:"size:32;not null"` // sign, acknowledge, submit, review, …
	Title    string     `json:"title" gorm:"size:255;not null"`
	Resource string     `json:"resource" gorm:"size:160;not null"` // path below /api/v1
	Since    time.Time  `json:"since" gorm:"precision:6;not null"`
	DueAt    *time.Time `json:"dueAt" gorm:"precision:6"`
}

// Party is a unit that an instance concerns, and that may therefore read it; or,
// without a unit, whoever holds a role.
type Party struct {
	ID       string `json:"id" gorm:"primaryKey;size:192"`
	Instance string `json:"instance" gorm:"size:128;not null"`
	UnitID   string `json:"unit" gorm:"size:64;not null"`
	Role     string `json:"role" gorm:"size:32;not null"`
}

// Attachment is a file that was added to a row of the instance (附件): to an
// opinion, a report, the subject of a sign-off, an answer, the minutes of a talk.
// Whoever may read the instance may read the file.
type Attachment struct {
	ID       string `json:"id" gorm:"primaryKey;size:192"`
	Instance string `json:"instance" gorm:"size:128;not null"`
	// AttachedTo is the id of the row, such as that of a signer.
	AttachedTo string `json:"attachedTo" gorm:"size:160;not null"`
	// Kind is that of the row: signer, report, sign-off, minutes, …
	Kind   string `json:"kind" gorm:"size:32;not null"`
	N      int    `json:"n" gorm:"not null"` // order within the row, from 1
	FileID string `json:"file" gorm:"size:64;not null"`
	SHA256 string `json:"sha256" gorm:"column:sha256;size:64;not null"` // of the content, in hex
	Name   string `json:"name" gorm:"size:200;not null"`
	Size   int64  `json:"size" gorm:"not null"` // bytes
}
