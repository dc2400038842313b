package deadline

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with a ladder, in Chinese and in English.
type Fault struct {
	Rung string `json:"rung,omitempty"` // the rung's key, or its number from 1 as "#2" where it has none
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// Invalid is the error of a ladder that cannot be used; it names every fault.
type Invalid struct{ Faults []Fault }

// Error writes all faults, each in Chinese with English after it.
func (e *Invalid) Error() string {
	lines := make([]string, 0, len(e.Faults))
	for _, f := range e.Faults {
		lines = append(lines, f.Zh+" ("+f.En+")")
	}
	return "催办规则有误 (the ladder is faulty): " + strings.Join(lines, "; ")
}

// Bounds that no sound ladder touches; beyond them a number is mistyped.
const (
	furthestDays = 366 // a year before or after the due date
	mostRungs    = 40
	longestReply = 60 // working days
)

// Validate reports everything that is wrong with the ladder, as an *Invalid.
func (l Ladder) Validate() error {
	v := &validation{}
	if hour, minute, err := parseTimeOfDay(l.SendAt); err != nil || l.SendAt != fmt.Sprintf("%02d:%02d", hour, minute) {
		v.fault("", fmt.Sprintf("发送时间「%s」不是 00:00 至 23:59 的时刻", l.SendAt),
			fmt.Sprintf("the time of sending %q is not between 00:00 and 23:59", l.SendAt))
	}
	if len(l.Rungs) > mostRungs {
		v.fault("", fmt.Sprintf("共 %d 级，超过 %d 级", len(l.Rungs), mostRungs),
			fmt.Sprintf("%d rungs, more than %d", len(l.Rungs), mostRungs))
	}
	v.reply(l)
	keys := make(map[string]bool, len(l.Rungs))
	for i, r := range l.Rungs {
		name := r.Key
		if strings.TrimSpace(name) == "" {
			name = fmt.Sprintf("#%d", i+1)
			v.fault(name, fmt.Sprintf("第 %d 级没有代号", i+1), fmt.Sprintf("rung %d has no key", i+1))
		} else if keys[r.Key] {
			v.fault(name, fmt.Sprintf("代号「%s」重复", r.Key), fmt.Sprintf("key %q is used twice", r.Key))
		}
		keys[r.Key] = true
		v.rung(name, r)
		v.twin(name, r, l.Rungs[:i])
	}
	if len(v.faults) == 0 {
		return nil
	}
	return &Invalid{Faults: v.faults}
}

type validation struct{ faults []Fault }

func (v *validation) fault(rung, zh, en string) {
	v.faults = append(v.faults, Fault{Rung: rung, Zh: zh, En: en})
}

// reply checks the time to answer a supervision order, where there is one.
func (v *validation) reply(l Ladder) {
	opens := slices.ContainsFunc(l.Rungs, func(r Rung) bool { return r.Action == Supervise })
	if l.ReplyWorkingDays < 0 || l.ReplyWorkingDays > longestReply || opens && l.ReplyWorkingDays == 0 {
		v.fault("", fmt.Sprintf("督办单答复期限 %d 个工作日不在 1 至 %d 之间", l.ReplyWorkingDays, longestReply),
			fmt.Sprintf("%d working days to answer a supervision order are not between 1 and %d", l.ReplyWorkingDays, longestReply))
	}
}

func (v *validation) rung(name string, r Rung) {
	if r.Days < -furthestDays || r.Days > furthestDays {
		v.fault(name, fmt.Sprintf("「%s」距期限 %d 天，超过 %d 天", name, r.Days, furthestDays),
			fmt.Sprintf("%q is %d days from the due date, more than %d", name, r.Days, furthestDays))
	}
	switch {
	case r.Action.weight() < 0:
		v.fault(name, fmt.Sprintf("「%s」的动作「%s」未知", name, r.Action), fmt.Sprintf("%q has the unknown action %q", name, r.Action))
	case r.Action.Escalates() && r.Days <= 0:
		v.fault(name, fmt.Sprintf("「%s」为%s，应在期限之后（天数大于 0）", name, r.Action.Zh()),
			fmt.Sprintf("%q is to %s and belongs after the due date (days above 0)", name, r.Action))
	case !r.Action.Escalates() && r.Days > 0:
		v.fault(name, fmt.Sprintf("「%s」为%s，应在期限当天或之前（天数不大于 0）", name, r.Action.Zh()),
			fmt.Sprintf("%q is to %s and belongs on or before the due date (days 0 or below)", name, r.Action))
	}
	v.audience(name, r.To)
	for i, channel := range r.Channels {
		switch {
		case strings.TrimSpace(channel) == "":
			v.fault(name, fmt.Sprintf("「%s」有空白的渠道", name), fmt.Sprintf("%q has a blank channel", name))
		case slices.Contains(r.Channels[:i], channel):
			v.fault(name, fmt.Sprintf("「%s」的渠道「%s」重复", name, channel), fmt.Sprintf("%q names the channel %q twice", name, channel))
		}
	}
}

func (v *validation) audience(name string, to []Audience) {
	if len(to) == 0 {
		v.fault(name, fmt.Sprintf("「%s」没有发送对象", name), fmt.Sprintf("%q addresses nobody", name))
	}
	for i, a := range to {
		switch {
		case !slices.Contains(audiences[:], a):
			v.fault(name, fmt.Sprintf("「%s」的发送对象「%s」未知", name, a), fmt.Sprintf("%q has the unknown audience %q", name, a))
		case slices.Contains(to[:i], a):
			v.fault(name, fmt.Sprintf("「%s」的发送对象「%s」重复", name, a), fmt.Sprintf("%q names the audience %q twice", name, a))
		}
	}
}

// twin finds a rung before r that does the same thing on the same day.
func (v *validation) twin(name string, r Rung, before []Rung) {
	for _, other := range before {
		if other.Days == r.Days && other.Working == r.Working && other.Action == r.Action && other.Key != r.Key {
			v.fault(name, fmt.Sprintf("「%s」与「%s」同日同动作", name, other.Key),
				fmt.Sprintf("%q does the same on the same day as %q", name, other.Key))
		}
	}
}
