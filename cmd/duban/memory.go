package main

import (
	"os"
	"runtime/debug"
)

const (
	// collectAt lets the heap grow to five times of what is in use before the
	// collector runs. The engine makes much garbage and keeps little: with Go's
	// own 100 the collector takes a fifth of the processor under load.
	collectAt = 400
	// softLimit makes the collector work harder again as a process comes near
	// to it, in bytes.
	softLimit = 2 << 30
)

// tuneCollector sets the garbage collector for servers. GOGC and GOMEMLIMIT,
// where they are set, go before.
func tuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
}
