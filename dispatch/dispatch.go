// Package dispatch decides the lives of annual targets, assignments,
// supervisions and extensions: who may do what when, what follows from it, and
// what readers are shown.
//
// A state is a value. Apply returns the state after a command and leaves the
// state it was called on untouched, so that a command can be tried before it is
// accepted. Nothing here waits, reads a clock or touches the world; what must
// be done outside is returned as an Effect.
package dispatch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"duban/act"
	"duban/approval"
	"duban/calendar"
	"duban/org"
)

// Outcome is what follows from an accepted command.
type Outcome struct {
	Events  []act.Event
	Effects []Effect
}

// Effect is one thing that must be done outside the process, exactly one of
// whose fields is set besides Asking. Effects are carried out in order, each
// until it succeeds; each is safe to repeat.
type Effect struct {
	// StartAssignment opens the process of a dispatched item.
	StartAssignment *AssignmentOpening `json:"startAssignment,omitempty"`
	// StartSupervision opens the process of an order.
	StartSupervision *SupervisionOpening `json:"startSupervision,omitempty"`
	// ArmLadder asks for the due moment and the ladder of a due date; they come
	// back as the command ArmLadder.
	ArmLadder *calendar.Date `json:"armLadder,omitempty"`
	// ReplyDue asks for the moment at which an answer given today is due, that
	// many working days on; it comes back as the command SetReplyDue.
	ReplyDue int `json:"replyDue,omitempty"`
	// SignOffDue asks for the moment at which a step of a sign-off is due that opens
	// now; it comes back as the command SetSignOffDue.
	SignOffDue *approval.DueRequest `json:"signOffDue,omitempty"`
	// ConsentDue asks in the same way when the consent to a reassignment is due; it
	// comes back as the command SetConsentDue.
	ConsentDue int `json:"consentDue,omitempty"`
	// ArmPromise asks for the moments of a date that a unit has promised; they come
	// back as the command ArmPromise.
	ArmPromise *calendar.Date `json:"armPromise,omitempty"`
	// ArmConfirm asks by when a proposal must be confirmed; it comes back as the command
	// ArmConfirm.
	ArmConfirm *calendar.Date `json:"armConfirm,omitempty"`
	// JudgeLight asks which light is shown; it comes back as the command NoteLight.
	JudgeLight *LightQuestion `json:"judgeLight,omitempty"`
	// GatherSheets asks for the sheets of a report round; they come back as the
	// command TakeInSheets.
	GatherSheets *GatherRequest `json:"gatherSheets,omitempty"`
	// PlaceRound asks for the days of a report round once more; they come back as the
	// command SetRoundDays.
	PlaceRound *RoundDaysRequest `json:"placeRound,omitempty"`
	// Tell delivers a command to another process.
	Tell *Message `json:"tell,omitempty"`
	// Asking says more about a moment that is asked for.
	Asking
}

// Asking says whose working days count for a moment, since when, and why it is
// asked for again.
type Asking struct {
	Unit string    `json:"unit,omitempty"` // empty: the days of all
	From time.Time `json:"from,omitzero"`  // zero: now
	// WorkingDays after From make the date whose moments are asked for; 0 where the
	// date is given.
	WorkingDays int `json:"workingDays,omitempty"`
	// Why is the year that was loaded; nil where the moment is asked for the first
	// time.
	Why *calendar.Load `json:"why,omitempty"`
}

// Message is a command from one process to another.
type Message struct {
	Workflow string      `json:"workflow"`
	Command  act.Command `json:"command"`
	// News tells how things stand: of several such messages on their way to the
	// same process only the last needs to arrive.
	News bool `json:"news,omitempty"`
}

// ReplacedBy reports whether the message need not arrive once the other does.
func (m Message) ReplacedBy(other Message) bool {
	return m.News && other.News && m.Workflow == other.Workflow && m.Command.Name == other.Command.Name
}

// tell makes the effect that delivers a command. The id makes a repeated
// delivery harmless.
func tell(workflow, id, name string, actor act.Actor, payload any) Effect {
	return Effect{Tell: &Message{Workflow: workflow, Command: act.Command{
		ID: id, Name: name, Actor: actor, Payload: mustJSON(payload)}}}
}

// mustJSON encodes values of this package, which JSON can always hold.
func mustJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return text
}

// digest identifies the content that a sign-off is about.
func digest(content json.RawMessage) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func operator(u org.UnitRef) org.Party   { return org.Party{Unit: u.ID, Role: org.Operator} }
func head(u org.UnitRef) org.Party       { return org.Party{Unit: u.ID, Role: org.Head} }
func supervisor(u org.UnitRef) org.Party { return org.Party{Unit: u.ID, Role: org.Supervisor} }

// when is the moment as a row shows it; nil for one that has not come.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	utc := t.UTC().Truncate(time.Microsecond)
	return &utc
}

func notOpened() error {
	return act.NotFound("not-found", "该事项不存在。", "There is no such record.")
}

func alreadyOpened() error {
	return act.NotNow("already-exists", "该事项已经存在，不能重复创建。", "The record exists already.")
}

func unknownCommand(name string) error {
	return act.Malformed("unknown-command", "不支持的操作："+name, "Unknown command: "+name)
}

func alreadyClosed() error {
	return act.NotNow("closed", "该事项已办结，不能再操作。", "The record is closed; nothing can be changed.")
}

// onlyBetweenProcesses refuses a person who sends what only processes may.
func onlyBetweenProcesses(actor act.Actor) error {
	if actor.IsPerson() {
		return act.NotAllowed("internal", "该操作由系统执行。", "Only the system does this.")
	}
	return nil
}
