package target

import (
	"fmt"
	"strconv"
	"strings"
)

// Amount is a quantity in ten-thousandths of its unit of measure, so that
// 35 (个), 0.15 and 95.5 (%) are exact and sums never drift.
type Amount int64

// One is the amount 1.
const One Amount = 10_000

// Whole returns n as an amount.
func Whole(n int64) Amount { return Amount(n) * One }

// ParseAmount reads a decimal number with at most four decimal places.
func ParseAmount(s string) (Amount, error) {
	sign, text := "", strings.TrimSpace(s)
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > 4 {
		return 0, fmt.Errorf("amount %q has more than four decimal places", s)
	}
	if whole == "" || whole[0] < '0' || whole[0] > '9' {
		return 0, fmt.Errorf("amount %q is not a decimal number", s)
	}
	n, err := strconv.ParseInt(sign+whole+fraction+strings.Repeat("0", 4-len(fraction)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("amount %q is not a decimal number in range", s)
	}
	return Amount(n), nil
}

// String prints the amount without trailing zeros.
func (a Amount) String() string {
	sign, size := "", uint64(a)
	if a < 0 {
		sign, size = "-", -size
	}
	text := fmt.Sprintf("%s%d.%04d", sign, size/uint64(One), size%uint64(One))
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// MarshalJSON writes the amount as a JSON number.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalJSON reads a JSON number.
func (a *Amount) UnmarshalJSON(data []byte) error {
	v, err := ParseAmount(string(data))
	if err != nil {
		return err
	}
	*a = v
	return nil
}
