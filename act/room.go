package act

// A process carries its whole state from one run of the engine to the next, and
// the engine takes no more than 2 MB of it at once: see
// docs/decisions/large-sign-offs.md. Long words are refused well before that, so
// that short ones, such as the opinions of all who are still asked, always fit.
const (
	// Crowded is the size of a state, in bytes as the engine takes it, below which
	// Fits refuses nothing.
	Crowded = 1280 << 10
	// nearlyFull is the size from which on there is room for next to no words.
	nearlyFull = 1536 << 10
	// shortWords and fewestWords are how many bytes of a payload are taken then.
	shortWords  = 1 << 10
	fewestWords = 256
)

// Fits refuses words of a person that would fill the state of a process, which
// has a size in bytes as the engine takes it.
func (c Command) Fits(size int) error {
	most := len(c.Payload)
	switch {
	case size >= nearlyFull:
		most = fewestWords
	case size >= Crowded:
		most = shortWords
	}
	if !c.Actor.IsPerson() || len(c.Payload) <= most {
		return nil
	}
	return NotNow("record-full",
		"该事项的记录已接近容量上限，请精简文字，或将详细内容作为附件提交。",
		"The record of this matter is nearly full: shorten the text, or attach the details as a file.")
}
