package deadline_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/calendar"
	"duban/deadline"
)

func TestAPromiseIsRemindedOfOnTheWorkingDayBefore(t *testing.T) {
	days, err := calendar.New(calendar.Builtin()...)
	require.NoError(t, err)
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	ladder := deadline.Default()
	ladder.SendAt = "08:30"
	// Monday; the working day before is Friday.
	moments := ladder.ForPromise().Moments(calendar.NewDate(2026, time.July, 6), days, zone)
	require.Len(t, moments, 1)
	require.Equal(t, deadline.Remind, moments[0].Action)
	require.True(t, moments[0].At.Equal(time.Date(2026, time.July, 3, 8, 30, 0, 0, zone)), moments[0].At)
	require.NoError(t, ladder.ForPromise().Validate())
}
