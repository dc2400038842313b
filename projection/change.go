package projection

import (
	"time"

	"duban/act"
)

// View is everything that an instance shows to readers.
type View struct {
	Targets      []AnnualTarget `json:"targets,omitempty"`
	Items        []Item         `json:"items,omitempty"`
	Assignments  []Assignment   `json:"assignments,omitempty"`
	Reports      []Report       `json:"reports,omitempty"`
	Extensions   []Extension    `json:"extensions,omitempty"`
	Supervisions []Supervision  `json:"supervisions,omitempty"`
	SignOffs     []SignOff      `json:"signOffs,omitempty"`
	Signers      []Signer       `json:"signers,omitempty"`
	Copies       []Copy         `json:"copies,omitempty"`
	Todos        []Todo         `json:"todos,omitempty"`
	Parties      []Party        `json:"parties,omitempty"`
	Attachments  []Attachment   `json:"attachments,omitempty"`
	Rounds       []Round        `json:"rounds,omitempty"`
	Sheets       []Sheet        `json:"sheets,omitempty"`
	Sections     []Section      `json:"sections,omitempty"`
}

// Change is what one or several acts on one instance did to its view. A change
// is applied when the reader's copy stands at From, and does nothing when it
// already stands at To or beyond.
type Change struct {
	Instance string    `json:"instance"`
	Kind     string    `json:"kind"` // target, assignment, supervision, signoff, report
	PlanID   string    `json:"plan"`
	From     int64     `json:"from"` // version before
	To       int64     `json:"to"`   // version after
	Seq      int64     `json:"seq"`  // last event
	Hash     string    `json:"hash"` // hash of the last event
	Closed   bool      `json:"closed"`
	At       time.Time `json:"at"`
	// Upserts are the rows that are new or differ.
	Upserts View `json:"upserts"`
	// Gone are the ids of rows that are no longer shown: todos that are done,
	// items and files that were taken out of a draft, units that are no longer
	// concerned.
	Gone   Gone        `json:"gone"`
	Events []act.Event `json:"events"`
}

// Gone lists removed rows by id. Every other kind of row only ever grows.
type Gone struct {
	Items       []string `json:"items,omitempty"`
	Todos       []string `json:"todos,omitempty"`
	Parties     []string `json:"parties,omitempty"`
	Attachments []string `json:"attachments,omitempty"`
}

// Snapshot is the whole view of an instance with the head of its record, as a
// process gives it for verification.
type Snapshot struct {
	Kind   string     `json:"kind"`
	PlanID string     `json:"plan"`
	Ledger act.Ledger `json:"ledger"`
	Closed bool       `json:"closed"`
	View   View       `json:"view"`
}
