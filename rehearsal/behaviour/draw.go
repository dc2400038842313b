package behaviour

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Days is a number of days, or a range of them from which each case draws its
// own: 3 or [1, 5] in the file.
type Days struct{ Min, Max int }

// mostDays bounds a range: ten years.
const mostDays = 3660

// UnmarshalJSON reads 3 or [1, 5].
func (d *Days) UnmarshalJSON(text []byte) error {
	var one int
	if json.Unmarshal(text, &one) == nil {
		*d = Days{one, one}
		return nil
	}
	var two []int
	if err := json.Unmarshal(text, &two); err != nil || len(two) != 2 {
		return &daysError{text: string(text)}
	}
	*d = Days{two[0], two[1]}
	return nil
}

// daysError says that a text is no number of days.
type daysError struct{ text string }

func (e *daysError) Error() string { return e.text + " is no number of days; write 3 or [1, 5]" }

// MarshalJSON writes what UnmarshalJSON reads.
func (d Days) MarshalJSON() ([]byte, error) {
	if d.Min == d.Max {
		return json.Marshal(d.Min)
	}
	return json.Marshal([]int{d.Min, d.Max})
}

// String gives the range as [1, 5].
func (d Days) String() string { return fmt.Sprintf("[%d, %d]", d.Min, d.Max) }

func (d Days) within(least int) bool { return d.Min >= least && d.Max >= d.Min && d.Max <= mostDays }

// Share is how often something happens, 0 to 1.
type Share float64

func (s Share) valid() bool { return s >= 0 && s <= 1 }

// chance draws for one case. What it draws depends on the seed, the unit and the
// case alone, so that one case more or less changes no other.
type chance struct {
	seed int64
	unit string
	key  string
}

// number is evenly spread over [0, 1).
func (c chance) number(what string) float64 {
	text := fmt.Sprintf("%d\x00%s\x00%s\x00%s", c.seed, c.unit, c.key, what)
	sum := sha256.Sum256([]byte(text))
	const bits = 53 // that a float64 holds
	return float64(binary.BigEndian.Uint64(sum[:])>>(64-bits)) / (1 << bits)
}

func (c chance) happens(what string, share Share) bool { return c.number(what) < float64(share) }

func (c chance) days(what string, d Days) int {
	return d.Min + int(c.number(what)*float64(d.Max-d.Min+1))
}
