// Package policy reads a policy document as a draft plan: its sections,
// programmes and tasks, the units that answer for them, their targets and
// deadlines, each with the place it was read from and how sure the reading is.
package policy

import (
	"duban/calendar"
	"duban/document"
	"duban/target"
)

// Draft is what a policy document says, before a person has confirmed it.
type Draft struct {
	Title  string         `json:"title"`
	Status string         `json:"status"` // 送审稿, 征求意见稿; empty for an issued document
	Number string         `json:"number"` // document number such as 国发〔2018〕39号
	Issued *calendar.Date `json:"issued"`
	Issuer string         `json:"issuer"`
	Period Period         `json:"period"`
	Tasks  []Task         `json:"tasks"`
	// LastKey is the highest key that a task ever had, where a correction has
	// taken that task away: its key is not given again. 0 otherwise.
	LastKey int `json:"lastKey,omitempty"`
	// Goals are the targets of the whole plan, named before the first task.
	Goals []target.Target `json:"goals"`
	// Rules hold from one note on for all later ones.
	Rules []Rule `json:"rules"`
	// Doubts concern the document rather than one task: a table that could not
	// be read, an item without units.
	Doubts []Doubt           `json:"doubts"`
	Fields map[string]Origin `json:"fields"`
}

// Period is the span of years that a plan covers; 0 where it is not known.
type Period struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Task is one item of the document that units answer for.
type Task struct {
	Key       int    `json:"key"`       // counted from 1 as they were read; corrections never change it
	No        string `json:"no"`        // as printed: 1, （一）, （一）-2
	Section   string `json:"section"`   // the part it stands in: 二、重点任务
	Programme string `json:"programme"` // the heading it stands under: （一）实施…工程
	Title     string `json:"title"`
	Text      string `json:"text"` // title and body, without the note

	// Lead and Support are the units as written. Guiding units (指导) stand in
	// Support and again in Guide.
	Lead    []string `json:"lead"`
	Support []string `json:"support"`
	Guide   []string `json:"guide,omitempty"`
	// Mode is Joint where several units answer and nothing says who leads.
	Mode Mode `json:"mode,omitempty"`
	// Entries are the same units one by one, with their places and doubts.
	Entries []Entry `json:"entries"`

	// Deadline is the date by which the whole task is due: the note's own if
	// it has one, else the latest in the body; nil if there is none.
	Deadline     *calendar.Date `json:"deadline"`
	DeadlineText string         `json:"deadlineText"`
	// Deadlines are all dates and terms of the task in the order of the text.
	Deadlines []Deadline      `json:"deadlines"`
	Targets   []target.Target `json:"targets"`

	// Fields tells for every field, by its JSON name, where it was read and
	// how sure that is; a target's origin is under "targets.<key>".
	Fields map[string]Origin `json:"fields"`
}

// Mode says how the units of a task share it.
type Mode string

// Joint marks a task for which no rule says who leads; a person must decide.
const Joint Mode = "joint"

// Role is a unit's part in a task.
type Role string

const (
	Lead    Role = "lead"    // 牵头
	Support Role = "support" // 配合, 参与
	Guide   Role = "guide"   // 指导
)

// Entry is one unit of a task as written.
type Entry struct {
	Written string `json:"written"`
	Role    Role   `json:"role"`
	// Group tells that the words look like several units: 各县（区）, 各成员单位.
	Group  bool   `json:"group"`
	Origin Origin `json:"origin"`
}

// Deadline is one date or term in a task.
type Deadline struct {
	Kind DeadlineKind   `json:"kind"`
	Text string         `json:"text"`
	From *calendar.Date `json:"from,omitempty"` // begin of a period
	Date *calendar.Date `json:"date,omitempty"` // last day; nil for terms without one
	// Note tells that it stands in the responsibility note, not in the body.
	Note   bool   `json:"note,omitempty"`
	Origin Origin `json:"origin"`
}

// DeadlineKind tells what a deadline asks for.
type DeadlineKind string

const (
	By         DeadlineKind = "by"         // 2027年底前: done by a date
	Within     DeadlineKind = "within"     // 自印发之日起3个月内: counted from an event
	Between    DeadlineKind = "period"     // 2025—2027年: from a date to a date
	Yearly     DeadlineKind = "yearly"     // 每年2月底前: again every year
	Continuous DeadlineKind = "continuous" // 持续推进, 长期坚持
	Immediate  DeadlineKind = "immediate"  // 立行立改
	Stretch    DeadlineKind = "stretch"    // 力争2028年: aimed at, not due
)

// Certainty tells how much a reading can be relied on.
type Certainty string

const (
	// Certain readings are written in so many words.
	Certain Certainty = "certain"
	// Inferred readings follow from a rule or from the context.
	Inferred Certainty = "inferred"
	// NeedsDecision readings are open until a person has chosen.
	NeedsDecision Certainty = "needs decision"
)

// Origin is where a field was read from and how sure the reading is.
type Origin struct {
	Certainty Certainty       `json:"certainty"`
	Spans     []document.Span `json:"spans"`
	// Reason says why the reading is not certain, in Chinese and in English.
	Reason   string `json:"reason,omitempty"`
	ReasonEn string `json:"reasonEn,omitempty"`
	// Corrected is the number of the correction by which a person last set the
	// field; 0 where it stands as it was read. Spans stay those of the reading.
	Corrected int `json:"corrected,omitempty"`
}

// Rule is a sentence in a note that holds for later notes as well.
type Rule struct {
	Kind   RuleKind `json:"kind"`
	Units  []string `json:"units,omitempty"` // the units an ImpliedLead names
	Origin Origin   `json:"origin"`
}

// RuleKind tells what a rule says.
type RuleKind string

const (
	// FirstLeads: 列第一位者为牵头单位，下同.
	FirstLeads RuleKind = "first-leads"
	// ImpliedLead: 以下均需试点城市政府落实，不再列出.
	ImpliedLead RuleKind = "implied-lead"
)

// Doubt is a question about the document that a person must settle.
type Doubt struct {
	Reason   string        `json:"reason"`
	ReasonEn string        `json:"reasonEn"`
	Span     document.Span `json:"span"`
	// Settled is the number of the correction by which a person settled it; 0
	// while it is open.
	Settled int `json:"settled,omitempty"`
}
