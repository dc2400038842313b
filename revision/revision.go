// Package revision decides what becomes of a draft after it was read: how a
// person puts right what was read wrongly, how two readings of a document
// differ, and which corrections still fit a newer version of it.
package revision

import (
	"fmt"
	"slices"

	"duban/act"
	"duban/policy"
)

// Kind names what a correction does.
type Kind string

const (
	SplitTask   Kind = "split-task"   // one task becomes several: Split
	MergeTasks  Kind = "merge-tasks"  // several tasks become one: Merge
	MoveTask    Kind = "move-task"    // order, section, programme: Move
	RewordTask  Kind = "reword-task"  // number, title, text: Reword
	AddTask     Kind = "add-task"     // a task that was not read: Add
	DeleteTask  Kind = "delete-task"  // something that is no task: Delete
	SetUnits    Kind = "set-units"    // who leads, supports, guides: Units
	DecideLead  Kind = "decide-lead"  // who leads of those that answer jointly: Lead
	SetTargets  Kind = "set-targets"  // what is to be reached: Targets
	SetDeadline Kind = "set-deadline" // by when: Deadline
	SetDocument Kind = "set-document" // title, number, issuer, date, period: Document
	SettleDoubt Kind = "settle-doubt" // a question about the document: Doubt
)

// Correction is one change that a person makes to a draft.
type Correction struct {
	// Seq counts the corrections of a draft from 1. It is also the version of
	// the draft that the correction was made on.
	Seq    int
	Kind   Kind
	Change Change
}

// Change is the content of a correction: one of Split, Merge, Move, Reword, Add,
// Delete, Units, Lead, Targets, Deadline, Document and Doubt.
type Change interface {
	// apply changes e's draft, of which it must not touch what is shared with the
	// draft before: a task is changed through editor.task.
	apply(e *editor) error
	// touches lists the tasks, by key, whose aspects the change is about.
	touches() []touch
	// rekeyed returns the change with every key of a task replaced.
	rekeyed(key func(int) int) Change
}

// Apply carries out a correction. It returns a new draft and leaves the given
// one alone. A correction that does not fit the draft is refused with an
// *act.Refusal that says what to do. Nothing is renumbered: a task keeps its
// key and number, and what a person has set is marked with the correction's
// Seq as certain.
func Apply(draft policy.Draft, c Correction) (policy.Draft, error) {
	e := newEditor(draft, c.Seq)
	if err := c.Change.apply(e); err != nil {
		return policy.Draft{}, err
	}
	return e.draft, nil
}

// Replay carries out corrections in their order.
func Replay(draft policy.Draft, corrections []Correction) (policy.Draft, error) {
	for _, c := range corrections {
		next, err := Apply(draft, c)
		if err != nil {
			return policy.Draft{}, fmt.Errorf("correction %d (%s): %w", c.Seq, c.Kind, err)
		}
		draft = next
	}
	return draft, nil
}

// Decode reads the content of a correction of a kind. Unknown kinds and fields
// are refused.
func Decode(kind Kind, payload []byte) (Change, error) {
	read, known := decoders()[kind]
	if !known {
		return nil, act.Malformed("unknown-correction", "没有这种更正，请更新程序或联系管理员。",
			"There is no such kind of correction; update the program or ask the administrator.")
	}
	return read(act.Command{Payload: payload})
}

func decoders() map[Kind]func(act.Command) (Change, error) {
	return map[Kind]func(act.Command) (Change, error){
		SplitTask: decode[Split], MergeTasks: decode[Merge], MoveTask: decode[Move], RewordTask: decode[Reword],
		AddTask: decode[Add], DeleteTask: decode[Delete], SetUnits: decode[Units], DecideLead: decode[Lead],
		SetTargets: decode[Targets], SetDeadline: decode[Deadline], SetDocument: decode[Document],
		SettleDoubt: decode[Doubt],
	}
}

func decode[T Change](c act.Command) (Change, error) {
	var change T
	if err := c.Decode(&change); err != nil {
		return nil, err
	}
	return change, nil
}

// Kinds lists all kinds of corrections, by name.
func Kinds() []Kind {
	var kinds []Kind
	for kind := range decoders() {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}
