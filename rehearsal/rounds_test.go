package rehearsal_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/rehearsal"
	"duban/rehearsal/behaviour"
)

// TestReportRounds plays the year with its report rounds: eight months, three
// quarters and the year, as the longer period takes the place of the shorter. West
// reports late.
func TestReportRounds(t *testing.T) {
	t.Parallel()
	habits := withoutChance()
	habits.Exceptions = append(habits.Exceptions, behaviour.Exception{Units: []string{west}, Habits: []byte(`{"rounds": {"late": 1}}`)})
	results := make([]rehearsal.Result, 2)
	t.Run("played", func(t *testing.T) {
		for i := range results {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				results[i] = playedWith(t, habits, true)
			})
		}
	})
	texts := make([]string, len(results))
	for i, result := range results {
		text, err := json.Marshal(result)
		require.NoError(t, err)
		texts[i] = string(text)
	}
	require.JSONEq(t, texts[0], texts[1], "the same again")

	result := results[0]
	require.Empty(t, result.Refused)
	require.Empty(t, result.Unanswered)
	require.Equal(t, 12, result.Summary.Rounds)
	require.Equal(t, 12, result.Summary.RoundsFrozen)
	require.NotContains(t, result.LeftOut, "月报")
	var january []string
	for _, s := range result.Sent {
		if strings.HasPrefix(s.Kind, "round-") && s.Date.Before(result.From.AddDays(36)) {
			january = append(january, fmt.Sprintf("%s %s %s", s.Date, s.Kind, s.UnitName))
		}
	}
	// January is asked for on Tuesday the 20th and due on Wednesday the 28th. The
	// others submit on the 22nd and hear no more. Three days before is a Sunday. West
	// submits two working days late, on the 30th at ten, an hour after it is urged with
	// the lead units, which may compile without it from the 29th on.
	require.Equal(t, []string{
		"2026-01-23 round-remind 西县",
		"2026-01-27 round-remind 西县",
		"2026-01-28 round-remind 西县",
		"2026-01-29 round-compile 市教育局",
		"2026-01-29 round-compile 东县",
		"2026-01-29 round-overdue 市督查室",
		"2026-01-29 round-overdue 西县",
		"2026-01-30 round-urge 市教育局",
		"2026-01-30 round-urge 东县",
		"2026-01-30 round-urge 西县",
	}, january)
	requireSoundLoad(t, result)
}
