package embedded

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"
)

// Sync says when a committed transaction is on the disk.
type Sync string

const (
	// SyncFull waits for the disk at every commit: what was answered survives
	// a power cut. The default.
	SyncFull Sync = "full"
	// SyncNormal leaves the last commits to the operating system: they survive
	// a crash of the process, not a power cut.
	SyncNormal Sync = "normal"
	// SyncOff never waits; for throw-away servers only.
	SyncOff Sync = "off"
)

const (
	// DefaultNamespace is the namespace when the options name none.
	DefaultNamespace = "duban"

	// DefaultRetention keeps a closed workflow's history for a quarter, so
	// that the check made with each quarterly report can still ask every
	// workflow that was closed in that quarter. The audit record itself is
	// kept elsewhere and does not depend on it.
	DefaultRetention = 92 * 24 * time.Hour

	// rehearsalRetention keeps everything a rehearsal leaves, however many
	// years it plays.
	rehearsalRetention = 50 * 365 * 24 * time.Hour

	// minRetention is the least that the Temporal server accepts.
	minRetention = 24 * time.Hour
)

// Options say where and how the server runs. Only DataDir is required.
type Options struct {
	// DataDir is the folder of the server's files; it is created if missing.
	// One process at a time may use it.
	DataDir string
	// Namespace is registered at the first start; DefaultNamespace if empty.
	Namespace string
	// Retention is how long the history of a closed workflow is kept, at
	// least 24 hours. If zero it is DefaultRetention, or with TimeSkipping
	// longer than any rehearsal. A changed value applies from
	// the next start to the workflows closed after it.
	Retention time.Duration
	// Sync is SyncFull if empty.
	Sync Sync
	// TimeSkipping gives the server a clock that can be moved: see Clock.
	// Such a server is for rehearsals and tests: it starts on a DataDir
	// that is empty or had such a clock before, because a moved clock must
	// never reach real work.
	TimeSkipping bool
	// StartTime is where the movable clock starts, in the past or the
	// future. If zero it is where the DataDir's clock was left, and the
	// present in an empty one. Only with TimeSkipping.
	StartTime time.Time
	// Logger gets the server's own log at warn and above; slog.Default() if nil.
	Logger *slog.Logger
}

// withDefaults checks the options and fills what was left open.
func (o Options) withDefaults() (Options, error) {
	if o.DataDir == "" {
		return o, errors.New("embedded server: DataDir is not set")
	}
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return o, fmt.Errorf("embedded server: data folder %s: %w", o.DataDir, err)
	}
	o.DataDir = dir
	o.Namespace = cmp.Or(o.Namespace, DefaultNamespace)
	if o.TimeSkipping {
		o.Retention = cmp.Or(o.Retention, rehearsalRetention)
	}
	o.Retention = cmp.Or(o.Retention, DefaultRetention)
	if o.Retention < minRetention {
		return o, fmt.Errorf("embedded server: a retention of %s is less than %s", o.Retention, minRetention)
	}
	o.Sync = cmp.Or(o.Sync, SyncFull)
	switch o.Sync {
	case SyncFull, SyncNormal, SyncOff:
	default:
		return o, fmt.Errorf("embedded server: unknown sync %q, want full, normal or off", o.Sync)
	}
	if !o.TimeSkipping && !o.StartTime.IsZero() {
		return o, errors.New("embedded server: StartTime needs TimeSkipping")
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o, nil
}
