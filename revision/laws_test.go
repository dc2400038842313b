package revision_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"duban/act"
	"duban/document"
	"duban/policy"
	"duban/revision"
	"duban/target"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyTask draws a task of the draft.
func anyTask(t *rapid.T, d policy.Draft, label string) policy.Task {
	return rapid.SampledFrom(d.Tasks).Draw(t, label)
}

// anySplit draws a split of a task that has words enough; ok is false if not.
func anySplit(t *rapid.T, whole policy.Task) (split revision.Split, ok bool) {
	runes := []rune(whole.Text)
	if len(runes) < 4 {
		return split, false
	}
	cuts := rapid.SliceOfNDistinct(rapid.IntRange(1, len(runes)-1), 1, 3, rapid.ID[int]).Draw(t, "cuts")
	slices.Sort(cuts)
	split = revision.Split{Task: whole.Key, Parts: []revision.Part{{}}}
	for _, cut := range cuts {
		split.Parts = append(split.Parts, revision.Part{From: cut})
	}
	return split, true
}

var anyRole = rapid.SampledFrom([]policy.Role{policy.Lead, policy.Support, policy.Guide})

// anyCorrection draws a correction, which may or may not fit the draft.
func anyCorrection(t *rapid.T, d policy.Draft) revision.Correction {
	whole := anyTask(t, d, "task")
	after := rapid.SampledFrom(append(keysOf(d), 0)).Draw(t, "after")
	words := rapid.StringOfN(rapid.RuneFrom([]rune("推进教育发展。甲乙丙")), 1, 12, -1).Draw(t, "words")
	units := []revision.Unit{{Written: "市教育局", Role: policy.Lead}, {Written: words, Role: anyRole.Draw(t, "role")}}
	targets := append(slices.Clone(whole.Targets), target.Target{Kind: target.Narrative, Text: words})
	switch rapid.SampledFrom(revision.Kinds()).Draw(t, "kind") {
	case revision.SplitTask:
		split, _ := anySplit(t, whole)
		return change(revision.SplitTask, split)
	case revision.MergeTasks:
		return change(revision.MergeTasks, revision.Merge{Tasks: []int{whole.Key, anyTask(t, d, "other").Key}})
	case revision.MoveTask:
		return change(revision.MoveTask, revision.Move{Task: whole.Key, After: &after, Programme: &words})
	case revision.RewordTask:
		return change(revision.RewordTask, revision.Reword{Task: whole.Key, Title: &words, Text: &words})
	case revision.AddTask:
		return change(revision.AddTask, revision.Add{After: after, Title: words, Text: words, Units: units})
	case revision.DeleteTask:
		return change(revision.DeleteTask, revision.Delete{Task: whole.Key})
	case revision.DecideLead:
		return change(revision.DecideLead, revision.Lead{Task: whole.Key, Leads: whole.Lead[:min(1, len(whole.Lead))]})
	case revision.SetUnits:
		return change(revision.SetUnits, revision.Units{Task: whole.Key, Units: units})
	case revision.SetTargets:
		return change(revision.SetTargets, revision.Targets{Task: whole.Key, Targets: targets})
	case revision.SetDeadline:
		return change(revision.SetDeadline, revision.Deadline{Task: whole.Key, Date: date(2030, time.June, 1)})
	case revision.SettleDoubt:
		return change(revision.SettleDoubt, revision.Doubt{Doubt: words})
	default:
		return change(revision.SetDocument, revision.Document{Title: &words})
	}
}

// anyHistory draws corrections that fit one after another, and the draft that
// they make.
func anyHistory(t *rapid.T, d policy.Draft, most int) ([]revision.Correction, policy.Draft) {
	var history []revision.Correction
	for range rapid.IntRange(0, most).Draw(t, "corrections") {
		c := anyCorrection(t, d)
		c.Seq = len(history) + 1
		next, err := revision.Apply(d, c)
		if err == nil {
			history, d = append(history, c), next
		} else if _, ok := errors.AsType[*act.Refusal](err); !ok {
			t.Fatalf("%s: not a refusal: %v", c.Kind, err)
		}
	}
	return history, d
}

func drafts(t *testing.T) []policy.Draft {
	return []policy.Draft{parse(t, opinion), parse(t, paragraphs), exampleDraft(t)}
}

// Splitting and merging again loses nothing.
func TestSplitThenMergeGivesTheSame(t *testing.T) {
	all := drafts(t)
	rapid.Check(t, func(t *rapid.T) {
		draft := rapid.SampledFrom(all).Draw(t, "draft")
		whole := anyTask(t, draft, "task")
		split, ok := anySplit(t, whole)
		if !ok {
			t.Skip("too short")
		}
		cut, err := revision.Apply(draft, revision.Correction{Seq: 1, Kind: revision.SplitTask, Change: split})
		if err != nil {
			t.Skip("a part without words")
		}
		merge := revision.Merge{Tasks: []int{whole.Key}}
		at := slices.Index(keysOf(cut), whole.Key)
		for i := range split.Parts[1:] {
			merge.Tasks = append(merge.Tasks, cut.Tasks[at+1+i].Key)
		}
		again, err := revision.Apply(cut, revision.Correction{Seq: 2, Kind: revision.MergeTasks, Change: merge})
		require.NoError(t, err)
		require.Equal(t, keysOf(draft), keysOf(again))
		got := again.Tasks[at]
		require.Equal(t, whole.Text, got.Text)
		require.Equal(t, whole.Title, got.Title)
		require.Equal(t, whole.No, got.No)
		require.Equal(t, whole.Lead, got.Lead)
		require.Equal(t, whole.Support, got.Support)
		require.Equal(t, whole.Guide, got.Guide)
		require.Equal(t, whole.Mode, got.Mode)
		require.Equal(t, whole.Entries, got.Entries)
		require.Equal(t, whole.Deadline, got.Deadline)
		require.Equal(t, whole.DeadlineText, got.DeadlineText)
		require.ElementsMatch(t, whole.Deadlines, got.Deadlines)
		require.ElementsMatch(t, whole.Targets, got.Targets)
		require.Equal(t, whole.Fields["text"].Spans, got.Fields["text"].Spans)
		for _, one := range whole.Targets {
			require.Equal(t, whole.Fields["targets."+one.Key], got.Fields["targets."+one.Key])
		}
	})
}

// concerned are the tasks that a correction is about.
func concerned(c revision.Correction) []int {
	switch v := c.Change.(type) {
	case revision.Split:
		return []int{v.Task}
	case revision.Merge:
		return v.Tasks
	case revision.Move:
		return []int{v.Task}
	case revision.Reword:
		return []int{v.Task}
	case revision.Delete:
		return []int{v.Task}
	case revision.Units:
		return []int{v.Task}
	case revision.Lead:
		return []int{v.Task}
	case revision.Targets:
		return []int{v.Task}
	case revision.Deadline:
		return []int{v.Task}
	default:
		return nil
	}
}

// Whatever is corrected, all other tasks stay to the letter, keys are never
// given twice, places stay within the document's own, what changed is marked
// with the correction's number, and the draft before is left alone.
func TestEveryCorrectionKeepsTheRest(t *testing.T) {
	all := drafts(t)
	rapid.Check(t, func(t *rapid.T) {
		original := rapid.SampledFrom(all).Draw(t, "draft")
		places := placesOf(original)
		_, draft := anyHistory(t, original, 4)
		before := encodedIn(t, draft)
		c := anyCorrection(t, draft)
		c.Seq = 99
		next, err := revision.Apply(draft, c)
		require.Equal(t, before, encodedIn(t, draft), "the draft before is left alone")
		if err != nil {
			t.Skip("refused")
		}
		touched := concerned(c)
		had := map[int]policy.Task{}
		highest := draft.LastKey
		for _, one := range draft.Tasks {
			had[one.Key] = one
			highest = max(highest, one.Key)
		}
		seen := map[int]bool{}
		for _, one := range next.Tasks {
			require.False(t, seen[one.Key], "key twice")
			seen[one.Key] = true
			old, was := had[one.Key]
			switch {
			case !was:
				require.Greater(t, one.Key, highest, "a key that was taken away came back")
			case !slices.Contains(touched, one.Key):
				require.Equal(t, old, one, "a task that nobody corrected")
			default:
				requireMarked(t, old, one, c)
			}
			for field, o := range one.Fields {
				for _, s := range o.Spans {
					require.True(t, within(places, s), "%s: %v is no place that was read", field, s)
				}
			}
		}
		for _, one := range draft.Tasks {
			if !seen[one.Key] {
				require.Contains(t, touched, one.Key, "a task is lost")
			}
		}
	})
}

// requireMarked checks that what a person set says so.
func requireMarked(t *rapid.T, old, one policy.Task, c revision.Correction) {
	set := map[string]bool{
		"title": old.Title != one.Title, "no": old.No != one.No, "text": old.Text != one.Text,
		"section": old.Section != one.Section, "programme": old.Programme != one.Programme,
	}
	if c.Kind == revision.SetUnits || c.Kind == revision.DecideLead {
		set["lead"], set["support"], set["mode"] = true, true, true
	}
	for field, changed := range set {
		if changed {
			require.Equal(t, 99, one.Fields[field].Corrected, field)
			require.Equal(t, policy.Certain, one.Fields[field].Certainty, field)
		}
	}
}

func placesOf(d policy.Draft) []document.Span {
	var all []document.Span
	for _, one := range d.Tasks {
		for _, o := range one.Fields {
			all = append(all, o.Spans...)
		}
		for _, e := range one.Entries {
			all = append(all, e.Origin.Spans...)
		}
	}
	return all
}

// within reports whether a place lies in one that was read, or goes over several
// that follow one another.
func within(places []document.Span, s document.Span) bool {
	at := s.Start
	for more := true; more && at < s.End; {
		more = false
		for _, o := range places {
			if o.Block == s.Block && o.Row == s.Row && o.Cell == s.Cell && o.Start <= at && at < o.End {
				at, more = o.End, true
			}
		}
	}
	return at >= s.End
}

func mustJSON(t *rapid.T, v any) []byte {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}

func encodedIn(t *rapid.T, v any) string { return string(mustJSON(t, v)) }

// Corrections survive being written down, and replaying them gives the same.
func TestHistoriesCanBeReplayed(t *testing.T) {
	all := drafts(t)
	rapid.Check(t, func(t *rapid.T) {
		original := rapid.SampledFrom(all).Draw(t, "draft")
		history, corrected := anyHistory(t, original, 8)
		for i, c := range history {
			read, err := revision.Decode(c.Kind, mustJSON(t, c.Change))
			require.NoError(t, err)
			history[i].Change = read
		}
		again, err := revision.Replay(original, history)
		require.NoError(t, err)
		require.Equal(t, encodedIn(t, corrected), encodedIn(t, again))
	})
}

// A document that did not change takes every correction over.
func TestTheSameDocumentKeepsEveryCorrection(t *testing.T) {
	all := drafts(t)
	rapid.Check(t, func(t *rapid.T) {
		original := rapid.SampledFrom(all).Draw(t, "draft")
		history, corrected := anyHistory(t, original, 8)
		carried, err := revision.Carry(original, original, history)
		require.NoError(t, err)
		require.Empty(t, carried.Open)
		require.Len(t, carried.Kept, len(history))
		require.Equal(t, encodedIn(t, corrected), encodedIn(t, carried.Draft))
	})
}

// However a document changed, each correction is either carried over or left to
// a person, and what was carried over can be replayed.
func TestNoCorrectionIsLostOnTheWay(t *testing.T) {
	all := drafts(t)
	rapid.Check(t, func(t *rapid.T) {
		original := rapid.SampledFrom(all).Draw(t, "draft")
		_, newer := anyHistory(t, original, 6)
		history, _ := anyHistory(t, original, 6)
		carried, err := revision.Carry(original, newer, history)
		require.NoError(t, err)
		var numbers []int
		var kept []revision.Correction
		for i, k := range carried.Kept {
			require.Equal(t, i+1, k.Seq)
			numbers, kept = append(numbers, k.From), append(kept, k.Correction)
		}
		for _, o := range carried.Open {
			numbers = append(numbers, o.Seq)
			require.NotEmpty(t, o.Reason)
			require.NotEmpty(t, o.ReasonEn)
		}
		slices.Sort(numbers)
		for i, n := range numbers {
			require.Equal(t, i+1, n)
		}
		require.Len(t, numbers, len(history))
		again, err := revision.Replay(newer, kept)
		require.NoError(t, err)
		require.Equal(t, encodedIn(t, carried.Draft), encodedIn(t, again))
	})
}

// Every task of either draft is accounted for exactly once, and the same drafts
// give the same difference.
func TestDifferencesAreWhole(t *testing.T) {
	all := drafts(t)
	rapid.Check(t, func(t *rapid.T) {
		original := rapid.SampledFrom(all).Draw(t, "draft")
		_, newer := anyHistory(t, original, 8)
		d := revision.Compare(original, newer)
		require.Len(t, original.Tasks, len(d.Removed)+len(d.Changed)+d.Unchanged)
		require.Len(t, newer.Tasks, len(d.Added)+len(d.Changed)+d.Unchanged)
		require.Equal(t, d, revision.Compare(original, newer))
		none := revision.Compare(newer, newer)
		require.Equal(t, len(newer.Tasks), none.Unchanged)
		require.Empty(t, none.Document)
	})
}
