package deadline

import (
	"fmt"
	"slices"
	"strings"

	"duban/act"
)

// Bounds that no sound ladder touches; beyond them a number is mistyped.
const (
	furthestDays = 366 // a year before or after the due date
	mostRungs    = 40
	longestReply = 60 // working days
	longestKey   = 64 // bytes
)

// Validate refuses a ladder that cannot be used with an *act.Refusal, which names
// every fault.
func (l Ladder) Validate() error {
	faults := l.faults()
	if len(faults) == 0 {
		return nil
	}
	return act.Malformed("faulty-ladder", "催办规则有误，请按提示修改。", "The ladder has faults; correct them.", faults...)
}

func (l Ladder) faults() []act.Fault {
	v := &validation{}
	v.timeOfDay("sendAt", "发送时间", "the time of sending", l.SendAt)
	v.quiet(l)
	v.reply(l)
	if len(l.Rungs) > mostRungs {
		v.field = "rungs"
		v.fault(fmt.Sprintf("共 %d 级，超过 %d 级", len(l.Rungs), mostRungs),
			fmt.Sprintf("%d rungs, more than %d", len(l.Rungs), mostRungs))
	}
	keys := make(map[string]bool, len(l.Rungs))
	for i, r := range l.Rungs {
		v.at(i, r)
		v.key(i, r, keys)
		v.days(r)
		v.action(r)
		v.audience(r.To)
		v.channels(r.Channels)
		v.twin(r, l.Rungs[:i])
	}
	return v.faults
}

// validation collects faults; rung, name and field say where it is looking.
type validation struct {
	faults []act.Fault
	path   string // of the rung, empty outside of rungs
	name   string // of the rung
	field  string
}

func (v *validation) fault(zh, en string) {
	v.faults = append(v.faults, act.Fault{Field: v.path + v.field, Code: "ladder", Zh: zh, En: en})
}

// at moves on to a rung.
func (v *validation) at(i int, r Rung) {
	v.path, v.name = fmt.Sprintf("rungs[%d].", i), r.Key
	if strings.TrimSpace(r.Key) == "" {
		v.name = fmt.Sprintf("#%d", i+1)
	}
}

// timeOfDay checks a time that is written as "09:00" and reports whether it is.
func (v *validation) timeOfDay(field, zh, en, text string) bool {
	hour, minute, err := parseTimeOfDay(text)
	if err == nil && text == fmt.Sprintf("%02d:%02d", hour, minute) {
		return true
	}
	v.field = field
	v.fault(fmt.Sprintf("%s「%s」不是 00:00 至 23:59 的时刻", zh, text),
		fmt.Sprintf("%s %q is not between 00:00 and 23:59", en, text))
	return false
}

// quiet checks the quiet hours, where there are any.
func (v *validation) quiet(l Ladder) {
	if l.Quiet.From == "" && l.Quiet.Until == "" {
		return
	}
	from := v.timeOfDay("quiet.from", "免打扰开始时间", "the begin of the quiet hours", l.Quiet.From)
	until := v.timeOfDay("quiet.until", "免打扰结束时间", "the end of the quiet hours", l.Quiet.Until)
	if !from || !until {
		return
	}
	v.field = "quiet"
	if l.Quiet.From == l.Quiet.Until {
		v.fault(fmt.Sprintf("免打扰时段从 %s 到 %s，没有长度；不需要时请全部留空", l.Quiet.From, l.Quiet.Until),
			fmt.Sprintf("the quiet hours from %s to %s have no length; leave both out where there are none", l.Quiet.From, l.Quiet.Until))
		return
	}
	if hour, minute, err := parseTimeOfDay(l.SendAt); err == nil && l.Quiet.within(hour*60+minute) {
		v.fault(fmt.Sprintf("发送时间 %s 在免打扰时段 %s 至 %s 之内", l.SendAt, l.Quiet.From, l.Quiet.Until),
			fmt.Sprintf("the time of sending %s lies in the quiet hours from %s to %s", l.SendAt, l.Quiet.From, l.Quiet.Until))
	}
}

// reply checks the time to answer a supervision order, where there is one.
func (v *validation) reply(l Ladder) {
	opens := slices.ContainsFunc(l.Rungs, func(r Rung) bool { return r.Action == Supervise })
	if l.ReplyWorkingDays < 0 || l.ReplyWorkingDays > longestReply || opens && l.ReplyWorkingDays == 0 {
		v.field = "replyWorkingDays"
		v.fault(fmt.Sprintf("督办单答复期限 %d 个工作日不在 1 至 %d 之间", l.ReplyWorkingDays, longestReply),
			fmt.Sprintf("%d working days to answer a supervision order are not between 1 and %d", l.ReplyWorkingDays, longestReply))
	}
}

func (v *validation) key(i int, r Rung, before map[string]bool) {
	v.field = "key"
	switch {
	case v.name != r.Key:
		v.fault(fmt.Sprintf("第 %d 级没有代号", i+1), fmt.Sprintf("rung %d has no key", i+1))
		return
	case len(r.Key) > longestKey:
		v.fault(fmt.Sprintf("代号「%s」超过 %d 字节", r.Key, longestKey), fmt.Sprintf("key %q is longer than %d bytes", r.Key, longestKey))
	case before[r.Key]:
		v.fault(fmt.Sprintf("代号「%s」重复", r.Key), fmt.Sprintf("key %q is used twice", r.Key))
	}
	before[r.Key] = true
}

func (v *validation) days(r Rung) {
	v.field = "days"
	if r.Days < -furthestDays || r.Days > furthestDays {
		v.fault(fmt.Sprintf("「%s」距期限 %d 天，超过 %d 天", v.name, r.Days, furthestDays),
			fmt.Sprintf("%q is %d days from the due date, more than %d", v.name, r.Days, furthestDays))
	}
	switch {
	case r.Action.weight() < 0: // said of the action
	case r.Action.Escalates() && r.Days <= 0:
		v.fault(fmt.Sprintf("「%s」为%s，应在期限之后（天数大于 0）", v.name, r.Action.Zh()),
			fmt.Sprintf("%q is to %s and belongs after the due date (days above 0)", v.name, r.Action))
	case !r.Action.Escalates() && r.Days > 0:
		v.fault(fmt.Sprintf("「%s」为%s，应在期限当天或之前（天数不大于 0）", v.name, r.Action.Zh()),
			fmt.Sprintf("%q is to %s and belongs on or before the due date (days 0 or below)", v.name, r.Action))
	}
}

func (v *validation) action(r Rung) {
	v.field = "action"
	if r.Action.weight() < 0 {
		v.fault(fmt.Sprintf("「%s」的动作「%s」未知", v.name, r.Action), fmt.Sprintf("%q has the unknown action %q", v.name, r.Action))
	}
}

func (v *validation) audience(to []Audience) {
	v.field = "to"
	if len(to) == 0 {
		v.fault(fmt.Sprintf("「%s」没有发送对象", v.name), fmt.Sprintf("%q addresses nobody", v.name))
	}
	for i, a := range to {
		v.field = fmt.Sprintf("to[%d]", i)
		switch {
		case !slices.Contains(audiences[:], a):
			v.fault(fmt.Sprintf("「%s」的发送对象「%s」未知", v.name, a), fmt.Sprintf("%q has the unknown audience %q", v.name, a))
		case slices.Contains(to[:i], a):
			v.fault(fmt.Sprintf("「%s」的发送对象「%s」重复", v.name, a), fmt.Sprintf("%q names the audience %q twice", v.name, a))
		}
	}
}

func (v *validation) channels(names []string) {
	for i, channel := range names {
		v.field = fmt.Sprintf("channels[%d]", i)
		switch {
		case !slices.Contains(channels[:], channel):
			known := strings.Join(channels[:], ", ")
			v.fault(fmt.Sprintf("「%s」的渠道「%s」未知，可用：%s", v.name, channel, known),
				fmt.Sprintf("%q has the unknown channel %q; use %s", v.name, channel, known))
		case slices.Contains(names[:i], channel):
			v.fault(fmt.Sprintf("「%s」的渠道「%s」重复", v.name, channel), fmt.Sprintf("%q names the channel %q twice", v.name, channel))
		}
	}
}

// twin finds a rung before r that does the same thing on the same day.
func (v *validation) twin(r Rung, before []Rung) {
	v.field = "days"
	for _, other := range before {
		if other.Days == r.Days && other.Working == r.Working && other.Action == r.Action && other.Key != r.Key {
			v.fault(fmt.Sprintf("「%s」与「%s」同日同动作", v.name, other.Key),
				fmt.Sprintf("%q does the same on the same day as %q", v.name, other.Key))
		}
	}
}
