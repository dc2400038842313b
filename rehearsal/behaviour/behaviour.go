// Package behaviour says how the people of a rehearsal act: who does what with
// an entry of his inbox, and on which day. It decides by the day, from a file of
// habits and a seed: the same file, seed and inbox give the same acts, in
// whatever order they are asked for.
package behaviour

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"duban/act"
	"duban/org"
	"duban/target"
)

// Behaviour is the content of a behaviour file. The zero Behaviour has habits
// that nobody has: everything at once and nothing late. Begin with Default.
type Behaviour struct {
	// Seed varies who is late, returned and so on within the same shares.
	Seed int64 `json:"seed"`
	// Habits are those of everybody to whom no exception applies.
	Habits Habits `json:"habits"`
	// Exceptions change single habits; of several that set the same one the last
	// counts.
	Exceptions []Exception `json:"exceptions,omitempty"`
}

// Exception changes habits of some units, for some kinds of target, or both.
type Exception struct {
	// Units are ids or names of the units that it concerns; none means all.
	Units []string `json:"units,omitempty"`
	// Kinds are the kinds of target whose items it concerns; none means all acts.
	Kinds []target.Kind `json:"kinds,omitempty"`
	// Habits are the habits that differ, as in the file; the others stay.
	Habits json.RawMessage `json:"habits"`
}

// Habits say how long people take, in working days unless something else is
// said, and in which share of cases something goes wrong.
type Habits struct {
	Decompose   Plain      `json:"decompose"`   // the lead unit submits a decomposition
	Sign        Opinion    `json:"sign"`        // a unit signs
	Approve     Opinion    `json:"approve"`     // the supervisor signs
	Acknowledge Plain      `json:"acknowledge"` // a unit acknowledges an assignment
	Report      Plain      `json:"report"`      // and reports progress for the first time
	Submit      Submission `json:"submit"`
	Extend      Extension  `json:"extend"`
	Review      Review     `json:"review"`
	Complete    Plain      `json:"complete"` // the lead unit submits the year's report
	Answer      Reply      `json:"answer"`
	Decide      Decision   `json:"decide"`
	Rounds      Reporting  `json:"rounds"`
}

// Plain is an act that is only a matter of time.
type Plain struct {
	Days Days `json:"days"`
}

// Opinion is how somebody signs.
type Opinion struct {
	Days     Days  `json:"days"`
	Disagree Share `json:"disagree"` // which gives the subject back
}

// Submission is how a unit delivers.
type Submission struct {
	Before Days  `json:"before"` // the due date, where it is in time
	Late   Share `json:"late"`
	LateBy Days  `json:"lateBy"` // after the due date
	Never  Share `json:"never"`  // of all; who never submits is not late but silent
}

// Extension is how a unit asks for a later date. Who asks needs the time, and
// delivers in time, or late, for the date that it asked for.
type Extension struct {
	Ask    Share `json:"ask"`
	Before Days  `json:"before"` // the due date
	By     Days  `json:"by"`     // natural days by which the date is moved
}

// Review is how the lead unit, or the supervisor, reviews what was submitted.
type Review struct {
	Days   Days  `json:"days"`
	Return Share `json:"return"`
	Redo   Days  `json:"redo"` // until the unit submits again, or the lead unit its decomposition
}

// Reply is how a unit answers a supervision order. What it promises has nothing
// to do with when it delivers.
type Reply struct {
	Days    Days  `json:"days"`
	Never   Share `json:"never"`
	Promise Days  `json:"promise"` // natural days from the answer to the date it names
}

// Decision is what the supervisor does with an answer: he accepts it, so that
// the work goes on, or sets a later date. An answer whose promise is broken he
// sends back.
type Decision struct {
	Days    Days  `json:"days"`
	Prolong Share `json:"prolong"`
	By      Days  `json:"by"`   // natural days from the decision to the new date
	Talk    Days  `json:"talk"` // working days until the talk to which he summons
}

// Reporting is how a unit answers report rounds, and how lead units and the
// supervisor bring them to their end.
type Reporting struct {
	Fill    Days  `json:"fill"` // until the unit submits its sheet, by the due date at the latest
	Late    Share `json:"late"`
	LateBy  Days  `json:"lateBy"`  // after the due date
	Compile Days  `json:"compile"` // until the lead unit compiles what is in
	Freeze  Days  `json:"freeze"`
}

// Default are the habits of a rehearsal without a file: a diligent city with a
// few that are late.
func Default() Behaviour {
	return Behaviour{Seed: 1, Habits: Habits{
		Decompose:   Plain{Days{5, 15}},
		Sign:        Opinion{Days: Days{1, 5}, Disagree: 0.02},
		Approve:     Opinion{Days: Days{1, 3}},
		Acknowledge: Plain{Days{1, 3}},
		Report:      Plain{Days{20, 60}},
		Submit:      Submission{Before: Days{2, 20}, Late: 0.1, LateBy: Days{1, 20}, Never: 0.02},
		Extend:      Extension{Ask: 0.05, Before: Days{5, 10}, By: Days{7, 21}},
		Review:      Review{Days: Days{1, 4}, Return: 0.1, Redo: Days{2, 5}},
		Complete:    Plain{Days{2, 5}},
		Answer:      Reply{Days: Days{1, 3}, Never: 0.1, Promise: Days{5, 14}},
		Decide:      Decision{Days: Days{1, 2}, Prolong: 0.5, By: Days{7, 14}, Talk: Days{2, 5}},
		Rounds:      Reporting{Fill: Days{1, 5}, Late: 0.05, LateBy: Days{1, 3}, Compile: Days{1, 2}, Freeze: Days{1, 2}},
	}}
}

// Parse reads a behaviour file in JSON. What it leaves out is as in Default; a
// field that is not known is refused, as it would be without effect. What is
// wrong is an *act.Refusal.
func Parse(text []byte) (Behaviour, error) {
	b := Default()
	if err := strictly(text, &b); err != nil {
		return Behaviour{}, wrong(unreadable("", err))
	}
	return b, b.Validate()
}

// wrong refuses habits for what is to be corrected in them.
func wrong(faults ...act.Fault) error {
	return act.Malformed("behaviour", "行为设定有误，请修改后再演练。", "The behaviour is wrong; correct it and rehearse again.", faults...)
}

// unreadable is a part of a file that cannot be read.
func unreadable(place string, err error) act.Fault {
	fault := act.Fault{Field: place, Code: "unreadable", Zh: "无法读取，请核对写法", En: "cannot be read: " + err.Error()}
	if days, is := errors.AsType[*daysError](err); is {
		fault.Zh, fault.En = days.text+" 不是天数，请写成 3 或 [1, 5]", days.Error()
	}
	if wrong, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		fault.Zh, fault.En = fmt.Sprintf("%s 不能是 %s", wrong.Field, wrong.Value), fmt.Sprintf("%s cannot be %s", wrong.Field, wrong.Value)
	}
	if name, is := strings.CutPrefix(err.Error(), "json: unknown field "); is {
		fault.Zh, fault.En = "没有 "+name+" 这个字段", "there is no field "+name
	}
	return fault
}

func strictly(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows after its end")
	}
	return nil
}

// Validate lists everything that is wrong with the habits, each with its place
// in the file, as an *act.Refusal.
func (b Behaviour) Validate() error {
	faults := b.Habits.faults("habits")
	for i, e := range b.Exceptions {
		place := fmt.Sprintf("exceptions[%d]", i)
		for _, kind := range e.Kinds {
			if !slices.Contains(kinds[:], kind) {
				faults = append(faults, act.Fault{Field: place + ".kinds", Code: "unknown",
					Zh: fmt.Sprintf("没有 %q 这种目标类型，可用 %v", kind, kinds), En: fmt.Sprintf("%q is no kind of target; use one of %v", kind, kinds)})
			}
		}
		if len(e.Units) == 0 && len(e.Kinds) == 0 {
			faults = append(faults, act.Fault{Field: place, Code: "nobody",
				Zh: "请写明 units 或 kinds；适用于所有单位的，请直接改 habits", En: "name units or kinds; for everybody, change the habits themselves"})
		}
		changed := b.Habits
		if err := strictly(e.Habits, &changed); err != nil {
			faults = append(faults, unreadable(place+".habits", err))
			continue
		}
		faults = append(faults, changed.faults(place+".habits")...)
	}
	if len(faults) == 0 {
		return nil
	}
	return wrong(faults...)
}

var kinds = [...]target.Kind{target.Sum, target.Level, target.Bound, target.Each, target.Milestone, target.Schedule, target.Narrative}

func (h Habits) faults(place string) []act.Fault {
	var faults []act.Fault
	for _, f := range h.days() {
		if !f.days.within(f.least) {
			faults = append(faults, act.Fault{Field: place + "." + f.name, Code: "range",
				Zh: fmt.Sprintf("%s 应由小到大，并在 %d 至 %d 天之间", f.days, f.least, mostDays),
				En: fmt.Sprintf("%s must rise and lie within %d to %d days", f.days, f.least, mostDays)})
		}
	}
	for _, f := range h.shares() {
		if !f.share.valid() {
			faults = append(faults, act.Fault{Field: place + "." + f.name, Code: "share",
				Zh: "应为 0 至 1 之间的比例", En: "must be a share between 0 and 1"})
		}
	}
	return faults
}

type daysField struct {
	name  string
	days  Days
	least int
}

func (h Habits) days() []daysField {
	return []daysField{
		{"decompose.days", h.Decompose.Days, 0}, {"sign.days", h.Sign.Days, 0}, {"approve.days", h.Approve.Days, 0},
		{"acknowledge.days", h.Acknowledge.Days, 0}, {"report.days", h.Report.Days, 0},
		{"submit.before", h.Submit.Before, 0}, {"submit.lateBy", h.Submit.LateBy, 1},
		{"extend.before", h.Extend.Before, 0}, {"extend.by", h.Extend.By, 1},
		{"review.days", h.Review.Days, 0}, {"review.redo", h.Review.Redo, 0}, {"complete.days", h.Complete.Days, 0},
		{"answer.days", h.Answer.Days, 0}, {"answer.promise", h.Answer.Promise, 1},
		{"decide.days", h.Decide.Days, 0}, {"decide.by", h.Decide.By, 1}, {"decide.talk", h.Decide.Talk, 1},
		{"rounds.fill", h.Rounds.Fill, 0}, {"rounds.lateBy", h.Rounds.LateBy, 1}, {"rounds.compile", h.Rounds.Compile, 0}, {"rounds.freeze", h.Rounds.Freeze, 0},
	}
}

type shareField struct {
	name  string
	share Share
}

func (h Habits) shares() []shareField {
	return []shareField{
		{"sign.disagree", h.Sign.Disagree}, {"approve.disagree", h.Approve.Disagree},
		{"submit.late", h.Submit.Late}, {"submit.never", h.Submit.Never}, {"extend.ask", h.Extend.Ask},
		{"review.return", h.Review.Return}, {"answer.never", h.Answer.Never}, {"decide.prolong", h.Decide.Prolong},
		{"rounds.late", h.Rounds.Late},
	}
}

// of are the habits of a unit with regard to an item of a kind of target; the
// kind is empty where something concerns no single item.
func (b Behaviour) of(unit org.UnitRef, kind target.Kind) (Habits, error) {
	habits := b.Habits
	for i, e := range b.Exceptions {
		if !e.concerns(unit, kind) {
			continue
		}
		if err := strictly(e.Habits, &habits); err != nil {
			return habits, fmt.Errorf("exceptions[%d].habits: %w", i, err)
		}
	}
	return habits, nil
}

func (e Exception) concerns(unit org.UnitRef, kind target.Kind) bool {
	if len(e.Units) > 0 && !slices.Contains(e.Units, unit.ID) && !slices.Contains(e.Units, unit.Name) {
		return false
	}
	return len(e.Kinds) == 0 || slices.Contains(e.Kinds, kind)
}
