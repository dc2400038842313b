package policy

import "duban/target"

// readTargets fills in the targets of a task.
func (p *parser) readTargets(t *Task, it item) {
	t.Targets = []target.Target{}
}
