package bench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatCountsAsLostAndStuck(t *testing.T) {
	a, b := sent{"s1", "u1"}, sent{"s1", "u2"}
	for _, c := range []struct {
		name     string
		accepted []sent
		recorded map[sent]int
		approved map[string]bool
		want     audited
	}{
		{"all well", []sent{a, b}, map[sent]int{a: 1, b: 1}, map[string]bool{"s1": true}, audited{}},
		{"one is not in the record", []sent{a, b}, map[sent]int{a: 1}, map[string]bool{"s1": true}, audited{lost: 1}},
		{"one stands twice", []sent{a, b}, map[sent]int{a: 2, b: 1}, map[string]bool{"s1": true}, audited{lost: 1}},
		{"everybody signed and it is open", []sent{a, b}, map[sent]int{a: 1, b: 1}, nil, audited{stuck: 1}},
		{"somebody did not sign", []sent{a}, map[sent]int{a: 1}, nil, audited{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &run{options: Options{SignOffs: 1, Signers: 2}, accepted: c.accepted, signOffs: []string{"s1"}}
			require.Equal(t, c.want, r.judge(c.recorded, c.approved))
		})
	}
}
