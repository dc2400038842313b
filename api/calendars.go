package api

import (
	"context"
	"net/http"
	"time"

	"duban/calendar"
	"duban/store"
)

// calendarYear is what counts for a year: the State Council's notice, or a unit's
// own days.
type calendarYear struct {
	Year        int                `json:"year"`
	Unit        string             `json:"unit,omitempty" doc:"Whose own days these are; absent for the notice"`
	Source      string             `json:"source" doc:"The notice it is taken from; empty where there is none yet"`
	Provisional bool               `json:"provisional" doc:"There is no notice yet: only weekends are counted, and moments that depend on the year may move"`
	Label       string             `json:"label,omitempty" doc:"Says so in words"`
	BuiltIn     bool               `json:"builtIn" doc:"The product knows it without being told"`
	Version     int64              `json:"version" doc:"Number of the load that counts; 0 before there was one"`
	Settled     bool               `json:"settled" doc:"Everything open that depends on the year goes by it"`
	Holidays    []calendar.Holiday `json:"holidays" nullable:"false" doc:"Days off, both ends included"`
	Workdays    []calendar.Date    `json:"workdays" nullable:"false" doc:"Days that are worked instead"`
	WorkingDays int                `json:"workingDays" doc:"How many the year has"`
	LoadedBy    string             `json:"loadedBy,omitempty" doc:"Name of who loaded it"`
	LoadedAt    *time.Time         `json:"loadedAt"`
}

// calendarDetail is a year with all its loads, newest last.
type calendarDetail struct {
	calendarYear
	Loads []calendarLoad `json:"loads" nullable:"false"`
}

// calendarLoad is one load of a year, and what it changed.
type calendarLoad struct {
	Version     int64                 `json:"version"`
	Source      string                `json:"source"`
	Provisional bool                  `json:"provisional"`
	User        string                `json:"user"`
	UserName    string                `json:"userName"`
	LoadedAt    time.Time             `json:"loadedAt"`
	Settled     bool                  `json:"settled"`
	Changes     []calendar.Difference `json:"changes" nullable:"false" doc:"Days that counted otherwise before"`
}

func (s *server) calendarRoutes() {
	years, own := base+"/calendars/years", base+"/units/{id}/calendar"
	register(s, operation{method: http.MethodGet, path: years, id: "list-calendar-years", tag: "calendars", summary: "List the years that are known, and those of plans that are provisional"},
		s.listCalendarYears)
	register(s, operation{method: http.MethodGet, path: years + "/{year}", id: "get-calendar-year", tag: "calendars", summary: "Get the holidays and make-up working days of a year",
		description: "A year without a notice is provisional: only weekends are counted."}, s.getCalendarYear)
	registerLoad(s, operation{path: years + "/{year}", id: "put-calendar-year", summary: "Load the notice of a year",
		description: "Replaces the holidays and make-up working days of the year. Everything open that depends on them moves: reminders and escalations, " +
			"reply deadlines and steps of sign-offs that are counted in working days, and what is sent on a working day. What people have set stays, and nothing is sent twice."}, s.putCalendarYear)
	register(s, operation{method: http.MethodGet, path: own, id: "list-unit-calendar", tag: "calendars", summary: "List the years in which a unit has days of its own"}, s.listUnitCalendar)
	register(s, operation{method: http.MethodGet, path: own + "/{year}", id: "get-unit-calendar", tag: "calendars", summary: "Get a unit's own days off and working days of a year"}, s.getUnitCalendar)
	registerLoad(s, operation{path: own + "/{year}", id: "put-unit-calendar", summary: "Set a unit's own days off and working days of a year",
		description: "They count before those of the notice, for the assignments of the unit and orders to it. Empty lists take them back."}, s.putUnitCalendar)
}

func (s *server) listCalendarYears(ctx context.Context, _ *struct{}) (*page[calendarYear], error) {
	loads, err := s.store.CalendarYears(ctx, "")
	if err != nil {
		return nil, err
	}
	last, err := s.store.LastPlanYear(ctx)
	if err != nil {
		return nil, err
	}
	known := map[int]bool{}
	for _, l := range loads {
		known[l.Year], last = true, max(last, l.Year)
	}
	for year := loads[0].Year; year <= last; year++ {
		if !known[year] {
			loads = append(loads, store.CalendarLoad{Year: year, Settled: true})
		}
	}
	return s.calendarPage(ctx, loads)
}

func (s *server) listUnitCalendar(ctx context.Context, in *ByID) (*page[calendarYear], error) {
	if _, err := s.store.Unit(ctx, in.ID); err != nil {
		return nil, err
	}
	loads, err := s.store.CalendarYears(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.calendarPage(ctx, loads)
}

func (s *server) calendarPage(ctx context.Context, loads []store.CalendarLoad) (*page[calendarYear], error) {
	items := make([]calendarYear, len(loads))
	for i, l := range loads {
		shown, err := s.showCalendar(ctx, l)
		if err != nil {
			return nil, err
		}
		items[i] = shown
	}
	return &page[calendarYear]{Body: list[calendarYear]{Items: items}}, nil
}

// YearInput names a year of the calendar.
type YearInput struct {
	Year int `path:"year" minimum:"1949" maximum:"9999"`
}

func (s *server) getCalendarYear(ctx context.Context, in *YearInput) (*one[calendarDetail], error) {
	return s.calendarDetail(ctx, "", in.Year)
}

type unitYearInput struct {
	ByID
	YearInput
}

func (s *server) getUnitCalendar(ctx context.Context, in *unitYearInput) (*one[calendarDetail], error) {
	if _, err := s.store.Unit(ctx, in.ID); err != nil {
		return nil, err
	}
	return s.calendarDetail(ctx, in.ID, in.Year)
}

func (s *server) calendarDetail(ctx context.Context, unit string, year int) (*one[calendarDetail], error) {
	counts, err := s.store.CalendarYear(ctx, unit, year)
	if err != nil {
		return nil, err
	}
	loads, err := s.store.CalendarLoads(ctx, unit, year)
	if err != nil {
		return nil, err
	}
	detail := calendarDetail{Loads: make([]calendarLoad, len(loads))}
	if detail.calendarYear, err = s.showCalendar(ctx, counts); err != nil {
		return nil, err
	}
	before := builtInYear(unit, year)
	for i, l := range loads {
		content, err := l.Content()
		if err != nil {
			return nil, err
		}
		detail.Loads[i] = calendarLoad{Version: l.Seq, Source: l.Source, Provisional: l.Provisional, User: l.UserID, UserName: l.UserName,
			LoadedAt: l.LoadedAt, Settled: l.Settled, Changes: calendar.Compare(before, content)}
		before = content
	}
	return versioned(detail, counts.Seq), nil
}

// builtInYear is what counts for a year before anything was loaded.
func builtInYear(unit string, year int) calendar.Year {
	for _, y := range calendar.Builtin() {
		if unit == "" && y.Year == year {
			return y
		}
	}
	return calendar.Year{Year: year}
}

// showCalendar shows what counts for a year.
func (s *server) showCalendar(ctx context.Context, l store.CalendarLoad) (calendarYear, error) {
	content, err := l.Content()
	if err != nil {
		return calendarYear{}, err
	}
	shown := calendarYear{Year: l.Year, Unit: l.UnitID, Source: l.Source, Version: l.Seq, Settled: l.Settled, BuiltIn: l.Seq == 0 && l.Source != "",
		Provisional: l.UnitID == "" && (l.Provisional || l.Source == ""), Holidays: all(content.Holidays), Workdays: all(content.Workdays), LoadedBy: l.UserName}
	if shown.Provisional {
		zh, en := calendar.ProvisionalLabel([]int{l.Year})
		shown.Label = choose(requestOf(ctx).english, zh, en)
	}
	if l.Seq > 0 {
		shown.LoadedAt = &l.LoadedAt
	}
	days, err := s.store.Calendar(ctx, l.UnitID)
	if err != nil {
		return calendarYear{}, err
	}
	shown.WorkingDays = days.WorkingDays(calendar.NewDate(l.Year-1, time.December, 31), calendar.NewDate(l.Year, time.December, 31))
	return shown, nil
}
