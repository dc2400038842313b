package workflows

import (
	"fmt"

	"duban/act"
	"duban/payload"
)

// measureAgain is how many bytes commands add before a large state is measured
// again: that takes longer the larger it is.
const measureAgain = 64 << 10

// room is how much a process carries from run to run, in bytes as the engine
// takes it.
type room struct {
	measured bool
	size     int // when it was measured
	added    int // by commands since then, at most
}

// fits refuses words that would make the state too large to be carried. It is
// asked before a command is accepted and leaves no trace in the history.
func (p *process[S]) fits(c act.Command) error {
	crowded := p.room.size+p.room.added >= act.Crowded
	if !p.room.measured || crowded && p.room.added >= measureAgain {
		size, err := payload.Size(Carried[S]{State: p.state, Ledger: p.ledger})
		if err != nil {
			return fmt.Errorf("measure the state of %s: %w", p.ledger.Instance, err)
		}
		p.room = room{measured: true, size: size}
	}
	return c.Fits(p.room.size + p.room.added)
}
