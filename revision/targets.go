package revision

import (
	"fmt"
	"reflect"
	"slices"

	"duban/policy"
	"duban/target"
)

// Targets replaces all targets of a task. One with the key of a target that was
// there replaces it; one without a key is new.
type Targets struct {
	Task    int             `json:"task"`
	Targets []target.Target `json:"targets"`
	Because
}

func (s Targets) apply(e *editor) error {
	t, err := e.task(s.Task)
	if err != nil {
		return err
	}
	var f faults
	s.Because.check(&f)
	checkTargets(&f, s.Targets)
	if err := f.refusal(); err != nil {
		return err
	}
	e.setTargets(t, s.Targets)
	return nil
}

// setTargets gives a task its targets. Those that stay as they were keep what is
// known of their reading, with its doubts settled.
func (e *editor) setTargets(t *policy.Task, targets []target.Target) {
	before := t.Targets
	t.Targets = make([]target.Target, 0, len(targets))
	fields := cloneFields(t.Fields)
	for _, old := range before {
		delete(t.Fields, targetField(old.Key))
	}
	taken := slices.Concat(targets, before)
	for _, one := range targets {
		if one.Key == "" {
			one.Key = freeKey(taken, "")
			taken = append(taken, one)
		}
		origin := e.mark(fields[targetField(one.Key)].Spans)
		if slices.ContainsFunc(before, func(o target.Target) bool { return reflect.DeepEqual(o, one) }) {
			if read := fields[targetField(one.Key)]; read.Certainty == policy.Certain {
				origin = read
			}
		}
		t.Fields[targetField(one.Key)] = origin
		t.Targets = append(t.Targets, one)
	}
	e.corrected(t, "targets")
}

func checkTargets(f *faults, targets []target.Target) {
	seen := map[string]bool{}
	for i, one := range targets {
		at := fmt.Sprintf("targets[%d]", i)
		f.text(at+".key", one.Key, 16, false)
		f.text(at+".text", one.Text, mostText, true)
		f.text(at+".metric", one.Metric, 500, false)
		f.text(at+".measure", one.Measure, 64, false)
		if one.Key != "" && seen[one.Key] {
			f.add(at+".key", "twice", "同一目标写了两次", "the target is given twice")
		}
		seen[one.Key] = true
		checkFigure(f, at, one)
	}
}

// checkFigure checks that a target has the figure that its kind needs.
func checkFigure(f *faults, at string, one target.Target) {
	switch one.Kind {
	case target.Sum, target.Level, target.Bound, target.Each:
		if one.Value == nil {
			f.add(at+".value", "required", "这类目标须有数值", "a target of this kind needs a value")
		}
	case target.Schedule:
		if one.Year == 0 && one.Deadline == nil {
			f.add(at+".year", "required", "安排须有年份", "a schedule's entry needs a year")
		}
	case target.Milestone, target.Narrative:
	default:
		f.add(at+".kind", "unknown", "可用：sum、level、bound、each、milestone、schedule、narrative", "use sum, level, bound, each, milestone, schedule or narrative")
	}
	switch one.Op {
	case "", target.AtLeast, target.AtMost, target.Exactly, target.MoreThan, target.LessThan:
	default:
		f.add(at+".op", "unknown", "可用：>=、<=、=、>、<", "use >=, <=, =, > or <")
	}
	if one.ValueMax != nil && (one.Value == nil || *one.ValueMax < *one.Value) {
		f.add(at+".valueMax", "range", "上限不能小于下限", "the upper end is below the lower")
	}
}

func (s Targets) touches() []touch {
	return []touch{{task: s.Task, aspects: []Aspect{TargetList}}}
}

func (s Targets) rekeyed(key func(int) int) Change {
	s.Task = key(s.Task)
	return s
}
