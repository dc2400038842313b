package dispatch

import (
	"slices"
	"strings"

	"duban/act"
	"duban/deadline"
	"duban/org"
)

// catchUp does what the clock found to have passed: usually one rung or the due
// moment; several where nobody was there to look for a while, or a submission
// was returned after its date. All of it goes on record, and the gravest rung
// that asks for an order has it; each party is told once.
func (a Assignment) catchUp(passed deadline.Passing) (Assignment, Outcome) {
	var out Outcome
	if passed.Overdue && a.Status != AssignmentSubmitted {
		a, out = a.goOverdue()
	}
	var asking *deadline.Moment
	for i, m := range passed.Deliver {
		out.Events = append(out.Events, act.Happened("assignment."+string(m.Action), m, a.rungNotices(m)...))
		if a.asksForOrder(m) && (asking == nil || graver(m, *asking)) {
			asking = &passed.Deliver[i]
		}
	}
	if asking != nil {
		var ordered Outcome
		a, ordered = a.enforce(*asking)
		out = join(out, ordered)
	}
	out.Events = a.toldOnce(out.Events)
	return a, out
}

// asksForOrder reports whether a rung has an order issued or raised. Assignments
// of the first edition know orders of the first level only.
func (a Assignment) asksForOrder(m deadline.Moment) bool {
	level, asks := levelOf(m.Action)
	return asks && (a.Edition > 0 || level == LevelOrder)
}

// graver reports whether a rung asks for an order of a higher level than another.
func graver(a, b deadline.Moment) bool {
	levelA, _ := levelOf(a.Action)
	levelB, _ := levelOf(b.Action)
	return levelA.rank() > levelB.rank()
}

// toldOnce gives each party one notice where several events that come together
// had one each. It stands at the last event, is of the kind of the latest notice
// and names what the party was to be told.
func (a Assignment) toldOnce(events []act.Event) []act.Event {
	if len(events) < 2 {
		return events
	}
	var parties []org.Party
	told := map[org.Party][]act.Notice{}
	for i := range events {
		for _, n := range events[i].Notices {
			if told[n.To] == nil {
				parties = append(parties, n.To)
			}
			told[n.To] = append(told[n.To], n)
		}
		events[i].Notices = nil
	}
	last := &events[len(events)-1]
	for _, party := range parties {
		last.Notices = append(last.Notices, a.summary(told[party]))
	}
	return events
}

// summary is one notice in place of several to the same party. A reminder of a
// date that has passed says nothing beside them.
func (a Assignment) summary(notices []act.Notice) act.Notice {
	rest := slices.DeleteFunc(slices.Clone(notices), func(n act.Notice) bool { return n.Kind == string(deadline.Remind) })
	if len(rest) == 0 {
		rest = notices
	}
	if len(rest) == 1 {
		return rest[0]
	}
	var zh, en []string
	for _, n := range rest {
		nameZh, nameEn := noticeName(n.Kind)
		zh, en = append(zh, nameZh), append(en, nameEn)
	}
	last := rest[len(rest)-1]
	last.Channels = anyChannel(rest)
	last.Title = strings.Join(zh, "、") + "（期限" + a.Due.String() + "）：" + a.Title()
	last.TitleEn = strings.Join(en, "; ") + " (due " + a.Due.String() + "): " + a.Title()
	return last
}

// anyChannel are the channels of all notices together; none for all that there are.
func anyChannel(notices []act.Notice) []string {
	var channels []string
	for _, n := range notices {
		if len(n.Channels) == 0 {
			return nil
		}
		for _, channel := range n.Channels {
			if !slices.Contains(channels, channel) {
				channels = append(channels, channel)
			}
		}
	}
	return channels
}

// noticeName names what a notice of the clock is about.
func noticeName(kind string) (zh, en string) {
	if kind == noticeOverdue {
		return "已逾期", "Overdue"
	}
	return actionTitle(deadline.Action(kind))
}
