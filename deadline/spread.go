package deadline

import (
	"encoding/binary"
	"hash/fnv"
	"time"
)

// Spread returns how long after a common moment the process with this id should
// wake up, between 0 and the window, so that ten thousand timers of the same
// 09:00 do not fire at once. The same id always gets the same offset. It is for
// wake-ups that nobody waits for; a window of 0 or less spreads nothing.
func Spread(id string, window time.Duration) time.Duration {
	if window <= 0 {
		return 0
	}
	hash := fnv.New64a()
	hash.Write([]byte(id))
	// A second round lets the last characters, in which ids differ most, reach
	// every bit of the result.
	var sum [8]byte
	binary.LittleEndian.PutUint64(sum[:], hash.Sum64())
	hash.Write(sum[:])
	return time.Duration(hash.Sum64() % uint64(window))
}
