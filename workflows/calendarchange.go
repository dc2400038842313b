package workflows

import (
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"
)

// MoveWindow is how many processes are looked at, and told at most, by one
// activity.
const MoveWindow = 500

// movePause lets the processes of a page compute before the next page is told,
// so that the acts of people go on meanwhile.
const movePause = time.Second

// CalendarYear names what a CalendarChange is about: a year, for everybody or
// as a unit's own days.
type CalendarYear struct {
	Year int    `json:"year"`
	Unit string `json:"unit,omitempty"`
}

// The kinds of things that a year moves, in the order in which they are told.
const (
	MoveAssignments = "assignments"
	MoveOrders      = "orders"
	MoveSignOffs    = "sign-offs"
	MoveProposals   = "proposals"
	MoveRounds      = "rounds"
)

// MovePageRequest asks the activity MovePage to tell the processes after an id
// that depend on the last load of a year.
type MovePageRequest struct {
	CalendarYear
	Kind  string `json:"kind"`
	After string `json:"after,omitempty"`
}

// MovePageResult says how many were told, of which load of the year, and after
// which id the next page begins; empty after the last one.
type MovePageResult struct {
	Load int64  `json:"load"`
	Told int    `json:"told"`
	Next string `json:"next,omitempty"`
}

// SettleCalendarRequest tells the activity SettleCalendar that nobody is behind a
// load. The answer is false where another load of the year came meanwhile.
type SettleCalendarRequest struct {
	CalendarYear
	Load int64 `json:"load"`
}

// CalendarChangeWorkflow is the workflow id of the CalendarChange of a year: one
// at a time.
func CalendarChangeWorkflow(y CalendarYear) string {
	id := "calendar/" + strconv.Itoa(y.Year)
	if y.Unit != "" {
		id += "/" + y.Unit
	}
	return id
}

// CalendarChange lets every open process that depends on a year compute its
// moments by the year's last load.
func CalendarChange(ctx workflow.Context, in CalendarYear) error {
	kinds := []string{MoveAssignments, MoveOrders, MoveSignOffs}
	if workflow.GetVersion(ctx, "move-proposals", workflow.DefaultVersion, 1) > workflow.DefaultVersion {
		kinds = append(kinds, MoveProposals)
	}
	if workflow.GetVersion(ctx, "move-rounds", workflow.DefaultVersion, 1) > workflow.DefaultVersion {
		kinds = append(kinds, MoveRounds)
	}
	var load int64
	renew := func() error { return workflow.NewContinueAsNewError(ctx, CalendarChange, in) }
	tellAll := func() (int, error) {
		all := 0
		for _, kind := range kinds {
			told, last, err := moveAll(ctx, MovePageRequest{CalendarYear: in, Kind: kind})
			if err != nil {
				return 0, err
			}
			all, load = all+told, last
		}
		return all, nil
	}
	settle := func() (bool, error) {
		var settled bool
		request := SettleCalendarRequest{CalendarYear: in, Load: load}
		err := workflow.ExecuteActivity(untilDone(ctx), ActivitySettleCalendar, request).Get(ctx, &settled)
		return settled, err
	}
	return passOn(ctx, renew, tellAll, settle)
}

// moveAll tells all pages of a kind once, and returns how many processes were
// told of which load.
func moveAll(ctx workflow.Context, request MovePageRequest) (told int, load int64, err error) {
	for {
		var page MovePageResult
		if err := workflow.ExecuteActivity(whilePaging(ctx), ActivityMovePage, request).Get(ctx, &page); err != nil {
			return 0, 0, err
		}
		told, load = told+page.Told, page.Load
		if page.Next == "" {
			return told, load, nil
		}
		request.After = page.Next
		if page.Told > 0 {
			if err := workflow.Sleep(ctx, movePause); err != nil {
				return 0, 0, err
			}
		}
	}
}
