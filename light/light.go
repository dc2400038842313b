// Package light decides which light (亮灯) an assignment shows, and what the
// lights of many add up to.
//
// Cities light differently, so the rules are data of a plan: a Table says under
// which conditions which light is shown, and the gravest that holds is. A light
// is never stored: it is judged when somebody looks, from facts that are, the
// calendar and the date. It therefore needs no timer and is never out of date.
package light

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"duban/calendar"
)

// Colour is the colour of a light.
type Colour string

// The colours by their gravity. What each stands for is the plan's rule; green is
// what no rule applies to.
const (
	Green  Colour = "green"
	Blue   Colour = "blue"
	Yellow Colour = "yellow"
	Orange Colour = "orange"
	Red    Colour = "red"
)

var colours = [...]Colour{Green, Blue, Yellow, Orange, Red}

// gravity orders colours, green first; -1 for one that is none.
func (c Colour) gravity() int { return slices.Index(colours[:], c) }

// Compare orders colours by gravity, the milder first.
func Compare(a, b Colour) int { return cmp.Compare(a.gravity(), b.gravity()) }

// Zh returns the light's Chinese name, and an unknown one as it is.
func (c Colour) Zh() string {
	switch c {
	case Green:
		return "绿灯"
	case Blue:
		return "蓝灯"
	case Yellow:
		return "黄灯"
	case Orange:
		return "橙灯"
	case Red:
		return "红灯"
	}
	return string(c)
}

// Light is what is shown, and why.
type Light struct {
	Colour Colour `json:"colour"`
	Rule   string `json:"rule,omitempty"` // key of the rule that decided; empty for green
	Zh     string `json:"reason"`         // one Chinese sentence without its full stop
	En     string `json:"reasonEn"`       // the same in English
}

// Facts are what an assignment is judged by.
type Facts struct {
	From     calendar.Date // the day on which it was dispatched
	Due      calendar.Date
	Percent  int  // progress as last reported, 0 to 100
	Returns  int  // how often a submission was returned
	Orders   int  // supervision orders on it so far
	Extended int  // extensions that were granted
	Late     bool // its due moment passed while nothing was submitted
	InReview bool // submitted, and neither accepted nor returned
	Closed   bool
	Undone   bool // closed without the work being done
}

// Judge shows lights by one table on one day. It remembers what it counted and
// is not for concurrent use.
type Judge struct {
	table Table
	today calendar.Date
	days  *days
}

// NewJudge returns the judge of a valid table, on a day of a calendar.
func NewJudge(table Table, today calendar.Date, cal calendar.Calendar) Judge {
	return Judge{table: table, today: today, days: newDays(cal)}
}

// Of returns the light of an assignment: the gravest colour of the rules that
// apply to it, and of several rules of that colour the first.
func (j Judge) Of(f Facts) Light {
	if f.Closed {
		return closedLight(f)
	}
	shown := Light{Colour: Green}
	for _, rule := range j.table.Rules {
		if Compare(rule.Light, shown.Colour) <= 0 {
			continue
		}
		if zh, en, applies := j.applies(rule, f); applies {
			shown = Light{Colour: rule.Light, Rule: rule.Key, Zh: zh, En: en}
		}
	}
	if shown.Colour == Green {
		shown.Zh, shown.En = j.fine(f)
	}
	return shown
}

func closedLight(f Facts) Light {
	if f.Undone {
		return Light{Colour: Green, Zh: "已销号", En: "struck off"}
	}
	return Light{Colour: Green, Zh: "已办结", En: "closed"}
}

// applies reports whether all conditions of a rule hold, with the reason.
func (j Judge) applies(rule Rule, f Facts) (zh, en string, applies bool) {
	var reasonsZh, reasonsEn []string
	for _, condition := range rule.When {
		zh, en, holds := j.holds(condition, f)
		if !holds {
			return "", "", false
		}
		reasonsZh, reasonsEn = append(reasonsZh, zh), append(reasonsEn, en)
	}
	zh, en = strings.Join(reasonsZh, "，"), strings.Join(reasonsEn, ", ")
	if rule.Zh != "" {
		zh = rule.Zh + "：" + zh
	}
	if rule.En != "" {
		en = rule.En + ": " + en
	}
	return zh, en, true
}

// fine says why nothing is wrong.
func (j Judge) fine(f Facts) (zh, en string) {
	if f.InReview {
		return "已提交，待审核", "submitted, waiting for its review"
	}
	share := j.elapsed(f)
	return fmt.Sprintf("进展正常，进度 %d%%，序时进度 %d%%", f.Percent, share),
		fmt.Sprintf("on course: %d%% done, %d%% of the time gone", f.Percent, share)
}

// overdue reports whether the due date is over. What was submitted in time is
// not late while it is in review.
func (j Judge) overdue(f Facts) bool { return f.Late || !f.InReview && j.today.After(f.Due) }

// elapsed is the share of the working days from the dispatch to the due date that
// are gone (序时进度), in per cent: today counts as gone.
func (j Judge) elapsed(f Facts) int {
	all, gone := j.days.between(f.From, f.Due), j.days.between(f.From, j.today)
	switch {
	case gone <= 0:
		return 0
	case gone >= all:
		return 100
	}
	return gone * 100 / all
}
