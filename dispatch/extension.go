package dispatch

import (
	"slices"
	"time"

	"duban/act"
	"duban/approval"
	"duban/calendar"
	"duban/org"
)

// ExtensionStatus is where a request for a later date stands.
type ExtensionStatus string

const (
	ExtensionAsked    ExtensionStatus = "asked"
	ExtensionGranted  ExtensionStatus = "granted"
	ExtensionRefused  ExtensionStatus = "refused"
	ExtensionObsolete ExtensionStatus = "obsolete" // the assignment was closed or got another date
)

// Extension is a later date that the responsible unit asked for (延期): before
// the due moment, with reason, progress and new date, signed off by the lead
// unit and the supervisor. The first date stays in the record.
type Extension struct {
	N int `json:"n"`
	ExtensionRequest
	From    calendar.Date    `json:"from"`
	Unit    org.UnitRef      `json:"unit,omitzero"` // that asked
	Status  ExtensionStatus  `json:"status"`
	SignOff approval.SignOff `json:"signOff"`
	AskedAt time.Time        `json:"askedAt"`
}

func (a Assignment) requestExtension(c act.Command, now time.Time) (Assignment, Outcome, error) {
	if err := a.mayWork(c.Actor); err != nil {
		return a, Outcome{}, err
	}
	if err := a.inWork(); err != nil {
		return a, Outcome{}, err
	}
	if err := a.mayAsk(now); err != nil {
		return a, Outcome{}, err
	}
	if slices.ContainsFunc(a.Extensions, func(e Extension) bool { return e.Status == ExtensionAsked }) {
		return a, Outcome{}, act.NotNow("extension-pending", "已有一项延期申请正在会签。", "An extension is being signed off already.")
	}
	var asking ExtensionAsking
	if err := c.Decode(&asking); err != nil {
		return a, Outcome{}, err
	}
	in := asking.ExtensionRequest
	if err := written("progress", in.Progress, longestText); err != nil {
		return a, Outcome{}, err
	}
	if err := laterDate(a.Edition, in.Due, in.Reason, now, a.Schedule.Due); err != nil {
		return a, Outcome{}, err
	}
	if !in.Due.After(a.Due) {
		return a, Outcome{}, act.Malformed("due-not-later", "新的期限应晚于原期限。", "The new date must lie after the present one.",
			act.Fault{Field: "due", Code: "not-later", Zh: "应晚于原期限", En: "must lie after the present date"})
	}
	a.Leave = nil
	n := len(a.Extensions) + 1
	signOff, out, err := putToSign(nil, a.nextSignOff(), subject{signing: asking.Signing, kind: "extension", title: "延期申请 " + a.Title(),
		content: mustJSON(in), amount: (*int64)(a.Item.Amount), cast: a.cast()}, c.Actor, now)
	if err != nil {
		return a, Outcome{}, err
	}
	out.Events = append([]act.Event{act.Happened("assignment.extension-requested", in)}, out.Events...)
	a.Extensions = append(slices.Clone(a.Extensions), Extension{N: n, ExtensionRequest: in, From: a.Due, Unit: a.Unit, Status: ExtensionAsked, SignOff: signOff, AskedAt: now})
	a, out = a.extensionSettled(n-1, out)
	return a, out, nil
}

// extensionSettled does what follows from the decision on a request.
func (a Assignment) extensionSettled(i int, out Outcome) (Assignment, Outcome) {
	extension := &a.Extensions[i]
	if extension.Status != ExtensionAsked {
		return a, out
	}
	switch extension.SignOff.Status {
	case approval.Open:
		return a, out
	case approval.Approved:
		extension.Status = ExtensionGranted
		granted, moved := a.newDue(extension.Due, "assignment.extended", nil)
		return granted, join(out, moved)
	}
	extension.Status = ExtensionRefused
	out.Events = append(out.Events, act.Happened("assignment.extension-refused", map[string]any{"n": extension.N}, act.Notice{
		To: operator(a.Unit), Kind: "extension-refused", Title: "延期申请未获批准：" + a.Title(), TitleEn: "The extension was not granted: " + a.Title()}))
	return a, out
}

// newDue moves the due date. The ladder of the new date is armed as soon as it
// is known; until then the old one is silent.
func (a Assignment) newDue(due calendar.Date, what string, events []act.Event) (Assignment, Outcome) {
	from := a.Due
	a.Due, a.DueCounted, a.Overdue, a.Arming, a.Leave = due, nil, false, true, nil
	happened := act.Happened(what, map[string]any{"from": from, "to": due, "first": a.FirstDue}, act.Notice{
		To: operator(a.Unit), Kind: "extended", Title: "办理期限调整为" + due.String() + "：" + a.Title(), TitleEn: "The new due date is " + due.String() + ": " + a.Title()})
	out := a.told(append(events, happened)...)
	out.Effects = append(out.Effects, Effect{ArmLadder: &due, Asking: Asking{Unit: a.Unit.ID}})
	return a, out
}

// dropExtension ends a request that is still being signed.
func (a Assignment) dropExtension() []Extension {
	extensions := slices.Clone(a.Extensions)
	for i := range extensions {
		if extensions[i].Status == ExtensionAsked {
			extensions[i].Status = ExtensionObsolete
			extensions[i].SignOff = extensions[i].SignOff.Drop()
		}
	}
	return extensions
}
