package rehearsal

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/calendar"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
	"duban/rehearsal/behaviour"
	"duban/store"
	"duban/target"
)

// entry is one entry of an inbox, from its appearance to its end.
type entry struct {
	todo  projection.Todo
	since calendar.Date
	unit  string // of whoever acts
	times int    // how often the same was waited for before
	act   behaviour.Act
	acts  bool // somebody will act on it
}

// assignment is what does not change about one.
type assignment struct {
	unit     org.UnitRef
	kind     target.Kind // of the target that its item serves
	amount   *target.Amount
	firstDue calendar.Date
}

// observe takes in what all inboxes hold now.
func (y *year) observe(ctx context.Context) error {
	todos, err := all(func(request store.PageRequest) (store.Page[projection.Todo], error) {
		return y.running.Store.Todos(ctx, request)
	})
	if err != nil {
		return fmt.Errorf("read the inboxes: %w", err)
	}
	today := y.today()
	open := make(map[string]bool, len(todos))
	for _, todo := range todos {
		if y.beyond(todo.Instance) {
			continue
		}
		open[todo.ID] = true
		if _, known := y.entries[todo.ID]; known {
			continue
		}
		if err := y.appears(ctx, todo, today); err != nil {
			return err
		}
	}
	for id, e := range y.entries {
		if !open[id] {
			delete(y.entries, id)
			y.load.done(e.unit, today)
		}
	}
	return nil
}

func (y *year) appears(ctx context.Context, todo projection.Todo, today calendar.Date) error {
	if err := y.hire(ctx, seatOf(todo)); err != nil {
		return err
	}
	e := &entry{todo: todo, since: today, unit: y.cast[seatOf(todo)].unit, times: y.times[todo.ID]}
	y.times[todo.ID]++
	y.entries[todo.ID] = e
	y.load.arrived(e.unit, today)
	if id, ok := strings.CutPrefix(todo.Resource, "assignments/"); ok {
		if err := y.meet(ctx, id); err != nil {
			return err
		}
	}
	if !behaviour.Knows(todo.Kind) {
		y.ignored[todo.Kind]++
	}
	return y.decide(ctx, e)
}

func seatOf(todo projection.Todo) seat {
	return seat{unit: todo.UnitID, role: org.Role(todo.Role), user: todo.UserID}
}

// decide asks the behaviour what is done about an entry next.
func (y *year) decide(ctx context.Context, e *entry) error {
	days, err := y.daysOf(ctx, e.unit)
	if err != nil {
		return err
	}
	w, err := y.waiting(ctx, e)
	if err != nil {
		return err
	}
	if e.act, e.acts, err = y.options.Behaviour.Next(w, days); err != nil {
		return fmt.Errorf("behaviour: %w", err)
	}
	return nil
}

func (y *year) waiting(ctx context.Context, e *entry) (behaviour.Waiting, error) {
	w := behaviour.Waiting{Kind: e.todo.Kind, Subject: y.stable(e.todo.ID), Unit: org.UnitRef{ID: e.unit},
		Supervises: e.todo.Role == string(org.Supervisor), Times: e.times, Since: e.since}
	if unit, known := y.units.Unit(e.unit); known {
		w.Unit = unit.Ref()
	}
	if e.todo.DueAt != nil {
		w.Due = calendar.DateOf(e.todo.DueAt.Add(-time.Nanosecond), y.zone) // 24:00 is of the day that ends
	}
	if id, ok := strings.CutPrefix(e.todo.Resource, "assignments/"); ok {
		a := y.assignments[id]
		w.Target = a.kind
		w.Assignment = behaviour.Assignment{FirstDue: a.firstDue, Reported: y.reported[id], Asked: y.asked[id]}
	}
	if id, ok := strings.CutPrefix(e.todo.Resource, "supervisions/"); ok {
		if w.Kind == behaviour.KindAcknowledge {
			w.Kind = behaviour.KindAnswer // who answers an order has acknowledged it
		}
		order, err := y.running.Store.Supervision(ctx, store.Scope{All: true}, id)
		if err != nil {
			return w, fmt.Errorf("read order %s: %w", id, err)
		}
		w.Broken, w.Accepted = order.PromiseBroken, order.Status == string(dispatch.SupervisionAccepted)
	}
	return w, nil
}

// stable is an id without that of the plan, which is drawn anew when the example
// is imported.
func (y *year) stable(id string) string { return strings.ReplaceAll(id, y.plan.ID, "plan") }

// meet finds out about an assignment, and with it about all of its annual target.
func (y *year) meet(ctx context.Context, id string) error {
	if _, known := y.assignments[id]; known {
		return nil
	}
	targetID := id[:strings.LastIndex(id, "-")]
	detail, err := y.running.Store.AnnualTarget(ctx, store.Scope{All: true}, targetID)
	if err != nil {
		return fmt.Errorf("read annual target %s: %w", targetID, err)
	}
	var kept dispatch.TargetDetail
	if err := json.Unmarshal([]byte(detail.Detail), &kept); err != nil {
		return fmt.Errorf("detail of annual target %s: %w", targetID, err)
	}
	for _, a := range detail.Assignments {
		due, err := calendar.ParseDate(a.FirstDueDate)
		if err != nil {
			return fmt.Errorf("due date of assignment %s: %w", a.ID, err)
		}
		y.assignments[a.ID] = assignment{unit: org.UnitRef{ID: a.UnitID, Name: a.UnitName}, firstDue: due,
			amount: (*target.Amount)(a.Amount), kind: kindOf(kept.Requirement, detail.Items, a.ItemKey)}
	}
	if _, known := y.assignments[id]; !known {
		return fmt.Errorf("assignment %s is not among those of annual target %s", id, targetID)
	}
	return nil
}

// kindOf is the kind of target that an item serves; empty where it serves none.
func kindOf(r target.Requirement, items []projection.Item, key int) target.Kind {
	i := slices.IndexFunc(items, func(item projection.Item) bool { return item.Key == key })
	if i < 0 {
		return ""
	}
	j := slices.IndexFunc(r.Targets, func(t target.YearTarget) bool { return t.TargetKey == items[i].TargetKey })
	if j < 0 {
		return ""
	}
	return r.Targets[j].Kind
}

// all reads a list page by page.
func all[T any](page func(store.PageRequest) (store.Page[T], error)) ([]T, error) {
	var rows []T
	request := store.PageRequest{Limit: store.MaxLimit}
	for {
		next, err := page(request)
		if err != nil {
			return nil, err
		}
		rows = append(rows, next.Items...)
		if request.Cursor = next.Next; next.Next == "" {
			return rows, nil
		}
	}
}
