package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"duban/calendar"
	"duban/deadline"
	"duban/store"
)

// lateAssignment is a late assignment with what was done about it.
type lateAssignment struct {
	Assignment
	DaysLate        int          `json:"daysLate" doc:"Natural days"`
	WorkingDaysLate int          `json:"workingDaysLate"`
	LastReport      *report      `json:"lastReport" doc:"What the unit reported last"`
	Order           *Supervision `json:"order" doc:"The order that is open on it"`
	Next            nextStep     `json:"next"`
}

// nextStep is what comes next of a late assignment.
type nextStep struct {
	Step string     `json:"step" doc:"Of the open order: answer, decide, deliver, minutes; else of the assignment: submit, review, consent, decide-reassignment, or what the ladder does"`
	At   *time.Time `json:"at" doc:"By when, or when; none where nobody has a date"`
}

// unitTotals are the late assignments of a unit, counted.
type unitTotals struct {
	Unit            string        `json:"unit"`
	UnitName        string        `json:"unitName"`
	Late            int           `json:"late"`
	OldestDue       calendar.Date `json:"oldestDue" doc:"Of the one that is late for the longest time"`
	DaysLate        int           `json:"daysLate" doc:"Of that one, natural days"`
	WorkingDaysLate int           `json:"workingDaysLate"`
	Orders          int           `json:"orders" doc:"Open on them, at the level order"`
	Circulars       int           `json:"circulars"`
	Summonses       int           `json:"summonses"`
}

func (s *server) boardRoutes() {
	path := base + "/supervision-board"
	register(s, operation{method: http.MethodGet, path: path, id: "list-supervision-board", tag: "supervisions", summary: "List what is late",
		description: "How long, whose, what was done about it, and what comes next by when. Late for the longest time first. Units see what concerns them. " +
			"With `light` a page may be shorter than asked for, and has a next one as long as `next` is there."}, s.listBoard)
	register(s, operation{method: http.MethodGet, path: path + "/units", id: "list-supervision-board-units", tag: "supervisions", summary: "Count what is late by unit",
		description: "Units with most late assignments first."}, s.listBoardUnits)
}

// BoardFilter are the parameters that choose what is late.
type BoardFilter struct {
	Paging
	Plan     string `query:"plan" maxLength:"64"`
	Unit     string `query:"unit" maxLength:"64" doc:"Responsible unit"`
	LeadUnit string `query:"leadUnit" maxLength:"64"`
	Level    string `query:"level" enum:"none,order,circular,summons" doc:"Level of the open order; none: there is none"`
}

func (f BoardFilter) filter() store.BoardFilter {
	return store.BoardFilter{PageRequest: f.request(), PlanID: f.Plan, Unit: f.Unit, LeadUnit: f.LeadUnit, Level: f.Level}
}

type boardInput struct {
	BoardFilter
	Light string `query:"light" enum:"green,blue,yellow,orange,red" doc:"Light by the plan's rules, now"`
	Sort  string `query:"sort" enum:"longest,shortest" doc:"By days late; longest if left out"`
}

// mostJudged bounds how many rows are judged for one page of one light.
const mostJudged = 2000

func (s *server) listBoard(ctx context.Context, in *boardInput) (*page[lateAssignment], error) {
	filter := in.filter()
	filter.NewestFirst = in.Sort == "shortest"
	shown := list[lateAssignment]{Items: []lateAssignment{}}
	for judged := 0; ; {
		rows, err := s.store.SupervisionBoard(ctx, scope(ctx), filter)
		if err != nil {
			return nil, err
		}
		entries, err := s.showLate(ctx, rows.Items)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if in.Light == "" || string(e.Light.Colour) == in.Light {
				shown.Items = append(shown.Items, e)
			}
		}
		shown.Next, filter.Cursor = rows.Next, rows.Next
		judged += len(entries)
		// A light is judged and not stored, so rows are looked through, a page of
		// them at a time: a page of one light is short rather than late.
		if rows.Next == "" || in.Light == "" || len(shown.Items) > 0 || judged >= mostJudged {
			return &page[lateAssignment]{Body: shown}, nil
		}
	}
}

// showLate shows late assignments as they stand today.
func (s *server) showLate(ctx context.Context, rows []store.BoardEntry) ([]lateAssignment, error) {
	lit, err := s.judges(ctx, each(rows, func(row store.BoardEntry) string { return row.PlanID }))
	if err != nil {
		return nil, err
	}
	days, err := s.store.Calendar(ctx, "")
	if err != nil {
		return nil, err
	}
	shown := make([]lateAssignment, len(rows))
	for i, row := range rows {
		due, err := calendar.ParseDate(row.DueDate)
		if err != nil {
			return nil, fmt.Errorf("due date of assignment %s: %w", row.ID, err)
		}
		entry := lateAssignment{Assignment: showAssignment(row.Assignment), Next: nextStep{Step: row.NextStep, At: row.NextAt}}
		if entry.Light, err = lit.light(row.Assignment); err != nil {
			return nil, err
		}
		entry.DaysLate, entry.WorkingDaysLate = deadline.Late(due, lit[row.PlanID].today, days.Calendar)
		if row.LastReport != nil {
			last := showReport(*row.LastReport)
			entry.LastReport = &last
		}
		if open := row.Open(); open != nil {
			order := showSupervision(*open)
			entry.Order, entry.Next = &order, nextStep{Step: open.NextStep, At: open.NextAt}
		}
		shown[i] = entry
	}
	return shown, nil
}

func (s *server) listBoardUnits(ctx context.Context, in *BoardFilter) (*page[unitTotals], error) {
	rows, err := s.store.BoardTotals(ctx, scope(ctx), in.filter())
	if err != nil {
		return nil, err
	}
	days, err := s.store.Calendar(ctx, "")
	if err != nil {
		return nil, err
	}
	// A unit's late assignments may be of several plans; they are counted as in
	// China.
	zone, err := calendar.Zone(calendar.DefaultZone)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	today := calendar.DateOf(s.now(), zone)
	shown := make([]unitTotals, len(rows.Items))
	for i, row := range rows.Items {
		due, err := calendar.ParseDate(row.OldestDue)
		if err != nil {
			return nil, fmt.Errorf("oldest due date of unit %s: %w", row.UnitID, err)
		}
		shown[i] = unitTotals{Unit: row.UnitID, UnitName: row.UnitName, Late: row.Late, OldestDue: due,
			Orders: row.Orders, Circulars: row.Circulars, Summonses: row.Summonses}
		shown[i].DaysLate, shown[i].WorkingDaysLate = deadline.Late(due, today, days.Calendar)
	}
	return &page[unitTotals]{Body: list[unitTotals]{Items: shown, Next: rows.Next}}, nil
}
