package light

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"duban/act"
)

// Rule is one line of a table: all its conditions together show its light.
type Rule struct {
	Key   string      `json:"key"` // unique within the table
	Light Colour      `json:"light"`
	When  []Condition `json:"when"`
	// Zh and En are the plan's own name of what is shown, such as 黄牌; they go
	// before the reason.
	Zh string `json:"zh,omitempty"`
	En string `json:"en,omitempty"`
}

// Table is the plan's rule of which light is shown when.
type Table struct {
	Preset string `json:"preset,omitempty"` // the name of the preset that it is, if it is one
	Rules  []Rule `json:"rules"`
}

// Bounds that no sound table touches; beyond them a number is mistyped.
const (
	mostRules      = 40
	mostConditions = 5
	mostDays       = 366
	mostPoints     = 100
	mostCount      = 99
	longestKey     = 64 // bytes
	longestName    = 40 // characters
)

// Validate refuses a table that cannot be used with an *act.Refusal, which names
// every fault.
func (t Table) Validate() error {
	v := &validation{}
	if len(t.Rules) > mostRules {
		v.fault("rules", fmt.Sprintf("共 %d 条规则，超过 %d 条", len(t.Rules), mostRules), fmt.Sprintf("%d rules, more than %d", len(t.Rules), mostRules))
	}
	keys := make(map[string]bool, len(t.Rules))
	for i, rule := range t.Rules {
		v.rule(fmt.Sprintf("rules[%d]", i), rule, keys)
	}
	if len(v.faults) == 0 {
		return nil
	}
	return act.Malformed("faulty-lights", "亮灯规则有误，请按提示修改。", "The rules of lights have faults; correct them.", v.faults...)
}

type validation struct{ faults []act.Fault }

func (v *validation) fault(field, zh, en string) {
	v.faults = append(v.faults, act.Fault{Field: field, Code: "lights", Zh: zh, En: en})
}

func (v *validation) rule(path string, rule Rule, keys map[string]bool) {
	switch {
	case strings.TrimSpace(rule.Key) == "":
		v.fault(path+".key", "规则没有代号", "the rule has no key")
	case len(rule.Key) > longestKey:
		v.fault(path+".key", fmt.Sprintf("代号超过 %d 字节", longestKey), fmt.Sprintf("the key is longer than %d bytes", longestKey))
	case keys[rule.Key]:
		v.fault(path+".key", "代号「"+rule.Key+"」重复", fmt.Sprintf("key %q is used twice", rule.Key))
	}
	keys[rule.Key] = true
	switch rule.Light.gravity() {
	case -1:
		v.fault(path+".light", "灯色「"+string(rule.Light)+"」未知", fmt.Sprintf("unknown light %q", rule.Light))
	case 0:
		v.fault(path+".light", "没有规则适用时即为绿灯，无需为绿灯设规则", "green is shown when no rule applies, and needs none")
	}
	v.name(path+".zh", rule.Zh)
	v.name(path+".en", rule.En)
	switch n := len(rule.When); {
	case n == 0:
		v.fault(path+".when", "规则没有条件", "the rule has no condition")
	case n > mostConditions:
		v.fault(path+".when", fmt.Sprintf("共 %d 个条件，超过 %d 个", n, mostConditions), fmt.Sprintf("%d conditions, more than %d", n, mostConditions))
	}
	for i, c := range rule.When {
		v.condition(fmt.Sprintf("%s.when[%d]", path, i), c)
	}
}

func (v *validation) name(field, name string) {
	if utf8.RuneCountInString(name) > longestName {
		v.fault(field, fmt.Sprintf("名称超过 %d 字", longestName), fmt.Sprintf("the name is longer than %d characters", longestName))
	}
}

// figure is a number of a condition with the bounds that its kind sets; a kind
// that does not have it wants 0.
type figure struct {
	field       string
	value       int
	least, most int
}

func (v *validation) condition(path string, c Condition) {
	days, points, count := figure{"days", c.Days, 0, 0}, figure{"points", c.Points, 0, 0}, figure{"count", c.Count, 0, 0}
	switch c.Kind {
	case Overdue, DueWithin:
		days.most = mostDays
	case Behind, Below:
		points.least, points.most = 1, mostPoints
	case Returned, Ordered, Extended:
		count.least, count.most = 1, mostCount
	default:
		known := []Kind{Overdue, DueWithin, Behind, Below, Returned, Ordered, Extended}
		v.fault(path+".kind", fmt.Sprintf("条件「%s」未知，可用：%v", c.Kind, known), fmt.Sprintf("unknown condition %q; use one of %v", c.Kind, known))
		return
	}
	for _, f := range []figure{days, points, count} {
		switch {
		case f.value >= f.least && f.value <= f.most:
		case f.most == 0:
			v.fault(path+"."+f.field, fmt.Sprintf("条件「%s」没有 %s", c.Kind, f.field), fmt.Sprintf("condition %q has no %s", c.Kind, f.field))
		default:
			v.fault(path+"."+f.field, fmt.Sprintf("%d 不在 %d 至 %d 之间", f.value, f.least, f.most),
				fmt.Sprintf("%d is not between %d and %d", f.value, f.least, f.most))
		}
	}
	if c.Working && !slices.Contains([]Kind{Overdue, DueWithin}, c.Kind) {
		v.fault(path+".working", fmt.Sprintf("条件「%s」不计天数", c.Kind), fmt.Sprintf("condition %q counts no days", c.Kind))
	}
}
