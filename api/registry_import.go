package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"duban/act"
	"duban/document"
	"duban/org"
	"duban/store"
)

// unitImport is what a list of units changes, or would change.
type unitImport struct {
	Saved   bool          `json:"saved" doc:"false: this is what would change"`
	Counts  importCounts  `json:"counts"`
	Units   []unitChange  `json:"units" nullable:"false"`
	Groups  []groupChange `json:"groups" nullable:"false"`
	Aliases []aliasChange `json:"aliases" nullable:"false"`
	Clashes []nameClash   `json:"clashes" nullable:"false" doc:"Names that would stand for two things; the list can be imported once there are none"`
}

// unitChange, groupChange and aliasChange are what a list does to one entry.
type unitChange struct {
	Change org.Change `json:"change" enum:"new,changed,unchanged"`
	Before *unit      `json:"before,omitempty" doc:"As it is registered; absent for a new one"`
	After  unit       `json:"after"`
}

type groupChange struct {
	Change org.Change `json:"change" enum:"new,changed,unchanged"`
	Before *group     `json:"before,omitempty" doc:"As it is registered; absent for a new one"`
	After  group      `json:"after"`
}

type aliasChange struct {
	Change org.Change `json:"change" enum:"new,changed,unchanged"`
	After  alias      `json:"after"`
}

// importCounts counts units, groups and aliases together.
type importCounts struct {
	New       int `json:"new"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
}

func (c *importCounts) add(change org.Change) {
	switch change {
	case org.Added:
		c.New++
	case org.Changed:
		c.Changed++
	case org.Unchanged:
		c.Unchanged++
	}
}

// nameClash is a name that would stand for two things.
type nameClash struct {
	Name   string `json:"name"`
	First  string `json:"first" doc:"What it stands for"`
	Second string `json:"second" doc:"What it would stand for as well"`
}

// mostUnits is the size of the largest list of units, in bytes.
const mostUnits = 5 << 20

func (s *server) registryImportRoutes() {
	o := operation{method: http.MethodPost, path: base + "/units/import", id: "import-units", tag: "registry",
		summary: "Register units, groups and aliases from a list",
		description: "Reads a workbook or text in columns (编号, 单位名称, 简称, 级别, 类别, 别名, 所属组) from the form field `file`. " +
			"All of it is saved or, if it has a fault or a name would stand for two things, nothing. With `dry-run=true` nothing is saved and the answer tells what would change.",
		roles: admins(), conflicts: true, most: mostUnits}
	register(s, o, s.importUnits)
	file := &huma.Schema{Type: huma.TypeObject, Required: []string{"file"},
		Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary"}}}
	s.api.OpenAPI().Paths[o.path].Post.RequestBody.Content = map[string]*huma.MediaType{"multipart/form-data": {Schema: file}}
}

type unitImportInput struct {
	DryRun      bool   `query:"dry-run" doc:"true: save nothing, tell what would change"`
	ContentType string `header:"Content-Type"`
	RawBody     []byte
}

func (s *server) importUnits(ctx context.Context, in *unitImportInput) (*one[unitImport], error) {
	file, err := uploaded(&importInput{Name: "单位.csv", ContentType: in.ContentType, RawBody: in.RawBody})
	if err != nil {
		return nil, err
	}
	registry, err := s.store.Registry(ctx)
	if err != nil {
		return nil, err
	}
	units, groups, aliases, err := readUnitFile(ctx, file, registry)
	if err != nil {
		return nil, err
	}
	merged := registry.Merge(units, groups, aliases)
	answer := showMerged(merged)
	if in.DryRun {
		return single(answer), nil
	}
	if len(merged.Clashes) > 0 {
		return nil, clashing(merged.Clashes)
	}
	if err := s.store.SaveRegistry(ctx, changedUnits(merged), changedGroups(merged), changedAliases(merged)); err != nil {
		return nil, err
	}
	s.sessions.forgetAll()
	answer.Saved = true
	return single(answer), nil
}

// readUnitFile reads the first table of a file that lists units.
func readUnitFile(ctx context.Context, file store.Document, registry *org.Registry) ([]org.Unit, []org.Group, []org.Alias, error) {
	read, err := document.Read(ctx, file.SourceName, file.Content)
	if err != nil {
		return nil, nil, nil, err
	}
	var faults []org.Fault
	for _, block := range read.Blocks {
		if block.Table == nil {
			continue
		}
		units, groups, aliases, wrong := org.ReadUnits(tableRows(*block.Table), registry)
		if len(wrong) == 0 {
			return units, groups, aliases, nil
		}
		// A table without the right heads is not the list; the one whose rows
		// have faults is.
		if faults == nil || wrong[0].Row > 0 {
			faults = wrong
		}
		if wrong[0].Row > 0 {
			break
		}
	}
	if faults == nil {
		_, _, _, faults = org.ReadUnits(nil, registry)
	}
	return nil, nil, nil, faulty(faults)
}

// tableRows returns the cells of a table as text; a merged cell counts in every
// row that it covers.
func tableRows(t document.Table) [][]string {
	rows := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		for _, cell := range row.Cells {
			rows[i] = append(rows[i], cell.Text())
		}
	}
	return rows
}

// mostFaults is how many faults one answer lists.
const mostFaults = 100

func faulty(faults []org.Fault) error {
	list := make([]act.Fault, 0, len(faults))
	for _, f := range faults[:min(len(faults), mostFaults)] {
		list = append(list, act.Fault{Field: fmt.Sprintf("rows[%d].%s", f.Row, f.Column), Code: "invalid", Zh: f.Zh, En: f.En})
	}
	return act.Malformed("unit-file", fmt.Sprintf("单位表有 %d 处错误，未导入任何内容，请改正后重新导入。", len(faults)),
		fmt.Sprintf("The list of units has %d faults and nothing was imported; correct them and import it again.", len(faults)), list...)
}

func clashing(clashes []*org.ClashError) error {
	f := failure{status: http.StatusConflict, code: "name-clash", zh: "有名称同时指向两个单位，未导入任何内容，请改正后重新导入。",
		en: "Names would stand for two things and nothing was imported; correct them and import the list again."}
	for _, c := range clashes[:min(len(clashes), mostFaults)] {
		f.faults = append(f.faults, act.Fault{Field: "name", Code: "taken", Zh: "“" + c.Name + "”同时指向“" + c.First + "”和“" + c.Second + "”。",
			En: fmt.Sprintf("%q stands for both %q and %q.", c.Name, c.First, c.Second)})
	}
	return f
}

func showMerged(m org.Merged) unitImport {
	shown := unitImport{Units: []unitChange{}, Groups: []groupChange{}, Aliases: []aliasChange{}, Clashes: []nameClash{}}
	for _, c := range m.Units {
		shown.Counts.add(c.Change)
		change := unitChange{Change: c.Change, After: unit(c.After)}
		if c.Before != nil {
			before := unit(*c.Before)
			change.Before = &before
		}
		shown.Units = append(shown.Units, change)
	}
	for _, c := range m.Groups {
		shown.Counts.add(c.Change)
		change := groupChange{Change: c.Change, After: group(c.After)}
		if c.Before != nil {
			before := group(*c.Before)
			change.Before = &before
		}
		shown.Groups = append(shown.Groups, change)
	}
	for _, c := range m.Aliases {
		shown.Counts.add(c.Change)
		shown.Aliases = append(shown.Aliases, aliasChange{Change: c.Change, After: alias(c.After)})
	}
	for _, c := range m.Clashes {
		shown.Clashes = append(shown.Clashes, nameClash{Name: c.Name, First: c.First, Second: c.Second})
	}
	return shown
}

func changedUnits(m org.Merged) []store.Unit {
	var rows []store.Unit
	for _, c := range m.Units {
		if u := c.After; c.Change != org.Unchanged {
			rows = append(rows, store.Unit{ID: u.ID, Name: u.Name, ShortName: u.ShortName, Level: u.Level, Kind: u.Kind, Position: u.Position, Active: u.Active})
		}
	}
	return rows
}

func changedGroups(m org.Merged) []store.Group {
	var rows []store.Group
	for _, c := range m.Groups {
		if c.Change != org.Unchanged {
			rows = append(rows, store.Group{ID: c.After.ID, Name: c.After.Name, Members: c.After.Members})
		}
	}
	return rows
}

func changedAliases(m org.Merged) []store.Alias {
	var rows []store.Alias
	for _, c := range m.Aliases {
		if c.Change == org.Unchanged {
			continue
		}
		row := store.Alias{Alias: c.After.Alias, Reason: c.After.Reason}
		if c.After.Unit != "" {
			row.UnitID = &c.After.Unit
		} else {
			row.GroupID = &c.After.Group
		}
		rows = append(rows, row)
	}
	return rows
}
