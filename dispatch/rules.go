package dispatch

import (
	"cmp"
	"fmt"

	"duban/act"
	"duban/light"
)

// Rules are a plan's rules of supervision beside its ladder and its lights. They
// differ between cities and are therefore data. An assignment goes by those that
// held when it was dispatched.
type Rules struct {
	// ConsentWorkingDays is the time in which a unit says whether it takes an
	// assignment over; 0 is the default of 3 working days.
	ConsentWorkingDays int `json:"consentWorkingDays"`
	// Episodes makes an order of lights.
	Episodes EpisodeRule `json:"episodes"`
}

// EpisodeRule says that so many episodes of a light on one item become an order.
// 广元 (2018) does so with two yellow ones. A count of 0 is no rule.
type EpisodeRule struct {
	Light light.Colour `json:"light"`
	Count int          `json:"count"`
}

const (
	defaultConsent = 3  // working days
	mostEpisodes   = 20 // beyond it the count is mistyped
)

// DefaultRules are those of a plan that sets none. They make no order of lights:
// by the default table everything is yellow for its last days, which is not what
// the rule is for.
func DefaultRules() Rules {
	return Rules{ConsentWorkingDays: defaultConsent, Episodes: EpisodeRule{Light: light.Yellow}}
}

func (r Rules) consentWorkingDays() int { return cmp.Or(r.ConsentWorkingDays, defaultConsent) }

// Validate refuses rules that cannot be meant.
func (r Rules) Validate() error {
	var faults []act.Fault
	fault := func(field, zh, en string) {
		faults = append(faults, act.Fault{Field: field, Code: "range", Zh: zh, En: en})
	}
	if r.ConsentWorkingDays < 1 || r.ConsentWorkingDays > longestReply {
		fault("consentWorkingDays", fmt.Sprintf("应在 1 至 %d 个工作日之间", longestReply), fmt.Sprintf("must be 1 to %d working days", longestReply))
	}
	if r.Episodes.Count < 0 || r.Episodes.Count > mostEpisodes {
		fault("episodes.count", fmt.Sprintf("应在 0 至 %d 次之间，0 为不启用", mostEpisodes), fmt.Sprintf("must be 0 to %d; 0 switches the rule off", mostEpisodes))
	}
	if light.Compare(r.Episodes.Light, light.Green) <= 0 {
		fault("episodes.light", "应为 blue、yellow、orange 或 red", "must be blue, yellow, orange or red")
	}
	if len(faults) == 0 {
		return nil
	}
	return act.Malformed("supervision-rules", "督办规则有误，请按提示修改。", "The rules of supervision have faults; correct them.", faults...)
}
