package dispatch

import (
	"cmp"
	"fmt"

	"duban/act"
)

// Rules are a plan's rules of supervision beside its ladder. They differ between
// cities and are therefore data.
type Rules struct {
	// ConsentWorkingDays is the time in which a unit says whether it takes an
	// assignment over; 0 is the default of 3 working days.
	ConsentWorkingDays int `json:"consentWorkingDays"`
}

// DefaultRules are those of a plan that sets none.
func DefaultRules() Rules {
	return Rules{ConsentWorkingDays: defaultConsent}
}

const defaultConsent = 3 // working days

func (r Rules) consentWorkingDays() int { return cmp.Or(r.ConsentWorkingDays, defaultConsent) }

// Validate refuses rules that cannot be meant.
func (r Rules) Validate() error {
	var faults []act.Fault
	if r.ConsentWorkingDays < 0 || r.ConsentWorkingDays > longestReply {
		faults = append(faults, act.Fault{Field: "consentWorkingDays", Code: "range",
			Zh: fmt.Sprintf("应在 1 至 %d 个工作日之间", longestReply), En: fmt.Sprintf("must be 1 to %d working days", longestReply)})
	}
	if len(faults) == 0 {
		return nil
	}
	return act.Malformed("supervision-rules", "督办规则有误，请按提示修改。", "The rules of supervision have faults; correct them.", faults...)
}
