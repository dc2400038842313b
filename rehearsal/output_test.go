package rehearsal_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"duban/internal/terminal"
	"duban/rehearsal"
	"duban/rehearsal/behaviour"
)

var update = flag.Bool("update", false, "write the golden files anew")

// terminalColumns is how wide the terminal of the golden files is.
const terminalColumns = 80

// compareWithGolden compares the text of a result with what it should be, in
// both languages, and its workbook with itself.
func compareWithGolden(t *testing.T, result rehearsal.Result) {
	t.Helper()
	for _, lang := range []rehearsal.Lang{rehearsal.Zh, rehearsal.En} {
		var text bytes.Buffer
		require.NoError(t, result.Text(&text, lang, terminalColumns))
		golden := filepath.Join("testdata", "small."+string(lang)+".txt")
		if *update {
			require.NoError(t, os.WriteFile(golden, text.Bytes(), 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), text.String())
		for line := range strings.Lines(text.String()) {
			require.LessOrEqual(t, terminal.Columns(strings.TrimSuffix(line, "\n")), terminalColumns, line)
		}
		requireSheets(t, result, lang)
	}
	requireText(t, result)
}

// requireText checks that the text tells of as much as the result.
func requireText(t *testing.T, result rehearsal.Result) {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, result.Text(&text, rehearsal.Zh, 0))
	sections := map[string]string{}
	for _, section := range strings.Split(text.String(), "\n■ ")[1:] {
		title, body, _ := strings.Cut(section, " (")
		sections[title] = body
	}
	sum := func(section, figure string) int {
		total := 0
		for _, found := range regexp.MustCompile(figure).FindAllStringSubmatch(sections[section], -1) {
			n, err := strconv.Atoi(found[1])
			require.NoError(t, err)
			total += n
		}
		return total
	}
	reminders := result.Summary.Sent["remind"]
	require.Equal(t, reminders, sum("提醒", `(?m)^  \d{4}-\d\d-\d\d：(\d+) 条`))
	require.Equal(t, reminders, sum("提醒", `(?m)^    \S+ \((\d+)\)：`))
	ofRounds := 0
	for kind, n := range result.Summary.Sent {
		if strings.HasPrefix(kind, "round-") {
			ofRounds += n
		}
	}
	require.Equal(t, ofRounds, sum("报送提醒与催报", `(?m)^  \d{4}-\S+ \S+ \((\d+)\)`))
	require.Len(t, regexp.MustCompile(`(?m)^  \d{4}-`).FindAllString(sections["升级措施"], -1), len(result.Sent)-reminders-ofRounds)
	arrived := 0
	for _, week := range result.Load {
		arrived += week.Arrived
	}
	require.Equal(t, arrived, sum("各单位负荷", `(?m)^  \S+ +(\d+) +\d+ +2`))
	weeks := 0
	for _, line := range strings.Split(sections["每周新到待办"], "\n")[1:] {
		for _, figure := range strings.Fields(line)[min(1, len(strings.Fields(line))):] {
			if n, err := strconv.Atoi(figure); err == nil {
				weeks += n
			}
		}
	}
	require.Equal(t, arrived, weeks)
}

// requireSheets opens the workbook again and checks that it holds what the
// result holds, on sheets that can be read.
func requireSheets(t *testing.T, result rehearsal.Result, lang rehearsal.Lang) {
	t.Helper()
	var content bytes.Buffer
	require.NoError(t, result.Excel(&content, lang))
	book, err := excelize.OpenReader(&content)
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	names := book.GetSheetList()
	require.Len(t, names, 8)
	sheets := make([][][]string, len(names))
	for i, name := range names {
		sheets[i] = requireSheet(t, book, name)
	}
	units := map[string]bool{}
	arrived := 0
	for _, week := range result.Load {
		units[week.Unit] = true
		arrived += week.Arrived
	}
	require.Len(t, sheets[2], len(units))
	for _, row := range sheets[2] {
		for _, figure := range row[1:] {
			if figure != "" {
				n, err := strconv.Atoi(figure)
				require.NoError(t, err)
				arrived -= n
			}
		}
	}
	require.Zero(t, arrived, "the weeks add up to what arrived")

	require.Len(t, sheets[1], len(result.Sent))
	for i, s := range result.Sent {
		row := sheets[1][i]
		require.Equal(t, []string{s.Date.String(), s.TaskNo, s.UnitName, s.Content}, []string{row[0], row[2], row[3], row[4]})
		if s.Due != nil {
			require.Equal(t, []string{s.Due.String(), strconv.Itoa(*s.DaysLeft)}, row[5:7])
		}
	}
	require.Len(t, sheets[3], len(result.Load))
	for i, w := range result.Load {
		require.Equal(t, []string{w.UnitName, w.Week, w.Monday.String(), strconv.Itoa(w.Arrived), strconv.Itoa(w.Done), strconv.Itoa(w.Waiting), strconv.Itoa(w.Notices)}, sheets[3][i])
	}
	require.Len(t, sheets[4], len(result.Red))
	for i, r := range result.Red {
		require.Equal(t, []string{r.TaskNo, strconv.Itoa(r.Item), r.UnitName, r.Content, r.FirstDue.String(), r.Due.String()}, sheets[4][i][1:7])
	}
	require.Len(t, sheets[5], len(result.Busiest))
	for i, d := range result.Busiest {
		require.Equal(t, []string{d.Date.String(), strconv.Itoa(d.Notices), strconv.Itoa(d.Arrived), strconv.Itoa(d.Done)}, sheets[5][i])
	}
	require.Len(t, sheets[6], len(result.Targets))
	require.Len(t, sheets[7], len(result.Unheld))
}

// requireSheet checks how a sheet looks and returns its rows below the heads.
func requireSheet(t *testing.T, book *excelize.File, name string) [][]string {
	t.Helper()
	rows, err := book.GetRows(name)
	require.NoError(t, err)
	panes, err := book.GetPanes(name)
	require.NoError(t, err)
	require.True(t, panes.Freeze && panes.YSplit == 1, "the heads of %s stay in sight", name)
	require.NotEmpty(t, rows)
	for i := range rows[0] {
		column, err := excelize.ColumnNumberToName(i + 1)
		require.NoError(t, err)
		width, err := book.GetColWidth(name, column)
		require.NoError(t, err)
		for _, row := range rows {
			if i < len(row) && regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(row[i]) {
				require.GreaterOrEqual(t, width, 11.0, "a date fits in %s!%s", name, column)
			}
		}
	}
	date, err := book.GetCellType(name, "A2")
	require.NoError(t, err)
	if len(rows) > 1 && regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(rows[1][0]) {
		require.Equal(t, excelize.CellTypeUnset, date, "a date is a number, so that it can be sorted and filtered by")
	}
	return rows[1:]
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
