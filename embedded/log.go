package embedded

import (
	"context"
	"fmt"
	"log/slog"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// fatalError is what the server could not go on after. The server expects its
// logger to end the process there; a panic does, unless Start can retry.
type fatalError struct {
	message string
	tags    []any
}

func (e fatalError) Error() string {
	return fmt.Sprintf("Temporal server: %s %v", e.message, e.tags)
}

// aboveError lets no line through.
const aboveError = slog.LevelError + 1

// serverLog hands the server's log to slog, from floor upwards. The floor is
// raised while the server starts, when it remarks on a configuration that is
// meant, and while it stops, when its parts miss one another.
type serverLog struct {
	logger *slog.Logger
	floor  *slog.LevelVar
}

func (l serverLog) log(level slog.Level, message string, tags []tag.Tag) {
	if level < l.floor.Level() || !l.logger.Enabled(context.Background(), level) {
		return
	}
	l.logger.Log(context.Background(), level, message, attributes(tags)...)
}

func attributes(tags []tag.Tag) []any {
	attrs := make([]any, 0, len(tags))
	for _, t := range tags {
		attrs = append(attrs, slog.Any(t.Key(), t.Value()))
	}
	return attrs
}

// Debug and Info are dropped: the server writes thousands of them.
func (l serverLog) Debug(string, ...tag.Tag) {}
func (l serverLog) Info(string, ...tag.Tag)  {}

func (l serverLog) Warn(message string, tags ...tag.Tag)  { l.log(slog.LevelWarn, message, tags) }
func (l serverLog) Error(message string, tags ...tag.Tag) { l.log(slog.LevelError, message, tags) }

// DPanic is a failed assertion that production goes on after.
func (l serverLog) DPanic(message string, tags ...tag.Tag) { l.log(slog.LevelError, message, tags) }

func (l serverLog) Panic(message string, tags ...tag.Tag) {
	panic(fatalError{message: message, tags: attributes(tags)})
}

func (l serverLog) Fatal(message string, tags ...tag.Tag) {
	panic(fatalError{message: message, tags: attributes(tags)})
}

// With makes the server's own tags part of every line.
func (l serverLog) With(tags ...tag.Tag) log.Logger {
	return serverLog{logger: l.logger.With(attributes(tags)...), floor: l.floor}
}
