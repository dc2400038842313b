package dispatch

import (
	"fmt"
	"time"

	"duban/act"
)

// Joint names the order to several units of which an order is a part: all parts
// have its number, each unit answers for itself, and the whole is closed when
// all its parts are.
type Joint struct {
	ID    string `json:"id"`
	Parts int    `json:"parts"` // as issued
}

// Issuing is the payload of IssueSupervision: an order by hand, at any level.
type Issuing struct {
	Reason string `json:"reason"`
	Level  Level  `json:"level,omitempty"` // empty is LevelOrder
	// ReplyWorkingDays is the time to answer; 0 is the plan's.
	ReplyWorkingDays int      `json:"replyWorkingDays,omitempty"`
	Talk             *Meeting `json:"talk,omitempty"` // of a summons
	Joint            *Joint   `json:"joint,omitempty"`
}

// Check refuses an order that does not say what is needed.
func (i Issuing) Check(now time.Time) error { return i.check(edition, now) }

func (i Issuing) check(edition int, now time.Time) error {
	return Raising{Level: i.Level.orLowest(), Ground: i.Reason, ReplyWorkingDays: i.ReplyWorkingDays, Talk: i.Talk}.check(edition, "reason", true, now)
}

// Part is an assignment on which a joint order shall be issued.
type Part struct {
	Assignment string
	Plan       string
	Target     string
	Overdue    bool
	UnderOrder bool   // an order on it is open
	Joint      string // the joint order of which that is a part, or was this very one
}

// mostParts bounds a joint order; a province has 122 counties.
const mostParts = 200

// CheckJointSize refuses a joint order on too few assignments or too many.
func CheckJointSize(parts int) error {
	if parts >= 2 && parts <= mostParts {
		return nil
	}
	zh, en := fmt.Sprintf("联合督办应涉及 2 至 %d 份任务单。", mostParts), fmt.Sprintf("A joint order is on 2 to %d assignments.", mostParts)
	return act.Malformed("joint-size", zh, en, act.Fault{Field: "assignments", Code: "size", Zh: zh, En: en})
}

// CheckJoint refuses a joint order that could not be issued on every part. All
// are assignments of one task. A part that has this very order, or had it, is no
// obstacle: the order is being issued again.
func CheckJoint(id string, parts []Part) error {
	if err := CheckJointSize(len(parts)); err != nil {
		return err
	}
	var faults []act.Fault
	fault := func(i int, code, zh, en string) {
		faults = append(faults, act.Fault{Field: fmt.Sprintf("assignments[%d]", i), Code: code, Zh: zh, En: en})
	}
	seen := make(map[string]bool, len(parts))
	task := taskOfTarget(parts[0].Target)
	for i, p := range parts {
		switch {
		case seen[p.Assignment]:
			fault(i, "twice", "任务单重复", "is named twice")
		case p.Plan != parts[0].Plan || taskOfTarget(p.Target) != task:
			fault(i, "another-task", "不属于同一重点任务", "belongs to another task")
		case p.Joint == id:
		case !p.Overdue:
			fault(i, "not-overdue", "尚未逾期", "is not overdue")
		case p.UnderOrder:
			fault(i, "already-supervised", "已有一份督办单正在办理", "is under an order already")
		}
		seen[p.Assignment] = true
	}
	if len(faults) > 0 {
		return act.Malformed("joint", "有任务单不能联合督办，请按提示调整。", "Some assignments cannot be under this joint order; correct the list.", faults...)
	}
	return nil
}

// taskOfTarget is the task of an annual target within its plan, 0 where the id
// is none.
func taskOfTarget(id string) int {
	_, task, _, _ := ParseTargetID(id)
	return task
}
