package plan

import (
	"cmp"
	"fmt"
	"slices"

	"duban/act"
	"duban/dispatch"
	"duban/org"
	"duban/target"
)

// Begin asks for the annual target of one task in one year.
type Begin struct {
	Task int
	Year int
	// Targets take the place of what the task's targets ask for in the year,
	// where the lead unit or a supervisor sets them by hand.
	Targets []target.YearTarget
	// Reached is what earlier years have reached, by the key of the target.
	Reached map[string]target.Amount
	// Resolve finds the unit that a schedule names as its place.
	Resolve func(place string) (org.UnitRef, bool)
}

// Opening is the command content with which an annual target begins. It is
// refused where the plan does not bind yet, does not cover the year, or has
// nobody to lead the task. Who may open it the annual target decides itself.
func Opening(p Plan, in Begin) (dispatch.TargetOpening, error) {
	if !p.Published || p.Supervisor == nil {
		return dispatch.TargetOpening{}, act.NotNow("not-published", "方案尚未发布，不能启动年度目标。",
			"The plan is not published; annual targets cannot be opened yet.")
	}
	i := slices.IndexFunc(p.Tasks, func(t Task) bool { return t.Key == in.Task })
	if i < 0 {
		return dispatch.TargetOpening{}, act.NotFound("not-found", "方案中没有该任务。", "The plan has no such task.")
	}
	if !p.covers(in.Year) {
		return dispatch.TargetOpening{}, outside(p)
	}
	task := p.Tasks[i]
	leads, supports := task.Leads(), task.Supports()
	if len(leads) == 0 {
		return dispatch.TargetOpening{}, act.NotNow("no-lead-unit", "该任务的牵头单位均已停用，请先在单位管理中确定继任单位。",
			"No lead unit of the task is active; register its successor first.")
	}
	targets := in.Targets
	if len(targets) == 0 {
		targets = target.ForYear(task.Targets, in.Year, p.To, in.Reached, in.Resolve)
		deliverBy(targets, task.areas())
	}
	return dispatch.TargetOpening{
		ID: dispatch.TargetID(p.ID, task.Key, in.Year), Plan: p.ID, Year: in.Year,
		Task:  dispatch.TaskRef{Key: task.Key, No: task.No, Title: task.Title, Programme: task.Programme},
		Leads: leads, Supports: supports, Supervisor: *p.Supervisor,
		Requirement: target.Requirement{Year: in.Year, Targets: targets, Units: supports},
	}, nil
}

// deliverBy names the units over which a figure of the whole is proposed to be
// split. Targets that name their own places keep them.
func deliverBy(targets []target.YearTarget, units []org.UnitRef) {
	for i := range targets {
		if len(targets[i].Units) == 0 && targets[i].Kind != target.Schedule {
			targets[i].Units = units
		}
	}
}

func outside(p Plan) error {
	zh, en := fmt.Sprintf("应在方案年限 %d 至 %d 之内", p.From, p.To), fmt.Sprintf("must be within the plan's years %d to %d", p.From, p.To)
	return act.Malformed("year", "年份不在方案年限之内。", "The plan does not cover that year.",
		act.Fault{Field: "year", Code: "outside", Zh: zh, En: en})
}

// Reached is what the years before one have reached, target by target, in
// whatever order they are given. A year whose report is not in yet counts with
// nothing.
func Reached(before int, years []dispatch.TargetDetail) map[string]target.Amount {
	byYear := func(a, b dispatch.TargetDetail) int { return cmp.Compare(a.Requirement.Year, b.Requirement.Year) }
	var results [][]target.TargetResult
	for _, year := range slices.SortedFunc(slices.Values(years), byYear) {
		if year.Report != nil && year.Requirement.Year < before {
			results = append(results, year.Report.Results)
		}
	}
	return target.Reached(results...)
}
