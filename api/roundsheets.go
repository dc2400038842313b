package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/dispatch"
	"duban/export"
	"duban/projection"
	"duban/store"
	"duban/target"
)

// roundSheet is what one unit reports in a round.
type roundSheet struct {
	Round       string       `json:"round"`
	Unit        string       `json:"unit"`
	UnitName    string       `json:"unitName"`
	Status      string       `json:"status" enum:"open,submitted,settled" doc:"settled: all its assignments have ended, nothing is asked"`
	Version     int          `json:"version" doc:"Of the sheet; If-Match of the next save"`
	Late        bool         `json:"late"`
	Returned    string       `json:"returned,omitempty" doc:"Why it was sent back"`
	SubmittedBy string       `json:"submittedBy,omitempty"`
	SubmittedAt *time.Time   `json:"submittedAt"`
	Lines       []reportLine `json:"lines" nullable:"false"`
}

// reportLine is one assignment on a sheet, filled in with what was said of it.
type reportLine struct {
	Assignment   string           `json:"assignment"`
	AnnualTarget string           `json:"annualTarget"`
	Content      string           `json:"content"`
	Asked        *target.Amount   `json:"asked" doc:"What is to be delivered"`
	Measure      string           `json:"measure"`
	DueDate      calendar.Date    `json:"dueDate"`
	Standing     string           `json:"standing" doc:"Status of the assignment when the sheet was filled in"`
	Overdue      bool             `json:"overdue"`
	Closed       bool             `json:"closed" doc:"Nothing more is asked of it"`
	Text         string           `json:"text"`
	Percent      int              `json:"percent"`
	Amount       *target.Amount   `json:"amount" doc:"What was reached so far, in all"`
	Evidence     string           `json:"evidence"`
	Attachments  []act.Attachment `json:"attachments" nullable:"false"`
	Own          bool             `json:"own" doc:"The unit wrote it in this round; otherwise it is filled in"`
	Source       lineSource       `json:"source"`
}

// lineSource is where a line was filled in from.
type lineSource struct {
	Report   int        `json:"report,omitempty" doc:"Number of the assignment's report"`
	Round    string     `json:"round,omitempty" doc:"The report round in which that was made, such as the month's for a quarter"`
	At       *time.Time `json:"at"`
	InPeriod bool       `json:"inPeriod" doc:"It was said within the period: nothing is asked twice"`
}

func showLine(l dispatch.Line) reportLine {
	line := reportLine{Assignment: l.Assignment, AnnualTarget: l.Target, Content: l.Item.Content, Asked: l.Item.Amount, Measure: l.Item.Measure, DueDate: l.Due,
		Standing: l.Status, Overdue: l.Overdue, Closed: l.Closed, Text: l.Said.Text, Percent: l.Said.Percent, Amount: l.Said.Amount, Evidence: l.Said.Evidence,
		Attachments: all(l.Said.Attachments), Own: l.Own, Source: lineSource{Report: l.Source.Report, Round: l.Source.Round, InPeriod: l.Source.InPeriod}}
	if !l.Source.At.IsZero() {
		line.Source.At = &l.Source.At
	}
	return line
}

func linesOf(r projection.Sheet) ([]dispatch.Line, error) {
	var lines []dispatch.Line
	if err := json.Unmarshal([]byte(r.Lines), &lines); err != nil {
		return nil, fmt.Errorf("lines of sheet %s: %w", r.ID, err)
	}
	return lines, nil
}

func (s *server) sheetRoutes(path string) {
	register(s, operation{method: http.MethodGet, path: path + "/{id}/sheets/{unit}", id: "get-sheet", tag: "rounds", summary: "Get a unit's sheet of a report round",
		description: "The unit `mine` is that of the signed-in user. Others than the unit, the lead units of its tasks and supervisors do not see it."}, s.getSheet)
	register(s, operation{method: http.MethodPut, path: path + "/{id}/sheets/{unit}", id: "save-sheet", tag: "rounds", summary: "Save lines of a sheet",
		description: "If-Match with the version of the sheet is needed. Lines that are left out stay as they are. A sheet that was submitted is open again.",
		roles:       workers(), conflicts: true}, s.saveSheet)
}

// SheetInput is the input of operations on one sheet.
type SheetInput struct {
	ByID
	Unit string `path:"unit" maxLength:"64" doc:"Id of the unit, or mine"`
}

// unit is the unit that a path means.
func (in SheetInput) unit(ctx context.Context) string {
	if in.Unit == "mine" {
		return actor(ctx).Unit.ID
	}
	return in.Unit
}

func (s *server) getSheet(ctx context.Context, in *SheetInput) (*one[roundSheet], error) {
	unit := in.unit(ctx)
	row, err := s.store.Sheet(ctx, scope(ctx), in.ID, unit)
	if err != nil {
		return nil, err
	}
	lines, err := s.readableLines(ctx, row)
	if err != nil {
		return nil, err
	}
	return versioned(roundSheet{Round: row.RoundID, Unit: row.UnitID, UnitName: row.UnitName, Status: row.Status, Version: row.Version, Late: row.Late,
		Returned: row.Returned, SubmittedBy: row.SubmittedBy, SubmittedAt: row.SubmittedAt, Lines: each(lines, showLine)}, int64(row.Version)), nil
}

// readableLines are those that are for the reader; where all are for others the
// sheet is not there for him.
func (s *server) readableLines(ctx context.Context, row projection.Sheet) ([]dispatch.Line, error) {
	lines, err := linesOf(row)
	if err != nil {
		return nil, err
	}
	round, err := s.store.Round(ctx, scope(ctx), row.RoundID)
	if err != nil {
		return nil, err
	}
	leads := make(map[string]string, len(round.Sections))
	for _, section := range round.Sections {
		leads[section.TargetID] = section.LeadUnit
	}
	readable := dispatch.ReadableLines(actor(ctx), row.UnitID, lines, leads, round.Status == string(dispatch.RoundFrozen))
	if len(lines) > 0 && len(readable) == 0 {
		return nil, missing()
	}
	return readable, nil
}

// writtenLine is one line that a unit writes.
type writtenLine struct {
	Assignment  string         `json:"assignment"`
	Text        string         `json:"text"`
	Percent     int            `json:"percent" minimum:"0" maximum:"100"`
	Amount      *target.Amount `json:"amount,omitempty" doc:"What was reached so far, in all"`
	Evidence    string         `json:"evidence,omitempty"`
	Attachments []string       `json:"attachments,omitempty" doc:"Ids of uploaded files"`
}

// writtenSheet are the lines that a unit writes.
type writtenSheet struct {
	Lines []writtenLine `json:"lines"`
}

type saveSheetInput struct {
	SheetInput
	Acting
	Body body[writtenSheet]
}

func (s *server) saveSheet(ctx context.Context, in *saveSheetInput) (*done, error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	version, err := expected(in.Match)
	if err != nil {
		return nil, err
	}
	lines, err := s.written(ctx, wanted.Lines)
	if err != nil {
		return nil, err
	}
	// The version is that of the sheet: the round itself changes with every unit.
	c, err := command(ctx, Acting{Idempotency: in.Idempotency}, dispatch.SaveSheet, dispatch.SheetLines{Unit: in.unit(ctx), Version: int(version), Lines: lines})
	if err != nil {
		return nil, err
	}
	to, err := roundDestination(in.ID)
	if err != nil {
		return nil, err
	}
	to.location += "/sheets/" + in.unit(ctx)
	out, err := s.send(ctx, to, c)
	if out != nil {
		out.ETag = ""
	}
	return out, err
}

func (s *server) written(ctx context.Context, lines []writtenLine) ([]dispatch.SheetLine, error) {
	out := make([]dispatch.SheetLine, len(lines))
	for i, line := range lines {
		files, err := s.attachments(ctx, line.Attachments)
		if err != nil {
			return nil, err
		}
		out[i] = dispatch.SheetLine{Assignment: line.Assignment, Progress: dispatch.Progress{Text: line.Text, Percent: line.Percent, Amount: line.Amount,
			Evidence: line.Evidence, Attachments: files}}
	}
	return out, nil
}

// submittedSheet are the fields with which a unit confirms its sheet.
type submittedSheet struct {
	Unit    string        `json:"unit,omitempty" doc:"The user's own if left out"`
	Version int           `json:"version,omitempty" doc:"Of the sheet that was seen; refused when it changed since"`
	Lines   []writtenLine `json:"lines,omitempty" doc:"Lines to write before; none: it is right as it stands"`
}

func (s *server) sheetToSubmit(ctx context.Context, _ string, fields submittedSheet) (any, error) {
	lines, err := s.written(ctx, fields.Lines)
	if fields.Unit == "" {
		fields.Unit = actor(ctx).Unit.ID
	}
	return dispatch.SheetLines{Unit: fields.Unit, Version: fields.Version, Lines: lines}, err
}

// roundCorrection says what a new version of a round corrects.
type roundCorrection struct {
	Reason string   `json:"reason"`
	Units  []unitID `json:"units" doc:"Who is asked again"`
}

type correctRoundInput struct {
	ByID
	Acting
	Body body[roundCorrection]
}

func (s *server) correctRound(ctx context.Context, in *correctRoundInput) (*done, error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	opening, err := s.correction(ctx, in.ID, wanted)
	if err != nil {
		return nil, err
	}
	c, err := command(ctx, in.Acting, dispatch.Open, opening)
	if err != nil {
		return nil, err
	}
	to, err := roundDestination(opening.ID)
	if err != nil {
		return nil, err
	}
	to.kind = dispatch.KindReport
	return s.send(ctx, to, c)
}

// correction is the opening of the version that corrects a round.
func (s *server) correction(ctx context.Context, id string, wanted roundCorrection) (dispatch.RoundOpening, error) {
	round, err := s.store.Round(ctx, scope(ctx), id)
	if err != nil {
		return dispatch.RoundOpening{}, err
	}
	units := make([]string, len(wanted.Units))
	for i, unit := range wanted.Units {
		units[i] = string(unit)
	}
	of, err := dispatch.Correctable(round.Round, round.Sheets, round.Corrected, units)
	if err != nil {
		return of, err
	}
	rules, err := s.store.RoundRules(ctx, round.PlanID)
	if err != nil {
		return of, err
	}
	days, err := s.store.Calendar(ctx, "")
	if err != nil {
		return of, err
	}
	registry, err := s.store.Registry(ctx)
	if err != nil {
		return of, err
	}
	return dispatch.NewCorrection(rules.For(days, registry), of,
		dispatch.Correction{Of: id, Reason: wanted.Reason, Again: units}, s.now()), nil
}

func (s *server) exportRound(ctx context.Context, in *ByID) (*download, error) {
	row, err := s.store.Round(ctx, scope(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if row.Content == "" {
		return nil, act.NotNow("not-frozen", "本期报送尚未定稿，定稿后才能导出。", "The round is not frozen yet; it can be exported then.")
	}
	round, err := frozen(row)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := export.RoundExcel(round, &file); err != nil {
		return nil, exportFailure(err)
	}
	return &download{ContentType: exportFormats()["xlsx"].mediaType, Policy: "sandbox", Disposition: attachment(row.Title, "xlsx"), Body: file.Bytes()}, nil
}

// frozen is a round as it is written to a file.
func frozen(row store.RoundDetail) (export.Round, error) {
	round := export.Round{Digest: row.Digest, FrozenBy: row.FrozenBy}
	if row.FrozenAt != nil {
		round.FrozenAt = row.FrozenAt.Format(time.DateOnly)
	}
	if err := json.Unmarshal([]byte(row.Content), &round.RoundContent); err != nil {
		return round, fmt.Errorf("content of round %s: %w", row.ID, err)
	}
	return round, nil
}
