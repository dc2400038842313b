package dispatch_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/dispatch"
	"duban/org"
	"duban/target"
)

// drawRoundCommand draws any command to a round with a payload that is at least
// well formed.
func drawRoundCommand(t *rapid.T, r dispatch.ReportRound) act.Command {
	unit := rapid.SampledFrom([]org.UnitRef{heping, dongyuan, planning}).Draw(t, "unit")
	text := rapid.SampledFrom([]string{"", "说明"}).Draw(t, "text")
	written := dispatch.SheetLines{Unit: unit.ID, Version: rapid.IntRange(0, 4).Draw(t, "version")}
	for n := range rapid.IntRange(0, 2).Draw(t, "lines") {
		written.Lines = append(written.Lines, says(n+1, text, rapid.IntRange(-1, 101).Draw(t, "percent"), int64(rapid.IntRange(0, 3).Draw(t, "reached"))))
	}
	payloads := map[string]any{
		dispatch.Open: january(t), dispatch.TakeInSheets: drawGathered(t), dispatch.SaveSheet: written, dispatch.SubmitSheet: written,
		dispatch.RefreshSheet: dispatch.SheetUnit{Unit: unit.ID}, dispatch.SendBack: dispatch.SheetReturn{Unit: unit.ID, Reason: text},
		dispatch.Urge: dispatch.Urging{Unit: unit.ID}, dispatch.Compile: compilation(text), dispatch.Freeze: dispatch.Because{Reason: text},
	}
	names := []string{dispatch.Open, dispatch.TakeInSheets, dispatch.SaveSheet, dispatch.SubmitSheet, dispatch.SubmitSheet, dispatch.RefreshSheet,
		dispatch.SendBack, dispatch.Urge, dispatch.Compile, dispatch.Compile, dispatch.Freeze}
	name := rapid.SampledFrom(names).Draw(t, "command")
	return command(t, name, rapid.SampledFrom(everybody()).Draw(t, "actor"), payloads[name])
}

// Whatever people and the clock do, in whatever order: a refusal changes nothing;
// what a unit has submitted is changed by nobody but itself and is told to its
// assignments under an id of its own; every unit that is waited for is in exactly
// one inbox; once it is frozen nothing changes, and the digest is that of the
// content.
func TestRoundLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := dispatch.ReportRound{}
		now := day(2026, time.January, 20, 9)
		r, _, err := r.Apply(command(t, dispatch.Open, act.Process(), january(t)), now)
		require.NoError(t, err)
		told := map[string]string{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			before := r
			if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
				now = now.Add(time.Duration(rapid.IntRange(0, 72).Draw(t, "hours")) * time.Hour)
				if next, armed := r.Next(); armed && !next.After(now) {
					r, _ = r.Wake(now)
				}
				roundInvariants(t, before, r, act.Clock())
				continue
			}
			c := drawRoundCommand(t, r)
			next, out, err := r.Apply(c, now)
			if err != nil {
				refusal, is := errors.AsType[*act.Refusal](err)
				require.True(t, is, "%v", err)
				require.NotEmpty(t, refusal.Zh)
				require.Equal(t, asJSON(t, before), asJSON(t, r))
				continue
			}
			require.NotEmpty(t, out.Events, c.Name)
			r = next
			for _, e := range out.Effects {
				if e.Tell != nil {
					key := e.Tell.Workflow + " " + e.Tell.Command.ID
					if earlier, again := told[key]; again {
						require.Equal(t, earlier, string(e.Tell.Command.Payload), "one id, one report")
					}
					told[key] = string(e.Tell.Command.Payload)
				}
			}
			roundInvariants(t, before, r, c.Actor)
		}
	})
}

// compiledAsItStands: what a lead unit has compiled adds up from the lines that
// stand below it.
func compiledAsItStands(t *rapid.T, r dispatch.ReportRound) {
	var content dispatch.RoundContent
	require.NoError(t, json.Unmarshal(r.Content(), &content))
	for i, section := range content.Sections {
		var items []target.ItemResult
		for _, line := range section.Lines {
			items = append(items, target.ItemResult{Item: line.Item, Done: line.Accepted, Reached: line.Said.Amount})
		}
		require.Equal(t, asJSON(t, target.Results(r.Sections[i].Requirement, items)), asJSON(t, section.Compiled.Results))
	}
}

// drawGathered draws news of the two assignments, each at one of the units.
func drawGathered(t *rapid.T) dispatch.Gathered {
	news := gathered()
	for i := range news.Sheets {
		news.Sheets[i].Lines = nil
	}
	for n := range rapid.IntRange(0, 2).Draw(t, "assignments") {
		i := rapid.IntRange(0, 1).Draw(t, "at")
		line := sheetLine(n+1, news.Sheets[i].Unit, 3, dispatch.Progress{Text: "报告。", Percent: 10, Amount: amount(int64(n))}, 1)
		line.Closed = rapid.Bool().Draw(t, "closed")
		line.Accepted = line.Closed
		news.Sheets[i].Lines = append(news.Sheets[i].Lines, line)
	}
	return news
}

func roundInvariants(t *rapid.T, before, after dispatch.ReportRound, by act.Actor) {
	if before.IsClosed() {
		require.Equal(t, asJSON(t, before), asJSON(t, after), "frozen is frozen")
	}
	for _, old := range before.Sheets {
		for _, s := range after.Sheets {
			if s.Unit == old.Unit && old.Status == dispatch.SheetSubmitted && !by.WorksFor(s.Unit.ID) {
				require.Equal(t, old.Lines, s.Lines, "only the unit changes what it has submitted")
			}
		}
	}
	view := after.View()
	waited := map[string]int{}
	for _, todo := range view.Todos {
		waited[todo.Kind+" "+todo.UnitID]++
	}
	for key, n := range waited {
		require.Equal(t, 1, n, key)
	}
	for _, s := range after.Sheets {
		open := s.Status == dispatch.SheetOpen && !after.IsClosed()
		require.Equal(t, open, waited["report "+s.Unit.ID] == 1)
	}
	stands := map[string]bool{}
	for _, s := range after.Sheets {
		for _, line := range s.Lines {
			require.False(t, stands[line.Assignment], "an assignment stands on one sheet")
			stands[line.Assignment] = true
		}
	}
	compiledAsItStands(t, after)
	row := view.Rounds[0]
	require.Equal(t, after.IsClosed(), row.Status == "frozen")
	require.Equal(t, after.IsClosed(), row.Content != "")
	if after.IsClosed() {
		require.Equal(t, after.Digest, dispatch.RoundDigest([]byte(row.Content)))
		_, armed := after.Next()
		require.False(t, armed)
	}
	for _, todo := range view.Todos {
		require.True(t, strings.HasPrefix(todo.Resource, "rounds/"+after.ID))
	}
}
