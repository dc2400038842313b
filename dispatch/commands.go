package dispatch

import (
	"time"

	"duban/act"
	"duban/calendar"
	"duban/deadline"
	"duban/org"
	"duban/target"
)

// Names of commands. A command has the same name in the API's documentation,
// in the engine and in the record.
const (
	Open          = "open"
	Sign          = "sign"
	SetSignOffDue = "set-sign-off-due" // between processes

	SaveDecomposition   = "save-decomposition"
	SubmitDecomposition = "submit-decomposition"
	SubmitCompletion    = "submit-completion"
	TrackAssignment     = "track-assignment" // between processes
	ConfirmTarget       = "confirm-target"

	Acknowledge       = "acknowledge"
	Report            = "report"
	Submit            = "submit"
	Review            = "review"
	RequestExtension  = "request-extension"
	Prolong           = "prolong"
	Reassign          = "reassign"
	Close             = "close"
	Urge              = "urge"
	IssueSupervision  = "issue-supervision"
	ArmLadder         = "arm-ladder"         // between processes
	Recalculate       = "recalculate"        // between processes: a year was loaded
	SettleSupervision = "settle-supervision" // between processes
	Answer            = "answer"
	Accept            = "accept"
	SendBack          = "send-back"
	Conclude          = "conclude"
	Raise             = "raise"
	Lower             = "lower"
	ArrangeTalk       = "arrange-talk"
	RecordMinutes     = "record-minutes"
	SetReplyDue       = "set-reply-due" // between processes
	ArmPromise        = "arm-promise"   // between processes
	NoteClosed        = "note-closed"   // between processes
	NoteReport        = "note-report"   // between processes

	AllowExtension     = "allow-extension"
	AnswerReassignment = "answer-reassignment"
	DropReassignment   = "drop-reassignment"
	SetConsentDue      = "set-consent-due" // between processes
	NoteLight          = "note-light"      // between processes
	ArmConfirm         = "arm-confirm"     // between processes
)

// Decomposition is the payload of SaveDecomposition: the whole of it, which
// replaces what was there.
type Decomposition struct {
	Items   []target.Item   `json:"items"`
	Excuses []target.Excuse `json:"excuses,omitempty"`
}

// PutToSign is the payload of SubmitDecomposition.
type PutToSign struct {
	Signing
	// Comment says what was changed since the round before, or why nothing was.
	Comment string `json:"comment,omitempty"`
}

// Completion is the payload of SubmitCompletion.
type Completion struct {
	Summary string `json:"summary"`
	PutToSign
}

// Tracked is the payload of TrackAssignment: where an assignment stands.
type Tracked struct {
	Assignment string         `json:"assignment"`
	Unit       org.UnitRef    `json:"unit"`
	Status     string         `json:"status"`
	Outcome    string         `json:"outcome,omitempty"`
	Overdue    bool           `json:"overdue"`
	Due        calendar.Date  `json:"due"`
	Reached    *target.Amount `json:"reached,omitempty"`
}

// Progress is the payload of Report.
type Progress struct {
	Text    string         `json:"text"`
	Percent int            `json:"percent"` // 0 to 100
	Amount  *target.Amount `json:"amount,omitempty"`
	// Evidence says where what is reported can be seen, beside the files.
	Evidence    string           `json:"evidence,omitempty"`
	Attachments []act.Attachment `json:"attachments,omitempty"`
}

// Submission is the payload of Submit.
type Submission struct {
	Evidence    string           `json:"evidence"`
	Amount      *target.Amount   `json:"amount,omitempty"`
	Attachments []act.Attachment `json:"attachments,omitempty"`
	Signing
}

// Verdict is the payload of Review.
type Verdict struct {
	Accept  bool   `json:"accept"`
	Comment string `json:"comment,omitempty"`
}

// ExtensionRequest is a later date that a unit asks for.
type ExtensionRequest struct {
	Due      calendar.Date `json:"due"`
	Reason   string        `json:"reason"`
	Progress string        `json:"progress"`
}

// ExtensionAsking is the payload of RequestExtension: the request, and how the
// plan signs it.
type ExtensionAsking struct {
	ExtensionRequest
	Signing
}

// Prolongment is the payload of Prolong on an assignment: a date, or so many
// working days, which Counted tells together with the date that they lead to.
type Prolongment struct {
	NewDue
	Counted *Counted `json:"counted,omitempty"`
}

// NewDue is the payload of Prolong on an order.
type NewDue struct {
	Due    calendar.Date `json:"due"`
	Reason string        `json:"reason"`
}

// NewUnit is the payload of Reassign. The new unit gets a date of its own.
type NewUnit struct {
	Unit   org.UnitRef   `json:"unit"`
	Due    calendar.Date `json:"due"`
	Reason string        `json:"reason"`
}

// Because is the payload of commands that need nothing but a reason.
type Because struct {
	Reason string `json:"reason"`
}

// Armed is the payload of ArmLadder: the moments of a due date, by one version
// of the plan's ladder.
type Armed struct {
	Due     calendar.Date     `json:"due"`
	DueAt   time.Time         `json:"dueAt"`
	Moments []deadline.Moment `json:"moments"`
	// Ladder is the version of the plan's ladder; 0 is the default one.
	Ladder int `json:"ladder,omitempty"`
	// ReplyWorkingDays is the ladder's time to answer a supervision order.
	ReplyWorkingDays int `json:"replyWorkingDays,omitempty"`
	// Unit is the one whose working days were counted, and Calendar the last load of
	// a calendar that was known.
	Unit     string `json:"unit,omitempty"`
	Calendar int64  `json:"calendar,omitempty"`
	// Counted says how Due was found where it is so many working days away.
	Counted *Counted `json:"counted,omitempty"`
	// Why the moments of a date that was armed are computed again: a year was loaded.
	Why *calendar.Load `json:"why,omitempty"`
}

// Reply is the payload of Answer: how the matter stands, what the unit does
// about it, and by when that will have led to the result.
type Reply struct {
	Text     string        `json:"text"`
	Measures string        `json:"measures"`
	Due      calendar.Date `json:"due,omitzero"`
	// Attachments are the files with it, such as the sealed letter.
	Attachments []act.Attachment `json:"attachments,omitempty"`
}

// ReplyDueSet is the payload of SetReplyDue and SetConsentDue.
type ReplyDueSet struct {
	ReplyDue time.Time `json:"replyDue"`
	// Counted says how it was found, and Why it is set again: a year was loaded.
	Counted *Counted       `json:"counted,omitempty"`
	Why     *calendar.Load `json:"why,omitempty"`
}

// OrderEnded is the payload of NoteClosed: why there is nothing left to press
// for; empty where the assignment was completed.
type OrderEnded struct {
	Outcome string `json:"outcome,omitempty"`
}

// Settled is the payload of SettleSupervision: how an order ended, and what
// that means for the assignment.
type Settled struct {
	Supervision string         `json:"supervision"`
	N           int            `json:"n"`
	Outcome     string         `json:"outcome"`
	Due         *calendar.Date `json:"due,omitempty"`  // of a prolongation
	Unit        *org.UnitRef   `json:"unit,omitempty"` // of a reassignment
	Reason      string         `json:"reason,omitempty"`
}
