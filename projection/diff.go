package projection

import "reflect"

// Diff returns the rows of next that are new or differ from prev, and the ids
// of those that are gone.
func Diff(prev, next View) (View, Gone) {
	var gone Gone
	var up View
	up.Targets, _ = rows(prev.Targets, next.Targets, func(r AnnualTarget) string { return r.ID })
	up.Items, gone.Items = rows(prev.Items, next.Items, func(r Item) string { return r.ID })
	up.Assignments, _ = rows(prev.Assignments, next.Assignments, func(r Assignment) string { return r.ID })
	up.Reports, _ = rows(prev.Reports, next.Reports, func(r Report) string { return r.ID })
	up.Extensions, _ = rows(prev.Extensions, next.Extensions, func(r Extension) string { return r.ID })
	up.Supervisions, _ = rows(prev.Supervisions, next.Supervisions, func(r Supervision) string { return r.ID })
	up.SignOffs, _ = rows(prev.SignOffs, next.SignOffs, func(r SignOff) string { return r.ID })
	up.Signers, _ = rows(prev.Signers, next.Signers, func(r Signer) string { return r.ID })
	up.Copies, _ = rows(prev.Copies, next.Copies, func(r Copy) string { return r.ID })
	up.Todos, gone.Todos = rows(prev.Todos, next.Todos, func(r Todo) string { return r.ID })
	up.Parties, gone.Parties = rows(prev.Parties, next.Parties, func(r Party) string { return r.ID })
	up.Attachments, gone.Attachments = rows(prev.Attachments, next.Attachments, func(r Attachment) string { return r.ID })
	up.Rounds, _ = rows(prev.Rounds, next.Rounds, func(r Round) string { return r.ID })
	up.Sheets, _ = rows(prev.Sheets, next.Sheets, func(r Sheet) string { return r.ID })
	up.Sections, _ = rows(prev.Sections, next.Sections, func(r Section) string { return r.ID })
	return up, gone
}

func rows[T any](prev, next []T, id func(T) string) (changed []T, gone []string) {
	before := make(map[string]T, len(prev))
	for _, row := range prev {
		before[id(row)] = row
	}
	for _, row := range next {
		if old, known := before[id(row)]; !known || !reflect.DeepEqual(old, row) {
			changed = append(changed, row)
		}
		delete(before, id(row))
	}
	for _, row := range prev {
		if _, left := before[id(row)]; left {
			gone = append(gone, id(row))
		}
	}
	return changed, gone
}
