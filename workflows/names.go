// Package workflows hosts the processes of Duban on Temporal. A workflow only
// waits: for a command, for its next moment, for what another process tells.
// What a command does is decided by the pure packages, and the world is touched
// by activities alone.
package workflows

import (
	"encoding/json"
	"time"

	"duban/approval"
	"duban/calendar"
	"duban/dispatch"
)

// TaskQueue is where all workflows and activities run.
const TaskQueue = "duban"

// Names of workflow types, as they are registered with the engine.
const (
	TypeAnnualTarget   = "AnnualTarget"
	TypeAssignment     = "Assignment"
	TypeSupervision    = "Supervision"
	TypeSignOff        = "SignOff"
	TypeArmAnew        = "ArmAnew"
	TypeCalendarChange = "CalendarChange"
	TypeReportRound    = "ReportRound"
	TypeStartRound     = "StartRound"
	TypeTurnYear       = "TurnYear"
)

// SignalTell carries a command from one process to another.
const SignalTell = "tell"

// QuerySnapshot gives the whole view of a process, for verification.
const QuerySnapshot = "snapshot"

// Names of activities, as they are registered with the engine.
const (
	ActivityProject          = "Project"
	ActivityStartAssignment  = "StartAssignment"
	ActivityStartSupervision = "StartSupervision"
	ActivityArmLadder        = "ArmLadder"
	ActivityReplyDue         = "ReplyDue"
	ActivitySignOffDue       = "SignOffDue"
	ActivityArmPage          = "ArmPage"
	ActivitySettleLadder     = "SettleLadder"
	ActivityArmPromise       = "ArmPromise"
	ActivityArmConfirm       = "ArmConfirm"
	ActivityJudgeLight       = "JudgeLight"
	ActivityMovePage         = "MovePage"
	ActivitySettleCalendar   = "SettleCalendar"
	ActivityPlaceRound       = "PlaceRound"
	ActivityOpenRound        = "OpenRound"
	ActivityGatherSheets     = "GatherSheets"
	ActivityRoundDays        = "RoundDays"
	ActivityPlaceTurn        = "PlaceTurn"
	ActivityProposeTarget    = "ProposeTarget"
)

// LadderRequest asks the activity ArmLadder for the moments of a due date.
type LadderRequest struct {
	Plan string        `json:"plan"`
	Unit string        `json:"unit,omitempty"` // whose working days count; empty: everybody's
	Due  calendar.Date `json:"due"`
	// WorkingDays after From make the due date, in place of Due; 0 for none.
	WorkingDays int       `json:"workingDays,omitempty"`
	From        time.Time `json:"from,omitzero"`
}

// ReplyDueRequest asks the activity ReplyDue when an answer is due that many
// working days after a moment.
type ReplyDueRequest struct {
	Plan        string    `json:"plan"`
	Unit        string    `json:"unit,omitempty"` // whose working days count; empty: everybody's
	From        time.Time `json:"from"`
	WorkingDays int       `json:"workingDays"`
}

// SignOffDueRequest asks the activity SignOffDue when a step of a sign-off is
// due that opens at a moment.
type SignOffDueRequest struct {
	Plan   string          `json:"plan,omitempty"` // empty for a sign-off outside any plan
	From   time.Time       `json:"from"`
	Within approval.Within `json:"within"`
}

// SignOffDueAnswer is the answer of the activity SignOffDue: when the step is due,
// by which load of a calendar, and on which years without a notice that depends.
type SignOffDueAnswer struct {
	DueAt       time.Time `json:"dueAt"`
	Calendar    int64     `json:"calendar,omitempty"`
	Provisional []int     `json:"provisional,omitempty"`
}

// UnmarshalJSON also reads the bare moment that older histories hold.
func (a *SignOffDueAnswer) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		*a = SignOffDueAnswer{}
		return json.Unmarshal(text, &a.DueAt)
	}
	type plain SignOffDueAnswer
	return json.Unmarshal(text, (*plain)(a))
}

// LightRequest asks the activity JudgeLight which light is shown at a moment.
type LightRequest struct {
	Plan     string                 `json:"plan"`
	At       time.Time              `json:"at"`
	Question dispatch.LightQuestion `json:"question"`
}
