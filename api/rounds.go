package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"duban/dispatch"
	"duban/org"
	"duban/projection"
	"duban/store"
	"duban/target"
)

// Round is a report round: the units of a plan are asked for a month, a quarter or
// a year.
type Round struct {
	ID           string     `json:"id"`
	Plan         string     `json:"plan"`
	Title        string     `json:"title"`
	Period       string     `json:"period" doc:"2026-03, 2026-Q1 or 2026"`
	Every        string     `json:"every" enum:"month,quarter,year"`
	Year         int        `json:"year"`
	Version      int        `json:"version" doc:"1, and one more with each correction"`
	Corrects     string     `json:"corrects,omitempty" doc:"Id of the version that it corrects"`
	Reason       string     `json:"reason,omitempty" doc:"Of the correction"`
	Status       string     `json:"status" enum:"filling,compiling,compiled,frozen"`
	DueDate      string     `json:"dueDate" doc:"Last day for units to answer"`
	DueAt        time.Time  `json:"dueAt"`
	CompileDueAt time.Time  `json:"compileDueAt" doc:"When lead units must have compiled"`
	Gathering    int        `json:"gathering" doc:"Units whose sheets are still being filled in by the program"`
	Sheets       int        `json:"sheets"`
	Submitted    int        `json:"submitted"`
	Late         int        `json:"late" doc:"Sheets that came late or are overdue"`
	Sections     int        `json:"sections" doc:"Tasks to be compiled"`
	Compiled     int        `json:"compiled"`
	OpenedAt     time.Time  `json:"openedAt"`
	FrozenAt     *time.Time `json:"frozenAt"`
	FrozenBy     string     `json:"frozenBy,omitempty"`
	FrozenReason string     `json:"frozenReason,omitempty" doc:"Why it was frozen though something was missing"`
	Digest       string     `json:"digest,omitempty" doc:"SHA-256 of the content, byte by byte as it is given, in hex"`
	Forecast
}

// roundDetail is a report round with its tasks and units.
type roundDetail struct {
	Round
	Corrected   string           `json:"corrected,omitempty" doc:"Id of the version that corrects it"`
	SectionList []roundSection   `json:"sectionList" nullable:"false"`
	SheetList   []sheetStanding  `json:"sheetList" nullable:"false"`
	Content     *json.RawMessage `json:"content,omitempty" doc:"What was frozen; the digest is made of exactly these bytes"`
}

// roundSection is the part of a round that one lead unit compiles.
type roundSection struct {
	AnnualTarget string                `json:"annualTarget"`
	Task         int                   `json:"task"`
	TaskNo       string                `json:"taskNo"`
	Title        string                `json:"title"`
	Programme    string                `json:"programme"`
	Year         int                   `json:"year"`
	LeadUnit     string                `json:"leadUnit"`
	LeadName     string                `json:"leadName"`
	Ready        bool                  `json:"ready" doc:"All units have answered or their time is over: it may be compiled"`
	Compiled     bool                  `json:"compiled"`
	Summary      string                `json:"summary"`
	Results      []target.TargetResult `json:"results" nullable:"false" doc:"Added up from what units have said so far, or when it was compiled"`
	Missing      []org.UnitRef         `json:"missing" nullable:"false" doc:"Units that have not answered"`
	CompiledBy   string                `json:"compiledBy,omitempty"`
	CompiledAt   *time.Time            `json:"compiledAt"`
}

// sheetStanding is where a unit's sheet stands, without what it says.
type sheetStanding struct {
	Unit        string     `json:"unit"`
	UnitName    string     `json:"unitName"`
	Status      string     `json:"status" enum:"open,submitted,settled" doc:"settled: all its assignments have ended, nothing is asked"`
	Late        bool       `json:"late"`
	SubmittedAt *time.Time `json:"submittedAt"`
}

func (s *server) roundRoutes() {
	path := base + "/rounds"
	register(s, operation{method: http.MethodGet, path: path, id: "list-rounds", tag: "rounds", summary: "List report rounds, newest first"}, s.listRounds)
	register(s, operation{method: http.MethodGet, path: path + "/{id}", id: "get-round", tag: "rounds", summary: "Get a report round",
		description: "A frozen one with its content and the digest of it."}, s.getRound)
	register(s, operation{method: http.MethodGet, path: path + "/{id}/sections/{annualTarget}", id: "get-round-section", tag: "rounds",
		summary: "Get what all units say of one task", description: "For its lead units and the supervisor; once the round is frozen for everybody whom it concerns."}, s.getSection)
	s.sheetRoutes(path)
	s.registerActions(operation{path: path, id: "act-on-round", tag: "rounds", summary: "Act on a report round"},
		actions{of: "Round", each: []action{
			takesOn(dispatch.SubmitSheet, "the unit confirms its sheet, with the lines that are given (报送); each line counts as a progress report on its assignment", workers(), s.sheetToSubmit),
			takes[dispatch.SheetUnit](dispatch.RefreshSheet, "the unit has its sheet filled in again with what it reported on its assignments meanwhile", workers()),
			takes[dispatch.SheetReturn](dispatch.SendBack, "a lead unit of its tasks, or the supervisor, sends a sheet back (退回)", deciders()),
			takesAs(dispatch.Urge, "whoever waits presses on whom he waits for, once in 10 minutes (催办)", deciders(), urging),
			takes[dispatch.Compilation](dispatch.Compile, "the lead unit compiles a task (汇总), also without units that are late", workers()),
			takes[dispatch.Because](dispatch.Freeze, "the supervisor freezes the round (定稿); nothing changes after that", supervisors()),
		}}, roundDestination)
	register(s, operation{method: http.MethodPost, path: path + "/{id}/corrections", id: "correct-round", tag: "rounds", summary: "Correct a frozen round by a new version",
		description: "Units that are named are asked again; what the others have said is taken over. Only the newest version can be corrected.",
		roles:       supervisors(), status: http.StatusCreated, conflicts: true}, s.correctRound)
	register(s, operation{method: http.MethodGet, path: path + "/{id}/export", id: "export-round", tag: "rounds", summary: "Get a frozen round as a workbook",
		conflicts: true}, s.exportRound)
}

func roundDestination(id string) (destination, error) {
	if _, _, _, ok := dispatch.ParseRoundID(id); !ok {
		return destination{}, missing()
	}
	return destination{workflow: dispatch.RoundWorkflow(id), id: id, location: base + "/rounds/" + id}, nil
}

type roundListInput struct {
	Paging
	Plan   string `query:"plan" maxLength:"64"`
	Every  string `query:"every" enum:"month,quarter,year"`
	Year   int    `query:"year"`
	Period string `query:"period" maxLength:"16" doc:"2026-03, 2026-Q1 or 2026"`
	Status string `query:"status" enum:"filling,compiling,compiled,frozen"`
}

func (s *server) listRounds(ctx context.Context, in *roundListInput) (*page[Round], error) {
	rows, err := s.store.Rounds(ctx, scope(ctx), store.RoundFilter{PageRequest: in.request(), PlanID: in.Plan, Every: in.Every, Year: in.Year,
		Period: in.Period, Status: in.Status})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, showRound), nil
}

func showRound(r projection.Round) Round {
	return Round{ID: r.ID, Plan: r.PlanID, Title: r.Title, Period: r.Period, Every: r.Every, Year: r.Year, Version: r.Version, Corrects: r.Corrects, Reason: r.Reason,
		Status: r.Status, DueDate: r.DueDate, DueAt: r.DueAt, CompileDueAt: r.CompileDueAt, Gathering: r.Gathering, Sheets: r.Sheets, Submitted: r.Submitted,
		Late: r.Late, Sections: r.Sections, Compiled: r.Compiled, OpenedAt: r.OpenedAt, FrozenAt: r.FrozenAt, FrozenBy: r.FrozenBy, FrozenReason: r.FrozenReason,
		Digest: r.Digest, Forecast: forecast(r.Basis)}
}

func (s *server) getRound(ctx context.Context, in *ByID) (*one[roundDetail], error) {
	row, err := s.store.Round(ctx, scope(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	detail := roundDetail{Round: showRound(row.Round), Corrected: row.Corrected, SectionList: make([]roundSection, len(row.Sections)),
		SheetList: each(row.Sheets, func(r projection.Sheet) sheetStanding {
			return sheetStanding{Unit: r.UnitID, UnitName: r.UnitName, Status: r.Status, Late: r.Late, SubmittedAt: r.SubmittedAt}
		})}
	for i, section := range row.Sections {
		if detail.SectionList[i], err = showSection(section); err != nil {
			return nil, err
		}
	}
	if row.Content != "" {
		content := json.RawMessage(row.Content)
		detail.Content = &content
	}
	return versioned(detail, row.InstanceVersion), nil
}

func showSection(r projection.Section) (roundSection, error) {
	shown := roundSection{AnnualTarget: r.TargetID, Task: r.TaskKey, TaskNo: r.TaskNo, Title: r.Title, Programme: r.Programme, Year: r.Year,
		LeadUnit: r.LeadUnit, LeadName: r.LeadName, Ready: r.Ready, Compiled: r.Compiled, Summary: r.Summary, CompiledBy: r.CompiledBy, CompiledAt: r.CompiledAt}
	if err := json.Unmarshal([]byte(r.Results), &shown.Results); err != nil {
		return shown, fmt.Errorf("results of section %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Missing), &shown.Missing); err != nil {
		return shown, fmt.Errorf("missing units of section %s: %w", r.ID, err)
	}
	shown.Results, shown.Missing = all(shown.Results), all(shown.Missing)
	return shown, nil
}

type sectionInput struct {
	ByID
	Target string `path:"annualTarget" maxLength:"200"`
}

// sectionDetail is a section with what its units say.
type sectionDetail struct {
	roundSection
	Lines []sectionLine `json:"lines" nullable:"false"`
}

// sectionLine is what one unit says of an assignment.
type sectionLine struct {
	Unit      string `json:"unit"`
	UnitName  string `json:"unitName"`
	Submitted bool   `json:"submitted" doc:"false: it is what the unit had said before the round"`
	reportLine
}

func (s *server) getSection(ctx context.Context, in *sectionInput) (*one[sectionDetail], error) {
	round, err := s.store.Round(ctx, scope(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	for _, section := range round.Sections {
		if section.TargetID != in.Target {
			continue
		}
		if !dispatch.MayReadSection(actor(ctx), section.LeadUnit, round.Status == string(dispatch.RoundFrozen)) {
			return nil, missing()
		}
		return s.sectionWithLines(ctx, section)
	}
	return nil, missing()
}

func (s *server) sectionWithLines(ctx context.Context, section projection.Section) (*one[sectionDetail], error) {
	shown, err := showSection(section)
	if err != nil {
		return nil, err
	}
	sheets, err := s.store.SheetsOf(ctx, section.RoundID, nil)
	if err != nil {
		return nil, err
	}
	detail := sectionDetail{roundSection: shown, Lines: []sectionLine{}}
	for _, sheet := range sheets {
		lines, err := linesOf(sheet)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			if line.Target == section.TargetID {
				detail.Lines = append(detail.Lines, sectionLine{Unit: sheet.UnitID, UnitName: sheet.UnitName,
					Submitted: sheet.Status == string(dispatch.SheetSubmitted), reportLine: showLine(line)})
			}
		}
	}
	return single(detail), nil
}
