package document

// Reason tells why a document could not be read.
type Reason string

const (
	// Empty: there is no text in it.
	Empty Reason = "empty"
	// TooLarge: beyond MaxBytes, MaxParagraphs or what it may unpack to.
	TooLarge Reason = "too-large"
	// Unsupported: a format that is not read; saving it in another one helps.
	Unsupported Reason = "unsupported"
	// Damaged: the bytes do not hold what their format promises.
	Damaged Reason = "damaged"
)

const (
	// MaxBytes is the size of the largest file that is read.
	MaxBytes = 20 << 20
	// MaxParagraphs is the number of paragraphs, those in tables counted, of
	// the longest document that is read.
	MaxParagraphs = 100_000
)

// Error is a document that cannot be read. Chinese and English both say what
// is wrong and what to do.
type Error struct {
	Reason  Reason
	Name    string
	Chinese string
	English string
	Err     error // the cause, if there is one
}

// Error returns both messages.
func (e *Error) Error() string { return e.Name + ": " + e.Chinese + " / " + e.English }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
