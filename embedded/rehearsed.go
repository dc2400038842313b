package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"go.temporal.io/server/common/persistence"
	"go.temporal.io/server/common/primitives"
)

// clockFile marks a data folder that was written under a movable clock, and
// tells where that clock was left.
const clockFile = "temporal.clock"

// movable gives the server a movable clock, if it is to have one. A folder has
// such a clock from its first start on or never: a moved clock must not reach
// real work.
func (s *Server) movable(o Options) error {
	left, rehearsed, err := s.folder.clockLeft()
	if err != nil {
		return err
	}
	used, err := s.folder.has(databaseFile)
	if err != nil {
		return fmt.Errorf("look for the database: %w", err)
	}
	switch {
	case rehearsed && !o.TimeSkipping:
		return fmt.Errorf("%s 是演练用的目录，其时钟被拨动过：请换一个目录 (the folder is that of a rehearsal, whose clock was moved: use another one)", o.DataDir)
	case !o.TimeSkipping:
		return nil
	case used && !rehearsed:
		return fmt.Errorf("时钟可调的引擎只能用空目录，而 %s 中已有 %s：请换一个空目录 "+
			"(a server with a movable clock starts on an empty folder, or on one that had such a clock: use another one)", o.DataDir, databaseFile)
	case !o.StartTime.IsZero() && o.StartTime.Before(left):
		return fmt.Errorf("%s 的时钟停在 %s，不能拨回到 %s (the folder's clock was left at %[2]s and cannot be put back to %[3]s)",
			o.DataDir, left.Format(time.RFC3339), o.StartTime.Format(time.RFC3339))
	}
	start := o.StartTime
	if start.IsZero() {
		start = left
	}
	s.clock = newClock(start)
	return s.folder.noteClock(s.clock.Now())
}

// clockLeft returns where the folder's clock was left by a server that stopped,
// or where it was set by one that was killed; false if it never had one.
func (d *folder) clockLeft() (time.Time, bool, error) {
	text, err := os.ReadFile(d.path(clockFile))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, fmt.Errorf("read where the clock was left: %w", err)
	}
	left, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(string(text)))
	if err != nil {
		return time.Time{}, false, fmt.Errorf("read where the clock was left: %w", err)
	}
	return left, true, nil
}

func (d *folder) noteClock(now time.Time) error {
	if err := os.WriteFile(d.path(clockFile), []byte(now.Format(time.RFC3339Nano)+"\n"), 0o600); err != nil {
		return fmt.Errorf("note where the clock is: %w", err)
	}
	return nil
}

// written are the executions that the folder's database holds.
func (d *folder) written(ctx context.Context) (_ []persistence.GetWorkflowExecutionRequest, err error) {
	db, err := openDatabase(d.path(databaseFile), "ro")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.QueryContext(ctx, "SELECT shard_id, namespace_id, workflow_id, run_id FROM executions")
	if err != nil {
		return nil, fmt.Errorf("look for executions: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var found []persistence.GetWorkflowExecutionRequest
	for rows.Next() {
		var one persistence.GetWorkflowExecutionRequest
		var namespace, run primitives.UUID
		if err := rows.Scan(&one.ShardID, &namespace, &one.WorkflowID, &run); err != nil {
			return nil, fmt.Errorf("read an execution: %w", err)
		}
		one.NamespaceID, one.RunID = namespace.String(), run.String()
		found = append(found, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read executions: %w", err)
	}
	return found, nil
}

// recall tells the workload of what was written before the server started.
func (w *workload) recall(ctx context.Context, manager persistence.ExecutionManager) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, request := range w.before {
		response, err := manager.GetWorkflowExecution(ctx, &request)
		if err != nil {
			return fmt.Errorf("recall what %s waits for: %w", request.WorkflowID, err)
		}
		w.putSnapshot(snapshotOf(response.State))
	}
	w.before = nil
	return nil
}
