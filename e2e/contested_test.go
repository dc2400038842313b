package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/client"
	"duban/dispatch"
	"duban/org"
	"duban/store"
)

// contested is what two supervisors and the units of one task do to the same
// orders, at the same time or without the right to.
type contested struct {
	*supervising
	deputy client.Client // another supervisor of the same office
}

func TestContestedOrders(t *testing.T) {
	ctx, running, office := rehearsal(t, "2026-11-23 10:00")
	c := &contested{supervising: &supervising{office: office, ctx: ctx, running: running}}
	c.deputy = c.another()
	plan := office.plan(ctx)
	c.works = office.dispatchedIn(ctx, plan, 16, 2026)
	for _, w := range c.works {
		c.does(w.Unit, org.Operator, onWork(w), "acknowledge", nil)
	}
	c.until("2026-12-01 01:00")
	c.lit(plan, c.works[0])
	c.twoSupervisors(c.works[0])
	c.strangers(c.works[0], c.works[3].Unit)
	c.nonsense(c.works[0])
	c.closedAssignment(c.works[2], c.works[4])
	c.batchTwice(c.works[0], c.works[1])
	c.consented(c.works[1], c.works[3].Unit, c.works[0].Unit)
	c.minutesAsFile(c.works[0], c.works[3].Unit)
	c.overTheNewYear(c.works[5])
	verified(t, running)
}

// another registers a second supervisor in the office.
func (c *contested) another() client.Client {
	c.t.Helper()
	users, err := c.running.Store.SaveUsers(c.ctx, []store.User{{Login: "deputy", Name: "副主任", UnitID: inspectors, Active: true, Roles: []org.Role{org.Supervisor}}})
	require.NoError(c.t, err)
	token, err := c.running.Store.CreateToken(c.ctx, users[0].ID, "test", 90*24*time.Hour)
	require.NoError(c.t, err)
	return client.New(c.url, token)
}

// lit: assignment, unit, annual target and plan show the light of what is late, with
// the reason, by whichever rules the plan has.
func (c *contested) lit(plan string, w work) {
	c.t.Helper()
	type lamp struct{ Colour, Reason string }
	for _, preset := range []struct{ name, colour, because string }{
		{"sanming", "orange", "橙色督查单：已逾期 1 个工作日（期限 2026-11-30）"}, {"suqian", "red", "已逾期 1 个工作日（期限 2026-11-30）"},
		{"guangyuan", "yellow", "黄牌：已逾期 1 个工作日（期限 2026-11-30）"}, {"default", "red", "已逾期 1 个工作日（期限 2026-11-30）"},
	} {
		require.NoError(c.t, c.inspector().Put(c.ctx, "plans/"+plan+"/lights", map[string]string{"preset": preset.name}, nil))
		var one struct {
			AnnualTarget string
			Light        lamp
		}
		require.NoError(c.t, c.as(w.Unit, org.Operator).Get(c.ctx, onWork(w), &one))
		require.Equal(c.t, lamp{preset.colour, preset.because}, one.Light, preset.name)
		require.NoError(c.t, c.inspector().Get(c.ctx, "annual-targets/"+one.AnnualTarget, &one))
		var whole struct {
			Light lamp
			Units []struct {
				Unit  string
				Light lamp
			}
		}
		require.NoError(c.t, c.inspector().Get(c.ctx, "plans/"+plan+"/lights", &whole))
		lamps := []lamp{one.Light, whole.Light}
		for _, u := range whole.Units {
			if u.Unit == w.Unit {
				lamps = append(lamps, u.Light)
			}
		}
		require.Len(c.t, lamps, 3)
		for _, l := range lamps {
			require.Equal(c.t, preset.colour, l.Colour, preset.name)
			require.Contains(c.t, l.Reason, preset.because)
		}
	}
}

// consented: the unit that is asked declines, and another takes over; until then
// the present one stays responsible, and only heads of the unit that is asked
// answer.
func (c *contested) consented(w work, first, second string) {
	c.t.Helper()
	propose := func(unit string) {
		c.does(inspectors, org.Supervisor, onWork(w), "reassign", map[string]any{"unit": unit, "due": "2026-12-28", "reason": "职能调整。"})
	}
	yes, no := map[string]any{"consent": true}, map[string]any{"consent": false, "reason": "非我县职责。"}
	c.refused("no-reassignment", first, org.Head, onWork(w), "answer-reassignment", yes)
	propose(first)
	c.refused("role", first, org.Operator, onWork(w), "answer-reassignment", yes)
	for _, unit := range []string{w.Unit, second, lead} {
		c.refused("not-asked", unit, org.Head, onWork(w), "answer-reassignment", yes)
	}
	c.refused("required", first, org.Head, onWork(w), "answer-reassignment", map[string]any{"consent": false})
	c.does(first, org.Head, onWork(w), "answer-reassignment", no)
	c.does(w.Unit, org.Operator, onWork(w), "report", map[string]any{"text": "照常办理。", "percent": 30})
	propose(second)
	c.does(second, org.Head, onWork(w), "answer-reassignment", yes)
	c.refused("not-the-responsible-unit", w.Unit, org.Operator, onWork(w), "report", map[string]any{"text": "x", "percent": 40})
	c.does(second, org.Operator, onWork(w), "acknowledge", nil)
	c.awaits(w, 1, func(o order) bool { return o.Status == "closed" && o.Outcome == "reassigned" })
	var shown struct {
		Unit, DueDate, FirstDueDate string
		Handovers                   []struct{ Status string }
	}
	require.Error(c.t, c.as(first, org.Head).Get(c.ctx, onWork(w), &shown), "who declined reads it no more")
	require.NoError(c.t, c.as(w.Unit, org.Head).Get(c.ctx, onWork(w), &shown), "who had it still does")
	require.Equal(c.t, []string{second, "2026-12-28", "2026-11-30"}, []string{shown.Unit, shown.DueDate, shown.FirstDueDate})
	require.Equal(c.t, "declined consented", shown.Handovers[0].Status+" "+shown.Handovers[1].Status)
}

// both lets the two supervisors act on an order at the same instant.
func (c *contested) both(path string, first, second map[string]any, options ...client.Option) []string {
	c.t.Helper()
	by := func(who client.Client, payload map[string]any) func(string) error {
		return func(key string) error {
			return who.Post(c.ctx, path+"/actions", payload, nil, append(options, client.Key(key))...)
		}
	}
	return c.together(by(c.inspector(), first), by(c.deputy, second))
}

// twoSupervisors: of two acts of which one rules the other out, one is done.
func (c *contested) twoSupervisors(w work) {
	c.t.Helper()
	issue := map[string]any{"action": "issue-supervision", "reason": "市长批示。"}
	require.Equal(c.t, []string{"already-supervised"}, c.both(onWork(w), issue, issue))
	c.awaits(w, 1, func(o order) bool { return o.Number == "督〔2026〕1号" })

	c.does(w.Unit, org.Head, onOrder(w, 1), "answer", answer("2026-12-20"))
	accept, back := map[string]any{"action": "accept", "reason": "可。"}, map[string]any{"action": "send-back", "reason": "措施不具体。"}
	require.Equal(c.t, []string{"not-answered"}, c.both(onOrder(w, 1), accept, back))

	raise := map[string]any{"action": "raise", "level": "circular", "ground": "多次督办无进展。"}
	require.Equal(c.t, []string{"not-higher"}, c.both(onOrder(w, 1), raise, raise))
	raised := c.order(w, 1)
	require.Equal(c.t, "circular", raised.Level)
	require.Len(c.t, raised.Steps, 2)

	// Two lowerings would take the order back: who names the version that he has
	// seen lowers it once.
	lower := map[string]any{"action": "lower", "reason": "已有进展。"}
	require.Equal(c.t, []string{"stale"}, c.both(onOrder(w, 1), lower, lower, client.IfVersion(c.version(w))))
	require.Equal(c.t, "order", c.order(w, 1).Level)
}

// version is that of the first order on an assignment, once nothing that was
// asked for by the last act is on its way any more.
func (c *contested) version(w work) int64 {
	c.t.Helper()
	var seen struct {
		Version    int64
		ReplyDueAt *time.Time
	}
	require.Eventually(c.t, func() bool {
		require.NoError(c.t, c.inspector().Get(c.ctx, onOrder(w, 1), &seen))
		return seen.ReplyDueAt != nil
	}, time.Minute, 50*time.Millisecond)
	return seen.Version
}

// strangers: another unit neither reads an order nor acts on it; the lead unit
// reads it.
func (c *contested) strangers(w work, stranger string) {
	c.t.Helper()
	for _, role := range []org.Role{org.Operator, org.Head} {
		other := c.as(stranger, role)
		require.True(c.t, client.IsProblem(other.Get(c.ctx, onOrder(w, 1), nil), http.StatusNotFound))
		var page struct{ Items []order }
		require.NoError(c.t, other.Get(c.ctx, "supervisions?assignment="+w.ID, &page))
		require.Empty(c.t, page.Items)
		require.NoError(c.t, other.Get(c.ctx, "supervision-board?unit="+w.Unit, &page))
		require.Empty(c.t, page.Items)
		require.Empty(c.t, events(c.ctx, c.t, other, "supervision.issued"), "nor does he see it in the record")
		for action, fields := range map[string]map[string]any{"answer": answer("2026-12-20"), "acknowledge": nil} {
			c.refused("not-the-responsible-unit", stranger, role, onOrder(w, 1), action, fields)
			c.refused("not-the-responsible-unit", lead, role, onOrder(w, 1), action, fields)
		}
		c.refused("may-not-urge", stranger, role, onOrder(w, 1), "urge", nil)
		for _, action := range []string{"accept", "lower", "close"} {
			c.refused("role", w.Unit, role, onOrder(w, 1), action, reason("x"))
		}
	}
	require.NoError(c.t, c.as(lead, org.Operator).Get(c.ctx, onOrder(w, 1), nil))
	require.NoError(c.t, c.as(w.Unit, org.Head).Get(c.ctx, onOrder(w, 1), nil))
}

// nonsense: dates that cannot be meant are refused, and change nothing.
func (c *contested) nonsense(w work) {
	c.t.Helper()
	before := c.order(w, 1)
	summons := func(moment string) map[string]any {
		return map[string]any{"level": "summons", "ground": "无进展。", "talk": map[string]any{"at": at(c.t, moment), "people": []string{"张某"}}}
	}
	c.refused("talk-not-ahead", inspectors, org.Supervisor, onOrder(w, 1), "raise", summons("2026-11-20 10:00"))
	c.refused("talk-too-far", inspectors, org.Supervisor, onOrder(w, 1), "raise", summons("2206-12-03 10:00"))
	c.refused("required", inspectors, org.Supervisor, onOrder(w, 1), "raise", map[string]any{"level": "summons", "ground": "无进展。"})
	c.refused("date-too-far", inspectors, org.Supervisor, onOrder(w, 1), "prolong", map[string]any{"due": "2206-12-31", "reason": "x"})
	c.refused("date-not-ahead", inspectors, org.Supervisor, onOrder(w, 1), "reassign", map[string]any{"unit": c.works[3].Unit, "due": "2026-11-01", "reason": "x"})
	c.refused("date-not-ahead", w.Unit, org.Head, onOrder(w, 1), "answer", answer("2026-11-30"))
	c.refused("date-too-far", w.Unit, org.Head, onOrder(w, 1), "answer", answer("9999-12-31"))
	require.Equal(c.t, before, c.order(w, 1))
}

// closedAssignment: nothing is issued on what is finished, alone or jointly, and
// no number is spent on it.
func (c *contested) closedAssignment(done, late work) {
	c.t.Helper()
	c.does(done.Unit, org.Operator, onWork(done), "submit", map[string]any{"evidence": "已办结。"})
	c.does(lead, org.Operator, onWork(done), "review", map[string]any{"accept": true})
	c.refused("closed", inspectors, org.Supervisor, onWork(done), "issue-supervision", reason("x"))
	joint := map[string]any{"assignments": []string{late.ID, done.ID}, "reason": "两县均未办结。"}
	var problem *client.Problem
	require.ErrorAs(c.t, c.inspector().Post(c.ctx, "supervisions", joint, nil, client.Key("joint-closed")), &problem)
	require.Equal(c.t, "joint", problem.Code)
	require.True(c.t, client.IsProblem(c.inspector().Get(c.ctx, onOrder(late, 1), nil), http.StatusNotFound), "it is on all or on none")
}

// batchTwice: the same bulk act comes twice at the same instant, and is done
// once; its orders have the next number.
func (c *contested) batchTwice(a, b work) {
	c.t.Helper()
	c.does(inspectors, org.Supervisor, onWork(b), "issue-supervision", reason("督查室决定。"))
	c.awaits(b, 1, func(o order) bool { return o.Number == "督〔2026〕2号" })
	raise := map[string]any{"action": "raise", "level": "circular", "ground": "逾期未办结。"}
	batch := map[string]any{"acts": []any{
		map[string]any{"id": dispatch.SupervisionID(a.ID, 1), "key": "raise-a", "act": raise},
		map[string]any{"id": dispatch.SupervisionID(b.ID, 1), "key": "raise-b", "act": raise},
		map[string]any{"id": dispatch.SupervisionID(c.works[2].ID, 1), "key": "raise-c", "act": raise},
	}}
	var twice sync.WaitGroup
	for range 2 {
		twice.Go(func() {
			var answered struct {
				Done, Failed int
				Results      []struct {
					Status  int
					Problem *client.Problem
				}
			}
			err := c.inspector().Post(c.ctx, "supervisions/actions", batch, &answered)
			if err != nil || answered.Done != 2 || answered.Results[2].Status != http.StatusConflict {
				c.t.Errorf("%+v, %+v: %v", answered, answered.Results[2].Problem, err)
			}
		})
	}
	twice.Wait()
	for w, steps := range map[work]int{a: 4, b: 2} {
		o := c.order(w, 1)
		require.Equal(c.t, "circular", o.Level)
		require.Len(c.t, o.Steps, steps)
	}
	require.Len(c.t, events(c.ctx, c.t, c.inspector(), "supervision.level-raised"), 3)
	// The same key with another content is no repetition.
	other := map[string]any{"action": "raise", "level": "circular", "ground": "另有理由。"}
	require.Equal(c.t, "id-reused", c.code(c.inspector().Post(c.ctx, onOrder(a, 1)+"/actions", other, nil, client.Key("raise-a"))))
}

func (c *contested) code(err error) string {
	c.t.Helper()
	var problem *client.Problem
	require.ErrorAs(c.t, err, &problem)
	return problem.Code
}

// minutesAsFile: the signed sheet is read by those whom the order concerns.
func (c *contested) minutesAsFile(w work, stranger string) {
	c.t.Helper()
	talk := map[string]any{"at": at(c.t, "2026-12-03 10:00"), "people": []string{"分管副县长 张某"}}
	c.does(inspectors, org.Supervisor, onOrder(w, 1), "raise", map[string]any{"level": "summons", "ground": "通报后仍无进展。", "talk": talk})
	c.until("2026-12-03 18:00")
	var sheet struct{ ID string }
	require.NoError(c.t, c.inspector().Upload(c.ctx, "约谈纪要.pdf", strings.NewReader("%PDF-1.7 signed"), &sheet, client.Key("sheet")))
	minutes := map[string]any{"heldAt": at(c.t, "2026-12-03 10:00"), "present": []string{"张某"}, "text": "承诺本月办结。", "attachments": []string{sheet.ID}}
	c.refused("held-at", inspectors, org.Supervisor, onOrder(w, 1), "record-minutes", map[string]any{"heldAt": at(c.t, "2026-12-30 10:00"), "present": []string{"张某"}, "text": "x"})
	c.does(inspectors, org.Supervisor, onOrder(w, 1), "record-minutes", minutes)
	for _, reader := range []client.Client{c.as(w.Unit, org.Head), c.as(lead, org.Operator), c.deputy} {
		content, err := reader.Download(c.ctx, "files/"+sheet.ID+"/content")
		require.NoError(c.t, err)
		require.Equal(c.t, "%PDF-1.7 signed", string(content))
	}
	_, err := c.as(stranger, org.Head).Download(c.ctx, "files/"+sheet.ID+"/content")
	require.True(c.t, client.IsProblem(err, http.StatusNotFound))
	var page struct {
		Items []struct{ Kind, File, Name string }
	}
	require.NoError(c.t, c.as(w.Unit, org.Head).Get(c.ctx, "attachments?instance="+dispatch.SupervisionWorkflow(dispatch.SupervisionID(w.ID, 1)), &page))
	require.Len(c.t, page.Items, 1)
	require.Equal(c.t, []string{"minutes", sheet.ID, "约谈纪要.pdf"}, []string{page.Items[0].Kind, page.Items[0].File, page.Items[0].Name})
}

// overTheNewYear: the year of the issue gives the number, and each year begins
// with 1. What was refused meanwhile has left no gap.
func (c *contested) overTheNewYear(w work) {
	c.t.Helper()
	c.until("2026-12-31 22:00")
	n := c.takenBack(w)
	c.issued(w, "年底督办。")
	last := c.awaits(w, n+1, func(o order) bool { return o.Number != "" })
	c.takenBack(w)
	c.until("2027-01-01 00:30")
	c.issued(w, "新年督办。")
	first := c.awaits(w, n+2, func(o order) bool { return o.Number != "" })
	require.Equal(c.t, "督〔2027〕1号", first.Number)

	var page struct{ Items []order }
	require.NoError(c.t, c.inspector().Get(c.ctx, "supervisions?limit=200", &page))
	var numbers, want []string
	for _, o := range page.Items {
		if o.ID != first.ID {
			numbers = append(numbers, o.Number)
			want = append(want, fmt.Sprintf("督〔2026〕%d号", len(want)+1))
		}
	}
	require.Contains(c.t, want, last.Number)
	require.Equal(c.t, want[len(want)-1], last.Number)
	require.ElementsMatch(c.t, want, numbers, "no number twice and none left out")
	require.True(c.t, slices.Contains(numbers, "督〔2026〕1号"))
}

// issued issues an order on an assignment, as soon as that has heard of the end of
// the one before.
func (c *contested) issued(w work, ground string) {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		return c.try(inspectors, org.Supervisor, onWork(w), "issue-supervision", reason(ground)) == nil
	}, time.Minute, 50*time.Millisecond)
}

// takenBack lowers the open order on an assignment until it is gone, and returns
// which of its orders it was.
func (c *contested) takenBack(w work) int {
	c.t.Helper()
	var page struct {
		Items []struct {
			ID, Level, Status string
			N                 int
		}
	}
	require.NoError(c.t, c.inspector().Get(c.ctx, "supervisions?assignment="+w.ID, &page))
	require.NotEmpty(c.t, page.Items)
	last := page.Items[0]
	require.NotEqual(c.t, "closed", last.Status)
	levels := []string{"order", "circular", "summons"}
	for range slices.Index(levels, last.Level) + 1 {
		c.does(inspectors, org.Supervisor, onOrder(w, last.N), "lower", reason("发出有误，撤销。"))
	}
	c.awaits(w, last.N, func(o order) bool { return o.Status == "closed" && o.Outcome == "lifted" })
	return last.N
}
