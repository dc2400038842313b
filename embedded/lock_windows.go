package embedded

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockedByte lies far beyond the note of who holds the lock, so that the note
// can be read while the lock is held.
const lockedByte = 1 << 30

// lockFile takes an exclusive lock on f without waiting. It reports false if
// another process holds it. The system lets go of it when the process ends,
// however it ends.
func lockFile(f *os.File) (bool, error) {
	err := windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, &windows.Overlapped{Offset: lockedByte})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}
