package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"duban/calendar"
	"duban/deadline"
)

// RoundStart is the input of StartRound.
type RoundStart struct {
	Plan  string         `json:"plan"`
	Every calendar.Every `json:"every"`
}

// PlaceRoundRequest asks the activity PlaceRound which round should be open at a
// moment, and OpenRound to open it.
type PlaceRoundRequest struct {
	RoundStart
	Now time.Time `json:"now"`
}

// PlacedRound is the round that should be open; not Asked if there is none.
type PlacedRound struct {
	deadline.Round
	Asked bool `json:"asked"`
}

// StartRound opens the report round whose day has come. A schedule starts it and
// says no more than that it is time: which round that is, and whether it is there
// already, follows from the present moment. So it does no harm to start it twice,
// late, or by hand. A year that is loaded while it waits may move the day on which
// the round opens: it looks again before it opens it.
func StartRound(ctx workflow.Context, in RoundStart) error {
	request := PlaceRoundRequest{RoundStart: in}
	for {
		request.Now = workflow.Now(ctx)
		var placed PlacedRound
		if err := workflow.ExecuteActivity(untilDone(ctx), ActivityPlaceRound, request).Get(ctx, &placed); err != nil || !placed.Asked {
			return err
		}
		ahead := placed.Opens.After(workflow.Now(ctx))
		if err := sleepUntil(ctx, placed.Opens); err != nil {
			return err
		}
		if !ahead || workflow.GetVersion(ctx, "place-again", workflow.DefaultVersion, 1) == workflow.DefaultVersion {
			break
		}
	}
	request.Now = workflow.Now(ctx)
	return workflow.ExecuteActivity(untilDone(ctx), ActivityOpenRound, request).Get(ctx, nil)
}

// sleepUntil waits for a moment; one that has passed is not waited for.
func sleepUntil(ctx workflow.Context, at time.Time) error {
	if wait := at.Sub(workflow.Now(ctx)); wait > 0 {
		return workflow.Sleep(ctx, wait)
	}
	return nil
}

// YearTurning is the input of TurnYear.
type YearTurning struct {
	Plan string `json:"plan"`
}

// PlaceTurnRequest asks the activity PlaceTurn for which year targets should be
// proposed at a moment.
type PlaceTurnRequest struct {
	YearTurning
	Now time.Time `json:"now"`
}

// PlacedTurn is a year with the tasks to propose it for; none: there is nothing to
// propose.
type PlacedTurn struct {
	Year  int       `json:"year"`
	Opens time.Time `json:"opens"`
	Tasks []int     `json:"tasks"`
}

// ProposeRequest asks the activity ProposeTarget to propose one annual target.
type ProposeRequest struct {
	Plan string    `json:"plan"`
	Task int       `json:"task"`
	Year int       `json:"year"`
	Now  time.Time `json:"now"`
}

// TurnYear proposes the annual targets of the next year, one for each task that
// has none yet. Like StartRound it may be started twice, late, or by hand.
func TurnYear(ctx workflow.Context, in YearTurning) error {
	var turn PlacedTurn
	err := workflow.ExecuteActivity(untilDone(ctx), ActivityPlaceTurn, PlaceTurnRequest{YearTurning: in, Now: workflow.Now(ctx)}).Get(ctx, &turn)
	if err != nil || len(turn.Tasks) == 0 {
		return err
	}
	if err := sleepUntil(ctx, turn.Opens); err != nil {
		return err
	}
	now := workflow.Now(ctx)
	for from := 0; from < len(turn.Tasks); from += window {
		var proposed []workflow.Future
		for _, task := range turn.Tasks[from:min(from+window, len(turn.Tasks))] {
			request := ProposeRequest{Plan: in.Plan, Task: task, Year: turn.Year, Now: now}
			proposed = append(proposed, workflow.ExecuteActivity(untilDone(ctx), ActivityProposeTarget, request))
		}
		for _, f := range proposed {
			if err := f.Get(ctx, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
