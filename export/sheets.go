// Package export writes a plan that was read from a policy as tables that an
// office works with: a workbook, a Word document and text in columns. The
// program reads all of them back (see package policy).
package export

import (
	"slices"
	"strconv"
	"strings"

	"duban/calendar"
	"duban/policy"
	"duban/target"
)

// column is one column of a table.
type column struct {
	head   string
	width  float64 // in characters of a workbook
	centre bool
}

// sheet is a table with heads and rows of as many cells.
type sheet struct {
	name    string
	columns []column
	rows    []row
}

// row is one line of a table.
type row struct {
	// band stands above all columns in the place of cells.
	band  string
	cells []string
	// joins tells that the cell of the programme goes on from the row above.
	joins bool
}

func (s sheet) column(head string) int {
	return slices.IndexFunc(s.columns, func(c column) bool { return c.head == head })
}

// taskSheet lays out the tasks: one row each, a band above the tasks of each
// section, and what a person must settle at the end.
func taskSheet(d policy.Draft) sheet {
	s := sheet{name: "任务分解表", columns: []column{{policy.HeadNo, 6, true}}}
	for i, t := range d.Tasks {
		if t.No != position(i) {
			s.columns = append(s.columns, column{policy.HeadPrinted, 9, true})
			break
		}
	}
	s.columns = append(s.columns, column{policy.HeadProgramme, 16, true}, column{policy.HeadTask, 20, false}, column{policy.HeadText, 44, false},
		column{policy.HeadLead, 16, true}, column{policy.HeadSupport, 22, true})
	if slices.ContainsFunc(d.Tasks, func(t policy.Task) bool { return len(unitsOf(t, policy.Guide)) > 0 }) {
		s.columns = append(s.columns, column{policy.HeadGuide, 14, true})
	}
	s.columns = append(s.columns, column{policy.HeadDue, 14, true}, column{policy.HeadTargets, 26, false}, column{policy.HeadRemarks, 16, false})

	section := ""
	for i, t := range d.Tasks {
		if t.Section != section {
			section = t.Section
			s.rows = append(s.rows, row{band: bandOf(section)})
		}
		joins := i > 0 && t.Programme != "" && d.Tasks[i-1].Programme == t.Programme && d.Tasks[i-1].Section == t.Section
		s.rows = append(s.rows, row{cells: s.taskCells(position(i), t), joins: joins})
	}
	for _, doubt := range d.Doubts {
		s.rows = append(s.rows, row{band: policy.CheckMark + oneLine(doubt.Reason)})
	}
	return s
}

func bandOf(section string) string {
	if section == "" {
		return policy.NoSection
	}
	return section
}

func (s sheet) taskCells(no string, t policy.Task) []string {
	values := map[string]string{
		policy.HeadNo: no, policy.HeadPrinted: t.No, policy.HeadProgramme: t.Programme, policy.HeadTask: t.Title,
		policy.HeadText: t.Text, policy.HeadLead: policy.UnitsNotation(unitsOf(t, policy.Lead)),
		policy.HeadSupport: policy.UnitsNotation(t.Support), policy.HeadGuide: policy.UnitsNotation(unitsOf(t, policy.Guide)),
		policy.HeadDue: policy.DueNotation(t.DeadlineText, t.Deadline), policy.HeadTargets: targetWords(t), policy.HeadRemarks: remarks(t),
	}
	cells := make([]string, len(s.columns))
	for i, c := range s.columns {
		cells[i] = values[c.head]
	}
	return cells
}

func unitsOf(t policy.Task, role policy.Role) []string {
	var names []string
	for _, e := range t.Entries {
		if e.Role == role {
			names = append(names, e.Written)
		}
	}
	return names
}

// targetWords lists the words of a task's targets, each once; several figures
// may come from the same words.
func targetWords(t policy.Task) string {
	var words []string
	for _, goal := range t.Targets {
		if text := oneLine(goal.Text); text != "" && !slices.Contains(words, text) {
			words = append(words, text)
		}
	}
	return strings.Join(words, "\n")
}

// remarks lists what a person must decide about a task.
func remarks(t policy.Task) string {
	var lines []string
	add := func(o policy.Origin) {
		line := policy.CheckMark + oneLine(o.Reason)
		if o.Certainty == policy.NeedsDecision && o.Reason != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if t.Mode == policy.Joint {
		lines = append(lines, policy.JointRemark)
	} else {
		for _, field := range [...]string{"lead", "support"} {
			add(t.Fields[field])
		}
	}
	for _, e := range t.Entries {
		if t.Mode != policy.Joint || e.Role != policy.Lead {
			add(e.Origin)
		}
	}
	for _, field := range [...]string{"no", "title", "text", "deadline"} {
		add(t.Fields[field])
	}
	for _, goal := range t.Targets {
		add(t.Fields["targets."+goal.Key])
	}
	return strings.Join(lines, "\n")
}

// targetSheet lays out one target a row: those of the whole plan, then those of
// the tasks.
func targetSheet(d policy.Draft) sheet {
	s := sheet{name: "目标", columns: []column{{policy.HeadTaskNo, 9, true}, {policy.HeadTask, 22, false}, {policy.HeadKind, 9, true},
		{policy.HeadWords, 40, false}, {policy.HeadMetric, 22, false}, {policy.HeadOp, 6, true}, {policy.HeadValue, 10, true},
		{policy.HeadValueMax, 10, true}, {policy.HeadMeasure, 9, true}, {policy.HeadScope, 14, true}, {policy.HeadDue, 13, true},
		{policy.HeadYear, 8, true}, {policy.HeadPlace, 14, true}}}
	for _, goal := range d.Goals {
		s.rows = append(s.rows, row{cells: targetCells(policy.GoalsNo, "", goal)})
	}
	for i, t := range d.Tasks {
		for _, goal := range t.Targets {
			s.rows = append(s.rows, row{cells: targetCells(position(i), t.Title, goal)})
		}
	}
	return s
}

func targetCells(no, title string, g target.Target) []string {
	year := ""
	if g.Year != 0 {
		year = strconv.Itoa(g.Year)
	}
	return []string{no, title, policy.KindWord(g.Kind), g.Text, g.Metric, policy.OpWord(g.Op), amount(g.Value), amount(g.ValueMax),
		g.Measure, g.Scope, day(g.Deadline), year, g.Place}
}

// termSheet lays out one deadline a row.
func termSheet(d policy.Draft) sheet {
	s := sheet{name: "时限", columns: []column{{policy.HeadTaskNo, 9, true}, {policy.HeadTask, 30, false}, {policy.HeadKind, 9, true},
		{policy.HeadTermWords, 36, false}, {policy.HeadFrom, 13, true}, {policy.HeadUntil, 13, true}, {policy.HeadWhere, 12, true}}}
	for i, t := range d.Tasks {
		for _, term := range t.Deadlines {
			where := policy.InText
			if term.Note {
				where = policy.InNote
			}
			s.rows = append(s.rows, row{cells: []string{position(i), t.Title, policy.TermWord(term.Kind), term.Text,
				day(term.From), day(term.Date), where}})
		}
	}
	return s
}

// position numbers the tasks from 1 in the order of the table; keys may have
// gaps once a person has corrected a plan.
func position(i int) string { return strconv.Itoa(i + 1) }

func amount(a *target.Amount) string {
	if a == nil {
		return ""
	}
	return a.String()
}

func day(d *calendar.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
