package light

import (
	"fmt"
	"strings"
)

// Counts are how many assignments show which light.
type Counts struct {
	Green  int `json:"green"`
	Blue   int `json:"blue"`
	Yellow int `json:"yellow"`
	Orange int `json:"orange"`
	Red    int `json:"red"`
	Closed int `json:"closed"` // closed ones show no light any more
}

// RollUp is the light of many assignments together: the gravest that one of them
// shows, with the counts. It grows by Add; the zero value is of none.
type RollUp struct {
	Counts Counts
	worst  Light // of the first that showed it
}

// Add adds so many open assignments that show the same light.
func (r *RollUp) Add(l Light, n int) {
	switch l.Colour {
	case Blue:
		r.Counts.Blue += n
	case Yellow:
		r.Counts.Yellow += n
	case Orange:
		r.Counts.Orange += n
	case Red:
		r.Counts.Red += n
	default:
		r.Counts.Green += n
	}
	if n > 0 && (r.worst.Colour == "" || Compare(l.Colour, r.worst.Colour) > 0) {
		r.worst = l
	}
}

// AddClosed adds so many that are closed.
func (r *RollUp) AddClosed(n int) { r.Counts.Closed += n }

// open counts the assignments that show a light.
func (c Counts) open() int { return c.Green + c.Blue + c.Yellow + c.Orange + c.Red }

// Light is the light of all together. Its reason gives the counts, gravest first,
// and why the gravest is shown.
func (r *RollUp) Light() Light {
	open := r.Counts.open()
	switch {
	case open == 0 && r.Counts.Closed == 0:
		return Light{Colour: Green, Zh: "尚未下达任务单", En: "nothing is dispatched yet"}
	case open == 0:
		return Light{Colour: Green, Zh: fmt.Sprintf("%d 件任务单全部办结", r.Counts.Closed), En: fmt.Sprintf("all %d assignments are closed", r.Counts.Closed)}
	}
	var zh, en []string
	for _, c := range []struct {
		colour Colour
		n      int
	}{{Red, r.Counts.Red}, {Orange, r.Counts.Orange}, {Yellow, r.Counts.Yellow}, {Blue, r.Counts.Blue}, {Green, r.Counts.Green}} {
		if c.n > 0 {
			zh, en = append(zh, fmt.Sprintf("%s %d 件", c.colour.Zh(), c.n)), append(en, fmt.Sprintf("%d %s", c.n, c.colour))
		}
	}
	l := Light{Colour: r.worst.Colour, Rule: r.worst.Rule, Zh: fmt.Sprintf("未办结 %d 件：%s", open, strings.Join(zh, "，")),
		En: fmt.Sprintf("%d open: %s", open, strings.Join(en, ", "))}
	if r.worst.Colour != Green {
		l.Zh += "；最重者" + r.worst.Zh
		l.En += "; the gravest: " + r.worst.En
	}
	return l
}
