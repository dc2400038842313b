package policy

import (
	"cmp"
	"fmt"
	"strconv"

	"duban/target"
)

// taskOf returns the task to which row i of another table belongs; nil, with a
// doubt, if its number is unknown.
func (d *decomposition) taskOf(g *grid, i int) *Task {
	no := g.text(i, HeadTaskNo)
	if at, ok := d.keys[no]; ok && no != "" {
		return &d.draft.Tasks[at]
	}
	d.doubt(g.row(i), fmt.Sprintf("第 %d 行的任务序号“%s”在任务分解表中没有，未读入，请核对。", i+1, no),
		fmt.Sprintf("Row %d refers to task %q, which the table of tasks does not have; it was not read. Please check.", i+1, no))
	return nil
}

// readTargetRows reads the table of targets.
func (d *decomposition) readTargetRows() {
	if d.targets == nil {
		return
	}
	for i := d.targets.first; i < len(d.targets.table.Rows); i++ {
		goals, fields, prefix := &d.draft.Goals, d.draft.Fields, "goals."
		if d.targets.text(i, HeadTaskNo) == HeadTaskNo {
			continue // the heads again, on a new page
		}
		if d.targets.text(i, HeadTaskNo) != GoalsNo {
			t := d.taskOf(d.targets, i)
			if t == nil {
				continue
			}
			goals, fields, prefix = &t.Targets, t.Fields, "targets."
		}
		goal, o := d.targetRow(i)
		if goal.Text = cmp.Or(goal.Text, goal.Metric); goal.Text == "" {
			d.doubt(d.targets.row(i), fmt.Sprintf("第 %d 行的目标没有原文，也没有指标，未读入，请核对。", i+1),
				fmt.Sprintf("The target in row %d has neither words nor a metric; it was not read. Please check.", i+1))
			continue
		}
		goal.Key = strconv.Itoa(len(*goals) + 1)
		*goals = append(*goals, goal)
		fields[prefix+goal.Key] = o
	}
	d.targetsOfCells()
}

// targetsOfCells reads the targets of tasks that have no row in the table of
// targets but words in their own column: a person added them.
func (d *decomposition) targetsOfCells() {
	for i := range d.draft.Tasks {
		t := &d.draft.Tasks[i]
		l := d.tasks.line(d.rows[i], HeadTargets)
		if len(t.Targets) > 0 || l.text == "" {
			continue
		}
		for _, r := range d.textTargets(piece{line: l, end: len(l.text)}, schedule{}) {
			r.target.Key = strconv.Itoa(len(t.Targets) + 1)
			t.Targets = append(t.Targets, r.target)
			t.Fields["targets."+r.target.Key] = r.origin()
		}
	}
}

// targetRow reads one target; what cannot be read is left out and asked for.
func (d *decomposition) targetRow(i int) (target.Target, Origin) {
	g := d.targets
	goal := target.Target{Text: g.text(i, HeadWords), Metric: g.text(i, HeadMetric), Measure: g.text(i, HeadMeasure),
		Scope: g.text(i, HeadScope), Place: g.text(i, HeadPlace)}
	o := g.origin(i, HeadWords, HeadMetric, HeadValue)
	fault := func(head string, ok bool) {
		if !ok {
			o.Certainty = NeedsDecision
			o.Reason = fmt.Sprintf("“%s”一栏的“%s”看不懂，请补填。", head, g.text(i, head))
			o.ReasonEn = fmt.Sprintf("%q in the column %s could not be read; please add it.", g.text(i, head), head)
		}
	}
	kind, ok := meant(kindWords[:], g.text(i, HeadKind))
	fault(HeadKind, ok && kind != "")
	goal.Kind = target.Kind(kind)
	if kind == "" {
		goal.Kind = target.Narrative
	}
	op, ok := meant(opWords[:], g.text(i, HeadOp))
	fault(HeadOp, ok)
	goal.Op = target.Op(op)
	if goal.Value, ok = cellAmount(g.text(i, HeadValue)); !ok {
		goal.Value = nil
	}
	fault(HeadValue, ok)
	if goal.ValueMax, ok = cellAmount(g.text(i, HeadValueMax)); !ok {
		goal.ValueMax = nil
	}
	fault(HeadValueMax, ok)
	goal.Deadline = cellDay(g.text(i, HeadDue))
	fault(HeadDue, goal.Deadline != nil || g.text(i, HeadDue) == "")
	if goal.Year, ok = cellYear(g.text(i, HeadYear)); !ok {
		goal.Year = 0
	}
	fault(HeadYear, ok)
	return goal, o
}

// readTerms reads the table of deadlines.
func (d *decomposition) readTerms() {
	if d.terms == nil {
		return
	}
	for i := d.terms.first; i < len(d.terms.table.Rows); i++ {
		if d.terms.text(i, HeadTaskNo) == HeadTaskNo {
			continue
		}
		t := d.taskOf(d.terms, i)
		if t == nil {
			continue
		}
		term := Deadline{Text: d.terms.text(i, HeadTermWords), From: cellDay(d.terms.text(i, HeadFrom)), Date: cellDay(d.terms.text(i, HeadUntil)),
			Note: d.terms.text(i, HeadWhere) == InNote, Origin: d.terms.origin(i, HeadTermWords)}
		kind, ok := meant(termWordsShown[:], d.terms.text(i, HeadKind))
		term.Kind = DeadlineKind(kind)
		if !ok || kind == "" {
			term.Kind = By
			term.Origin.Certainty = NeedsDecision
			term.Origin.Reason, term.Origin.ReasonEn = "看不出时限的类型，请补填。", "The kind of the deadline could not be read; please add it."
		}
		t.Deadlines = append(t.Deadlines, term)
	}
}
