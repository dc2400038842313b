package dispatch

import (
	"encoding/json"
	"slices"
	"time"

	"duban/act"
	"duban/approval"
	"duban/org"
)

// SignOffOpening is the payload with which a sign-off on its own subject begins.
type SignOffOpening struct {
	ID          string                `json:"id"`
	Title       string                `json:"title"`
	Content     string                `json:"content"`
	Attachments []act.Attachment      `json:"attachments,omitempty"`
	Facts       approval.Facts        `json:"facts,omitzero"`
	Route       approval.Route        `json:"route"`
	Template    *approval.TemplateRef `json:"template,omitempty"`
	CarryOver   bool                  `json:"carryOver,omitempty"`
	CopyTo      []approval.Signer     `json:"copyTo,omitempty"`
	Supervisor  org.UnitRef           `json:"supervisor,omitzero"`
}

// GeneralSignOff is a sign-off on a subject of its own, outside any plan.
type GeneralSignOff struct {
	Content     string           `json:"content"`
	Attachments []act.Attachment `json:"attachments,omitempty"`
	// Earlier are the files of earlier rounds, which stay readable.
	Earlier  []act.Attachment `json:"earlier,omitempty"`
	SignOff  approval.SignOff `json:"signOff"`
	OpenedAt time.Time        `json:"openedAt"`
}

// Apply decides a command.
func (g GeneralSignOff) Apply(c act.Command, now time.Time) (GeneralSignOff, Outcome, error) {
	if g.SignOff.Status == "" && c.Name != Open {
		return g, Outcome{}, notOpened()
	}
	switch c.Name {
	case Open:
		return g.open(c, now)
	case Sign:
		return g.sign(c, now)
	case SetSignOffDue:
		return g.setDue(c)
	case Recalculate:
		return g.recalculate(c)
	}
	return g, Outcome{}, unknownCommand(c.Name)
}

func (g GeneralSignOff) open(c act.Command, now time.Time) (GeneralSignOff, Outcome, error) {
	if g.SignOff.Status != "" {
		return g, Outcome{}, alreadyOpened()
	}
	var in SignOffOpening
	if err := c.Decode(&in); err != nil {
		return g, Outcome{}, err
	}
	if err := checkContent(in.Title, in.Content, in.Attachments); err != nil {
		return g, Outcome{}, err
	}
	body, parts := generalContent(in.Content, in.Attachments)
	signOff, events, err := approval.Start(approval.SignOff{
		ID: SignOffID(KindSignOff, in.ID, 1), Kind: "general", Title: in.Title, Digest: digestOfGeneral(in.Content, in.Attachments), Parts: parts,
		Facts: in.Facts, Initiator: c.Actor.Unit, Supervisor: in.Supervisor, Route: in.Route, Template: in.Template, CarryOver: in.CarryOver,
	}, body, now)
	if err != nil {
		return g, Outcome{}, err
	}
	if len(in.CopyTo) > 0 {
		var copied act.Event
		if signOff, copied, err = signOff.SendCopies(in.CopyTo, c.Actor, "", now); err != nil {
			return g, Outcome{}, err
		}
		events = append(events, copied)
	}
	next := GeneralSignOff{Content: in.Content, Attachments: in.Attachments, OpenedAt: now}
	signOff, out := asksDue(signOff, events)
	next, out = next.settled(signOff, out)
	return next, out, nil
}

// checkContent refuses a subject that says nothing, or too much.
func checkContent(title, content string, attachments []act.Attachment) error {
	if err := written("title", title, longestTitle); err != nil {
		return err
	}
	if content == "" && len(attachments) == 0 {
		return required("content")
	}
	if err := act.FewFiles(attachments); err != nil {
		return err
	}
	return notTooLong("content", content, longestContent)
}

// generalContent is what is signed of a subject of its own, and its parts: the
// text and each file.
func generalContent(content string, attachments []act.Attachment) (json.RawMessage, []approval.Part) {
	if len(attachments) == 0 {
		body := mustJSON(content)
		return body, []approval.Part{{Key: "", Name: "正文", Digest: digest(body)}}
	}
	parts := []approval.Part{{Key: "", Name: "正文", Digest: digest(mustJSON(content))}}
	for _, a := range attachments {
		parts = append(parts, approval.Part{Key: "file:" + a.Name, Name: "附件 " + a.Name, Digest: a.SHA256})
	}
	return mustJSON(struct {
		Text        string           `json:"text"`
		Attachments []act.Attachment `json:"attachments"`
	}{content, attachments}), parts
}

// digestOfGeneral identifies text and files by what is in them: the same file
// under another id is the same.
func digestOfGeneral(content string, attachments []act.Attachment) string {
	body, parts := generalContent(content, attachments)
	if len(attachments) == 0 {
		return digest(body)
	}
	return digest(mustJSON(parts))
}

func (g GeneralSignOff) sign(c act.Command, now time.Time) (GeneralSignOff, Outcome, error) {
	var in approval.Act
	if err := c.Decode(&in); err != nil {
		return g, Outcome{}, err
	}
	if in.SignOff != g.SignOff.ID {
		return g, Outcome{}, noSuchSignOff()
	}
	if in.Action == approval.Resubmit {
		return g.resubmit(c.Actor, in, now)
	}
	signed, out, err := signIn(g.SignOff, c.Actor, in, now)
	if err != nil {
		return g, Outcome{}, err
	}
	g, out = g.settled(signed, out)
	return g, out, nil
}

// resubmit puts a subject to sign again, by the unit that put it to sign first.
func (g GeneralSignOff) resubmit(actor act.Actor, in approval.Act, now time.Time) (GeneralSignOff, Outcome, error) {
	if !actor.WorksFor(g.SignOff.Initiator.ID) && !actor.Is(supervisor(g.SignOff.Initiator)) {
		return g, Outcome{}, act.NotAllowed("not-the-initiator", "只有发起单位可以重新提交。", "Only the initiating unit may submit it again.")
	}
	if err := checkContent(in.Title, in.Content, in.Attachments); err != nil {
		return g, Outcome{}, err
	}
	body, parts := generalContent(in.Content, in.Attachments)
	s, events, err := g.SignOff.Resubmit(approval.Subject{Title: in.Title, Digest: digestOfGeneral(in.Content, in.Attachments), Parts: parts,
		Facts: g.SignOff.Facts, Body: body, Comment: in.Comment}, now)
	if err != nil {
		return g, Outcome{}, err
	}
	g.Earlier = append(slices.Clone(g.Earlier), g.Attachments...)
	g.Content, g.Attachments = in.Content, in.Attachments
	s, out := asksDue(s, events)
	g, out = g.settled(s, out)
	return g, out, nil
}

func (g GeneralSignOff) setDue(c act.Command) (GeneralSignOff, Outcome, error) {
	in, err := decodeDue(c)
	if err != nil {
		return g, Outcome{}, err
	}
	s, out, err := dueIn(g.SignOff, in)
	if err != nil {
		return g, Outcome{}, err
	}
	g, out = g.settled(s, out)
	return g, out, nil
}

// settled takes the sign-off back and tells the initiator how it ended.
func (g GeneralSignOff) settled(s approval.SignOff, out Outcome) (GeneralSignOff, Outcome) {
	before := g.SignOff.Status
	g.SignOff = s
	switch {
	case s.Status == approval.Open || s.Status == before:
	case s.Status.Resubmittable():
		out.Events = append(out.Events, act.Happened("sign-off.given-back", map[string]string{"status": string(s.Status)}, act.Notice{
			To: operator(s.Initiator), Kind: "returned", Title: "会签被退回或撤回，请修改后重新提交：" + s.Title, TitleEn: "Given back; please change it and submit again: " + s.Title}))
	default:
		out.Events = append(out.Events, act.Happened("sign-off.closed", map[string]string{"status": string(s.Status)}, act.Notice{
			To: operator(s.Initiator), Kind: "sign-off-closed", Title: "会签已结束：" + s.Title, TitleEn: "The sign-off is decided: " + s.Title}))
	}
	return g, out
}

// Next is the moment at which the open step is due.
func (g GeneralSignOff) Next() (time.Time, bool) { return g.SignOff.Next() }

// Wake does what the open step says when it is late.
func (g GeneralSignOff) Wake(now time.Time) (GeneralSignOff, Outcome) {
	s, out := wakeIn(g.SignOff, now)
	return g.settled(s, out)
}

// IsClosed reports whether nothing can happen any more. A subject that was given
// back may come again.
func (g GeneralSignOff) IsClosed() bool { return g.SignOff.Status.Final() }
