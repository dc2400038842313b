package policy_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"duban/document"
	"duban/policy"

	"github.com/stretchr/testify/require"
)

// check holds a draft to what is true of every draft.
func check(t testing.TB, doc document.Document, d policy.Draft) {
	t.Helper()
	require.NotEmpty(t, d.Tasks)
	for i, task := range d.Tasks {
		require.Equal(t, i+1, task.Key)
		require.NotEmpty(t, slices.Concat(task.Lead, task.Support), "task %d has no units", task.Key)
		checkUnits(t, doc, task)
		for _, field := range []string{"no", "section", "programme", "title", "text", "lead", "support", "deadline", "deadlines", "targets"} {
			require.Contains(t, task.Fields, field)
		}
		for field, o := range task.Fields {
			checkOrigin(t, doc, field, o)
		}
		for _, e := range task.Deadlines {
			checkOrigin(t, doc, "deadline "+e.Text, e.Origin)
			require.True(t, e.Date == nil || e.Date.Valid())
		}
		for j, g := range task.Targets {
			require.Equal(t, strconv.Itoa(j+1), g.Key)
			require.Contains(t, task.Fields, "targets."+g.Key)
			require.NotEmpty(t, g.Kind)
			require.NotEmpty(t, g.Text)
			require.True(t, g.Value == nil || *g.Value >= 0)
			require.True(t, g.ValueMax == nil || *g.ValueMax > *g.Value)
			require.True(t, g.Deadline == nil || g.Deadline.Valid())
		}
	}
	for _, r := range d.Rules {
		checkOrigin(t, doc, string(r.Kind), r.Origin)
	}
	for _, q := range d.Doubts {
		require.NotEmpty(t, q.Reason)
		require.NotEmpty(t, q.ReasonEn)
		cut(t, doc, q.Span)
	}
}

// checkUnits holds the entries to the lists and to the document's words.
func checkUnits(t testing.TB, doc document.Document, task policy.Task) {
	t.Helper()
	var lead, support, guide []string
	for _, e := range task.Entries {
		switch e.Role {
		case policy.Lead:
			lead = append(lead, e.Written)
		case policy.Guide:
			guide = append(guide, e.Written)
			support = append(support, e.Written)
		default:
			support = append(support, e.Written)
		}
		checkOrigin(t, doc, e.Written, e.Origin)
		require.Len(t, e.Origin.Spans, 1)
		require.Equal(t, e.Written, withoutSpaces(cut(t, doc, e.Origin.Spans[0])), "the unit stands where its span says")
	}
	require.ElementsMatch(t, lead, task.Lead)
	require.ElementsMatch(t, support, task.Support)
	require.ElementsMatch(t, guide, task.Guide)
	all := slices.Sorted(slices.Values(slices.Concat(lead, support)))
	require.Len(t, slices.Compact(slices.Clone(all)), len(all), "a unit stands twice: %v", all)
}

func checkOrigin(t testing.TB, doc document.Document, what string, o policy.Origin) {
	t.Helper()
	switch o.Certainty {
	case policy.Certain:
	case policy.Inferred, policy.NeedsDecision:
		require.NotEmpty(t, o.Reason, what)
		require.NotEmpty(t, o.ReasonEn, what)
	default:
		require.Fail(t, "no certainty", "%s: %q", what, o.Certainty)
	}
	for _, s := range o.Spans {
		cut(t, doc, s)
	}
}

// cut returns the words of a span and requires it to lie within the document.
func cut(t testing.TB, doc document.Document, s document.Span) string {
	t.Helper()
	require.Less(t, s.Block, len(doc.Blocks))
	var text string
	if b := doc.Blocks[s.Block]; b.Paragraph != nil {
		require.Zero(t, s.Row)
		text = b.Paragraph.Text
	} else {
		require.Positive(t, s.Row)
		text = b.Table.Rows[s.Row-1].Cells[s.Cell-1].Text()
	}
	runes := []rune(text)
	require.True(t, 0 <= s.Start && s.Start <= s.End && s.End <= len(runes), "%+v is outside of %q", s, text)
	return string(runes[s.Start:s.End])
}

func withoutSpaces(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return r
	}, s)
}

func TestLawsHoldForEveryFixture(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	held := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		doc := read(t, file, data)
		draft, err := policy.Parse(doc)
		var none *policy.NoTasksError
		if errors.As(err, &none) {
			continue
		}
		require.NoError(t, err)
		check(t, doc, draft)
		held++
	}
	require.Greater(t, held, 5)
}

func TestLawsHoldForTheSeed(t *testing.T) {
	doc := read(t, "policy.txt", shared(t, "seed/policy.txt"))
	draft, err := policy.Parse(doc)
	require.NoError(t, err)
	check(t, doc, draft)
}

// FuzzParse reads any text: it never fails in another way than by saying that
// there are no tasks, holds the laws and reads the same twice.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(string(data))
		for line := range strings.Lines(string(data)) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := document.ReadPasted(t.Context(), "pasted", text)
		if err != nil {
			t.Skip("the reader refuses it")
		}
		draft, err := policy.Parse(doc)
		if err != nil {
			var none *policy.NoTasksError
			require.ErrorAs(t, err, &none)
			return
		}
		check(t, doc, draft)
		again, err := policy.Parse(doc)
		require.NoError(t, err)
		require.Equal(t, draft, again)
	})
}
