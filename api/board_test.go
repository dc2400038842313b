package api_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/api"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
)

// today is the day on which the board is read: a Monday.
var today = time.Date(2026, 6, 22, 10, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*3600))

func onThatDay(c *api.Config) { c.Now = func() time.Time { return today } }

// concerning adds the units that may read a process.
func concerning(view projection.View, instance string, units ...string) projection.View {
	for _, unit := range units {
		view.Parties = append(view.Parties, projection.Party{ID: instance + "#" + unit, Instance: instance, UnitID: unit})
	}
	return view
}

// late shows an assignment of a unit that was due on a day of June 2026, led by
// education.
func (b *bundle) late(id, unit string, day int, change ...func(*projection.View)) {
	b.t.Helper()
	due := time.Date(2026, 6, day+1, 0, 0, 0, 0, today.Location())
	at := due.AddDate(0, 0, 14)
	view := projection.View{Assignments: []projection.Assignment{{ID: id, TargetID: "p-1-2026", PlanID: "p", UnitID: unit, UnitName: "某" + unit, LeadUnit: education,
		Status: "in-progress", DueDate: fmt.Sprintf("2026-06-%02d", day), FirstDueDate: fmt.Sprintf("2026-06-%02d", day), DueAt: due,
		Overdue: due.Before(today), DispatchedAt: due.AddDate(0, -1, 0), NextStep: "circulate", NextAt: &at}}}
	for _, c := range change {
		c(&view)
	}
	b.show("assignment/"+id, "assignment", "p", concerning(view, "assignment/"+id, unit, education))
}

func (b *bundle) order(assignment, unit, level, joint string, closed bool) {
	b.t.Helper()
	due := today.AddDate(0, 0, 2)
	order := projection.Supervision{ID: assignment + ".1", AssignmentID: assignment, TargetID: "p-1-2026", PlanID: "p", N: 1, Number: "督〔2026〕1号", UnitID: unit,
		UnitName: "某" + unit, SupervisorUnit: office, Reason: "逾期", Level: level, JointID: joint, Status: "issued", IssuedAt: today.Add(-time.Hour),
		ReplyDueAt: &due, NextStep: "answer", NextAt: &due, Detail: `{"steps":[{"level":"order","by":{"unit":{"id":"","name":""}},"at":"2026-06-22T01:00:00Z","ground":"逾期"}]}`}
	if closed {
		at := today
		order.Status, order.Outcome, order.ClosedAt, order.NextStep, order.NextAt = "closed", "accepted", &at, "", nil
	}
	instance := "supervision/" + assignment + "/1"
	b.show(instance, "supervision", "p", concerning(projection.View{Supervisions: []projection.Supervision{order}}, instance, unit, education))
}

type boardEntry struct {
	ID              string `json:"id"`
	UnitName        string `json:"unitName"`
	DaysLate        int    `json:"daysLate"`
	WorkingDaysLate int    `json:"workingDaysLate"`
	Light           struct {
		Colour string `json:"colour"`
	} `json:"light"`
	LastReport *struct {
		Text string `json:"text"`
	} `json:"lastReport"`
	Order *struct {
		Number string `json:"number"`
		Level  string `json:"level"`
	} `json:"order"`
	Next struct {
		Step string     `json:"step"`
		At   *time.Time `json:"at"`
	} `json:"next"`
	Urges int `json:"urges"`
}

type listed[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

func TestTheBoardTellsWhatIsLate(t *testing.T) {
	t.Parallel()
	b := newBundle(t, onThatDay)
	b.late("a-1", "east", 12, func(v *projection.View) {
		v.Assignments[0].Urges = 2
		v.Reports = []projection.Report{{ID: "a-1/1", AssignmentID: "a-1", N: 1, UserID: "u", At: today, Text: "选址完成"}, {ID: "a-1/2", AssignmentID: "a-1", N: 2, UserID: "u", At: today, Text: "已开工"}}
	})
	b.order("a-1", "east", "circular", "", false)
	b.late("a-2", "west", 18)
	b.late("a-3", "west", 30)

	var board listed[boardEntry]
	b.get(org.Supervisor, "supervision-board", &board)
	require.Len(t, board.Items, 2, "what is in time is not on it")
	first, second := board.Items[0], board.Items[1]
	require.Equal(t, "a-1", first.ID, "late for the longest time first")
	require.Equal(t, []int{10, 5}, []int{first.DaysLate, first.WorkingDaysLate}, "two week-ends and the Dragon Boat Festival")
	require.Equal(t, "red", first.Light.Colour)
	require.Equal(t, "已开工", first.LastReport.Text)
	require.Equal(t, "circular", first.Order.Level)
	require.Equal(t, 2, first.Urges)
	require.Equal(t, "answer", first.Next.Step, "the open order comes next")
	require.True(t, first.Next.At.Equal(today.AddDate(0, 0, 2)))
	require.Nil(t, second.Order)
	require.Nil(t, second.LastReport)
	require.Equal(t, "circulate", second.Next.Step, "or else the ladder")

	for query, want := range map[string][]string{
		"plan=p": {"a-1", "a-2"}, "plan=q": {}, "unit=west": {"a-2"}, "leadUnit=education": {"a-1", "a-2"}, "level=circular": {"a-1"},
		"level=none": {"a-2"}, "sort=shortest": {"a-2", "a-1"}, "light=red": {"a-1", "a-2"}, "light=green": {}, "light=red&limit=1": {"a-1"},
	} {
		b.get(org.Supervisor, "supervision-board?"+query, &board)
		got := []string{}
		for _, e := range board.Items {
			got = append(got, e.ID)
		}
		require.Equal(t, want, got, query)
	}
	b.get(org.Operator, "supervision-board", &board)
	require.Len(t, board.Items, 2, "the lead unit sees what it leads")
	b.get(org.Viewer, "supervision-board", &board)
	require.Empty(t, board.Items)
	for _, query := range []string{"level=high", "light=pink", "sort=name", "limit=0"} {
		require.Equal(t, http.StatusUnprocessableEntity, b.call(org.Supervisor, http.MethodGet, "supervision-board?"+query, nil).status, query)
	}

	var units listed[struct {
		Unit      string `json:"unit"`
		UnitName  string `json:"unitName"`
		Late      int    `json:"late"`
		OldestDue string `json:"oldestDue"`
		DaysLate  int    `json:"daysLate"`
		Circulars int    `json:"circulars"`
	}]
	b.get(org.Supervisor, "supervision-board/units", &units)
	require.Len(t, units.Items, 2)
	require.Equal(t, "东县", units.Items[0].UnitName)
	require.Equal(t, "2026-06-12", units.Items[0].OldestDue)
	require.Equal(t, []int{1, 10, 1}, []int{units.Items[0].Late, units.Items[0].DaysLate, units.Items[0].Circulars})
}

func TestAJointOrderIsIssuedOnAllOrNone(t *testing.T) {
	t.Parallel()
	b := newBundle(t, onThatDay)
	b.late("p-1-2026-1", "east", 12)
	b.late("p-1-2026-2", "west", 12)
	b.late("p-1-2026-3", finance, 30)
	body := func(ids ...string) map[string]any {
		return map[string]any{"assignments": ids, "reason": "市长批示。", "level": "circular", "replyWorkingDays": 2}
	}
	for name, c := range map[string]struct {
		body   map[string]any
		status int
		code   string
	}{
		"one unit":        {body("p-1-2026-1"), http.StatusUnprocessableEntity, "joint-size"},
		"one in time":     {body("p-1-2026-1", "p-1-2026-3"), http.StatusUnprocessableEntity, "joint"},
		"a stranger":      {body("p-1-2026-1", "p-1-2026-9"), http.StatusNotFound, "not-found"},
		"no reason":       {map[string]any{"assignments": []string{"p-1-2026-1", "p-1-2026-2"}}, http.StatusUnprocessableEntity, "required"},
		"an unknown word": {map[string]any{"units": []string{}}, http.StatusUnprocessableEntity, "invalid"},
	} {
		a := b.call(org.Supervisor, http.MethodPost, "supervisions", c.body, key("bad"))
		require.Equal(t, c.status, a.status, name)
		require.Equal(t, c.code, a.problem(t).Code, name)
	}
	require.Empty(t, b.gateway.sent, "nothing was issued")

	a := b.call(org.Supervisor, http.MethodPost, "supervisions", body("p-1-2026-1", "p-1-2026-2"), key("joint-1"))
	require.Equal(t, http.StatusCreated, a.status, a.text)
	var made struct {
		ID string `json:"id"`
		batchAnswer
	}
	a.into(t, &made)
	require.Equal(t, 2, made.Done)
	require.Equal(t, "/api/v1/joint-supervisions/"+made.ID, a.header.Get("Location"))
	require.Len(t, b.gateway.sent, 2)
	workflows := map[string]bool{}
	for _, s := range b.gateway.sent {
		workflows[s.workflow] = true
		var issued dispatch.Issuing
		require.NoError(t, s.command.Decode(&issued))
		require.Equal(t, dispatch.Issuing{Reason: "市长批示。", Level: dispatch.LevelCircular, ReplyWorkingDays: 2, Joint: &dispatch.Joint{ID: made.ID, Parts: 2}}, issued)
	}
	require.Equal(t, map[string]bool{"assignment/p-1-2026-1": true, "assignment/p-1-2026-2": true}, workflows)

	// The first part is out when it is sent again; the other is still to come.
	b.order("p-1-2026-1", "east", "circular", made.ID, false)
	again := b.call(org.Supervisor, http.MethodPost, "supervisions", body("p-1-2026-1", "p-1-2026-2"), key("joint-1"))
	require.Equal(t, a.text, again.text)
	other := b.call(org.Supervisor, http.MethodPost, "supervisions", body("p-1-2026-1", "p-1-2026-2"), key("joint-2"))
	require.Equal(t, "joint", other.problem(t).Code, "an assignment has one open order")

	b.gateway.err = act.NotNow("already-supervised", "已有督办单", "under an order")
	refused := b.call(org.Supervisor, http.MethodPost, "supervisions", body("p-1-2026-1", "p-1-2026-2"), key("joint-1"))
	require.Equal(t, http.StatusOK, refused.status, "nothing was made")
}

// Who sends it again when a part is settled already gets the same answer: that
// part was issued, and its process may have ended.
func TestAJointOrderIsIssuedOnce(t *testing.T) {
	t.Parallel()
	b := newBundle(t, onThatDay)
	b.late("p-1-2026-1", "east", 12)
	b.late("p-1-2026-2", "west", 12)
	body := map[string]any{"assignments": []string{"p-1-2026-1", "p-1-2026-2"}, "reason": "市长批示。"}
	var made struct {
		ID string `json:"id"`
		batchAnswer
	}
	b.call(org.Supervisor, http.MethodPost, "supervisions", body, key("joint")).into(t, &made)
	require.Len(t, b.gateway.sent, 2)
	b.order("p-1-2026-1", "east", "order", made.ID, true)
	again := b.call(org.Supervisor, http.MethodPost, "supervisions", body, key("joint"))
	require.Equal(t, http.StatusCreated, again.status, again.text)
	again.into(t, &made)
	require.Equal(t, 2, made.Done)
	require.Len(t, b.gateway.sent, 3)
	require.Equal(t, "assignment/p-1-2026-2", b.gateway.last(t).workflow, "the other one knows the act")

	b.late("p-1-2026-3", "west", 12)
	b.late("p-1-2026-4", "west", 12)
	body["assignments"] = []string{"p-1-2026-3", "p-1-2026-4"}
	other := b.call(org.Supervisor, http.MethodPost, "supervisions", body, key("joint"))
	require.Equal(t, "id-reused", other.problem(t).Code, "the key names the order on the other two")
	require.Len(t, b.gateway.sent, 3)
}

func TestAJointOrderIsClosedWithItsLastPart(t *testing.T) {
	t.Parallel()
	b := newBundle(t, onThatDay)
	b.late("p-1-2026-1", "east", 12)
	b.late("p-1-2026-2", "west", 12)
	b.order("p-1-2026-1", "east", "order", "j", true)
	b.order("p-1-2026-2", "west", "order", "j", false)
	type whole struct {
		Number, Status string
		Parts, Open    int
		Orders         []struct{ Unit string }
		ClosedAt       *time.Time
	}
	var open whole
	b.get(org.Supervisor, "joint-supervisions/j", &open)
	require.Equal(t, []any{"督〔2026〕1号", "open", 2, 1}, []any{open.Number, open.Status, open.Parts, open.Open})
	require.Len(t, open.Orders, 2)
	require.Equal(t, http.StatusNotFound, b.call(org.Viewer, http.MethodGet, "joint-supervisions/j", nil).status)

	b.late("p-1-2026-4", "east", 12)
	b.late("p-1-2026-5", "west", 12)
	b.order("p-1-2026-4", "east", "order", "k", true)
	b.order("p-1-2026-5", "west", "order", "k", true)
	var closedWhole whole
	b.get(org.Operator, "joint-supervisions/k", &closedWhole)
	require.Equal(t, "closed", closedWhole.Status)
	require.NotNil(t, closedWhole.ClosedAt)

	var detail struct {
		Level string
		Joint string
		Steps []struct{ Ground string }
	}
	b.get(org.Supervisor, "supervisions/p-1-2026-2.1", &detail)
	require.Equal(t, "j", detail.Joint)
	require.Equal(t, "逾期", detail.Steps[0].Ground)
}

func TestExtensionsAreCountedPerUnit(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	planID := b.plan(b.importPolicy())
	for n, status := range []string{"granted", "refused", "prolonged"} {
		id := fmt.Sprintf("x-%d", n)
		b.late(id, "east", 12, func(v *projection.View) {
			v.Extensions = []projection.Extension{{ID: id + "/1", AssignmentID: id, N: 1, PlanID: planID, UnitID: "east", UnitName: "东县",
				FromDate: "2026-06-12", ToDate: "2026-07-12", Days: 30, Reason: "汛期", Status: status, AskedAt: today}}
		})
	}
	var summary listed[struct {
		Unit                              string
		Asked, Granted, Refused, Days     int
		Prolonged, ProlongedDays, Pending int
	}]
	b.get(org.Supervisor, "plans/"+planID+"/extensions/summary", &summary)
	require.Len(t, summary.Items, 1)
	got := summary.Items[0]
	require.Equal(t, []int{2, 1, 1, 30, 1, 30, 0}, []int{got.Asked, got.Granted, got.Refused, got.Days, got.Prolonged, got.ProlongedDays, got.Pending})
	require.Equal(t, http.StatusNotFound, b.call(org.Supervisor, http.MethodGet, "plans/none/extensions/summary", nil).status)
}
