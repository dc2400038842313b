// Package deadline knows the ladder of reminders and escalations that belongs
// to a due date: what is next, when, to whom, and what has been passed.
//
// A Ladder is data of a plan and speaks of days before and after a due date.
// Ladder.Moments turns it into absolute moments with the help of a calendar.
// A Schedule is the state that a process keeps about them: it asks Next what to
// wait for and calls Pass when it wakes up.
//
// The sequence 提醒 → 催办 → 督办单 → 通报 → 约谈 is the one commonly found in the
// supervision rules (督查督办办法) of Chinese cities; when each of them comes
// differs from place to place and is therefore data.
package deadline

// Action is what happens at a rung of the ladder.
type Action string

const (
	// Remind (提醒) tells the responsible people that a due date is coming.
	Remind Action = "remind"
	// Urge (催办) presses the unit for what is overdue.
	Urge Action = "urge"
	// Supervise (督办单) opens a supervision order that must be answered.
	Supervise Action = "supervise"
	// Circulate (通报) names the unit in a notice of criticism.
	Circulate Action = "circulate"
	// Summon (约谈) calls the unit's head in for a talk.
	Summon Action = "summon"
)

// actions are all actions, in the order of their weight.
var actions = [...]Action{Remind, Urge, Supervise, Circulate, Summon}

// Escalates reports whether the action is one for what is overdue.
func (a Action) Escalates() bool { return a != Remind }

// Zh returns the action's Chinese name, and an unknown action as it is.
func (a Action) Zh() string {
	switch a {
	case Remind:
		return "提醒"
	case Urge:
		return "催办"
	case Supervise:
		return "督办单"
	case Circulate:
		return "通报"
	case Summon:
		return "约谈"
	}
	return string(a)
}

// Audience is a group of people around an assignment whom a rung addresses.
type Audience string

const (
	// ResponsibleOperator is the operator (经办人) of the unit that delivers.
	ResponsibleOperator Audience = "responsible-operator"
	// ResponsibleHead is the head (负责人) of the unit that delivers.
	ResponsibleHead Audience = "responsible-head"
	// LeadOperator is the operator of the lead unit (牵头单位).
	LeadOperator Audience = "lead-operator"
	// LeadHead is the head of the lead unit.
	LeadHead Audience = "lead-head"
	// Supervisor is the plan's supervisor (督查室).
	Supervisor Audience = "supervisor"
)

var audiences = [...]Audience{ResponsibleOperator, ResponsibleHead, LeadOperator, LeadHead, Supervisor}

// responsible reports whether the audience belongs to the unit that delivers.
func (a Audience) responsible() bool { return a == ResponsibleOperator || a == ResponsibleHead }

// Rung is one step of a ladder.
type Rung struct {
	Key      string     `json:"key"`                // unique within the ladder, kept in the record
	Days     int        `json:"days"`               // before the due date negative, 0 the day itself, after it positive
	Working  bool       `json:"working,omitempty"`  // Days are working days, not natural days
	Action   Action     `json:"action"`             //
	To       []Audience `json:"to"`                 // at least one
	Channels []string   `json:"channels,omitempty"` // besides the inbox, which is always written: Email, Webhook
}

// The channels besides the inbox by which a rung reaches people, as far as the
// installation has them and the person has not declined them. Inbox stands for
// none of them.
const (
	Email   = "email"
	Webhook = "webhook"
	Inbox   = "inbox"
)

var channels = [...]string{Email, Webhook}

// Ladder is the plan's rule of who is told what, and when, about a due date.
type Ladder struct {
	Rungs            []Rung `json:"rungs"`
	SendAt           string `json:"sendAt"`           // the time of day at which rungs are sent, "09:00"
	ReplyWorkingDays int    `json:"replyWorkingDays"` // working days in which a supervision order must be answered
	Quiet            Quiet  `json:"quiet,omitzero"`   // when the clock sends nothing outside
}

// Default returns the ladder of a plan that sets none: reminders 30, 14, 7, 3
// and 1 days before the due date and on the day; then 催办 to the unit's head on
// the 1st working day after it, a 督办单 to be answered within 3 working days on
// the 3rd, 通报 on the 7th and 约谈 on the 15th. From 20:00 to 08:00 and on days off
// the clock disturbs nobody.
func Default() Ladder {
	operator := []Audience{ResponsibleOperator}
	unit := []Audience{ResponsibleOperator, ResponsibleHead}
	above := []Audience{ResponsibleOperator, ResponsibleHead, LeadOperator, LeadHead, Supervisor}
	outside := []string{Email, Webhook}
	return Ladder{
		Rungs: []Rung{
			{Key: "before-30", Days: -30, Action: Remind, To: operator, Channels: outside},
			{Key: "before-14", Days: -14, Action: Remind, To: operator, Channels: outside},
			{Key: "before-7", Days: -7, Action: Remind, To: operator, Channels: outside},
			{Key: "before-3", Days: -3, Action: Remind, To: operator, Channels: outside},
			{Key: "before-1", Days: -1, Action: Remind, To: unit, Channels: outside},
			{Key: "due-day", Days: 0, Action: Remind, To: unit, Channels: outside},
			{Key: "urge", Days: 1, Working: true, Action: Urge, To: []Audience{ResponsibleOperator, ResponsibleHead, LeadOperator}, Channels: outside},
			{Key: "supervise", Days: 3, Working: true, Action: Supervise, To: above, Channels: outside},
			{Key: "circulate", Days: 7, Working: true, Action: Circulate, To: above, Channels: outside},
			{Key: "summon", Days: 15, Working: true, Action: Summon, To: []Audience{ResponsibleHead, LeadHead, Supervisor}, Channels: outside},
		},
		SendAt:           "09:00",
		ReplyWorkingDays: 3,
		Quiet:            Quiet{From: "20:00", Until: "08:00", DaysOff: true},
	}
}
