package target_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/target"
)

// amount is a figure as a document writes it.
func amount(text string) target.Amount {
	a, err := target.ParseAmount(text)
	if err != nil {
		panic(err)
	}
	return a
}

// figure is an amount that may be left out: "" is none.
func figure(text string) *target.Amount {
	if text == "" {
		return nil
	}
	a := amount(text)
	return &a
}

func TestParseAmount(t *testing.T) {
	for text, want := range map[string]target.Amount{
		"35": 350_000, "0.15": 1_500, "95.5": 955_000, "-3.0001": -30_001, " 7 ": 70_000, "0": 0, "-0": 0, "007": 70_000,
		"922337203685477.5807": math.MaxInt64, "-922337203685477.5808": math.MinInt64,
	} {
		got, err := target.ParseAmount(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "-", ".", ".5", "+5", "--5", "-+5", "1.-5", "1.+5", "1.2.3", "1e3", "1_000", "1,000", "三十五", "95%", "NaN",
		"0.12345", "922337203685477.5808", "99999999999999999999",
	} {
		_, err := target.ParseAmount(text)
		require.Error(t, err, text)
	}
}

func TestAmountIsWrittenWithoutTrailingZeros(t *testing.T) {
	for text, want := range map[string]string{"35.0000": "35", "0.1500": "0.15", "-2.50": "-2.5", "-0.0001": "-0.0001", "100": "100"} {
		require.Equal(t, want, amount(text).String())
	}
}

func TestAmountRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := target.Amount(rapid.Int64().Draw(t, "amount"))

		parsed, err := target.ParseAmount(a.String())
		require.NoError(t, err)
		require.Equal(t, a, parsed)

		data, err := json.Marshal(struct{ A *target.Amount }{&a})
		require.NoError(t, err)
		var back struct{ A *target.Amount }
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, a, *back.A)
	})
}

func TestAmountRefusesWhatIsNoNumber(t *testing.T) {
	var a target.Amount
	for _, data := range []string{`"35"`, `true`, `{}`, `1e2`, `0.00001`} {
		require.Error(t, json.Unmarshal([]byte(data), &a), data)
	}
}
