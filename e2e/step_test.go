package e2e_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	sdkworker "go.temporal.io/sdk/worker"

	"duban/activities"
	"duban/app"
	"duban/bench"
	"duban/client"
	"duban/store/dbtest"
	"duban/worker"
)

// Nearly two thousand people sign one step, eight at a time, on both databases,
// while their worker is stopped and another one takes over: each opinion is
// counted once, and the process continues as a new run on the way.
func TestThousandsSignOneStep(t *testing.T) {
	const signers = 1900
	dbtest.EachURL(t, func(t *testing.T, url string) {
		ctx := within(t)
		running := serve(t, func(c *app.Config) { c.Database, c.NoWorker = url, true })
		cast, err := bench.Register(ctx, running.Store, running.URL(), signers)
		require.NoError(t, err)
		present := startWorker(t, running)
		var takeover sync.WaitGroup
		figures, err := bench.Step(ctx, cast, bench.StepOptions{Signers: signers, Concurrency: 8, Store: running.Store, Runs: running.Gateway.Runs,
			Signed: func(signs int) {
				if signs == signers/2 {
					takeover.Go(func() {
						present.Stop()
						present = startWorker(t, running)
					})
				}
			}})
		require.NoError(t, err)
		takeover.Wait()
		defer present.Stop()
		require.NoError(t, figures.Err())
		require.Greater(t, figures.Runs, 1, "the process never continued as a new run")
		require.Equal(t, signers, signed(ctx, t, cast.Auditor, figures.SignOff))
		verified(t, running)
	})
}

// startWorker runs the processes of an app that was started without a worker.
func startWorker(t *testing.T, running *app.App) sdkworker.Worker {
	w := worker.New(running.Engine, &activities.Activities{Plans: running.Store, ReadModel: running.Store,
		Starter: running.Gateway, Teller: running.Gateway, Snapshots: running.Gateway}, func(err error) { t.Errorf("worker: %v", err) })
	if err := w.Start(); err != nil {
		t.Errorf("start a worker: %v", err)
	}
	return w
}

// signed pages through the signers of a sign-off and counts those who signed.
func signed(ctx context.Context, t *testing.T, by client.Client, signOff string) int {
	t.Helper()
	count := 0
	for cursor := ""; ; {
		var page struct {
			Items []struct {
				Status string `json:"status"`
			} `json:"items"`
			Next string `json:"next"`
		}
		require.NoError(t, by.Get(ctx, "sign-offs/"+signOff+"/signers?limit=200&cursor="+cursor, &page))
		for _, signer := range page.Items {
			if signer.Status == "signed" {
				count++
			}
		}
		if page.Next == "" {
			return count
		}
		cursor = page.Next
	}
}
