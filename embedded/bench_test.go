package embedded_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/embedded"
)

// BenchmarkSignOff is the engine's ceiling: sign-offs a second with nothing of
// the product's own in them, every commit on the disk.
func BenchmarkSignOff(b *testing.B) {
	for _, atOnce := range []bool{true, false} {
		b.Run(map[bool]string{true: "at once", false: "in turn"}[atOnce], func(b *testing.B) {
			o := newOffice(b, start(b, embedded.Options{Sync: embedded.SyncFull}))
			defer o.close()
			require.NoError(b, o.signOff(b.Context(), "warm-up", atOnce))
			b.ResetTimer()
			require.NoError(b, together(clients, b.N, func(n int) error {
				return o.signOff(b.Context(), fmt.Sprint("sign-off/", n), atOnce)
			}))
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sign-offs/s")
		})
	}
}

// BenchmarkStart is the time from Start to the first answer, on an empty folder
// and on one that was stopped with many workflows open.
func BenchmarkStart(b *testing.B) {
	for _, open := range []int{0, 1_000, 10_000} {
		b.Run(fmt.Sprint(open, " open"), func(b *testing.B) {
			dir := b.TempDir()
			fill(b, dir, open)
			for b.Loop() {
				if open == 0 {
					dir = b.TempDir()
				}
				s, err := embedded.Start(b.Context(), embedded.Options{DataDir: dir})
				require.NoError(b, err)
				b.StopTimer()
				require.NoError(b, s.Stop(context.Background()))
				b.StartTimer()
			}
		})
	}
}

// fill leaves so many open workflows in a folder, each having had its first
// workflow task.
func fill(b *testing.B, dir string, open int) {
	b.Helper()
	if open == 0 {
		return
	}
	s, err := embedded.Start(b.Context(), embedded.Options{DataDir: dir, Sync: embedded.SyncOff})
	require.NoError(b, err)
	o := newOffice(b, s)
	begin := time.Now()
	require.NoError(b, together(4*clients, open, func(n int) error {
		id := fmt.Sprint("open/", n)
		if _, err := o.open(b.Context(), id, signers); err != nil {
			return err
		}
		return o.sign(b.Context(), id, "first")
	}))
	b.Logf("%d opened in %s", open, time.Since(begin))
	o.close()
	require.NoError(b, s.Stop(context.Background()))
}
