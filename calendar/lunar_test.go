package calendar_test

import (
	"testing"

	"github.com/6tail/lunar-go/HolidayUtil"
	"github.com/stretchr/testify/require"

	"duban/calendar"
)

// A library that keeps the notices on its own account says the same of every
// day of the years that are built in.
func TestBuiltinAgreesWithLunarGo(t *testing.T) {
	cal := builtin(t)
	for _, y := range calendar.Builtin() {
		require.Positive(t, HolidayUtil.GetHolidaysByYear(y.Year).Len(), "the library knows %d", y.Year)
		for d := calendar.NewDate(y.Year, 1, 1); d.Year == y.Year; d = d.AddDays(1) {
			want := d.Weekday() != 0 && d.Weekday() != 6
			if h := HolidayUtil.GetHoliday(d.String()); h != nil {
				want = h.IsWork()
			}
			require.Equal(t, want, cal.IsWorking(d), d)
		}
	}
}
