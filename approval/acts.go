package approval

import (
	"time"

	"duban/act"
)

// Do carries out what the actor asks of an open sign-off.
func (s SignOff) Do(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	if in.Action == Withdraw {
		return s.Withdraw(actor, in.Comment)
	}
	return s.Sign(actor, in, now)
}

// Act is the payload of the command "sign".
type Act struct {
	SignOff string `json:"signOff"`
	// Action is an opinion, or "withdraw".
	Action  string `json:"action"`
	Comment string `json:"comment,omitempty"`
	// Digest of the subject that the signer has read; checked when given.
	Digest string `json:"digest,omitempty"`
	// InSteadOf is the id of the unit for which a supervisor decides.
	InSteadOf string `json:"inSteadOf,omitempty"`
}

// Withdraw is the action by which the initiator takes the subject back (撤回).
const Withdraw = "withdraw"

// Opened is the data of the event that a round began.
type Opened struct {
	SignOff string `json:"signOff"`
	Kind    string `json:"kind"`
	Title   string `json:"title"`
	Digest  string `json:"digest"`
	Round   int    `json:"round"`
}

// Asked is the data of the event that signers were asked.
type Asked struct {
	SignOff string   `json:"signOff"`
	Round   int      `json:"round"`
	Step    int      `json:"step"`
	Signers []Signer `json:"signers"`
}

// Given is the data of the event that an opinion was given.
type Given struct {
	SignOff string  `json:"signOff"`
	Round   int     `json:"round"`
	Step    int     `json:"step"`
	Signer  Signer  `json:"signer"`
	Opinion Opinion `json:"opinion"`
	Comment string  `json:"comment,omitempty"`
	Digest  string  `json:"digest"`
	InStead bool    `json:"inStead,omitempty"`
}

// StepDone is the data of the event that a step was passed.
type StepDone struct {
	SignOff string `json:"signOff"`
	Round   int    `json:"round"`
	Step    int    `json:"step"`
}

// Decided is the data of the events that end a round.
type Decided struct {
	SignOff string   `json:"signOff"`
	Round   int      `json:"round"`
	Digest  string   `json:"digest"`
	Reasons []string `json:"reasons,omitempty"`
}
