package rehearsal

import "duban/calendar"

// Result is what a rehearsal found. Everything in it is sorted, by date first
// where there is one, and two rehearsals of the same plan, year, behaviour and
// seed give the same.
type Result struct {
	Plan string `json:"plan"` // its title
	Year int    `json:"year"`
	Seed int64  `json:"seed"`
	// From and To are the first and the last day that were played: the year and
	// the time until the last rung of its ladder.
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	// Provisional says that the working days of a year that was played are not
	// announced yet; empty if they are.
	Provisional   string `json:"provisional,omitempty"`
	ProvisionalEn string `json:"provisionalEn,omitempty"`

	// LeftOut says what of a year's work a rehearsal does not play.
	LeftOut   string `json:"leftOut"`
	LeftOutEn string `json:"leftOutEn"`

	Summary Summary `json:"summary"`
	// Sent are the reminders and escalations.
	Sent []Sent `json:"sent"`
	// Load is what came to each unit in each week in which something did.
	Load []UnitWeek `json:"load"`
	// Red are the assignments that were overdue or end red, those first that do.
	Red []Red `json:"red"`
	// Busiest are the days on which most reached the desks, the busiest first.
	Busiest []Day           `json:"busiest"`
	Targets []TargetOutcome `json:"targets"`
	// Refused are the acts that were turned down.
	Refused []Refusal `json:"refused"`
	// Unheld are roles that somebody was waited for in and nobody holds; a
	// stand-in of the rehearsal acted.
	Unheld []Seat `json:"unheld"`
	// Unanswered are the kinds of inbox entries on which nobody acts in a
	// rehearsal, with their number.
	Unanswered map[string]int `json:"unanswered,omitempty"`
}

// Summary are the figures of the whole.
type Summary struct {
	Targets     int `json:"targets"`
	Dispatched  int `json:"dispatched"` // targets that got so far
	Closed      int `json:"closed"`     // targets
	Assignments int `json:"assignments"`
	Delivered   int `json:"delivered"` // assignments that are closed at the end
	WereOverdue int `json:"wereOverdue"`
	EndRed      int `json:"endRed"` // assignments whose light is red at the end
	Extended    int `json:"extended"`
	Orders      int `json:"orders"`
	// Rounds are the report rounds of the year, and RoundsFrozen those that came to
	// their end.
	Rounds       int `json:"rounds"`
	RoundsFrozen int `json:"roundsFrozen"`
	// Sent are the numbers of reminders and escalations by their kind.
	Sent map[string]int `json:"sent"`
	// Notices are all that were sent, to whomever and for whatever reason.
	Notices int `json:"notices"`
	// Acts are those of people.
	Acts int `json:"acts"`
	// Waiting are the inbox entries that are left at the end.
	Waiting int `json:"waiting"`
}

// Sent is one reminder or escalation, however many people it went to.
type Sent struct {
	Date calendar.Date `json:"date"`
	// Kind is that of its notice: remind, overdue, urge, supervise, supervision (an
	// order was issued), supervision-raised (it was not answered), promise,
	// promise-broken, circulate, summon, sign-off-overdue, …; round-remind, round-urge,
	// … of report rounds; or level-raised where
	// an order climbed with the ladder.
	Kind   string `json:"kind"`
	TaskNo string `json:"taskNo,omitempty"`
	// Unit is the one that is behind.
	Unit     string `json:"unit,omitempty"`
	UnitName string `json:"unitName,omitempty"`
	Content  string `json:"content"`
	// Due is the due date as it was then, and DaysLeft the natural days until it,
	// negative after it.
	Due      *calendar.Date `json:"due,omitempty"`
	DaysLeft *int           `json:"daysLeft,omitempty"`
	To       []Seat         `json:"to"`
}

// Seat is a role in a unit.
type Seat struct {
	Unit     string `json:"unit"`
	UnitName string `json:"unitName"`
	Role     string `json:"role"`
}

// UnitWeek is what one unit had to do in one week.
type UnitWeek struct {
	Unit     string        `json:"unit"`
	UnitName string        `json:"unitName"`
	Week     string        `json:"week"` // 2026-W06, as ISO 8601 counts
	Monday   calendar.Date `json:"monday"`
	Arrived  int           `json:"arrived"` // entries that came into its inboxes
	Done     int           `json:"done"`    // entries that left them
	Waiting  int           `json:"waiting"` // entries in them at the end of the week
	Notices  int           `json:"notices"` // that were sent to it
}

// Red is an assignment that was overdue, or whose light is red at the end.
type Red struct {
	TaskNo   string        `json:"taskNo"`
	Item     int           `json:"item"`
	Content  string        `json:"content"`
	Unit     string        `json:"unit"`
	UnitName string        `json:"unitName"`
	LeadUnit string        `json:"leadUnit"`
	FirstDue calendar.Date `json:"firstDue"`
	Due      calendar.Date `json:"due"` // at the end
	// Since is the day after the due date that was missed first; nil if none was.
	Since *calendar.Date `json:"since,omitempty"`
	// Height is the kind of the highest rung that was reached, empty for none.
	Height string         `json:"height"`
	Status string         `json:"status"`
	Closed *calendar.Date `json:"closed,omitempty"`
	// Light is the colour at the end by the plan's rules, with its reason; empty
	// for one that is closed.
	Light    string `json:"light,omitempty"`
	Reason   string `json:"reason,omitempty"`
	ReasonEn string `json:"reasonEn,omitempty"`
	// EndsRed: its light is red at the end.
	EndsRed bool `json:"endsRed"`
}

// Day is what reached all desks on one day.
type Day struct {
	Date    calendar.Date `json:"date"`
	Notices int           `json:"notices"`
	Arrived int           `json:"arrived"`
	Done    int           `json:"done"`
}

// TargetOutcome is how one task's year went.
type TargetOutcome struct {
	TaskNo      string         `json:"taskNo"`
	Title       string         `json:"title"`
	LeadUnit    string         `json:"leadUnit"`
	LeadName    string         `json:"leadName"`
	Status      string         `json:"status"`
	Assignments int            `json:"assignments"`
	Delivered   int            `json:"delivered"`
	Overdue     int            `json:"overdue"` // at the end
	Opened      calendar.Date  `json:"opened"`
	Dispatched  *calendar.Date `json:"dispatched,omitempty"`
	Closed      *calendar.Date `json:"closed,omitempty"`
}

// Refusal is an act that was turned down.
type Refusal struct {
	Date     calendar.Date `json:"date"`
	Unit     string        `json:"unit"`
	UnitName string        `json:"unitName"`
	Act      string        `json:"act"`
	Subject  string        `json:"subject"`
	Code     string        `json:"code"`
	Reason   string        `json:"reason"`
}
