package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"duban/org"
	"duban/projection"
	"duban/store"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

// openBench opens a store at DUBAN_BENCH_URL, or on a new SQLite file.
func openBench(b *testing.B) *store.Store {
	b.Helper()
	url := os.Getenv("DUBAN_BENCH_URL")
	if url == "" {
		url = "sqlite:" + filepath.Join(b.TempDir(), "duban.db")
	}
	s, err := store.Open(b.Context(), store.Options{URL: url})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	return s
}

// BenchmarkProject writes one signature at a time: a signer, a todo less, an
// event. Eight people sign at once, each on a sign-off of his own.
func BenchmarkProject(b *testing.B) {
	s := openBench(b)
	const writers = 8
	var courses [writers][]projection.Change
	for n := range courses {
		courses[n] = signatures(b, s, fmt.Sprintf("w%d", n), b.N/writers+1)
	}
	b.ResetTimer()
	var wg sync.WaitGroup
	for _, changes := range courses {
		wg.Go(func() {
			for _, change := range changes {
				if err := s.Project(b.Context(), change); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "signatures/s")
}

// signatures opens sign-offs and returns the changes of their signers, who sign
// one after the other.
func signatures(b *testing.B, s *store.Store, name string, wanted int) []projection.Change {
	b.Helper()
	const signers = 50
	var changes []projection.Change
	for n := 0; len(changes) < wanted; n++ {
		id := fmt.Sprintf("%s%d", name, n)
		p := newProcess("signoff", "signoff/"+id)
		project(b, s, p.next(b, signOffView("signoff/"+id, "signoff."+id+".1", signers, 0), "opened"))
		p.quiet = true
		for signed := range min(signers, wanted-len(changes)) {
			view := signOffView("signoff/"+id, "signoff."+id+".1", signers, signed+1)
			view.SignOffs[0].Step = 0
			changes = append(changes, p.next(b, view, "signed"))
		}
	}
	return changes
}

// BenchmarkInbox reads pages of inboxes out of DUBAN_BENCH_ROWS entries (100,000
// by default) of 300 units, from their beginning and further on: of somebody who
// is operator and head of a unit, and of one who also acts for a unit that was
// merged into his and stands in for a colleague.
func BenchmarkInbox(b *testing.B) {
	rows := 100_000
	if text := os.Getenv("DUBAN_BENCH_ROWS"); text != "" {
		var err error
		rows, err = strconv.Atoi(text)
		require.NoError(b, err)
	}
	s := openBench(b)
	const units = 300
	fillInbox(b, s, rows, units)
	roles := []org.Role{org.Operator, org.Head}
	alone := func(unit int) []store.Addressee {
		return []store.Addressee{{User: fmt.Sprintf("p%d", unit), Units: []string{fmt.Sprintf("u%d", unit)}, Roles: roles}}
	}
	for _, c := range []struct {
		name, kind string
		of         func(unit int) []store.Addressee
	}{
		{"all", "", alone},
		{"one kind", "review", alone},
		{"for others", "", func(unit int) []store.Addressee {
			both := append(alone(unit), alone((unit+1)%units)...)
			both[0].Units = append(both[0].Units, fmt.Sprintf("u%d", (unit+2)%units))
			return both
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			cursors := map[int]string{}
			for b.Loop() {
				unit := rand.IntN(units)
				start := time.Now()
				page, err := s.Inbox(b.Context(), c.of(unit), store.InboxFilter{Kind: c.kind, PageRequest: store.PageRequest{Cursor: cursors[unit]}})
				took = append(took, time.Since(start))
				require.NoError(b, err)
				require.NotEmpty(b, page.Items)
				cursors[unit] = page.Next
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

func fillInbox(b *testing.B, s *store.Store, rows, units int) {
	b.Helper()
	kinds := []string{"submit", "acknowledge", "sign", "review"}
	const each = 1000
	for from := 0; from < rows; from += each {
		p := newProcess("signoff", fmt.Sprintf("signoff/fill%d", from))
		var view projection.View
		for n := from; n < min(rows, from+each); n++ {
			due := noon.Add(time.Duration(rand.IntN(365*24)) * time.Hour)
			todo := projection.Todo{ID: fmt.Sprintf("signoff.fill%d.1/%d", from, n), Instance: p.ledger.Instance,
				UnitID: fmt.Sprintf("u%d", n%units), Role: string(org.Roles()[rand.IntN(2)]), Kind: kinds[rand.IntN(len(kinds))],
				Title: "推进城乡教育共同体建设", Resource: "sign-offs/x", Since: noon.Add(-time.Duration(n) * time.Second), DueAt: &due}
			switch {
			case n%1000 == 0: // whoever holds the role
				todo.UnitID = ""
			case n%7 == 0: // one user alone
				todo.UserID = "p" + todo.UnitID[1:]
			}
			view.Todos = append(view.Todos, todo)
		}
		require.NoError(b, s.Project(b.Context(), p.next(b, view)))
	}
	require.NoError(b, s.Write(b.Context(), func(tx *gorm.DB) error {
		if s.Dialect() == store.MySQL {
			return tx.Exec("ANALYZE TABLE todos").Error
		}
		return nil
	}))
}
