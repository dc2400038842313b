package behaviour_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/act"
	"duban/rehearsal/behaviour"
)

func TestParse(t *testing.T) {
	read, err := behaviour.Parse([]byte(`{"seed": 7, "habits": {"sign": {"days": 2}, "submit": {"late": 0.5, "lateBy": [3, 9]}},
		"exceptions": [{"units": ["东县"], "habits": {"submit": {"never": 1}}}]}`))
	require.NoError(t, err)
	want := behaviour.Default()
	want.Seed = 7
	want.Habits.Sign.Days = behaviour.Days{Min: 2, Max: 2}
	want.Habits.Submit.Late, want.Habits.Submit.LateBy = 0.5, behaviour.Days{Min: 3, Max: 9}
	want.Exceptions = read.Exceptions
	require.Equal(t, want, read, "what is left out is as by default")

	none, err := behaviour.Parse([]byte(`{}`))
	require.NoError(t, err)
	require.Equal(t, behaviour.Default(), none)
	require.NoError(t, behaviour.Default().Validate())
}

func TestParseRefuses(t *testing.T) {
	for text, reason := range map[string]string{
		`{"habbits": {}}`:                                                        "habbits",
		`{"habits": {"sign": {"day": 2}}}`:                                       `there is no field "day"`,
		`{"habits": {"sign": {"days": "two"}}}`:                                  "write 3 or [1, 5]",
		`{"habits": {"sign": {"days": [1]}}}`:                                    "write 3 or [1, 5]",
		`{"habits": {"sign": {"days": [5, 1]}}}`:                                 "habits.sign.days: [5, 1] must rise",
		`{"habits": {"sign": {"days": -1}}}`:                                     "habits.sign.days",
		`{"habits": {"report": {"days": 100000}}}`:                               "habits.report.days",
		`{"habits": {"submit": {"lateBy": 0}}}`:                                  "habits.submit.lateBy",
		`{"habits": {"submit": {"late": 1.5}}}`:                                  "habits.submit.late: must be a share",
		`{"habits": {"review": {"return": -0.1}}}`:                               "habits.review.return",
		`{"exceptions": [{"habits": {}}]}`:                                       "exceptions[0]: name units or kinds",
		`{"exceptions": [{"kinds": ["sums"], "habits": {}}]}`:                    `exceptions[0].kinds: "sums"`,
		`{"exceptions": [{"units": ["x"]}]}`:                                     "exceptions[0].habits",
		`{"exceptions": [{"units": ["x"], "habits": {"z":1}}]}`:                  "exceptions[0].habits",
		`{"exceptions": [{"units": ["x"], "habits": {"submit": {"never": 2}}}]}`: "exceptions[0].habits.submit.never",
		`{} {}`:            "follows",
		`[]`:               "array",
		`{"seed": "five"}`: "seed cannot be string",
		`{`:                "cannot be read",
	} {
		_, err := behaviour.Parse([]byte(text))
		refusal, is := errors.AsType[*act.Refusal](err)
		require.True(t, is, text)
		var told []string
		for _, fault := range refusal.Faults {
			require.NotEmpty(t, fault.Zh, text)
			told = append(told, fault.Field+": "+fault.En)
		}
		require.Contains(t, strings.Join(told, "\n"), reason, text)
	}
}

func TestDaysAreWrittenAsTheyAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, 100).Draw(t, "min")
		days := behaviour.Days{Min: from, Max: from + rapid.IntRange(0, 100).Draw(t, "more")}
		text, err := json.Marshal(days)
		require.NoError(t, err)
		var read behaviour.Days
		require.NoError(t, json.Unmarshal(text, &read))
		require.Equal(t, days, read)
	})
}
