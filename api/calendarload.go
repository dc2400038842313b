package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"duban/act"
	"duban/calendar"
	"duban/document"
	"duban/store"
)

// mostCalendar is the size of the largest calendar of a year, in bytes.
const mostCalendar = 128 << 10

// calendarFields are a year as an administrator writes it.
type calendarFields struct {
	Source      string             `json:"source" doc:"The notice it is taken from, by title or number"`
	Provisional bool               `json:"provisional,omitempty" doc:"A forecast, not yet the notice; not for a unit's own days"`
	Holidays    []calendar.Holiday `json:"holidays" nullable:"false" doc:"Days off, both ends included"`
	Workdays    []calendar.Date    `json:"workdays" nullable:"false" doc:"Days that are worked instead"`
}

// calendarChange is what a load changes, or would change.
type calendarChange struct {
	Saved   bool                  `json:"saved" doc:"false: this is what would change, or nothing does"`
	Changes []calendar.Difference `json:"changes" nullable:"false" doc:"Days that count otherwise than before"`
	Moves   store.Moves           `json:"moves" doc:"How much that is open and ahead gets another moment"`
	Year    calendarYear          `json:"year" doc:"As it counts now"`
}

// LoadInput are the parameters of a load.
type LoadInput struct {
	Match       string `header:"If-Match" doc:"The version that was read, as its ETag; 409 where another load came meanwhile"`
	DryRun      bool   `query:"dry-run" doc:"true: load nothing, tell what would change"`
	Source      string `query:"source" maxLength:"300" doc:"The notice, where the body is text in columns"`
	Provisional bool   `query:"provisional" doc:"A forecast, where the body is text in columns"`
	ContentType string `header:"Content-Type"`
	RawBody     []byte
}

// registerLoad registers a PUT that takes a year as JSON or as text in columns.
func registerLoad[I any](s *server, o operation, handle func(context.Context, *I) (*one[calendarChange], error)) {
	o.method, o.tag, o.roles, o.conflicts, o.most = http.MethodPut, "calendars", admins(), true, mostCalendar
	o.description += " The body is JSON, or text/csv with the columns date, kind (holiday or workday) and name; faults are named by field or row, and nothing is loaded then. " +
		"With `dry-run=true` nothing is loaded and the answer tells what would change. Every load is kept, with who and when."
	register(s, o, handle)
	fields := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[calendarFields](), true, "")
	s.api.OpenAPI().Paths[o.path].Put.RequestBody.Content = map[string]*huma.MediaType{
		"application/json": {Schema: fields},
		"text/csv":         {Schema: &huma.Schema{Type: huma.TypeString}, Example: "date,kind,name\n2027-01-01,holiday,元旦\n2027-02-14,workday,\n"},
	}
}

type loadYearInput struct {
	YearInput
	LoadInput
}

func (s *server) putCalendarYear(ctx context.Context, in *loadYearInput) (*one[calendarChange], error) {
	return s.loadCalendar(ctx, "", in.Year, in.LoadInput)
}

type loadUnitInput struct {
	ByID
	YearInput
	LoadInput
}

func (s *server) putUnitCalendar(ctx context.Context, in *loadUnitInput) (*one[calendarChange], error) {
	if _, err := s.store.Unit(ctx, in.ID); err != nil {
		return nil, err
	}
	return s.loadCalendar(ctx, in.ID, in.Year, in.LoadInput)
}

// loadCalendar makes a year count, unless it is asked only what that would do.
func (s *server) loadCalendar(ctx context.Context, unit string, number int, in LoadInput) (*one[calendarChange], error) {
	year, err := readYear(ctx, unit, number, in)
	if err != nil {
		return nil, err
	}
	counts, err := s.store.CalendarYear(ctx, unit, number)
	if err != nil {
		return nil, err
	}
	seen, err := expected(in.Match)
	if err != nil {
		return nil, err
	}
	if in.Match == "" {
		seen = counts.Seq
	}
	before, err := counts.Content()
	if err != nil {
		return nil, err
	}
	change := calendarChange{Changes: calendar.Compare(before, year)}
	if change.Moves, err = s.store.WouldMove(ctx, unit, year, s.now()); err != nil {
		return nil, err
	}
	if !in.DryRun {
		if counts, change.Saved, err = s.store.LoadCalendar(ctx, unit, year, seen, actor(ctx)); err != nil {
			return nil, err
		}
	} else if seen != counts.Seq {
		return nil, store.ErrStale
	}
	if change.Saved {
		if err := s.gateway.ChangeCalendar(ctx, unit, number); err != nil {
			// The year counts already, and every worker looks for such loads.
			s.log.WarnContext(ctx, "a calendar is still to be passed on", "year", number, "unit", unit, "error", err, "request", requestOf(ctx).id)
		}
	}
	if change.Year, err = s.showCalendar(ctx, counts); err != nil {
		return nil, err
	}
	return versioned(change, counts.Seq), nil
}

// readYear reads a year from a body and refuses what is wrong with it, all at
// once.
func readYear(ctx context.Context, unit string, number int, in LoadInput) (calendar.Year, error) {
	year, place, err := decodeYear(ctx, number, in)
	if err != nil {
		return year, err
	}
	if unit == "" {
		err = year.Validate()
	} else {
		err = year.ValidateForUnit()
	}
	if unit != "" && year.Provisional {
		return year, calendarFaults([]calendar.Fault{{Field: "provisional", Zh: "单位自定的日历没有预计一说，请去掉", En: "a unit's own days are no forecast; leave it out"}})
	}
	if invalid, faulty := errors.AsType[*calendar.Invalid](err); faulty {
		return year, calendarFaults(place(invalid.Faults))
	}
	return year, err
}

// decodeYear reads a year from JSON or from text in columns, with the way to
// place what is found to be wrong with it.
func decodeYear(ctx context.Context, number int, in LoadInput) (calendar.Year, func([]calendar.Fault) []calendar.Fault, error) {
	mediaType, _, err := mime.ParseMediaType(in.ContentType)
	if err != nil || mediaType != "text/csv" {
		var fields calendarFields
		if err := decodeJSON(in.RawBody, &fields); err != nil {
			return calendar.Year{}, nil, err
		}
		return calendar.Year{Year: number, Source: fields.Source, Provisional: fields.Provisional, Holidays: fields.Holidays, Workdays: fields.Workdays}, same, nil
	}
	read, err := document.Read(ctx, "日历.csv", bytes.Clone(in.RawBody))
	if err != nil {
		return calendar.Year{}, nil, err
	}
	var table [][]string
	for _, block := range read.Blocks {
		if block.Table != nil {
			table = tableRows(*block.Table)
			break
		}
	}
	year, faults := calendar.ReadTable(number, in.Source, table)
	year.Provisional = in.Provisional
	if len(faults) > 0 {
		return year, nil, calendarFaults(faults)
	}
	return year, func(faults []calendar.Fault) []calendar.Fault { return year.RowFaults(faults, table) }, nil
}

func calendarFaults(faults []calendar.Fault) error {
	list := make([]act.Fault, 0, len(faults))
	for _, f := range faults[:min(len(faults), mostFaults)] {
		field := f.Field
		if f.Row > 0 {
			field = fmt.Sprintf("rows[%d]", f.Row)
			if f.Field == "date" || f.Field == "kind" || f.Field == "name" {
				field += "." + f.Field
			}
		}
		list = append(list, act.Fault{Field: field, Code: "invalid", Zh: f.Zh, En: f.En})
	}
	return act.Malformed("calendar", fmt.Sprintf("日历有 %d 处错误，未载入任何内容，请改正后重新载入。", len(faults)),
		fmt.Sprintf("The calendar has %d faults and nothing was loaded; correct them and load it again.", len(faults)), list...)
}
