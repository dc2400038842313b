package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/activities"
	"duban/approval"
	"duban/calendar"
	"duban/dispatch"
	"duban/store"
	"duban/store/dbtest"
	"duban/workflows"
)

// A day begins and ends where the plan is: half past midnight in Shanghai on
// Wednesday, 4 November 2026 is Tuesday evening in Urumqi, and so a time that runs
// since then ends a day earlier there, at another hour.
func TestMomentsByTheZoneOfThePlan(t *testing.T) {
	s := dbtest.Open(t, store.Options{URL: dbtest.Migrated(t)})
	policy, err := s.CreatePolicy(t.Context(), store.Policy{Title: "实施意见"}, []byte("正文"))
	require.NoError(t, err)
	_, err = s.SaveUnits(t.Context(), []store.Unit{{ID: "east", Name: "东县", Active: true}, {ID: "west", Name: "西县", Active: true}})
	require.NoError(t, err)
	// The east county celebrates on Thursday, the 5th.
	_, _, err = s.LoadCalendar(t.Context(), "east", calendar.Year{Year: 2026, Source: "县庆放假的通知", Holidays: []calendar.Holiday{
		{Name: "县庆", Start: calendar.NewDate(2026, 11, 5), End: calendar.NewDate(2026, 11, 5)}}}, 0, act.Actor{User: "u1"})
	require.NoError(t, err)
	a := &activities.Activities{Plans: s, Rounds: s}
	for _, c := range []struct {
		zone, from         string // from: by the clock of Shanghai
		unit               string
		reply, sign, rungs string // by the clock of the plan
	}{
		{"Asia/Shanghai", "2026-11-03 23:59", "west", "2026-11-07 00:00", "2026-11-07 00:00", "2026-11-06 09:00"},
		{"Asia/Shanghai", "2026-11-04 00:00", "west", "2026-11-10 00:00", "2026-11-08 00:00", "2026-11-09 09:00"},
		{"Asia/Shanghai", "2026-11-04 00:30", "west", "2026-11-10 00:00", "2026-11-08 00:00", "2026-11-09 09:00"},
		{"Asia/Shanghai", "2026-11-04 00:30", "east", "2026-11-11 00:00", "2026-11-08 00:00", "2026-11-10 09:00"},
		{"Asia/Urumqi", "2026-11-04 00:30", "west", "2026-11-07 00:00", "2026-11-07 00:00", "2026-11-06 09:00"},
		{"Asia/Urumqi", "2026-11-04 00:30", "east", "2026-11-10 00:00", "2026-11-07 00:00", "2026-11-09 09:00"},
		{"Asia/Urumqi", "2026-11-04 02:00", "west", "2026-11-10 00:00", "2026-11-08 00:00", "2026-11-09 09:00"},
		{"America/New_York", "2026-11-04 12:59", "west", "2026-11-07 00:00", "2026-11-07 00:00", "2026-11-06 09:00"},
	} {
		t.Run(c.zone+" "+c.from+" "+c.unit, func(t *testing.T) {
			zone, err := calendar.Zone(c.zone)
			require.NoError(t, err)
			shanghai, err := calendar.Zone(calendar.DefaultZone)
			require.NoError(t, err)
			from, err := time.ParseInLocation("2006-01-02 15:04", c.from, shanghai)
			require.NoError(t, err)
			there := func(moment time.Time) string { return moment.In(zone).Format("2006-01-02 15:04") }
			plan, err := s.CreatePlan(t.Context(), store.PlanDetail{Plan: store.Plan{PolicyID: policy.ID, Title: "方案", StartYear: 2025, EndYear: 2035, TimeZone: c.zone}})
			require.NoError(t, err)

			reply, err := a.ReplyDue(t.Context(), workflows.ReplyDueRequest{Plan: plan.ID, Unit: c.unit, From: from, WorkingDays: 3})
			require.NoError(t, err)
			require.Equal(t, c.reply, there(reply.ReplyDue), "three working days of the unit")
			require.True(t, reply.Counted.From.Equal(from))
			require.Empty(t, reply.Counted.Provisional)

			sign, err := a.SignOffDue(t.Context(), workflows.SignOffDueRequest{Plan: plan.ID, From: from, Within: approval.Within{Days: 3}})
			require.NoError(t, err)
			require.Equal(t, c.sign, there(sign.DueAt), "three natural days")
			require.Empty(t, sign.Provisional, "no calendar has a bearing on natural days")

			armed, err := a.ArmLadder(t.Context(), workflows.LadderRequest{Plan: plan.ID, Unit: c.unit, From: from, WorkingDays: 3})
			require.NoError(t, err)
			require.Equal(t, c.reply, there(armed.DueAt), "a due date that is counted")
			require.Equal(t, armed.Due, armed.Counted.Last)
			require.Equal(t, 3, armed.Counted.WorkingDays)
			day := there(armed.Moments[0].At)
			require.Equal(t, "09:00", day[len(day)-5:], "rungs go out by the plan's clock")
			require.Contains(t, momentsOf(armed, there), c.rungs, "on the day itself")

			confirm, err := a.ArmConfirm(t.Context(), workflows.LadderRequest{Plan: plan.ID, From: from, WorkingDays: 3})
			require.NoError(t, err)
			if c.unit == "west" {
				require.Equal(t, c.reply, there(confirm.DueAt), "lead units confirm by the days of all")
			}
			stays, err := a.ArmConfirm(t.Context(), workflows.LadderRequest{Plan: plan.ID, Due: calendar.NewDate(2026, 10, 7)})
			require.NoError(t, err)
			require.Equal(t, "2026-10-08 00:00", there(stays.DueAt), "a day that has passed stays")
			require.Nil(t, stays.Counted)
		})
	}
	outside, err := a.SignOffDue(t.Context(), workflows.SignOffDueRequest{From: at("2026-11-03 16:30"), Within: approval.Within{Days: 3, Working: true}})
	require.NoError(t, err)
	require.True(t, outside.DueAt.Equal(at("2026-11-09 16:00")), "outside any plan, the days of China and of all")
	require.EqualValues(t, 0, outside.Calendar, "a unit's own days are not those of all")
}

func momentsOf(armed dispatch.Armed, format func(time.Time) string) []string {
	all := make([]string, len(armed.Moments))
	for i, m := range armed.Moments {
		all[i] = format(m.At)
	}
	return all
}
