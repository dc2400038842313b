package dispatch_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
)

func TestCheckJoint(t *testing.T) {
	part := func(n int) dispatch.Part {
		return dispatch.Part{Assignment: fmt.Sprintf("plan-7-2026-%d", n), Plan: "plan", Target: "plan-7-2026", Overdue: true}
	}
	with := func(change func(*dispatch.Part)) []dispatch.Part {
		second := part(2)
		change(&second)
		return []dispatch.Part{part(1), second}
	}
	many := make([]dispatch.Part, 201)
	for i := range many {
		many[i] = part(i)
	}
	for _, c := range []struct {
		name  string
		parts []dispatch.Part
		code  string // of the refusal, and of its fault
		fault string
	}{
		{"two units", with(func(*dispatch.Part) {}), "", ""},
		{"two years of one task", with(func(p *dispatch.Part) { p.Target = "plan-7-2027" }), "", ""},
		{"issued again", with(func(p *dispatch.Part) { p.UnderOrder, p.Joint = true, "j" }), "", ""},
		{"issued again when a part is settled", with(func(p *dispatch.Part) { p.Overdue, p.Joint = false, "j" }), "", ""},
		{"one", []dispatch.Part{part(1)}, "joint-size", "size"},
		{"none", nil, "joint-size", "size"},
		{"a province and more", many, "joint-size", "size"},
		{"the same twice", with(func(p *dispatch.Part) { p.Assignment = "plan-7-2026-1" }), "joint", "twice"},
		{"two tasks", with(func(p *dispatch.Part) { p.Target = "plan-8-2026" }), "joint", "another-task"},
		{"two plans", with(func(p *dispatch.Part) { p.Plan = "other" }), "joint", "another-task"},
		{"one in time", with(func(p *dispatch.Part) { p.Overdue = false }), "joint", "not-overdue"},
		{"one under an order", with(func(p *dispatch.Part) { p.UnderOrder = true }), "joint", "already-supervised"},
		{"one under another joint order", with(func(p *dispatch.Part) { p.UnderOrder, p.Joint = true, "k" }), "joint", "already-supervised"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := dispatch.CheckJoint("j", c.parts)
			if c.code == "" {
				require.NoError(t, err)
				return
			}
			var refusal *act.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, c.code, refusal.Code)
			require.Equal(t, c.fault, refusal.Faults[0].Code)
		})
	}
}

func TestAPartOfAJointOrder(t *testing.T) {
	l := acknowledged(t)
	l.passes(day(2026, time.June, 13, 12))
	joint := &dispatch.Joint{ID: "j", Parts: 2}
	l.does(supervisorOf(inspector), dispatch.IssueSupervision, dispatch.Issuing{Reason: "市长批示。", Level: dispatch.LevelCircular, ReplyWorkingDays: 2, Joint: joint})
	order := started(l)[0]
	require.Equal(t, joint, order.Joint)
	require.Equal(t, dispatch.LevelCircular, order.Level)
	require.Equal(t, 2, order.ReplyWorkingDays)
	row := issuedAs(t, order).state.View().Supervisions[0]
	require.Equal(t, "j", row.JointID)
	require.Equal(t, "circular", row.Level)
}
