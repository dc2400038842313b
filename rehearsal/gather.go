package rehearsal

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/dispatch"
	"duban/light"
	"duban/projection"
	"duban/store"
)

// busiestDays is how many days the result names as the busiest.
const busiestDays = 20

// result reads from the record what happened.
func (y *year) result(ctx context.Context) (Result, error) {
	g := &gathering{year: y, due: map[string]calendar.Date{}, overdue: map[string]calendar.Date{}, height: map[string]string{}, rows: map[string]projection.Assignment{}}
	if err := g.read(ctx); err != nil {
		return Result{}, err
	}
	for _, e := range g.events {
		if err := g.event(e); err != nil {
			return Result{}, err
		}
	}
	return g.all()
}

// gathering makes a result of the record.
type gathering struct {
	*year
	events  []act.Event
	rows    map[string]projection.Assignment
	targets []projection.AnnualTarget
	orders  map[string]projection.Supervision
	lights  store.PlanLights
	rounds  []projection.Round

	due     map[string]calendar.Date // of assignments, as the record goes on
	overdue map[string]calendar.Date // first day
	height  map[string]string        // highest rung
	notices int
	sent    []Sent
}

func (g *gathering) read(ctx context.Context) error {
	everything := store.Scope{All: true}
	var err error
	g.events, err = all(func(page store.PageRequest) (store.Page[act.Event], error) {
		return g.running.Store.Events(ctx, everything, store.EventFilter{PageRequest: page})
	})
	if err != nil {
		return fmt.Errorf("read the record: %w", err)
	}
	// In the order of time the record of one process is in its own order; between
	// processes the order of one day depends on the machine.
	assignments, err := all(func(page store.PageRequest) (store.Page[projection.Assignment], error) {
		return g.running.Store.Assignments(ctx, everything, store.AssignmentFilter{PageRequest: page, PlanID: g.plan.ID})
	})
	if err != nil {
		return fmt.Errorf("read the assignments: %w", err)
	}
	for _, a := range assignments {
		g.rows[a.ID] = a
	}
	g.targets, err = all(func(page store.PageRequest) (store.Page[projection.AnnualTarget], error) {
		return g.running.Store.AnnualTargets(ctx, everything, store.TargetFilter{PageRequest: page, PlanID: g.plan.ID, Year: g.options.Year})
	})
	if err != nil {
		return fmt.Errorf("read the annual targets: %w", err)
	}
	orders, err := all(func(page store.PageRequest) (store.Page[projection.Supervision], error) {
		return g.running.Store.Supervisions(ctx, everything, store.SupervisionFilter{PageRequest: page, PlanID: g.plan.ID})
	})
	if err != nil {
		return fmt.Errorf("read the orders: %w", err)
	}
	lights, err := g.running.Store.Lights(ctx, []string{g.plan.ID})
	if err != nil {
		return fmt.Errorf("read the lights: %w", err)
	}
	g.lights = lights[g.plan.ID]
	g.rounds, err = all(func(page store.PageRequest) (store.Page[projection.Round], error) {
		return g.running.Store.Rounds(ctx, everything, store.RoundFilter{PageRequest: page, PlanID: g.plan.ID})
	})
	if err != nil {
		return fmt.Errorf("read the report rounds: %w", err)
	}
	g.orders = make(map[string]projection.Supervision, len(orders))
	for _, o := range orders {
		g.orders[o.ID] = o
	}
	return nil
}

// event takes one line of the record in.
func (g *gathering) event(e act.Event) error {
	if g.beyond(e.Instance) {
		return nil
	}
	day := calendar.DateOf(e.At, g.zone)
	for _, n := range e.Notices {
		g.notices++
		if n.To.Unit != "" {
			g.load.noticed(n.To.Unit, day)
		}
	}
	id, isAssignment := strings.CutPrefix(e.Instance, dispatch.KindAssignment+"/")
	if isAssignment {
		if err := g.follow(id, e); err != nil {
			return err
		}
	}
	if len(e.Notices) == 0 || !escalates(e) {
		return nil
	}
	if strings.HasPrefix(e.Instance, dispatch.KindReport+"/") {
		g.sent = append(g.sent, g.roundSent(e)...)
		return nil
	}
	g.sent = append(g.sent, g.sending(day, e))
	return nil
}

// escalates reports whether an event is a reminder or an escalation: what the
// clock brings about, and orders, which follow from it.
func escalates(e act.Event) bool {
	return e.Actor.Name == act.Clock().Name && !e.Actor.IsPerson() || e.Type == "supervision.issued"
}

// follow keeps up with the due date of an assignment.
func (g *gathering) follow(id string, e act.Event) error {
	switch e.Type {
	case "assignment.dispatched":
		var opening dispatch.AssignmentOpening
		if err := json.Unmarshal(e.Data, &opening); err != nil {
			return fmt.Errorf("event %s/%d: %w", e.Instance, e.Seq, err)
		}
		g.due[id] = opening.Item.Due
	case "assignment.extended", "assignment.prolonged":
		var moved struct {
			To calendar.Date `json:"to"`
		}
		if err := json.Unmarshal(e.Data, &moved); err != nil {
			return fmt.Errorf("event %s/%d: %w", e.Instance, e.Seq, err)
		}
		g.due[id] = moved.To
	case "assignment.overdue":
		if _, before := g.overdue[id]; !before {
			g.overdue[id] = g.due[id].AddDays(1)
		}
		g.climbs(id, e)
	default:
		if escalates(e) {
			g.climbs(id, e)
		}
	}
	return nil
}

// heights are the kinds of notices of what is overdue, the lightest first.
var heights = [...]string{"overdue", "urge", "supervise", "circulate", "summon"}

// climbs notes the highest rung that an assignment has reached.
func (g *gathering) climbs(id string, e act.Event) {
	for _, n := range e.Notices {
		if slices.Index(heights[:], n.Kind) > slices.Index(heights[:], g.height[id]) {
			g.height[id] = n.Kind
		}
	}
}

// sending is a reminder or an escalation as the result lists it.
func (g *gathering) sending(day calendar.Date, e act.Event) Sent {
	s := Sent{Date: day, Kind: e.Notices[0].Kind, Content: e.Notices[0].Title}
	if e.Type == "supervision.level-raised" {
		s.Kind = "level-raised"
	}
	for _, n := range e.Notices {
		s.To = append(s.To, Seat{Unit: n.To.Unit, UnitName: g.nameOf(n.To.Unit), Role: string(n.To.Role)})
	}
	id, isAssignment := strings.CutPrefix(e.Instance, dispatch.KindAssignment+"/")
	if order, isOrder := strings.CutPrefix(e.Instance, dispatch.KindSupervision+"/"); isOrder {
		id, isAssignment = g.orders[strings.ReplaceAll(order, "/", ".")].AssignmentID, true
	}
	a, known := g.rows[id]
	if !isAssignment || !known {
		return s
	}
	due := g.due[id]
	left := day.DaysUntil(due)
	s.TaskNo, s.Content, s.Unit, s.UnitName, s.Due, s.DaysLeft = a.TaskNo, a.Content, a.UnitID, a.UnitName, &due, &left
	return s
}

func (g *gathering) all() (Result, error) {
	r := Result{Plan: g.plan.Title, Year: g.options.Year, Seed: g.options.Behaviour.Seed, From: g.first, To: g.last,
		Sent: orNone(g.sent), Refused: orNone(g.refusals), Unanswered: g.ignored, Red: []Red{}, Targets: []TargetOutcome{}, Unheld: []Seat{}}
	r.LeftOut, r.LeftOutEn = "次年年度目标的建议", "the proposals for the next year"
	if !g.options.Rounds {
		r.LeftOut, r.LeftOutEn = "月报、季报、年报的报送，以及"+r.LeftOut, "report rounds, and "+r.LeftOutEn
	}
	r.Provisional, r.ProvisionalEn = calendar.ProvisionalLabel(g.days.ProvisionalYears(g.first, g.last))
	slices.SortFunc(r.Sent, func(a, b Sent) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Kind, b.Kind), compareNumbers(a.TaskNo, b.TaskNo), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Content, b.Content), compareDates(a.Due, b.Due))
	})
	for _, one := range slices.SortedFunc(maps.Keys(g.missing), func(a, b seat) int { return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.role, b.role)) }) {
		r.Unheld = append(r.Unheld, Seat{Unit: one.unit, UnitName: g.nameOf(one.unit), Role: string(one.role)})
	}
	for _, t := range g.targets {
		r.Targets = append(r.Targets, g.targetOutcome(t))
	}
	var err error
	if r.Red, err = g.reds(); err != nil {
		return Result{}, err
	}
	r.Load = g.load.weeks(g.nameOf)
	r.Busiest = g.load.busiest(busiestDays)
	r.Summary = g.summary(r)
	return r, nil
}

// compareNumbers orders the numbers of tasks: 9 before 10, 7-2 after 7-1.
func compareNumbers(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

func compareDates(a, b *calendar.Date) int {
	if a == nil || b == nil {
		return cmp.Compare(boolAsInt(a != nil), boolAsInt(b != nil))
	}
	return a.Compare(*b)
}

func boolAsInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// orNone is the list itself, empty rather than null.
func orNone[T any](list []T) []T { return append([]T{}, list...) }

func (g *gathering) targetOutcome(t projection.AnnualTarget) TargetOutcome {
	return TargetOutcome{TaskNo: t.TaskNo, Title: t.Title, LeadUnit: t.LeadUnit, LeadName: t.LeadName, Status: t.Status,
		Assignments: t.Assignments, Delivered: t.Closed, Overdue: t.Overdue,
		Opened: calendar.DateOf(t.OpenedAt, g.zone), Dispatched: g.dateOf(t.DispatchedAt), Closed: g.dateOf(t.ClosedAt)}
}

func (g *gathering) dateOf(at *time.Time) *calendar.Date {
	if at == nil {
		return nil
	}
	day := calendar.DateOf(*at, g.zone)
	return &day
}

// reds lists what was overdue or ends red.
func (g *gathering) reds() ([]Red, error) {
	judge := light.NewJudge(g.lights.Table, g.last, g.days)
	reds := []Red{}
	for id, a := range g.rows {
		facts, err := dispatch.LightFacts(a, g.zone)
		if err != nil {
			return nil, err
		}
		first, err := calendar.ParseDate(a.FirstDueDate)
		if err != nil {
			return nil, fmt.Errorf("first due date of assignment %s: %w", id, err)
		}
		red := Red{TaskNo: a.TaskNo, Item: a.ItemKey, Content: a.Content, Unit: a.UnitID, UnitName: a.UnitName, LeadUnit: a.LeadUnit,
			FirstDue: first, Due: facts.Due, Height: g.height[id], Status: a.Status, Closed: g.dateOf(a.ClosedAt)}
		if since, was := g.overdue[id]; was {
			red.Since = &since
		}
		if !facts.Closed {
			shown := judge.Of(facts)
			red.Light, red.Reason, red.ReasonEn, red.EndsRed = string(shown.Colour), shown.Zh, shown.En, shown.Colour == light.Red
		}
		if red.Since != nil || red.EndsRed {
			reds = append(reds, red)
		}
	}
	slices.SortFunc(reds, func(a, b Red) int {
		return cmp.Or(cmp.Compare(boolAsInt(b.EndsRed), boolAsInt(a.EndsRed)), compareDates(a.Since, b.Since), compareNumbers(a.TaskNo, b.TaskNo), cmp.Compare(a.Item, b.Item))
	})
	return reds, nil
}

func (g *gathering) summary(r Result) Summary {
	s := Summary{Targets: len(r.Targets), Assignments: len(g.rows), WereOverdue: len(g.overdue), Orders: len(g.orders),
		Sent: map[string]int{}, Notices: g.notices, Acts: g.acts, Waiting: len(g.entries)}
	s.Rounds, s.RoundsFrozen = g.countRounds(g.rounds)
	for _, t := range r.Targets {
		if t.Dispatched != nil {
			s.Dispatched++
		}
		if t.Closed != nil {
			s.Closed++
		}
	}
	for _, a := range g.rows {
		if a.ClosedAt != nil {
			s.Delivered++
		}
		if a.DueDate != a.FirstDueDate {
			s.Extended++
		}
	}
	for _, one := range r.Red {
		if one.EndsRed {
			s.EndRed++
		}
	}
	for _, one := range r.Sent {
		s.Sent[one.Kind]++
	}
	return s
}
