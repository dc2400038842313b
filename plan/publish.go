package plan

import (
	"fmt"

	"duban/act"
)

const (
	// earliest and latest bound the years of a plan.
	earliest = 1949
	latest   = 2199
	// longest is how many years a plan may span.
	longest = 50
)

// CheckPublish refuses a plan that is published already, or that could not be
// carried out: every task needs a lead, every name must mean somebody, and
// somebody must supervise.
func CheckPublish(p Plan) error {
	if p.Published {
		return act.NotNow("already-published", "方案已经发布，不能重复发布。", "The plan is published already.")
	}
	faults := CheckYears(p.From, p.To)
	if p.Supervisor == nil {
		faults = append(faults, act.Fault{Field: "supervisorUnit", Code: "required",
			Zh: "请先指定督查单位", En: "name the unit that supervises the plan"})
	}
	if len(p.Tasks) == 0 {
		faults = append(faults, act.Fault{Field: "tasks", Code: "no-tasks", Zh: "方案没有任务", En: "the plan has no tasks"})
	}
	for _, t := range p.Tasks {
		faults = append(faults, t.check()...)
	}
	if len(faults) > 0 {
		return act.Malformed("not-ready", "方案还不能发布，请按提示补充。",
			"The plan cannot be published yet; complete it as listed.", faults...)
	}
	return nil
}

// CheckYears lists what is wrong with the first and last year of a plan.
func CheckYears(from, to int) []act.Fault {
	var faults []act.Fault
	fault := func(field, zh, en string) {
		faults = append(faults, act.Fault{Field: field, Code: "years", Zh: zh, En: en})
	}
	switch {
	case from == 0:
		fault("startYear", "请填写开始年份，文件中没有写明", "state the first year; the document does not name it")
	case from < earliest || from > latest:
		fault("startYear", fmt.Sprintf("开始年份应在 %d 至 %d 之间", earliest, latest), fmt.Sprintf("must be between %d and %d", earliest, latest))
	}
	switch {
	case to == 0:
		fault("endYear", "请填写结束年份，文件中没有写明", "state the last year; the document does not name it")
	case to > latest:
		fault("endYear", fmt.Sprintf("结束年份不能晚于 %d", latest), fmt.Sprintf("must not be after %d", latest))
	case to < from:
		fault("endYear", "结束年份不能早于开始年份", "must not be before the first year")
	case from != 0 && to-from >= longest:
		fault("endYear", fmt.Sprintf("方案最长 %d 年", longest), fmt.Sprintf("a plan spans at most %d years", longest))
	}
	return faults
}

// check lists what keeps the units of a task from working.
func (t Task) check() []act.Fault {
	var faults []act.Fault
	fault := func(field, code, zh, en string) {
		faults = append(faults, act.Fault{Field: fmt.Sprintf("tasks/%d/%s", t.Key, field), Code: code,
			Zh: fmt.Sprintf("任务%s：%s", t.No, zh), En: fmt.Sprintf("task %s: %s", t.No, en)})
	}
	if t.Joint {
		fault("mode", "joint", "多个单位共同负责，请确定由谁牵头", "several units answer; decide who leads")
	}
	leads := 0
	for _, named := range t.Units {
		if named.Role == Lead {
			leads++
		}
		switch {
		case !named.Resolved():
			fault("units", "unknown-unit", "“"+named.Written+"”不是已登记的单位，请指定", "“"+named.Written+"” is not a registered unit; say which one it is")
		case len(named.Members) == 0:
			fault("units", "nobody", "“"+named.Written+"”没有在用的单位", "“"+named.Written+"” stands for no active unit")
		}
	}
	if leads == 0 {
		fault("units", "no-lead-unit", "没有牵头单位，请指定", "no unit leads; name one")
	}
	return faults
}
