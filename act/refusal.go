package act

// Kind sorts refusals by what the actor can do about them.
type Kind string

const (
	// Forbidden: the actor may not do this, whatever he changes.
	Forbidden Kind = "forbidden"
	// Conflict: the state does not allow it (any more); look again.
	Conflict Kind = "conflict"
	// Invalid: the content of the command must be corrected.
	Invalid Kind = "invalid"
	// Missing: the thing that is acted on does not exist.
	Missing Kind = "missing"
)

// Refusal is a command that was turned down. It changes nothing and leaves no
// trace; it says what to do instead.
type Refusal struct {
	Kind   Kind    `json:"kind"`
	Code   string  `json:"code"`
	Zh     string  `json:"zh"`
	En     string  `json:"en"`
	Faults []Fault `json:"faults,omitempty"`
}

// Fault is one thing to correct in the content of a command.
type Fault struct {
	Field string `json:"field"`
	Code  string `json:"code"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// Error gives the code and the English text.
func (r *Refusal) Error() string { return r.Code + ": " + r.En }

// NotAllowed refuses an actor.
func NotAllowed(code, zh, en string) *Refusal {
	return &Refusal{Kind: Forbidden, Code: code, Zh: zh, En: en}
}

// NotNow refuses a command that the state does not allow.
func NotNow(code, zh, en string) *Refusal {
	return &Refusal{Kind: Conflict, Code: code, Zh: zh, En: en}
}

// Malformed refuses the content of a command.
func Malformed(code, zh, en string, faults ...Fault) *Refusal {
	return &Refusal{Kind: Invalid, Code: code, Zh: zh, En: en, Faults: faults}
}

// NotFound refuses a command on something that does not exist.
func NotFound(code, zh, en string) *Refusal {
	return &Refusal{Kind: Missing, Code: code, Zh: zh, En: en}
}

// IDReused refuses an act under the id of another one with another content.
func IDReused() *Refusal {
	return Malformed("id-reused", "同一操作编号已用于另一内容，请使用新的编号。", "This action id was used for another content; use a new one.")
}
