package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"duban/calendar"
	"duban/document"
	"duban/example"
	"duban/export"
	"duban/internal/terminal"
	"duban/org"
	"duban/policy"
	"duban/target"
)

type parseCommand struct {
	File   string `arg:"" help:"The policy document: .txt, .docx, .xlsx, .csv, .html or .pdf." type:"existingfile"`
	Format string `help:"How tasks are printed: as a table or json; or written as a file: xlsx, docx or csv." enum:"json,table,xlsx,docx,csv" default:"table"`
	Output string `short:"o" help:"File to write to instead of the terminal; it must not exist yet." type:"path" placeholder:"FILE"`
	Units  string `help:"JSON file with units, groups and aliases; the names in the document are looked up in it." type:"existingfile" placeholder:"FILE"`
}

// Run prints the tasks of a document. It fails if the document cannot be read
// or assigns nothing to anybody.
func (c parseCommand) Run(ctx context.Context, out io.Writer) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("read the document: %w", err)
	}
	doc, err := document.Read(ctx, filepath.Base(c.File), data)
	if err != nil {
		return err
	}
	draft, err := policy.Parse(doc)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(c.File), err)
	}
	var registry *org.Registry
	if c.Units != "" {
		if registry, err = readUnits(c.Units); err != nil {
			return err
		}
	}
	if err := writable(c.Output, c.Format); err != nil {
		return err
	}
	return deliver(out, c.Output, func(w io.Writer) error { return c.print(w, draft, registry) })
}

// print writes the draft in the format that was asked for.
func (c parseCommand) print(w io.Writer, draft policy.Draft, registry *org.Registry) error {
	switch c.Format {
	case "xlsx":
		return export.Excel(draft, w)
	case "docx":
		return export.Word(draft, w)
	case "csv":
		return export.CSV(draft, w)
	}
	parsed := describe(draft, registry)
	if c.Format == "json" {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(parsed)
	}
	_, err := io.WriteString(w, parsed.table())
	return err
}

// parsedPolicy is a draft plan as it is printed.
type parsedPolicy struct {
	Title  string         `json:"title"`
	Status string         `json:"status"`
	Number string         `json:"number,omitempty"`
	Issued *calendar.Date `json:"issued,omitempty"`
	Issuer string         `json:"issuer,omitempty"`
	Tasks  []parsedTask   `json:"tasks"`
	// Goals are the targets of the plan as a whole.
	Goals []target.Target `json:"goals,omitempty"`
	// Doubts are what a person must settle about the document.
	Doubts []string `json:"doubts,omitempty"`
}

type parsedTask struct {
	No           string          `json:"no"`
	Section      string          `json:"section"`
	Programme    string          `json:"programme"`
	Title        string          `json:"title"`
	Text         string          `json:"text"`
	Lead         []string        `json:"lead"`
	Support      []string        `json:"support"`
	Guide        []string        `json:"guide,omitempty"`
	Mode         policy.Mode     `json:"mode,omitempty"`
	Deadline     *calendar.Date  `json:"deadline"`
	DeadlineText string          `json:"deadlineText,omitempty"`
	Targets      []target.Target `json:"targets"`
	// Units tells what the written names stand for, where a registry was given.
	Units []parsedUnit `json:"units,omitempty"`
	// Decide is what a person must decide about the task.
	Decide []string `json:"decide,omitempty"`
}

// parsedUnit is a written name and what the registry knows of it.
type parsedUnit struct {
	Written string      `json:"written"`
	Role    policy.Role `json:"role"`
	Known   bool        `json:"known"`
	Name    string      `json:"name,omitempty"`    // of the unit or the group
	Members []string    `json:"members,omitempty"` // of a group
}

// describe turns a draft into what is printed, with names looked up if there is
// a registry.
func describe(draft policy.Draft, registry *org.Registry) parsedPolicy {
	p := parsedPolicy{Title: draft.Title, Status: draft.Status, Number: draft.Number, Issued: draft.Issued, Issuer: draft.Issuer, Goals: draft.Goals}
	for _, d := range draft.Doubts {
		p.Doubts = append(p.Doubts, d.Reason+" / "+d.ReasonEn)
	}
	for _, t := range draft.Tasks {
		p.Tasks = append(p.Tasks, parsedTask{
			No: t.No, Section: t.Section, Programme: t.Programme, Title: t.Title, Text: t.Text,
			Lead: t.Lead, Support: t.Support, Guide: t.Guide, Mode: t.Mode,
			Deadline: t.Deadline, DeadlineText: t.DeadlineText, Targets: t.Targets,
			Units: lookUp(t.Entries, registry), Decide: decisions(t),
		})
	}
	return p
}

// decisions lists the reasons why a person must decide, each once, in the order
// in which a form asks.
func decisions(t policy.Task) []string {
	var reasons []string
	seen := map[string]bool{}
	ask := func(o policy.Origin) {
		if o.Certainty == policy.NeedsDecision && !seen[o.Reason] {
			seen[o.Reason] = true
			reasons = append(reasons, o.Reason+" / "+o.ReasonEn)
		}
	}
	for _, field := range []string{"no", "title", "text", "lead", "support", "deadline"} {
		ask(t.Fields[field])
	}
	for _, e := range t.Entries {
		ask(e.Origin)
	}
	for _, goal := range t.Targets {
		ask(t.Fields["targets."+goal.Key])
	}
	return reasons
}

func lookUp(entries []policy.Entry, registry *org.Registry) []parsedUnit {
	if registry == nil {
		return nil
	}
	var units []parsedUnit
	for _, e := range entries {
		u := parsedUnit{Written: e.Written, Role: e.Role}
		if found, ok := registry.Resolve(e.Written); ok {
			u.Known = true
			if found.Unit != nil {
				u.Name = found.Unit.Name
			} else {
				u.Name = found.Group.Name
				for _, member := range found.Members {
					u.Members = append(u.Members, member.Name)
				}
			}
		}
		units = append(units, u)
	}
	return units
}

// readUnits reads a registry from a file in the form of the example's.
func readUnits(path string) (*org.Registry, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the units: %w", err)
	}
	var file struct {
		Units  []example.Unit  `json:"units"`
		Groups []example.Group `json:"groups"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s 不是单位清单：需要含 units 和 groups 的 JSON / is no list of units: %w", path, err)
	}
	registry, err := registryOf(file.Units, file.Groups)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return registry, nil
}

func registryOf(units []example.Unit, groups []example.Group) (*org.Registry, error) {
	var known []org.Unit
	var together []org.Group
	var aliases []org.Alias
	for i, u := range units {
		known = append(known, org.Unit{ID: u.ID, Name: u.Name, ShortName: u.Short, Level: u.Level, Kind: u.Kind, Position: i + 1, Active: true})
		for _, alias := range u.Aliases {
			aliases = append(aliases, org.Alias{Alias: alias, Unit: u.ID})
		}
	}
	for _, g := range groups {
		together = append(together, org.Group{ID: g.ID, Name: g.Name, Members: g.Members})
		for _, alias := range g.Aliases {
			aliases = append(aliases, org.Alias{Alias: alias, Group: g.ID})
		}
	}
	return org.NewRegistry(known, together, aliases)
}

// The widest that columns become, in narrow characters.
const (
	titleWidth = 44
	unitsWidth = 56
)

// table prints the tasks as aligned text, one line each, and what must be
// decided below.
func (p parsedPolicy) table() string {
	rows := [][]string{{"序号 No", "任务 Task", "牵头 Lead", "配合 Support", "时限 Due", "指标 Targets"}}
	leads, supports := 0, 0
	for _, t := range p.Tasks {
		leads, supports = leads+len(t.Lead), supports+len(t.Support)
		lead := t.names(t.Lead)
		if t.Mode == policy.Joint {
			lead = "共同 joint: " + lead
		}
		rows = append(rows, []string{t.No, terminal.Clip(t.Title, titleWidth), terminal.Clip(lead, unitsWidth), terminal.Clip(t.names(t.Support), unitsWidth), t.due(), fmt.Sprint(len(t.Targets))})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", p.heading())
	b.WriteString(terminal.Align(rows))
	fmt.Fprintf(&b, "\n%d 项任务，牵头 %d，配合 %d / %d tasks, %d lead and %d supporting units\n", len(p.Tasks), leads, supports, len(p.Tasks), leads, supports)
	for _, doubt := range p.Doubts {
		fmt.Fprintf(&b, "待核 check: %s\n", doubt)
	}
	for _, t := range p.Tasks {
		for _, reason := range t.Decide {
			fmt.Fprintf(&b, "待定 decide: %s %s: %s\n", t.No, terminal.Clip(t.Title, titleWidth), reason)
		}
		for _, u := range t.Units {
			if !u.Known {
				fmt.Fprintf(&b, "未登记 unknown: %s %s: %s\n", t.No, terminal.Clip(t.Title, titleWidth), u.Written)
			}
		}
	}
	return b.String()
}

func (p parsedPolicy) heading() string {
	heading := p.Title
	if p.Status != "" {
		heading += "（" + p.Status + "）"
	}
	if p.Number != "" {
		heading += " " + p.Number
	}
	return heading + "\n"
}

// names joins units as written; a group is followed by the number of its
// members where the registry knows it.
func (t parsedTask) names(written []string) string {
	members := map[string]int{}
	for _, u := range t.Units {
		members[u.Written] = len(u.Members)
	}
	shown := make([]string, len(written))
	for i, name := range written {
		shown[i] = name
		if n := members[name]; n > 0 {
			shown[i] += fmt.Sprintf("[%d]", n)
		}
	}
	return strings.Join(shown, " ")
}

func (t parsedTask) due() string {
	if t.Deadline != nil {
		return t.Deadline.String()
	}
	return t.DeadlineText
}
