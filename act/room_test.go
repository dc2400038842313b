package act_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
)

func TestWhatFitsIntoACrowdedRecord(t *testing.T) {
	person := act.Actor{User: "zhang"}
	for _, c := range []struct {
		name    string
		by      act.Actor
		size    int
		payload int // bytes
		fits    bool
	}{
		{"much into little", person, 1000, 500_000, true},
		{"much just below", person, act.Crowded - 1, 500_000, true},
		{"much into a crowded one", person, act.Crowded, 5000, false},
		{"a paragraph into a crowded one", person, act.Crowded, 1000, true},
		{"a paragraph into a full one", person, 1600 << 10, 1000, false},
		{"an opinion into a full one", person, 1600 << 10, 100, true},
		{"what the system says", act.Process(), 1600 << 10, 5000, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := act.Command{Actor: c.by, Payload: []byte(strings.Repeat("x", c.payload))}.Fits(c.size)
			if c.fits {
				require.NoError(t, err)
				return
			}
			var refusal *act.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, "record-full", refusal.Code)
			require.Equal(t, act.Conflict, refusal.Kind)
		})
	}
}
