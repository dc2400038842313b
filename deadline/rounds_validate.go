package deadline

import (
	"fmt"
	"time"

	"duban/act"
	"duban/calendar"
)

const (
	// latestFiring keeps the days on which a schedule fires in every month.
	latestFiring = 28
	// furthestMonth bounds how long after a period its report may be due.
	furthestMonth = 3
)

// Validate refuses a rule that cannot be used with an *act.Refusal, which names
// every fault.
func (r Rounds) Validate() error {
	faults := r.faults()
	if len(faults) == 0 {
		return nil
	}
	return act.Malformed("faulty-round-rules", "报送规则有误，请按提示修改。", "The rule has faults; correct them.", faults...)
}

func (r Rounds) faults() []act.Fault {
	v := &roundFaults{}
	seen := map[calendar.Every]bool{}
	for i, rule := range r.Rules {
		field := fmt.Sprintf("rules[%d]", i)
		switch {
		case !rule.Every.Valid():
			v.fault(field+".every", fmt.Sprintf("周期「%s」应为 month、quarter 或 year", rule.Every), fmt.Sprintf("the period %q is not month, quarter or year", rule.Every))
		case seen[rule.Every]:
			v.fault(field+".every", rule.Every.Zh()+"重复", "there are two rules for the same kind of period")
		}
		seen[rule.Every] = true
		v.day(field+".opens", rule.Opens, latestFiring)
		v.day(field+".due", rule.Due, 31)
		if rule.Due.Month < rule.Opens.Month || rule.Due.Month == rule.Opens.Month && rule.Due.Day <= rule.Opens.Day {
			v.fault(field+".due", "报送截止日应晚于下发日", "reports must be due after units are asked")
		}
	}
	switch r.DayOff {
	case Before, After, Stays:
	default:
		v.fault("dayOff", fmt.Sprintf("「%s」应为 before、after 或 stays", r.DayOff), fmt.Sprintf("%q is not before, after or stays", r.DayOff))
	}
	v.workingDays("fillWorkingDays", r.FillWorkingDays)
	v.workingDays("compileWorkingDays", r.CompileWorkingDays)
	v.ladder("ladder", r.Ladder)
	r.YearTurn.faults(v)
	return v.faults
}

func (y YearTurn) faults(v *roundFaults) {
	if y.Month == 0 {
		return
	}
	if y.Month < time.January || y.Month > time.December || y.Day < 1 || y.Day > latestFiring {
		v.fault("yearTurn.day", fmt.Sprintf("应为某月的 1 至 %d 日", latestFiring), fmt.Sprintf("must be the 1st to %dth of a month", latestFiring))
	}
	v.workingDays("yearTurn.confirmWorkingDays", y.ConfirmWorkingDays)
	v.ladder("yearTurn.ladder", y.Ladder)
}

type roundFaults struct{ faults []act.Fault }

func (v *roundFaults) fault(field, zh, en string) {
	v.faults = append(v.faults, act.Fault{Field: field, Code: "rounds", Zh: zh, En: en})
}

func (v *roundFaults) day(field string, d DayOfPeriod, latest int) {
	if d.Month < 0 || d.Month > furthestMonth || d.Day < 1 || d.Day > latest {
		v.fault(field, fmt.Sprintf("应为期末当月或其后 %d 个月内的 1 至 %d 日", furthestMonth, latest),
			fmt.Sprintf("must be the 1st to %dth of the period's last month or of the %d months after it", latest, furthestMonth))
	}
}

func (v *roundFaults) workingDays(field string, n int) {
	if n < 1 || n > longestReply {
		v.fault(field, fmt.Sprintf("%d 个工作日不在 1 至 %d 之间", n, longestReply), fmt.Sprintf("%d working days are not between 1 and %d", n, longestReply))
	}
}

func (v *roundFaults) ladder(field string, l Ladder) {
	for _, f := range l.faults() {
		v.fault(field, f.Zh, f.En)
	}
	for _, r := range l.Rungs {
		if r.Action.weight() > Urge.weight() {
			v.fault(field, fmt.Sprintf("「%s」为%s，报送只能提醒和催办", r.Key, r.Action.Zh()), fmt.Sprintf("%q is to %s; reports are reminded of and urged only", r.Key, r.Action))
		}
	}
}
