package target

import "fmt"

// Fault is one thing that keeps a decomposition from being submitted.
type Fault struct {
	Item   int    // index into the items, -1 if it is not about one
	Excuse int    // index into the excuses, -1 if it is not about one
	Target int    // index into the requirement's targets, -1 if it is not about one
	Part   string // the field of the item or excuse: "amount"; empty: the whole of it
	Code   string // stable, for programs
	Zh     string // what is wrong and what to do, for a clerk
	En     string
}

// Field names the place of the fault: "items[3].amount", "excuses[0].reason",
// "targets[1]", or "" if it is about the decomposition as a whole.
func (f Fault) Field() string {
	var field string
	switch {
	case f.Item >= 0:
		field = fmt.Sprintf("items[%d]", f.Item)
	case f.Excuse >= 0:
		field = fmt.Sprintf("excuses[%d]", f.Excuse)
	case f.Target >= 0:
		field = fmt.Sprintf("targets[%d]", f.Target)
	default:
		return ""
	}
	if f.Part != "" {
		field += "." + f.Part
	}
	return field
}

// faults gathers what a check finds.
type faults []Fault

func (f *faults) item(i int, part, code, zh, en string) {
	*f = append(*f, Fault{Item: i, Excuse: -1, Target: -1, Part: part, Code: code, Zh: zh, En: en})
}

func (f *faults) excuse(i int, part, code, zh, en string) {
	*f = append(*f, Fault{Item: -1, Excuse: i, Target: -1, Part: part, Code: code, Zh: zh, En: en})
}

func (f *faults) target(i int, code, zh, en string) {
	*f = append(*f, Fault{Item: -1, Excuse: -1, Target: i, Code: code, Zh: zh, En: en})
}

func (f *faults) whole(code, zh, en string) {
	*f = append(*f, Fault{Item: -1, Excuse: -1, Target: -1, Code: code, Zh: zh, En: en})
}
