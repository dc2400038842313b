// Package target decides what a task must reach: kinds of target, how a total
// is split over years and units, how results add up again, and whether a
// decomposition adds up.
package target

import "duban/calendar"

// Kind tells how a target is split downwards and counted upwards.
type Kind string

const (
	// Sum adds up over units and years: 35 个城乡教育共同体 by 2030.
	Sum Kind = "sum"
	// Level is a share or rate every unit must reach: 比例达 95% 以上.
	Level Kind = "level"
	// Bound is a limit every unit must hold: 校际差异系数 ≤ 0.15.
	Bound Kind = "bound"
	// Each asks for a count in every place of a kind: 每个乡镇 1 所以上.
	Each Kind = "each"
	// Milestone is a thing done by a date: 2027 年底前完成标准化建设.
	Milestone Kind = "milestone"
	// Schedule names which unit acts in which year: 2026 年和平县开展创“优均”.
	Schedule Kind = "schedule"
	// Narrative has no figure; the lead unit sets a deliverable and a date.
	Narrative Kind = "narrative"
)

// Op compares a result with a target's value.
type Op string

const (
	AtLeast  Op = ">="
	AtMost   Op = "<="
	Exactly  Op = "="
	MoreThan Op = ">"
	LessThan Op = "<"
)

// Target is one thing that a task must reach.
type Target struct {
	Key      string         `json:"key"` // stable within its task: "1", "2", …
	Kind     Kind           `json:"kind"`
	Text     string         `json:"text"`   // as the document says it
	Metric   string         `json:"metric"` // what is measured
	Op       Op             `json:"op,omitempty"`
	Value    *Amount        `json:"value,omitempty"`
	ValueMax *Amount        `json:"valueMax,omitempty"` // upper end of a range such as 1-3项
	Measure  string         `json:"measure,omitempty"`  // unit of measure (计量单位): 个, 所, %
	Scope    string         `json:"scope,omitempty"`    // 全市, 每个乡镇
	Deadline *calendar.Date `json:"deadline,omitempty"`
	Year     int            `json:"year,omitempty"`  // a schedule entry's year
	Place    string         `json:"place,omitempty"` // a schedule entry's unit, as written
}
