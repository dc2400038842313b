package approval

import (
	"encoding/json"
	"slices"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/org"
)

// Stated is the data of the event that keeps what a subject said from a round
// on: what the digest stands for.
type Stated struct {
	SignOff string          `json:"signOff"`
	Round   int             `json:"round"`
	Title   string          `json:"title"`
	Digest  string          `json:"digest"`
	Parts   []Part          `json:"parts,omitempty"`
	Content json.RawMessage `json:"content,omitempty"`
}

// Opened is the data of the event that a round began.
type Opened struct {
	SignOff string `json:"signOff"`
	Kind    string `json:"kind"`
	Title   string `json:"title"`
	Digest  string `json:"digest"`
	Round   int    `json:"round"`
	Step    int    `json:"step,omitempty"` // at which it began
}

// Asked is the data of the event that signers were asked.
type Asked struct {
	SignOff string   `json:"signOff"`
	Round   int      `json:"round"`
	Step    int      `json:"step"`
	Signers []Signer `json:"signers"`
}

// Given is the data of the event that an opinion was given.
type Given struct {
	SignOff     string           `json:"signOff"`
	Round       int              `json:"round"`
	Step        int              `json:"step"`
	Entry       int              `json:"entry,omitempty"`
	Signer      Signer           `json:"signer"`
	Opinion     Opinion          `json:"opinion"`
	Comment     string           `json:"comment,omitempty"`
	Attachments []act.Attachment `json:"attachments,omitempty"`
	ReturnTo    *int             `json:"returnTo,omitempty"`
	Digest      string           `json:"digest"`
	InStead     bool             `json:"inStead,omitempty"`
}

// StepDone is the data of the event that a step was passed, or left out.
type StepDone struct {
	SignOff string `json:"signOff"`
	Round   int    `json:"round"`
	Step    int    `json:"step"`
}

// Decided is the data of the events that end a round.
type Decided struct {
	SignOff string   `json:"signOff"`
	Round   int      `json:"round"`
	Digest  string   `json:"digest"`
	Reasons []string `json:"reasons,omitempty"`
	ToStep  *int     `json:"toStep,omitempty"` // where the next round begins
}

// Resubmitted is the data of the event that a subject came again.
type Resubmitted struct {
	SignOff     string       `json:"signOff"`
	From        string       `json:"from"` // digest before
	To          string       `json:"to"`   // digest after
	Differences []Difference `json:"differences,omitempty"`
	Comment     string       `json:"comment,omitempty"`
}

// Numbers is the data of events that concern several entries at once.
type Numbers struct {
	SignOff   string    `json:"signOff"`
	Round     int       `json:"round"`
	Step      int       `json:"step"`
	Entries   []int     `json:"entries,omitempty"`
	OnTimeout OnTimeout `json:"onTimeout,omitempty"` // what the clock did
}

// HandedOn is the data of the events by which an entry brought others in, was
// taken back or was removed.
type HandedOn struct {
	SignOff  string   `json:"signOff"`
	Round    int      `json:"round"`
	Step     int      `json:"step"`
	Entry    int      `json:"entry"`
	Signer   Signer   `json:"signer"`
	Relation Relation `json:"relation,omitempty"`
	To       []Signer `json:"to,omitempty"`
	Reason   string   `json:"reason,omitempty"`
}

// Urged is the data of the event that those who are asked were pressed.
type Urged struct {
	SignOff string `json:"signOff"`
	Signers int    `json:"signers"` // how many were told
	Reason  string `json:"reason,omitempty"`
}

// Copied is the data of the event that somebody got a copy.
type Copied struct {
	SignOff string   `json:"signOff"`
	To      []Signer `json:"to"`
	Reason  string   `json:"reason,omitempty"`
}

// DueMoved is the data of the events that set a step's due moment.
type DueMoved struct {
	SignOff string    `json:"signOff"`
	Round   int       `json:"round"`
	Step    int       `json:"step"`
	From    time.Time `json:"from,omitzero"`
	DueAt   time.Time `json:"dueAt"`
	Reason  string    `json:"reason,omitempty"`
	// Why a moment that was known was set again: a year was loaded.
	Why *calendar.Load `json:"why,omitempty"`
}

// DueTold is the data of the event that signers are told of a due moment that a
// year has moved.
type DueTold struct {
	SignOff string    `json:"signOff"`
	Signers int       `json:"signers"`
	DueAt   time.Time `json:"dueAt"`
}

// askedAtOnce bounds how many signers one event names, so that no line of the
// record grows beyond what a database takes.
const askedAtOnce = 200

// tell tells signers, by the indices of their entries, that their turn has come.
func (s SignOff) tell(entries []int) []act.Event {
	var events []act.Event
	for some := range slices.Chunk(entries, askedAtOnce) {
		data := Asked{SignOff: s.ID, Round: s.Round, Step: s.Step}
		var notices []act.Notice
		for _, i := range some {
			signer := s.Entries[i].Signer
			data.Signers = append(data.Signers, signer)
			notices = append(notices, s.invitation(signer.Party))
		}
		events = append(events, act.Happened("sign-off.asked", data, notices...))
	}
	return events
}

// invitation asks a party to sign, in the word that is usual for the subject.
func (s SignOff) invitation(to org.Party) act.Notice {
	switch s.Kind {
	case "review":
		return act.Notice{To: to, Kind: "review", Title: "请审核：" + s.Title, TitleEn: "Please review: " + s.Title}
	case "extension":
		return act.Notice{To: to, Kind: "sign-off", Title: "请审批：" + s.Title, TitleEn: "Please decide: " + s.Title}
	default:
		return act.Notice{To: to, Kind: "sign-off", Title: "请会签：" + s.Title, TitleEn: "Please sign: " + s.Title}
	}
}

// handedOn is the event of what was done with the entry at an index.
func (s SignOff) handedOn(what string, i int, relation Relation, to []Signer, reason string, notices ...act.Notice) act.Event {
	e := s.Entries[i]
	return act.Happened("sign-off."+what, HandedOn{SignOff: s.ID, Round: e.Round, Step: e.Step, Entry: i + 1,
		Signer: e.Signer, Relation: relation, To: to, Reason: reason}, notices...)
}

func operatorOf(u org.UnitRef) org.Party { return org.Party{Unit: u.ID, Role: org.Operator} }
