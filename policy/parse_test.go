package policy_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duban/document"
	"duban/policy"
	"duban/target"

	"github.com/stretchr/testify/require"
)

func read(t testing.TB, name string, data []byte) document.Document {
	t.Helper()
	doc, err := document.Read(t.Context(), name, data)
	require.NoError(t, err)
	return doc
}

// parse reads a document and parses it.
func parse(t testing.TB, name string, data []byte) policy.Draft {
	t.Helper()
	draft, err := policy.Parse(read(t, name, data))
	require.NoError(t, err)
	return draft
}

var update = flag.Bool("update", false, "write what is read from the fixtures as what is wanted; look at the difference before you commit it")

// TestNotations reads every document of testdata and compares what was read
// with the file of the same name that ends in .want.
func TestNotations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			var got string
			if draft, err := policy.Parse(read(t, file, data)); err != nil {
				got = err.Error() + "\n"
			} else {
				got = outlined(draft)
			}
			wanted := strings.TrimSuffix(file, ".txt") + ".want"
			if *update {
				require.NoError(t, os.WriteFile(wanted, []byte(got), 0o644))
			}
			want, err := os.ReadFile(wanted)
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		})
	}
}

// outlined prints a draft in the short form of the .want files; ? marks what
// needs a decision and ~ what was inferred.
func outlined(d policy.Draft) string {
	var b strings.Builder
	fmt.Fprintf(&b, "title %s | %s | %s | %s | %s | %d-%d\n", d.Title, d.Status, d.Number, day(d.Issued), d.Issuer, d.Period.From, d.Period.To)
	for _, g := range d.Goals {
		fmt.Fprintf(&b, "goal %s\n", targetLine(g))
	}
	for _, task := range d.Tasks {
		fmt.Fprintf(&b, "\ntask %s | %s | %s | %s\n", task.No, task.Section, task.Programme, task.Title)
		fmt.Fprintf(&b, "  lead%s %s%s\n", sign(task.Fields["lead"]), list(task.Lead), mode(task.Mode))
		if len(task.Support) > 0 {
			fmt.Fprintf(&b, "  support%s %s\n", sign(task.Fields["support"]), list(task.Support))
		}
		if len(task.Guide) > 0 {
			fmt.Fprintf(&b, "  guide %s\n", list(task.Guide))
		}
		for _, e := range task.Entries {
			if e.Group {
				fmt.Fprintf(&b, "  group %s\n", e.Written)
			}
		}
		if task.DeadlineText != "" {
			fmt.Fprintf(&b, "  due%s %s %q\n", sign(task.Fields["deadline"]), day(task.Deadline), task.DeadlineText)
		}
		for _, e := range task.Deadlines {
			fmt.Fprintf(&b, "  date%s %s %s..%s %q\n", sign(e.Origin), e.Kind, day(e.From), day(e.Date), e.Text)
		}
		for _, g := range task.Targets {
			fmt.Fprintf(&b, "  target%s %s\n", sign(task.Fields["targets."+g.Key]), targetLine(g))
		}
	}
	for _, r := range d.Rules {
		fmt.Fprintf(&b, "\nrule %s %s\n", r.Kind, list(r.Units))
	}
	for _, q := range d.Doubts {
		fmt.Fprintf(&b, "\ndoubt %s\n", q.Reason)
	}
	return b.String()
}

func targetLine(g target.Target) string {
	line := string(g.Kind) + " | " + g.Metric + " |"
	if g.Value != nil {
		line += " " + string(g.Op) + " " + g.Value.String()
	}
	if g.ValueMax != nil {
		line += "-" + g.ValueMax.String()
	}
	line += " " + g.Measure
	for _, more := range []string{g.Scope, day(g.Deadline), g.Place} {
		if more != "" {
			line += " | " + more
		}
	}
	if g.Year != 0 {
		line += fmt.Sprintf(" | %d", g.Year)
	}
	return line
}

func sign(o policy.Origin) string {
	switch o.Certainty {
	case policy.Inferred:
		return "~"
	case policy.NeedsDecision:
		return "?"
	}
	return ""
}

func mode(m policy.Mode) string {
	if m == "" {
		return ""
	}
	return " (" + string(m) + ")"
}

// list joins units so that 、 within one shows.
func list(units []string) string { return strings.Join(units, " + ") }
