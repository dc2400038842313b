package store

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// idLength is the length of a new id: 50 random bits, which stay unique among
// millions of rows, and a second try is cheap.
const idLength = 10

// NewID returns a random id of ten characters out of a-z and 2-7. Ids have
// neither "-" nor "." nor "/", so that they can be joined into workflow ids.
func NewID() string {
	var random [10]byte
	rand.Read(random[:]) // never fails: crypto/rand ends the process instead
	text := base32.StdEncoding.EncodeToString(random[:])
	return strings.ToLower(text[:idLength])
}
