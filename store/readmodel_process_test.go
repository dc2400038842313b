package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"duban/act"
	"duban/org"
	"duban/projection"
	"duban/store"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

// noon is when everything in these tests happens, give or take.
var noon = time.Date(2026, time.March, 2, 4, 0, 0, 123456000, time.UTC)

// everything is the scope of a supervisor.
var everything = store.Scope{All: true}

// process makes changes as the real ones do: numbered and chained by a ledger,
// with the difference between two views.
type process struct {
	kind, plan string
	ledger     act.Ledger
	view       projection.View
	now        time.Time
	quiet      bool // tells nobody
}

func newProcess(kind, instance string) *process {
	return &process{kind: kind, plan: "p1", ledger: act.Ledger{Instance: instance}, now: noon}
}

// next is the change to a view, with an event of each type.
func (p *process) next(t testing.TB, view projection.View, types ...string) projection.Change {
	t.Helper()
	if len(types) == 0 {
		types = []string{"assignment.reported"}
	}
	var events []act.Event
	for _, kind := range types {
		event := act.Happened(kind, map[string]any{"意见": "同意 <b>&\u2028", "amount": 1.5})
		if !p.quiet {
			event.Notices = []act.Notice{{To: org.Party{Unit: "u1", Role: org.Operator}, Kind: "told",
				Title: "有新进展：" + kind, TitleEn: "News: " + kind}}
		}
		events = append(events, event)
	}
	p.now = p.now.Add(time.Second)
	command := act.Command{ID: fmt.Sprintf("c%d", p.ledger.Version+1), Actor: act.Actor{User: "zhang", Name: "张三",
		Unit: org.UnitRef{ID: "u1", Name: "市教育局"}, OnBehalfOf: "li"}}
	ledger, recorded, err := p.ledger.Record(command, events, p.now)
	require.NoError(t, err)
	upserts, gone := projection.Diff(p.view, view)
	change := projection.Change{Instance: ledger.Instance, Kind: p.kind, PlanID: p.plan, From: p.ledger.Version, To: ledger.Version,
		Seq: ledger.Seq, Hash: ledger.Hash, At: p.now, Upserts: upserts, Gone: gone, Events: recorded}
	p.ledger, p.view = ledger, view
	return change
}

func (p *process) snapshot() projection.Snapshot {
	return projection.Snapshot{Kind: p.kind, PlanID: p.plan, Ledger: p.ledger, View: p.view}
}

// clone is the same process at the same point, to take another course.
func (p *process) clone() *process {
	other := *p
	return &other
}

// signOffView is the view of a sign-off with signers, of whom the first have signed.
func signOffView(instance, id string, signers, signed int) projection.View {
	v := projection.View{SignOffs: []projection.SignOff{{ID: id, Instance: instance, Kind: "general", Title: "关于印发方案的会签", Content: `"正文"`,
		Digest: "d", Initiator: "u1", Route: "[]", Status: "open", Round: 1, Step: signed, OpenedAt: noon}}}
	for i := range signers {
		signer := projection.Signer{ID: fmt.Sprintf("%s/%d", id, i+1), SignOffID: id, N: i + 1, Round: 1, UnitID: fmt.Sprintf("u%d", i+1),
			UnitName: "单位", Role: "head", Status: "waiting"}
		if i < signed {
			at := noon.Add(time.Duration(i) * time.Second)
			signer.Status, signer.Opinion, signer.At, signer.UserID = "done", "agree", &at, "zhang"
		} else {
			v.Todos = append(v.Todos, projection.Todo{ID: signer.ID, Instance: instance, UnitID: signer.UnitID, Role: "head", Kind: "sign",
				Title: "关于印发方案的会签", Resource: "sign-offs/" + id, Since: noon})
		}
		v.Signers = append(v.Signers, signer)
		v.Parties = append(v.Parties, projection.Party{ID: instance + "#" + signer.UnitID, Instance: instance, UnitID: signer.UnitID})
	}
	return v
}

// assignmentView is the view of an assignment of a unit with everything that one
// can have.
func assignmentView(id, unit string, due time.Time) projection.View {
	instance := "assignment/" + id
	amount := int64(350_000)
	at := noon.Add(time.Hour)
	v := signOffView(instance, "assignment."+id+".1", 2, 1)
	v.Assignments = []projection.Assignment{{ID: id, TargetID: "p1-3-2026", PlanID: "p1", ItemKey: 1, UnitID: unit, UnitName: "单位" + unit, LeadUnit: "u1",
		TaskNo: "3", Title: "建设城乡教育共同体", Content: "建成 35 个 🏫", Amount: &amount, Measure: "个", Status: "in-progress", DueDate: "2026-06-30",
		FirstDueDate: "2026-06-30", DueAt: due, Overdue: due.Before(noon), DispatchedAt: noon, AcknowledgedAt: &at}}
	v.Reports = []projection.Report{{ID: id + "/1", AssignmentID: id, N: 1, UserID: "zhang", UserName: "张三", At: at, Text: "已完成一半", Percent: 50, Amount: &amount}}
	v.Extensions = []projection.Extension{{ID: id + "/1", AssignmentID: id, N: 1, FromDate: "2026-06-30", ToDate: "2026-07-30", Reason: "汛期", Progress: "过半",
		Status: "asked", AskedAt: at}}
	v.Todos = append(v.Todos, projection.Todo{ID: instance + "#submit", Instance: instance, UnitID: unit, Role: "operator", Kind: "submit",
		Title: "建设城乡教育共同体", Resource: "assignments/" + id, Since: noon, DueAt: &due})
	if !slices.ContainsFunc(v.Parties, func(p projection.Party) bool { return p.UnitID == unit }) {
		v.Parties = append(v.Parties, projection.Party{ID: instance + "#" + unit, Instance: instance, UnitID: unit})
	}
	return v
}

// targetView is the view of an annual target with a decomposition of some items.
func targetView(task, year, items int) projection.View {
	id := fmt.Sprintf("p1-%d-%d", task, year)
	instance := fmt.Sprintf("target/p1/%d/%d", task, year)
	v := projection.View{Targets: []projection.AnnualTarget{{ID: id, PlanID: "p1", TaskKey: task, TaskNo: fmt.Sprint(task), Title: "推进学前教育普及普惠",
		Programme: "学前教育", Year: year, Status: "drafted", LeadUnit: "u1", LeadName: "市教育局", Detail: "{}", OpenedAt: noon}},
		Parties: []projection.Party{{ID: instance + "#u1", Instance: instance, UnitID: "u1"}}}
	for i := range items {
		v.Items = append(v.Items, projection.Item{ID: fmt.Sprintf("%s/%d", id, i+1), TargetID: id, Key: i + 1, UnitID: "u2", UnitName: "市发改委",
			Content: "建设", TargetKey: "1", Measure: "个", DueDate: "2026-12-31"})
	}
	return v
}

// supervisionView is the view of an order on an assignment.
func supervisionView(of string, n int) projection.View {
	instance := fmt.Sprintf("supervision/%s/%d", of, n)
	return projection.View{
		Supervisions: []projection.Supervision{{ID: fmt.Sprintf("%s.%d", of, n), AssignmentID: of, TargetID: "p1-3-2026", PlanID: "p1", N: n,
			Number: fmt.Sprintf("督〔2026〕%d号", n), UnitID: "u2", UnitName: "市发改委", SupervisorUnit: "u9", Title: "逾期未办结", Status: "issued",
			IssuedAt: noon.Add(time.Duration(n) * time.Minute)}},
		Parties: []projection.Party{{ID: instance + "#u2", Instance: instance, UnitID: "u2"}},
	}
}

// project applies a change that must succeed.
func project(t testing.TB, s *store.Store, change projection.Change) {
	t.Helper()
	require.NoError(t, s.Project(t.Context(), change))
}

// requireShows checks that the read model shows a process as it is.
func requireShows(t testing.TB, s *store.Store, p *process) {
	t.Helper()
	shown, err := s.Shown(t.Context(), p.ledger.Instance)
	require.NoError(t, err)
	requireSame(t, byID(p.view), shown.View)
	require.Equal(t, store.Instance{ID: p.ledger.Instance, Kind: p.kind, PlanID: p.plan, Version: p.ledger.Version, Seq: p.ledger.Seq,
		Hash: p.ledger.Hash, UpdatedAt: p.now}, shown.Instance)
	record, err := s.Record(t.Context(), p.ledger.Instance, 0, 100_000)
	require.NoError(t, err)
	require.Len(t, record, int(p.ledger.Seq))
	prev := ""
	for _, kept := range record {
		event, err := kept.Event()
		require.NoError(t, err)
		require.Equal(t, prev, event.Prev)
		hash, err := event.Seal()
		require.NoError(t, err)
		require.Equal(t, hash, kept.Hash)
		prev = hash
	}
	require.Equal(t, p.ledger.Hash, prev)
	notices, outbox := recordRows(t, s, "notices", p), recordRows(t, s, "outbox", p)
	require.Equal(t, p.ledger.Seq, notices)
	require.Equal(t, p.ledger.Seq, outbox)
}

func recordRows(t testing.TB, s *store.Store, table string, p *process) int64 {
	t.Helper()
	var n int64
	require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error {
		column := map[string]string{"notices": "id", "outbox": "notice_id"}[table]
		return tx.Table(table).Where("INSTR("+column+", ?) = 1", p.ledger.Instance+"#").Count(&n).Error
	}))
	return n
}

// requireSame compares views of any size without printing them whole.
func requireSame(t testing.TB, want, got projection.View) {
	t.Helper()
	wanted, err := json.Marshal(want)
	require.NoError(t, err)
	found, err := json.Marshal(got)
	require.NoError(t, err)
	at := 0
	for at < min(len(wanted), len(found)) && wanted[at] == found[at] {
		at++
	}
	from := max(0, at-200)
	require.Equal(t, string(wanted[from:min(len(wanted), at+200)]), string(found[from:min(len(found), at+200)]))
}

// byID is a view with its rows in the order in which they are read.
func byID(v projection.View) projection.View {
	return projection.View{
		Targets:      inOrderOf(v.Targets, func(r projection.AnnualTarget) string { return r.ID }),
		Items:        inOrderOf(v.Items, func(r projection.Item) string { return r.ID }),
		Assignments:  inOrderOf(v.Assignments, func(r projection.Assignment) string { return r.ID }),
		Reports:      inOrderOf(v.Reports, func(r projection.Report) string { return r.ID }),
		Extensions:   inOrderOf(v.Extensions, func(r projection.Extension) string { return r.ID }),
		Supervisions: inOrderOf(v.Supervisions, func(r projection.Supervision) string { return r.ID }),
		SignOffs:     inOrderOf(v.SignOffs, func(r projection.SignOff) string { return r.ID }),
		Signers:      inOrderOf(v.Signers, func(r projection.Signer) string { return r.ID }),
		Todos:        inOrderOf(v.Todos, func(r projection.Todo) string { return r.ID }),
		Parties:      inOrderOf(v.Parties, func(r projection.Party) string { return r.ID }),
		Attachments:  inOrderOf(v.Attachments, func(r projection.Attachment) string { return r.ID }),
		Rounds:       inOrderOf(v.Rounds, func(r projection.Round) string { return r.ID }),
		Sheets:       inOrderOf(v.Sheets, func(r projection.Sheet) string { return r.ID }),
		Sections:     inOrderOf(v.Sections, func(r projection.Section) string { return r.ID }),
	}
}

func inOrderOf[T any](rows []T, id func(T) string) []T {
	return slices.SortedFunc(slices.Values(append([]T{}, rows...)), func(a, b T) int {
		if id(a) < id(b) {
			return -1
		}
		return 1
	})
}
