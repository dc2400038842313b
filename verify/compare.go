package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"duban/projection"
	"duban/store"
)

// compareHeads compares how far the read model got with the process.
func compareHeads(kept store.Instance, process projection.Snapshot) []Finding {
	if process.Ledger.Version == 0 && kept.Version == 0 { // started, and not yet opened
		return nil
	}
	if kept.Version == 0 {
		return []Finding{{Kind: Missing, Instance: kept.ID, Table: "instances", ID: kept.ID}}
	}
	var fields []string
	differs := func(field string, is bool) {
		if is {
			fields = append(fields, field)
		}
	}
	differs("closed", kept.Closed != process.Closed)
	differs("hash", kept.Hash != process.Ledger.Hash)
	differs("kind", kept.Kind != process.Kind)
	differs("plan", kept.PlanID != process.PlanID)
	differs("seq", kept.Seq != process.Ledger.Seq)
	differs("version", kept.Version != process.Ledger.Version)
	if len(fields) == 0 {
		return nil
	}
	return []Finding{{Kind: Different, Instance: kept.ID, Table: "instances", ID: kept.ID, Fields: fields}}
}

// compareViews lists the rows that are missing, too many or different.
func compareViews(instance string, kept, process projection.View) []Finding {
	return slices.Concat(
		compareRows(instance, "annual_targets", kept.Targets, process.Targets, func(r projection.AnnualTarget) string { return r.ID }),
		compareRows(instance, "items", kept.Items, process.Items, func(r projection.Item) string { return r.ID }),
		compareRows(instance, "assignments", kept.Assignments, process.Assignments, func(r projection.Assignment) string { return r.ID }),
		compareRows(instance, "reports", kept.Reports, process.Reports, func(r projection.Report) string { return r.ID }),
		compareRows(instance, "extensions", kept.Extensions, process.Extensions, func(r projection.Extension) string { return r.ID }),
		compareRows(instance, "supervisions", kept.Supervisions, process.Supervisions, func(r projection.Supervision) string { return r.ID }),
		compareRows(instance, "sign_offs", kept.SignOffs, process.SignOffs, func(r projection.SignOff) string { return r.ID }),
		compareRows(instance, "signers", kept.Signers, process.Signers, func(r projection.Signer) string { return r.ID }),
		compareRows(instance, "copies", kept.Copies, process.Copies, func(r projection.Copy) string { return r.ID }),
		compareRows(instance, "todos", kept.Todos, process.Todos, func(r projection.Todo) string { return r.ID }),
		compareRows(instance, "parties", kept.Parties, process.Parties, func(r projection.Party) string { return r.ID }),
		compareRows(instance, "attachments", kept.Attachments, process.Attachments, func(r projection.Attachment) string { return r.ID }),
		compareRows(instance, "rounds", kept.Rounds, process.Rounds, func(r projection.Round) string { return r.ID }),
		compareRows(instance, "round_sheets", kept.Sheets, process.Sheets, func(r projection.Sheet) string { return r.ID }),
		compareRows(instance, "round_sections", kept.Sections, process.Sections, func(r projection.Section) string { return r.ID }),
	)
}

func compareRows[T any](instance, table string, kept, process []T, id func(T) string) []Finding {
	var findings []Finding
	find := func(kind Kind, row T, fields []string) {
		findings = append(findings, Finding{Kind: kind, Instance: instance, Table: table, ID: id(row), Fields: fields})
	}
	there := make(map[string]T, len(kept))
	for _, row := range kept {
		there[id(row)] = row
	}
	for _, row := range process {
		old, is := there[id(row)]
		if !is {
			find(Missing, row, nil)
			continue
		}
		delete(there, id(row))
		if fields := differing(old, row); len(fields) > 0 {
			find(Different, row, fields)
		}
	}
	for _, row := range kept {
		if _, left := there[id(row)]; left {
			find(Extra, row, nil)
		}
	}
	return findings
}

// differing names the fields in which two rows differ as readers see them.
func differing(a, b any) []string {
	textA, textB := encoded(a), encoded(b)
	if bytes.Equal(textA, textB) {
		return nil
	}
	fieldsA, fieldsB := decoded(textA), decoded(textB)
	var names []string
	for name, value := range fieldsA {
		if !bytes.Equal(value, fieldsB[name]) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// encoded writes a row, which JSON can always hold.
func encoded(row any) []byte {
	text, err := json.Marshal(row)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", row, err))
	}
	return text
}

func decoded(text []byte) map[string]json.RawMessage {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		panic(fmt.Sprintf("decode a row that was just encoded: %v", err))
	}
	return fields
}
