package rehearsal_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"duban/rehearsal"
	"duban/rehearsal/behaviour"
)

var update = flag.Bool("update", false, "write the golden files anew")

// compareWithGolden compares the text of a result with what it should be, in
// both languages, and its workbook with itself.
func compareWithGolden(t *testing.T, result rehearsal.Result) {
	t.Helper()
	for _, lang := range []rehearsal.Lang{rehearsal.Zh, rehearsal.En} {
		var text bytes.Buffer
		require.NoError(t, result.Text(&text, lang))
		golden := filepath.Join("testdata", "small."+string(lang)+".txt")
		if *update {
			require.NoError(t, os.WriteFile(golden, text.Bytes(), 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), text.String())
		requireSheets(t, result, lang)
	}
}

// requireSheets checks that the workbook has a line for everything.
func requireSheets(t *testing.T, result rehearsal.Result, lang rehearsal.Lang) {
	t.Helper()
	var content bytes.Buffer
	require.NoError(t, result.Excel(&content, lang))
	book, err := excelize.OpenReader(&content)
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	names := book.GetSheetList()
	require.Len(t, names, 8)
	lines := make([]int, len(names))
	for i, name := range names {
		rows, err := book.GetRows(name)
		require.NoError(t, err)
		lines[i] = len(rows) - 1
	}
	units := map[string]bool{}
	for _, week := range result.Load {
		units[week.Unit] = true
	}
	require.Equal(t, []int{len(result.Sent), len(units), len(result.Load), len(result.Red), len(result.Busiest), len(result.Targets), len(result.Unheld)}, lines[1:])
}

// requireSoundLoad checks that what came in has gone out or is still there.
func requireSoundLoad(t *testing.T, result rehearsal.Result) {
	t.Helper()
	arrived, done, notices := 0, 0, 0
	left := map[string]int{}
	for _, week := range result.Load {
		arrived, done, notices = arrived+week.Arrived, done+week.Done, notices+week.Notices
		left[week.Unit] = week.Waiting
		require.GreaterOrEqual(t, week.Waiting, 0)
	}
	waiting := 0
	for _, n := range left {
		waiting += n
	}
	require.Equal(t, result.Summary.Waiting, waiting)
	require.Equal(t, waiting, arrived-done)
	require.Equal(t, result.Summary.Notices, notices)
}

// TestTheSameAgain: the same file and seed give the same rehearsal, to the last
// letter, however busy the machine is; another seed gives another.
func TestTheSameAgain(t *testing.T) {
	t.Parallel()
	rough := func(seed int64) behaviour.Behaviour {
		b := behaviour.Default()
		b.Seed = seed
		b.Habits.Sign.Disagree, b.Habits.Approve.Disagree, b.Habits.Submit.Late, b.Habits.Extend.Ask = 0.2, 0.2, 0.5, 0.5
		b.Habits.Review.Return, b.Habits.Decide.Prolong = 0.4, 0.5
		return b
	}
	results := make([]string, 3)
	t.Run("played", func(t *testing.T) {
		for i, seed := range []int64{5, 5, 6} {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				text, err := json.Marshal(played(t, rough(seed)))
				require.NoError(t, err)
				results[i] = string(text)
			})
		}
	})
	require.JSONEq(t, results[0], results[1])
	require.NotEqual(t, results[0], results[2])
}
