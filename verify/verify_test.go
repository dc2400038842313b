package verify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"gorm.io/gorm"

	"duban/act"
	"duban/org"
	"duban/projection"
	"duban/store"
	"duban/store/dbtest"
	"duban/verify"
)

var noon = time.Date(2026, time.March, 2, 4, 0, 0, 123456000, time.UTC)

// processes are sign-offs that go on as real ones do, by ledger and view. One
// that is deleted is not known, as past the engine's retention.
type processes map[string]projection.Snapshot

func (p processes) Snapshot(_ context.Context, workflow string) (projection.Snapshot, error) {
	snapshot, known := p[workflow]
	if !known {
		return snapshot, fmt.Errorf("ask %s: %w", workflow, serviceerror.NewNotFound("workflow not found"))
	}
	return snapshot, nil
}

// sign takes a sign-off one signature further, the first of which opens it, and
// returns the change.
func (p processes) sign(t *testing.T, id string) projection.Change {
	t.Helper()
	instance := "signoff/" + id
	before := p[instance]
	before.Ledger.Instance = instance
	ledger, events, err := before.Ledger.Record(
		act.Command{ID: fmt.Sprintf("c%d", before.Ledger.Version), Actor: act.Actor{User: "zhang", Name: "张三", Unit: org.UnitRef{ID: "u1"}}},
		[]act.Event{act.Happened("sign-off.signed", map[string]string{"comment": "同意 <&>"}, act.Notice{To: org.Party{Unit: "u1", Role: org.Head},
			Kind: "signed", Title: "已签", TitleEn: "Signed"})}, noon.Add(time.Duration(before.Ledger.Version)*time.Minute))
	require.NoError(t, err)
	after := projection.Snapshot{Kind: "signoff", PlanID: "p1", Ledger: ledger, View: view(instance, id, int(ledger.Version))}
	p[instance] = after
	upserts, gone := projection.Diff(before.View, after.View)
	return projection.Change{Instance: instance, Kind: "signoff", PlanID: "p1", From: before.Ledger.Version, To: ledger.Version,
		Seq: ledger.Seq, Hash: ledger.Hash, At: noon, Upserts: upserts, Gone: gone, Events: events}
}

func view(instance, id string, signed int) projection.View {
	v := projection.View{
		SignOffs: []projection.SignOff{{ID: "signoff." + id + ".1", Instance: instance, Kind: "general", Title: "会签", Content: "{}", Route: "[]",
			Initiator: "u1", Status: "open", Round: 1, OpenedAt: noon}},
		Parties: []projection.Party{{ID: instance + "#u1", Instance: instance, UnitID: "u1"}},
		Attachments: []projection.Attachment{{ID: "signoff." + id + ".1#1", Instance: instance, AttachedTo: "signoff." + id + ".1", Kind: "sign-off", N: 1,
			FileID: "f1", SHA256: "00", Name: "方案.docx", Size: 3}},
		Todos: []projection.Todo{{ID: fmt.Sprintf("signoff.%s.1/%d", id, signed+1), Instance: instance, UnitID: "u1", Role: "head", Kind: "sign",
			Title: "会签", Resource: "sign-offs/signoff." + id + ".1", Since: noon}},
	}
	for n := range signed {
		at := noon.Add(time.Duration(n) * time.Minute)
		v.Signers = append(v.Signers, projection.Signer{ID: fmt.Sprintf("signoff.%s.1/%d", id, n+1), SignOffID: "signoff." + id + ".1", N: n + 1, Round: 1,
			UnitID: "u1", UnitName: "市教育局", Role: "head", Status: "done", Opinion: "agree", Comment: "同意", UserID: "zhang", UserName: "张三", At: &at})
	}
	return v
}

// running projects two sign-offs of four signatures each.
func running(t *testing.T, s *store.Store) processes {
	t.Helper()
	p := processes{}
	for _, id := range []string{"a", "b"} {
		for range 4 {
			require.NoError(t, s.Project(t.Context(), p.sign(t, id)))
		}
	}
	return p
}

func run(t *testing.T, s *store.Store, p verify.Source, repair bool) verify.Report {
	t.Helper()
	report, err := verify.Run(t.Context(), p, verify.Options{Store: s, Repair: repair, Settle: time.Millisecond})
	require.NoError(t, err)
	text, err := json.Marshal(report)
	require.NoError(t, err)
	var back verify.Report
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, report, back)
	require.NotContains(t, report.Text(), "%!")
	return report
}

func tamper(t *testing.T, s *store.Store, statement string, args ...any) {
	t.Helper()
	require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error {
		result := tx.Exec(statement, args...)
		if result.Error == nil && result.RowsAffected == 0 {
			return fmt.Errorf("nothing was changed by %s", statement)
		}
		return result.Error
	}))
}

func TestCleanRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		report := run(t, s, running(t, s), false)
		require.Equal(t, verify.Report{Clean: true, Instances: 2, Events: 8, Findings: []verify.Finding{}}, report)
		require.Contains(t, report.Text(), "结论：一致。")
		require.Contains(t, report.Text(), "Result: clean.")
	})
}

// TestTamperedRows changes rows behind the store's back: each is found, put
// right by a repair, and clean after it.
func TestTamperedRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := running(t, s)
		for _, c := range []struct {
			statement string
			want      verify.Finding
		}{
			{"UPDATE signers SET opinion = 'disagree' WHERE id = 'signoff.a.1/2'",
				verify.Finding{Kind: verify.Different, Table: "signers", ID: "signoff.a.1/2", Fields: []string{"opinion"}}},
			{"UPDATE signers SET at = NULL, comment = '不同意' WHERE id = 'signoff.a.1/3'",
				verify.Finding{Kind: verify.Different, Table: "signers", ID: "signoff.a.1/3", Fields: []string{"at", "comment"}}},
			{"DELETE FROM todos WHERE instance = 'signoff/a'",
				verify.Finding{Kind: verify.Missing, Table: "todos", ID: "signoff.a.1/5"}},
			{"INSERT INTO parties (id, instance, unit_id) VALUES ('signoff/a#u7', 'signoff/a', 'u7')",
				verify.Finding{Kind: verify.Extra, Table: "parties", ID: "signoff/a#u7"}},
			{"UPDATE attachments SET file_id = 'f2', sha256 = '01' WHERE instance = 'signoff/a'",
				verify.Finding{Kind: verify.Different, Table: "attachments", ID: "signoff.a.1#1", Fields: []string{"file", "sha256"}}},
			{"UPDATE instances SET closed = TRUE, version = 3 WHERE id = 'signoff/a'",
				verify.Finding{Kind: verify.Different, Table: "instances", ID: "signoff/a", Fields: []string{"closed", "version"}}},
			{"UPDATE instances SET version = 30 WHERE id = 'signoff/a'",
				verify.Finding{Kind: verify.Different, Table: "instances", ID: "signoff/a", Fields: []string{"version"}}},
			{"DELETE FROM instances WHERE id = 'signoff/a'",
				verify.Finding{Kind: verify.Missing, Table: "instances", ID: "signoff/a"}},
		} {
			tamper(t, s, c.statement)
			c.want.Instance, c.want.Repairable = "signoff/a", true
			require.Equal(t, []verify.Finding{c.want}, run(t, s, p, false).Findings, c.statement)
			c.want.Repaired = true
			repaired := run(t, s, p, true)
			require.Equal(t, []verify.Finding{c.want}, repaired.Findings, c.statement)
			require.Equal(t, 1, repaired.Repaired)
			require.True(t, run(t, s, p, false).Clean, c.statement)
		}
		require.NoError(t, s.Project(t.Context(), p.sign(t, "a")), "a repaired instance goes on")
		require.True(t, run(t, s, p, false).Clean)
	})
}

// TestTamperedEvents changes records: each change is found, and none is
// repaired.
func TestTamperedEvents(t *testing.T) {
	tampered := func(place string, fields ...string) verify.Finding {
		return verify.Finding{Kind: verify.Tampered, Table: "events", ID: place, Fields: fields}
	}
	missing := func(places string) verify.Finding {
		return verify.Finding{Kind: verify.Missing, Table: "events", ID: places}
	}
	cases := []struct {
		name, statement string
		want            verify.Finding
	}{
		{"text", "UPDATE events SET text = REPLACE(text, '同意', '反对') WHERE seq = 2", tampered("2", "text")},
		{"text made no JSON", "UPDATE events SET text = 'x' WHERE seq = 2", tampered("2", "text")},
		{"a field smuggled in", `UPDATE events SET text = REPLACE(text, '"seq":2', '"x":1,"seq":2') WHERE seq = 2`, tampered("2", "text")},
		{"columns", "UPDATE events SET user_id = 'li', type = 'x', at = '2020-01-01 00:00:00.000000' WHERE seq = 3", tampered("3", "type", "at", "user")},
		{"one in the middle taken out", "DELETE FROM events WHERE seq = 2", missing("2")},
		{"the last taken out", "DELETE FROM events WHERE seq >= 3", missing("3-4")},
		{"all taken out", "DELETE FROM events WHERE seq > 0", missing("1-4")},
	}
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := processes{}
		var want []verify.Finding
		for n, c := range cases {
			id := fmt.Sprintf("c%d", n)
			for range 4 {
				require.NoError(t, s.Project(t.Context(), p.sign(t, id)))
			}
			tamper(t, s, c.statement+" AND instance = ?", "signoff/"+id)
			c.want.Instance = "signoff/" + id
			want = append(want, c.want)
			require.Equal(t, want, run(t, s, p, false).Findings, c.name)
		}
		report := run(t, s, p, true)
		require.Equal(t, want, report.Findings)
		require.Zero(t, report.Repaired)
		require.Contains(t, report.Text(), "无法自动修复")
	})
}

// TestForgedEvents changes events together with their hashes, as somebody would
// who knows how they are computed: one in the middle, and the last one.
func TestForgedEvents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := running(t, s)
		forge(t, s, "signoff/a", 2)
		forge(t, s, "signoff/b", 4)
		require.Equal(t, []verify.Finding{
			{Kind: verify.Tampered, Instance: "signoff/a", Table: "events", ID: "3", Fields: []string{"prev"}},
			{Kind: verify.Tampered, Instance: "signoff/b", Table: "events", ID: "4", Fields: []string{"head"}},
		}, run(t, s, p, true).Findings)
	})
}

func forge(t *testing.T, s *store.Store, instance string, seq int64) {
	t.Helper()
	record, err := s.Record(t.Context(), instance, seq-1, 1)
	require.NoError(t, err)
	event, err := record[0].Event()
	require.NoError(t, err)
	event.Data = json.RawMessage(`{"comment":"反对"}`)
	event.Hash, err = event.Seal()
	require.NoError(t, err)
	forged, err := store.KeepEvent(event, "p1")
	require.NoError(t, err)
	tamper(t, s, "UPDATE events SET text = ?, hash = ? WHERE instance = ? AND seq = ?", forged.Text, forged.Hash, instance, seq)
}

func TestEventBeyondTheHead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := running(t, s)
		extra, err := store.KeepEvent(act.Event{Instance: "signoff/a", Seq: 5, Version: 5, Type: "forged", At: noon}, "p1")
		require.NoError(t, err)
		require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error { return tx.Create(&extra).Error }))
		require.Equal(t, []verify.Finding{{Kind: verify.Extra, Instance: "signoff/a", Table: "events", ID: "5"}}, run(t, s, p, true).Findings)
	})
}

// TestForgottenProcesses lets the engine forget a closed and an open instance.
func TestForgottenProcesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := running(t, s)
		tamper(t, s, "UPDATE instances SET closed = TRUE WHERE id = 'signoff/a'")
		delete(p, "signoff/a")
		report := run(t, s, p, true)
		require.True(t, report.Clean)
		require.Equal(t, 1, report.Forgotten)
		require.Equal(t, 8, report.Events, "its record is verified all the same")

		delete(p, "signoff/b")
		require.Equal(t, []verify.Finding{{Kind: verify.ProcessMissing, Instance: "signoff/b"}}, run(t, s, p, true).Findings)
	})
}

// TestNamedInstances verifies processes of which the database knows nothing.
func TestNamedInstances(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := processes{}
		late := p.sign(t, "a")
		options := verify.Options{Store: s, Instances: []string{"signoff/a"}, Settle: time.Millisecond, Repair: true}
		report, err := verify.Run(t.Context(), p, options)
		require.NoError(t, err)
		require.False(t, report.Clean)
		require.Contains(t, report.Findings, verify.Finding{Kind: verify.Missing, Instance: "signoff/a", Table: "events", ID: "1"})
		require.NoError(t, s.Project(t.Context(), late), "the change that was on its way brings the event")
		require.True(t, run(t, s, p, false).Clean)
	})
}

// TestNotYetOpened verifies a process that was started and waits for its opening.
func TestNotYetOpened(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := processes{"signoff/a": {Kind: "signoff", Ledger: act.Ledger{Instance: "signoff/a"}}}
		report, err := verify.Run(t.Context(), p, verify.Options{Store: s, Instances: []string{"signoff/a"}, Repair: true})
		require.NoError(t, err)
		require.True(t, report.Clean, report.Text())
	})
}

// behind is a source whose process is one act ahead until it was asked twice.
type behind struct {
	processes
	t      *testing.T
	s      *store.Store
	change projection.Change
	asked  int
}

func (b *behind) Snapshot(ctx context.Context, workflow string) (projection.Snapshot, error) {
	if workflow == b.change.Instance {
		if b.asked++; b.asked == 2 {
			require.NoError(b.t, b.s.Project(ctx, b.change))
		}
	}
	return b.processes.Snapshot(ctx, workflow)
}

// TestActOnItsWay verifies while an act is on its way to the read model: that is
// no finding.
func TestActOnItsWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		p := running(t, s)
		source := &behind{processes: p, t: t, s: s, change: p.sign(t, "a")}
		require.True(t, run(t, s, source, true).Clean)
		require.Equal(t, 3, source.asked)
	})
}

type away struct{}

func (away) Snapshot(context.Context, string) (projection.Snapshot, error) {
	return projection.Snapshot{}, context.DeadlineExceeded
}

func TestEngineAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		running(t, s)
		_, err := verify.Run(t.Context(), away{}, verify.Options{Store: s})
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
