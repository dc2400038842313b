package dispatch

import (
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/deadline"
	"duban/org"
)

// Next is the moment at which somebody is chased next.
func (r ReportRound) Next() (time.Time, bool) {
	if r.ID == "" || r.IsClosed() {
		return time.Time{}, false
	}
	return r.Schedule.Next()
}

// Wake chases late units and, after the due date, lead units that have not
// compiled. At the due moment late units' sheets are filled in once more with what
// they have reported on their assignments, so that lead units can go on.
func (r ReportRound) Wake(now time.Time) (ReportRound, Outcome) {
	schedule, passed := r.Schedule.Pass(now)
	r.Schedule = schedule
	var out Outcome
	if passed.Overdue {
		out = r.dueOver()
	}
	for _, m := range passed.Deliver {
		if notices := r.rung(m); len(notices) > 0 {
			out.Events = append(out.Events, act.Happened("round."+string(m.Action), m, notices...))
		}
	}
	return r, out
}

func (r ReportRound) dueOver() Outcome {
	late := r.lateUnits()
	if len(late) == 0 {
		return Outcome{Events: []act.Event{act.Happened("round.due", map[string]any{"late": late})}}
	}
	notices := r.pressed("overdue", "逾期未报送", "The report is overdue", late, operator, head)
	notices = append(notices, r.pressed("compile", fmt.Sprintf("%d 个单位逾期未报送，可先行汇总", len(late)),
		fmt.Sprintf("%d units have not answered; you may compile without them", len(late)), r.answers().uncompiled(), operator)...)
	notices = append(notices, r.notice(supervisor(r.Supervisor), "overdue", fmt.Sprintf("%d 个单位逾期未报送", len(late)), fmt.Sprintf("%d units have not answered", len(late))))
	out := Outcome{Events: []act.Event{act.Happened("round.due", map[string]any{"late": late}, notices...)}}
	for units := range slices.Chunk(late, gatherAtOnce) {
		out.Effects = append(out.Effects, r.gather(units))
	}
	return out
}

// rung says who is told what at a rung of the ladder.
func (r ReportRound) rung(m deadline.Moment) []act.Notice {
	report, compile := [2]string{"请按期报送", "Please report"}, [2]string{"请汇总", "Please compile"}
	if m.Action == deadline.Urge {
		report, compile = [2]string{"催报", "Overdue, urged to report"}, [2]string{"催办汇总", "Urged to compile"}
	}
	late, uncompiled := r.lateUnits(), r.answers().uncompiled()
	var notices []act.Notice
	for _, to := range m.To {
		switch to {
		case deadline.ResponsibleOperator:
			notices = append(notices, r.pressed(string(m.Action), report[0], report[1], late, operator)...)
		case deadline.ResponsibleHead:
			notices = append(notices, r.pressed(string(m.Action), report[0], report[1], late, head)...)
		case deadline.LeadOperator:
			notices = append(notices, r.pressed(string(m.Action), compile[0], compile[1], uncompiled, operator)...)
		case deadline.LeadHead:
			notices = append(notices, r.pressed(string(m.Action), compile[0], compile[1], uncompiled, head)...)
		case deadline.Supervisor:
			notices = append(notices, r.toSupervisor(m, late, uncompiled)...)
		}
	}
	return notices
}

func (r ReportRound) toSupervisor(m deadline.Moment, late, uncompiled []org.UnitRef) []act.Notice {
	if len(late) == 0 && len(uncompiled) == 0 {
		return nil
	}
	zh := fmt.Sprintf("%d 个单位未报送，%d 个牵头单位未汇总", len(late), len(uncompiled))
	en := fmt.Sprintf("%d units have not reported and %d lead units have not compiled", len(late), len(uncompiled))
	return []act.Notice{r.notice(supervisor(r.Supervisor), string(m.Action), zh, en)}
}
