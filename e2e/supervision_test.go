package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/client"
	"duban/dispatch"
	"duban/org"
)

// order is a supervision order as far as the story needs it.
type order struct {
	ID, Number, Joint, Level, Status, Outcome, NextStep string
	Unit                                                string
	Raised, PromiseBroken                               bool
	AcknowledgedAt                                      *time.Time
	Steps                                               []struct{ Level, Ground string }
	Talks                                               []struct{ Minutes *struct{ Text string } }
}

// supervising plays orders on the late assignments of one task.
type supervising struct {
	*office
	ctx     context.Context
	running *app.App
	works   []work
	acts    int
}

// does something that must be taken, and refused something that must not be.
func (s *supervising) does(unit string, role org.Role, path, action string, fields map[string]any) {
	s.t.Helper()
	require.NoError(s.t, s.try(unit, role, path, action, fields), "%s on %s", action, path)
}

func (s *supervising) refused(code, unit string, role org.Role, path, action string, fields map[string]any) {
	s.t.Helper()
	var problem *client.Problem
	require.ErrorAs(s.t, s.try(unit, role, path, action, fields), &problem, "%s on %s", action, path)
	require.Equal(s.t, code, problem.Code)
}

func (s *supervising) try(unit string, role org.Role, path, action string, fields map[string]any) error {
	s.acts++
	return s.act(unit, role, path, action, fields, fmt.Sprintf("act-%d", s.acts))
}

func (s *supervising) act(unit string, role org.Role, path, action string, fields map[string]any, key string) error {
	payload := map[string]any{"action": action}
	for name, value := range fields {
		payload[name] = value
	}
	return s.as(unit, role).Post(s.ctx, path+"/actions", payload, nil, client.Key(key))
}

// together lets several people act at the same instant, and returns the codes of
// those who were refused.
func (s *supervising) together(acts ...func(key string) error) []string {
	s.t.Helper()
	errs := make([]error, len(acts))
	var all sync.WaitGroup
	for i, act := range acts {
		all.Go(func() { errs[i] = act(fmt.Sprintf("together-%d-%d", s.acts, i)) })
	}
	all.Wait()
	s.acts++
	var codes []string
	for _, err := range errs {
		var problem *client.Problem
		if err != nil {
			require.ErrorAs(s.t, err, &problem)
			codes = append(codes, problem.Code)
		}
	}
	return codes
}

func (s *supervising) inspector() client.Client { return s.as(inspectors, org.Supervisor) }

func (s *supervising) until(moment string) {
	s.t.Helper()
	require.NoError(s.t, s.running.Clock().AdvanceTo(s.ctx, at(s.t, moment)))
}

// order reads the nth order on an assignment.
func (s *supervising) order(w work, n int) order {
	s.t.Helper()
	var o order
	require.NoError(s.t, s.inspector().Get(s.ctx, "supervisions/"+dispatch.SupervisionID(w.ID, n), &o))
	return o
}

// awaits waits until the order is as it should be: what one process tells another
// takes a moment.
func (s *supervising) awaits(w work, n int, as func(order) bool) order {
	s.t.Helper()
	var o order
	require.Eventually(s.t, func() bool {
		err := s.inspector().Get(s.ctx, "supervisions/"+dispatch.SupervisionID(w.ID, n), &o)
		return err == nil && as(o)
	}, time.Minute, 50*time.Millisecond)
	return o
}

func onOrder(w work, n int) string { return "supervisions/" + dispatch.SupervisionID(w.ID, n) }
func onWork(w work) string         { return "assignments/" + w.ID }

func answer(due string) map[string]any {
	return map[string]any{"text": "选址变更，进度滞后。", "measures": "增派施工队，每周调度。", "due": due}
}

func reason(text string) map[string]any { return map[string]any{"reason": text} }

// The lives of orders on six units that are late with the same task: by a light,
// by the ladder, by hand, jointly; answered, raised, summoned, reassigned.
func TestTheLifeOfOrders(t *testing.T) {
	ctx, running, office := rehearsal(t, "2026-11-23 10:00")
	s := &supervising{office: office, ctx: ctx, running: running}
	plan := office.plan(ctx)
	rules := map[string]any{"consentWorkingDays": 3, "episodes": map[string]any{"light": "yellow", "count": 2}}
	require.NoError(t, s.inspector().Put(ctx, "plans/"+plan+"/supervision-rules", rules, nil))
	behind := map[string]any{"key": "behind", "light": "yellow", "when": []any{map[string]any{"kind": "behind", "points": 20}}}
	require.NoError(t, s.inspector().Put(ctx, "plans/"+plan+"/lights", map[string]any{"rules": []any{behind}}, nil))
	s.works = office.dispatchedIn(ctx, plan, 16, 2026)
	require.GreaterOrEqual(t, len(s.works), 6)
	for _, w := range s.works {
		s.does(w.Unit, org.Operator, onWork(w), "acknowledge", nil)
	}
	s.twoYellowLights(s.works[4])

	s.until("2026-12-01 01:00")
	s.board()
	s.oneOrderAtATime(s.works[2])
	s.jointly(s.works[0], s.works[1])
	s.byLeave(plan, s.works[5])
	s.proposed(s.works[2], s.works[3].Unit)
	s.answeredAndUrged(s.works[0], s.works[1])

	s.until("2026-12-05 01:00")
	require.True(t, s.order(s.works[1], 1).Raised, "its reply deadline passed without an answer")
	s.decidedInStead(s.works[2], s.works[3].Unit)

	s.until("2026-12-09 12:00")
	s.raisedByTheLadder(s.works[0], s.works[1])
	s.summoned(s.works[0])
	s.settledTogether(s.works[0], s.works[1])
	s.manyAtOnce()
	if *record != "" {
		require.NoError(t, keepHistories(ctx, running, []string{
			dispatch.AssignmentWorkflow(s.works[0].ID), dispatch.AssignmentWorkflow(s.works[2].ID), dispatch.AssignmentWorkflow(s.works[4].ID),
			dispatch.SupervisionWorkflow(dispatch.SupervisionID(s.works[0].ID, 1)), dispatch.SupervisionWorkflow(dispatch.SupervisionID(s.works[2].ID, 1)),
		}))
	}
	verified(t, running)
}

// twoYellowLights: a unit falls behind, catches up and falls behind again, long
// before its date.
func (s *supervising) twoYellowLights(w work) {
	s.until("2026-11-26 12:00")
	for _, percent := range []int{0, 100, 0} {
		s.does(w.Unit, org.Operator, onWork(w), "report", map[string]any{"text": "进展", "percent": percent})
	}
	o := s.awaits(w, 1, func(o order) bool { return o.Number != "" })
	require.Equal(s.t, "督〔2026〕1号", o.Number)
	require.Len(s.t, events(s.ctx, s.t, s.inspector(), "assignment.light-episode"), 2)
}

// board: all are late for a day.
func (s *supervising) board() {
	s.t.Helper()
	var board struct {
		Items []struct {
			ID                        string
			DaysLate, WorkingDaysLate int
			Order                     *order
			LastReport                *struct{ Text string }
			Next                      struct{ Step string }
		}
	}
	require.NoError(s.t, s.inspector().Get(s.ctx, "supervision-board", &board))
	require.Len(s.t, board.Items, len(s.works))
	for _, e := range board.Items {
		require.Equal(s.t, []int{1, 1}, []int{e.DaysLate, e.WorkingDaysLate})
		require.Equal(s.t, e.ID == s.works[4].ID, e.Order != nil)
		require.Equal(s.t, e.ID == s.works[4].ID, e.LastReport != nil)
		if e.Order == nil {
			require.Equal(s.t, "urge", e.Next.Step, "the ladder goes on")
		}
	}
}

// oneOrderAtATime: two supervisors issue an order at the same instant.
func (s *supervising) oneOrderAtATime(w work) {
	s.t.Helper()
	issue := func(key string) error {
		return s.act(inspectors, org.Supervisor, onWork(w), "issue-supervision", reason("市长批示。"), key)
	}
	require.Equal(s.t, []string{"already-supervised"}, s.together(issue, issue))
	s.awaits(w, 1, func(o order) bool { return o.Status == "issued" })
}

// jointly: one order to two units, sent twice at the same instant as a browser
// does that is in a hurry.
func (s *supervising) jointly(a, b work) {
	s.t.Helper()
	body := map[string]any{"assignments": []string{a.ID, b.ID}, "reason": "两县均未办结。"}
	var ids [2]string
	var both sync.WaitGroup
	for i := range ids {
		both.Go(func() {
			var made struct {
				ID   string
				Done int
			}
			status, err := s.inspector().Do(s.ctx, http.MethodPost, "supervisions", body, &made, client.Key("joint"))
			if err != nil || status != http.StatusCreated || made.Done != 2 {
				s.t.Errorf("status %d, done %d: %v", status, made.Done, err)
			}
			ids[i] = made.ID
		})
	}
	both.Wait()
	require.Equal(s.t, ids[0], ids[1])
	issued := func(o order) bool { return o.Number != "" }
	first, second := s.awaits(a, 1, issued), s.awaits(b, 1, issued)
	require.Equal(s.t, first.Number, second.Number, "all parts have one number")
	require.Equal(s.t, []string{ids[0], ids[0]}, []string{first.Joint, second.Joint})
	require.Equal(s.t, []string{"open", "2"}, s.joint(ids[0]))
}

// joint is where a joint order stands, and how many of its parts are open.
func (s *supervising) joint(id string) []string {
	s.t.Helper()
	var whole struct {
		Status string
		Open   int
	}
	require.NoError(s.t, s.inspector().Get(s.ctx, "joint-supervisions/"+id, &whole))
	return []string{whole.Status, fmt.Sprint(whole.Open)}
}

// byLeave: a late unit asks for a later date, which needs the supervisor's leave.
func (s *supervising) byLeave(plan string, w work) {
	s.t.Helper()
	asked := map[string]any{"due": "2026-12-28", "reason": "汛期停工。", "progress": "主体完工。"}
	s.refused("overdue", w.Unit, org.Operator, onWork(w), "request-extension", asked)
	s.does(inspectors, org.Supervisor, onWork(w), "allow-extension", reason("情况属实。"))
	s.does(w.Unit, org.Operator, onWork(w), "request-extension", asked)
	var detail struct {
		SignOffs []struct{ ID, Kind string }
	}
	require.NoError(s.t, s.inspector().Get(s.ctx, onWork(w), &detail))
	require.Equal(s.t, "extension", detail.SignOffs[0].Kind)
	signOff := "sign-offs/" + detail.SignOffs[0].ID
	s.does(lead, org.Head, signOff, "agree", nil)
	s.does(inspectors, org.Supervisor, signOff, "agree", nil)
	var summary struct {
		Items []struct {
			Unit                 string
			Asked, Granted, Days int
		}
	}
	require.NoError(s.t, s.inspector().Get(s.ctx, "plans/"+plan+"/extensions/summary", &summary))
	require.Len(s.t, summary.Items, 1)
	require.Equal(s.t, w.Unit, summary.Items[0].Unit)
	require.Equal(s.t, []int{1, 1, 28}, []int{summary.Items[0].Asked, summary.Items[0].Granted, summary.Items[0].Days})
}

// proposed: another unit is asked, by way of the order, to take the work over.
func (s *supervising) proposed(w work, unit string) {
	s.t.Helper()
	s.does(inspectors, org.Supervisor, onOrder(w, 1), "reassign", map[string]any{"unit": unit, "due": "2026-12-20", "reason": "职能调整。"})
	require.Eventually(s.t, func() bool {
		var shown struct {
			Unit, NextStep string
			NextAt         *time.Time
		}
		// Who is asked may read it.
		err := s.as(unit, org.Head).Get(s.ctx, onWork(w), &shown)
		return err == nil && shown.Unit == w.Unit && shown.NextStep == "consent" && shown.NextAt != nil && shown.NextAt.Equal(at(s.t, "2026-12-05 00:00"))
	}, time.Minute, 50*time.Millisecond, "three working days, and the old unit stays responsible")
	s.refused("consent-pending", inspectors, org.Supervisor, onWork(w), "answer-reassignment", map[string]any{"consent": true, "reason": "x"})
}

// decidedInStead: the unit that was asked was silent, and the supervisor decides.
func (s *supervising) decidedInStead(w work, unit string) {
	s.t.Helper()
	require.Len(s.t, events(s.ctx, s.t, s.inspector(), "assignment.reassignment-lapsed"), 1)
	s.does(inspectors, org.Supervisor, onWork(w), "answer-reassignment", map[string]any{"consent": true, "reason": "按职能分工。"})
	var shown struct {
		Unit      string
		Handovers []struct {
			Status  string
			InStead bool
		}
	}
	require.NoError(s.t, s.inspector().Get(s.ctx, onWork(w), &shown))
	require.Equal(s.t, unit, shown.Unit)
	require.Equal(s.t, "consented", shown.Handovers[0].Status)
	require.True(s.t, shown.Handovers[0].InStead)
	s.awaits(w, 1, func(o order) bool { return o.Status == "closed" && o.Outcome == "reassigned" })
}

// answeredAndUrged: of one part the answer is given by two people at the same
// instant and accepted, of the other the lead unit presses.
func (s *supervising) answeredAndUrged(a, b work) {
	s.t.Helper()
	s.does(a.Unit, org.Operator, onOrder(a, 1), "acknowledge", nil)
	by := func(role org.Role) func(string) error {
		return func(key string) error { return s.act(a.Unit, role, onOrder(a, 1), "answer", answer("2026-12-08"), key) }
	}
	require.Equal(s.t, []string{"already-answered"}, s.together(by(org.Head), by(org.Operator)))
	s.does(a.Unit, org.Head, onOrder(a, 1), "urge", nil)
	s.does(inspectors, org.Supervisor, onOrder(a, 1), "accept", reason("可。"))
	o := s.awaits(a, 1, func(o order) bool { return o.NextStep == "deliver" })
	require.NotNil(s.t, o.AcknowledgedAt)

	s.does(lead, org.Operator, onOrder(b, 1), "urge", nil)
	s.refused("urged-lately", lead, org.Head, onOrder(b, 1), "urge", nil)
	s.refused("may-not-urge", b.Unit, org.Head, onOrder(b, 1), "urge", nil)
}

// raisedByTheLadder: one unit broke its promise, the other never answered.
func (s *supervising) raisedByTheLadder(a, b work) {
	s.t.Helper()
	broken := s.awaits(a, 1, func(o order) bool { return o.Level == "circular" })
	require.Len(s.t, broken.Steps, 2)
	require.Contains(s.t, broken.Steps[1].Ground, "2026-11-30")
	require.Len(s.t, events(s.ctx, s.t, s.inspector(), "supervision.promise-broken"), 1)
	require.Len(s.t, events(s.ctx, s.t, s.inspector(), "supervision.promise-remind"), 1)
	s.awaits(b, 1, func(o order) bool { return o.Level == "circular" && o.NextStep == "answer" })
}

// summoned: to a talk, whose minutes are recorded when it was held.
func (s *supervising) summoned(w work) {
	s.t.Helper()
	talk := map[string]any{"at": at(s.t, "2026-12-11 10:00"), "place": "市政府三楼", "people": []string{"分管副县长 张某"}}
	raise := map[string]any{"level": "summons", "ground": "未按承诺落实。", "replyWorkingDays": 5, "talk": talk}
	s.does(inspectors, org.Supervisor, onOrder(w, 1), "raise", raise)
	s.does(w.Unit, org.Head, onOrder(w, 1), "answer", answer("2026-12-25"))
	s.until("2026-12-11 18:00")
	s.refused("minutes-missing", inspectors, org.Supervisor, onOrder(w, 1), "lower", reason("x"))
	minutes := map[string]any{"heldAt": at(s.t, "2026-12-11 10:00"), "present": []string{"张某", "督查室 李某"}, "text": "承诺本月办结。"}
	s.does(inspectors, org.Supervisor, onOrder(w, 1), "record-minutes", minutes)
	s.does(inspectors, org.Supervisor, onOrder(w, 1), "lower", reason("态度积极，措施到位。"))
	o := s.order(w, 1)
	require.Equal(s.t, "circular", o.Level)
	require.Equal(s.t, "承诺本月办结。", o.Talks[0].Minutes.Text)
}

// settledTogether: the joint order is closed with its last part.
func (s *supervising) settledTogether(a, b work) {
	s.t.Helper()
	joint := s.order(a, 1).Joint
	finish := func(w work) {
		s.does(w.Unit, org.Operator, onWork(w), "submit", map[string]any{"evidence": "已办结。"})
		s.does(lead, org.Operator, onWork(w), "review", map[string]any{"accept": true})
		s.awaits(w, 1, func(o order) bool { return o.Status == "closed" && o.Outcome == "completed" })
	}
	finish(a)
	require.Equal(s.t, []string{"open", "1"}, s.joint(joint))
	finish(b)
	require.Equal(s.t, []string{"closed", "0"}, s.joint(joint))
}

// manyAtOnce: some of a batch are done, some not, and nothing twice.
func (s *supervising) manyAtOnce() {
	s.t.Helper()
	urge := map[string]string{"action": "urge"}
	batch := map[string]any{"acts": []any{
		map[string]any{"id": s.works[3].ID, "key": "batch-1", "act": urge}, map[string]any{"id": s.works[4].ID, "key": "batch-2", "act": urge},
		map[string]any{"id": s.works[0].ID, "key": "batch-3", "act": urge}, map[string]any{"id": "nowhere", "key": "batch-4", "act": urge},
	}}
	before := len(events(s.ctx, s.t, s.inspector(), "assignment.urged"))
	for range 2 {
		var answered struct {
			Done, Failed int
			Results      []struct{ Status int }
		}
		require.NoError(s.t, s.inspector().Post(s.ctx, "assignments/actions", batch, &answered))
		require.Equal(s.t, []int{2, 2}, []int{answered.Done, answered.Failed})
		require.Equal(s.t, http.StatusConflict, answered.Results[2].Status, "it is closed")
	}
	require.Len(s.t, events(s.ctx, s.t, s.inspector(), "assignment.urged"), before+2, "sent again, nothing is done twice")
}
