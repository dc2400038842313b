package approval

import (
	"slices"
	"time"

	"duban/act"
	"duban/org"
)

// Opinion is what a signer says.
type Opinion string

const (
	Agree             Opinion = "agree"
	AgreeReservations Opinion = "agree-with-reservations"
	Disagree          Opinion = "disagree"
	Abstain           Opinion = "abstain"
)

// needsComment: the others must know what to change.
func (o Opinion) needsComment() bool { return o == Disagree || o == AgreeReservations }

// agrees reports whether the opinion lets the subject through.
func (o Opinion) agrees() bool { return o == Agree || o == AgreeReservations }

// Zh is the opinion in Chinese, as it stands in notices.
func (o Opinion) Zh() string {
	switch o {
	case Agree:
		return "同意"
	case AgreeReservations:
		return "原则同意，有保留意见"
	case Disagree:
		return "不同意"
	case Abstain:
		return "弃权"
	}
	return string(o)
}

// EntryStatus is where one signer stands in one round.
type EntryStatus string

const (
	// Pending: the signer's turn has not come.
	Pending EntryStatus = "pending"
	// Waiting: the signer is asked now.
	Waiting EntryStatus = "waiting"
	// Held: the signer waits for whom he asked first, by adding them before
	// himself or by delegating to them.
	Held EntryStatus = "held"
	// Signed: the opinion is in.
	Signed EntryStatus = "signed"
	// Retracted: the signer took his opinion back, and has another entry.
	Retracted EntryStatus = "retracted"
	// Transferred: somebody else was asked in the signer's place.
	Transferred EntryStatus = "transferred"
	// Removed: the signer was taken off the list before he signed.
	Removed EntryStatus = "removed"
	// Unneeded: the step was decided, or the sign-off ended, without it.
	Unneeded EntryStatus = "unneeded"
)

// Relation says how an entry came from another one.
type Relation string

const (
	// ByTransfer: in place of the other signer, who gave it away (转办).
	ByTransfer Relation = "transfer"
	// ByReassignment: in place of the other signer, as a supervisor decided.
	ByReassignment Relation = "reassign"
	// Again: the same signer after he took his opinion back.
	Again Relation = "again"
	// ByDelegation: prepares the opinion of the other signer, who gives it (委派).
	ByDelegation Relation = "delegate"
	// Before, With and After: added to the other signer (加签).
	Before Relation = "before"
	With   Relation = "with"
	After  Relation = "after"
)

// replaces reports whether the entry stands for the one that it came from.
func (r Relation) replaces() bool { return r == ByTransfer || r == ByReassignment || r == Again }

// holdsUp reports whether the entry must be done before the one that it came
// from can go on.
func (r Relation) holdsUp() bool { return r == Before || r == ByDelegation }

// Entry is one signer in one step of one round. Its number is its place among
// the entries of the sign-off, from 1 on, and never changes.
type Entry struct {
	Round   int         `json:"round"`
	Step    int         `json:"step"`
	Signer  Signer      `json:"signer"`
	Status  EntryStatus `json:"status"`
	AskedAt time.Time   `json:"askedAt"` // when the signer's turn came
	// Origin is the number of the entry that this one came from, 0 for one of the
	// route, and Relation how.
	Origin   int       `json:"origin,omitempty"`
	Relation Relation  `json:"relation,omitempty"`
	AddedBy  act.Actor `json:"addedBy,omitzero"` // who brought it in, where it is not of the route
	// Advice marks an opinion that is heard and not counted.
	Advice      bool             `json:"advice,omitempty"`
	Opinion     Opinion          `json:"opinion,omitempty"`
	Comment     string           `json:"comment,omitempty"`
	Attachments []act.Attachment `json:"attachments,omitempty"`
	// ReturnTo is where a disagreeing signer wants the subject back: the index of
	// an earlier step, or ToInitiator; nil where he leaves it to the step's rule.
	ReturnTo *int      `json:"returnTo,omitempty"`
	By       act.Actor `json:"by,omitzero"`
	At       time.Time `json:"at,omitzero"`
	Digest   string    `json:"digest,omitempty"` // what was signed
	// InStead marks an opinion that a supervisor gave for a signer, ByClock one
	// that the passing of the due moment gave.
	InStead bool `json:"inStead,omitempty"`
	ByClock bool `json:"byClock,omitempty"`
	// CarriedFrom is the earlier round in which the opinion was given.
	CarriedFrom int `json:"carriedFrom,omitempty"`
	// Overdue: the step's due moment passed while the signer was open.
	Overdue bool `json:"overdue,omitempty"`
}

// ToInitiator is the destination of a subject that goes back to its initiator.
const ToInitiator = -1

// open reports whether an opinion may still come.
func (e *Entry) open() bool { return e.Status == Waiting || e.Status == Pending || e.Status == Held }

// current is the range of entries that belong to the open step: as steps are
// opened one after the other, they are the last ones.
func (s SignOff) current() (from, to int) {
	from = len(s.Entries)
	for from > 0 && s.Entries[from-1].Round == s.Round && s.Entries[from-1].Step == s.Step {
		from--
	}
	return from, len(s.Entries)
}

// with returns a state in which the entry at an index is changed.
func (s SignOff) with(i int, change func(*Entry)) SignOff {
	s.Entries = slices.Clone(s.Entries)
	e := *s.Entries[i]
	change(&e)
	s.Entries[i] = &e
	return s
}

// add appends entries for signers that came from another entry. Their turn is
// given to them by arrange.
func (s SignOff) add(origin int, relation Relation, by act.Actor, signers ...Signer) SignOff {
	from := s.Entries[origin]
	entries := slices.Clone(s.Entries)
	for _, signer := range signers {
		entry := &Entry{Round: s.Round, Step: s.Step, Signer: signer, Status: Pending, Origin: origin + 1, Relation: relation, AddedBy: by}
		switch {
		case relation.replaces():
			entry.Advice, entry.Signer.Weight = from.Advice, from.Signer.Weight
		case relation == ByDelegation, from.Advice, !s.Route[s.Step].Mode.hearsAll():
			entry.Advice = true
		}
		entries = append(entries, entry)
	}
	s.Entries = entries
	return s
}

// find returns the index of the entry with a number in the open step.
func (s SignOff) find(number int) (int, bool) {
	from, to := s.current()
	return number - 1, number-1 >= from && number-1 < to
}

// entryOf finds the entry of the open step that an actor means: the one that he
// names, or the first of his that fits.
func (s SignOff) entryOf(number int, is func(*Entry) bool) (int, bool) {
	from, to := s.current()
	if number != 0 {
		i, found := s.find(number)
		return i, found && is(s.Entries[i])
	}
	for i := from; i < to; i++ {
		if is(s.Entries[i]) {
			return i, true
		}
	}
	return 0, false
}

// asked reports whether a party has its say in the open step, open or given.
func (s SignOff) asked(p org.Party) bool {
	from, to := s.current()
	return slices.ContainsFunc(s.Entries[from:to], func(e *Entry) bool {
		return e.Signer.Party == p && (e.open() || e.Status == Signed)
	})
}

// WaitingEntries returns who is asked now.
func (s SignOff) WaitingEntries() []*Entry {
	var waiting []*Entry
	for _, e := range s.Entries {
		if e.Status == Waiting {
			waiting = append(waiting, e)
		}
	}
	return waiting
}
