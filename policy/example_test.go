package policy_test

import (
	"encoding/json"
	"testing"

	"duban/document"
	"duban/example"
	"duban/org"
	"duban/policy"
	"duban/target"

	"github.com/stretchr/testify/require"
)

// exampleDraft parses the plan that ships with the program.
func exampleDraft(t testing.TB) (example.Example, policy.Draft) {
	t.Helper()
	ex, err := example.Load()
	require.NoError(t, err)
	return ex, parse(t, ex.PolicyName, ex.Policy)
}

func TestExampleNamesAreAllKnown(t *testing.T) {
	ex, draft := exampleDraft(t)
	registry := registryOf(t, ex)
	groups := 0
	for _, task := range draft.Tasks {
		for _, e := range task.Entries {
			found, ok := registry.Resolve(e.Written)
			require.True(t, ok, "task %s: %s", task.No, e.Written)
			require.Equal(t, found.Group != nil, e.Group, e.Written)
			require.Equal(t, policy.Certain, e.Origin.Certainty)
			if found.Group != nil {
				groups++
			}
		}
	}
	require.Len(t, draft.Tasks, 42)
	require.Greater(t, groups, 40)
	require.Empty(t, draft.Doubts)
	require.Equal(t, "示例稿", draft.Status)
	require.Equal(t, policy.Period{From: 2025, To: 2035}, draft.Period)
}

func registryOf(t testing.TB, ex example.Example) *org.Registry {
	t.Helper()
	var units []org.Unit
	var groups []org.Group
	var aliases []org.Alias
	for _, u := range ex.Units {
		units = append(units, org.Unit{ID: u.ID, Name: u.Name, Active: true})
		for _, alias := range u.Aliases {
			aliases = append(aliases, org.Alias{Alias: alias, Unit: u.ID})
		}
	}
	for _, g := range ex.Groups {
		groups = append(groups, org.Group{ID: g.ID, Name: g.Name, Members: g.Members})
		for _, alias := range g.Aliases {
			aliases = append(aliases, org.Alias{Alias: alias, Group: g.ID})
		}
	}
	registry, err := org.NewRegistry(units, groups, aliases)
	require.NoError(t, err)
	return registry
}

// The example is modelled after the seed: same units, same figures.
func TestExampleIsReadLikeTheSeed(t *testing.T) {
	var want []struct {
		No            string
		Lead, Support []string
	}
	require.NoError(t, json.Unmarshal(shared(t, "seed/tasks.json"), &want))
	seed := parse(t, "policy.txt", shared(t, "seed/policy.txt"))
	_, draft := exampleDraft(t)
	require.Len(t, draft.Tasks, len(want))
	for i, w := range want {
		got := draft.Tasks[i]
		require.Equal(t, w.No, got.No)
		require.Equal(t, w.Lead, got.Lead, "task %s", w.No)
		require.Equal(t, w.Support, got.Support, "task %s", w.No)
		require.ElementsMatch(t, figures(seed.Tasks[i]), figures(got), "task %s", w.No)
	}
}

// figures are the targets of a task without their words.
func figures(task policy.Task) []target.Target {
	var facts []target.Target
	for _, g := range task.Targets {
		if g.Value == nil {
			continue
		}
		facts = append(facts, target.Target{Kind: g.Kind, Op: g.Op, Value: g.Value, ValueMax: g.ValueMax,
			Measure: g.Measure, Deadline: g.Deadline, Year: g.Year, Place: g.Place})
	}
	return facts
}

// thousandPages is a document of 1,000 pages of 616 characters (GB/T 9704: 22
// lines of 28), made of the example.
func thousandPages(b *testing.B) document.Document {
	b.Helper()
	ex, err := example.Load()
	require.NoError(b, err)
	page := read(b, ex.PolicyName, ex.Policy)
	long := document.Document{Name: ex.PolicyName}
	for runes := 0; runes < 1000*22*28; {
		for _, block := range page.Blocks {
			runes += len([]rune(block.Paragraph.Text))
			long.Blocks = append(long.Blocks, block)
		}
	}
	return long
}

func BenchmarkExample(b *testing.B) {
	ex, err := example.Load()
	require.NoError(b, err)
	doc := read(b, ex.PolicyName, ex.Policy)
	for b.Loop() {
		_, err := policy.Parse(doc)
		require.NoError(b, err)
	}
}

func BenchmarkThousandPages(b *testing.B) {
	doc := thousandPages(b)
	for b.Loop() {
		_, err := policy.Parse(doc)
		require.NoError(b, err)
	}
}
