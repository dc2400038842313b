package org

// RuleError says that something would break a rule about people or units, and
// what to do instead.
type RuleError struct {
	Field string // of what was asked for
	Code  string
	Zh    string
	En    string
}

// Error gives the code and the English text.
func (e *RuleError) Error() string { return e.Code + ": " + e.En }
