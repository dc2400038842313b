package dispatch

import (
	"fmt"
	"strconv"
	"strings"
)

// Kinds of process, as they stand at the head of a workflow id.
const (
	KindTarget      = "target"
	KindAssignment  = "assignment"
	KindSupervision = "supervision"
	KindSignOff     = "signoff"
)

// TargetID is the id of a task's annual target: <plan>-<task>-<year>.
func TargetID(plan string, task, year int) string {
	return fmt.Sprintf("%s-%d-%d", plan, task, year)
}

// ParseTargetID takes the id of an annual target apart.
func ParseTargetID(id string) (plan string, task, year int, ok bool) {
	parts := strings.Split(id, "-")
	if len(parts) != 3 {
		return "", 0, 0, false
	}
	task, taskErr := strconv.Atoi(parts[1])
	year, yearErr := strconv.Atoi(parts[2])
	return parts[0], task, year, parts[0] != "" && taskErr == nil && yearErr == nil
}

// AssignmentID is the id of the assignment of an item: <annual target>-<item>.
func AssignmentID(target string, item int) string { return fmt.Sprintf("%s-%d", target, item) }

// SupervisionID is the id of an assignment's nth order: <assignment>.<n>.
func SupervisionID(assignment string, n int) string { return fmt.Sprintf("%s.%d", assignment, n) }

// SignOffID is the id of the nth sign-off of a process: <kind>.<id>.<n>. It
// tells by itself which process hosts it, so that signing needs no look-up.
func SignOffID(kind, id string, n int) string { return fmt.Sprintf("%s.%s.%d", kind, id, n) }

// TargetWorkflow is the workflow id of an annual target.
func TargetWorkflow(id string) string {
	return KindTarget + "/" + strings.ReplaceAll(id, "-", "/")
}

// AssignmentWorkflow is the workflow id of an assignment.
func AssignmentWorkflow(id string) string { return KindAssignment + "/" + id }

// SupervisionWorkflow is the workflow id of a supervision.
func SupervisionWorkflow(id string) string {
	return KindSupervision + "/" + strings.ReplaceAll(id, ".", "/")
}

// SignOffWorkflow is the workflow id of a sign-off on its own subject.
func SignOffWorkflow(id string) string { return KindSignOff + "/" + id }

// HostOf returns the workflow id of the process that hosts a sign-off.
func HostOf(signOff string) (string, bool) {
	parts := strings.Split(signOff, ".")
	if len(parts) != 3 || parts[1] == "" {
		return "", false
	}
	if _, err := strconv.Atoi(parts[2]); err != nil {
		return "", false
	}
	switch parts[0] {
	case KindTarget:
		return TargetWorkflow(parts[1]), true
	case KindAssignment:
		return AssignmentWorkflow(parts[1]), true
	case KindSignOff:
		return SignOffWorkflow(parts[1]), true
	}
	return "", false
}
