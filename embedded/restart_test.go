package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"duban/embedded"
)

// TestRestart: a clean stop keeps every open workflow, what it has been told
// and its timers, and leaves one file.
func TestRestart(t *testing.T) {
	t.Parallel()
	const processes = 40
	id := func(n int) string { return fmt.Sprintf("sign-off/%d", n) }
	dir := t.TempDir()
	for _, act := range []func(o office, n int) error{
		func(o office, n int) error {
			_, err := o.open(t.Context(), id(n), signers)
			return err
		},
		func(o office, n int) error { return o.sign(t.Context(), id(n), "signer-1") },
		func(office, int) error { return nil },
		func(o office, n int) error {
			err := together(signers, signers, func(i int) error { return o.sign(t.Context(), id(n), fmt.Sprint("signer-", i)) })
			if err != nil {
				return err
			}
			var counted int
			if err := o.client.GetWorkflow(t.Context(), id(n), "").Get(t.Context(), &counted); err != nil {
				return err
			}
			if counted != signers {
				return fmt.Errorf("%s ended with %d opinions", id(n), counted)
			}
			return nil
		},
	} {
		s, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir, Sync: embedded.SyncOff})
		require.NoError(t, err)
		o := newOffice(t, s)
		require.NoError(t, together(clients, processes, func(n int) error { return act(o, n) }))
		o.close()
		require.NoError(t, s.Stop(t.Context()))
		log, err := os.ReadFile(filepath.Join(dir, databaseFile+"-wal"))
		require.True(t, err == nil || errors.Is(err, fs.ErrNotExist), err)
		require.Empty(t, log, "what was written is in the one file")
	}
}

// TestRestartKeepsTimers: timers that fell due while nothing ran fire after the
// start, others wait on.
func TestRestartKeepsTimers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := func(act func(o office)) {
		s, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir, Sync: embedded.SyncOff})
		require.NoError(t, err)
		o := newOffice(t, s)
		act(o)
		o.close()
		require.NoError(t, s.Stop(t.Context()))
	}
	begin := func(o office, id string, wait time.Duration) {
		_, err := o.client.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: queue}, nap, wait)
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			d, err := o.client.DescribeWorkflowExecution(t.Context(), id, "")
			return err == nil && d.GetPendingWorkflowTask() == nil
		}, time.Minute, time.Millisecond, "the timer is set")
	}
	run(func(o office) {
		begin(o, "soon", time.Second)
		begin(o, "later", 3*time.Second)
		begin(o, "next year", 365*24*time.Hour)
	})
	time.Sleep(time.Second) // so that "soon" is due before the next start
	run(func(o office) {
		for _, id := range []string{"soon", "later"} {
			require.NoError(t, o.client.GetWorkflow(t.Context(), id, "").Get(t.Context(), nil))
		}
	})
	run(func(o office) {
		d, err := o.client.DescribeWorkflow(t.Context(), "next year", "")
		require.NoError(t, err)
		require.Equal(t, enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, d.Status)
		count, err := o.client.CountWorkflow(t.Context(), countOpen)
		require.NoError(t, err)
		require.EqualValues(t, 1, count.GetCount())
	})
}

// TestRetention: the options' retention reaches the namespace, also when it is
// changed on a folder in use.
func TestRetention(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const day = 24 * time.Hour
	for _, c := range []struct{ asked, found time.Duration }{{0, embedded.DefaultRetention}, {365 * day, 365 * day}} {
		s, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir, Sync: embedded.SyncOff, Retention: c.asked})
		require.NoError(t, err)
		o := newOffice(t, s)
		namespace, err := o.client.WorkflowService().DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: s.Namespace()})
		require.NoError(t, err)
		require.Equal(t, c.found, namespace.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration())
		o.close()
		require.NoError(t, s.Stop(t.Context()))
	}
}

// signForever opens processes and signs them, and tells of every opinion that
// was acknowledged, until it is killed.
func signForever(ctx context.Context, dir string) error {
	s, err := embedded.Start(ctx, embedded.Options{DataDir: dir, Sync: embedded.SyncFull})
	if err != nil {
		return err
	}
	o, err := dialOffice(ctx, s)
	if err != nil {
		return err
	}
	var voice sync.Mutex
	round := os.Getpid()
	return together(clients, 1_000_000, func(n int) error {
		id := fmt.Sprintf("sign-off/%d/%d", round, n)
		if _, err := o.open(ctx, id, signers+1); err != nil { // stays open
			return err
		}
		return together(signers, signers, func(i int) error {
			signer := fmt.Sprint("signer-", i)
			if err := o.sign(ctx, id, signer); err != nil {
				return err
			}
			voice.Lock()
			defer voice.Unlock()
			_, err := fmt.Println(id, signer)
			return err
		})
	})
}

// TestKill: whatever moment a process is killed at, every act that was
// acknowledged is there afterwards, and the next process starts.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	acknowledged := map[string][]string{}
	hear := func(line string) {
		id, signer, ok := strings.Cut(line, " ")
		if ok && strings.HasPrefix(signer, "signer-") {
			acknowledged[id] = append(acknowledged[id], signer)
		}
	}
	for _, acts := range []int{1, 20, 60} {
		p := play(t, "sign", dir)
		for range acts {
			hear(p.line(t))
		}
		rest := p.kill(t)
		for i, line := range rest {
			if i < len(rest)-1 || strings.HasSuffix(line, "signer-"+line[len(line)-1:]) { // the last may be cut
				hear(line)
			}
		}
	}
	s := start(t, embedded.Options{DataDir: dir})
	o := newOffice(t, s)
	defer o.close()
	kept := 0
	for id, opinions := range acknowledged {
		value, err := o.client.QueryWorkflow(t.Context(), id, "", "opinions")
		require.NoError(t, err, id)
		var found []string
		require.NoError(t, value.Get(&found))
		require.Subset(t, found, opinions, id)
		kept += len(opinions)
		// And it can be led to its end, each signer counted once.
		require.NoError(t, together(1, signers, func(i int) error { return o.sign(t.Context(), id, fmt.Sprint("signer-", i)) }))
		require.NoError(t, o.sign(t.Context(), id, "the last"))
		var counted int
		require.NoError(t, o.client.GetWorkflow(t.Context(), id, "").Get(t.Context(), &counted))
		require.Equal(t, signers+1, counted, id)
	}
	require.GreaterOrEqual(t, kept, 81)
	t.Logf("%d acts in %d processes acknowledged before the kills, all there", kept, len(acknowledged))
}

// TestKillWhileStarting: a first start that is killed on its way leaves nothing
// that keeps the next from starting.
func TestKillWhileStarting(t *testing.T) {
	t.Parallel()
	for _, after := range []int{40, 80, 120, 160, 240} {
		dir := t.TempDir()
		p := play(t, "hold", dir)
		time.Sleep(time.Duration(after) * time.Millisecond)
		p.kill(t)
		s, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir, Sync: embedded.SyncOff})
		require.NoError(t, err, "killed after %d ms", after)
		require.NoError(t, s.Stop(t.Context()))
	}
}
