package dispatch

import (
	"time"

	"duban/act"
	"duban/approval"
	"duban/org"
)

// SignOffOpening is the payload with which a sign-off on its own subject begins.
type SignOffOpening struct {
	ID         string         `json:"id"`
	Title      string         `json:"title"`
	Content    string         `json:"content"`
	Route      approval.Route `json:"route"`
	Supervisor org.UnitRef    `json:"supervisor,omitzero"`
}

// GeneralSignOff is a sign-off on a subject of its own, outside any plan.
type GeneralSignOff struct {
	Content  string           `json:"content"`
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
	if err := written("title", in.Title, longestTitle); err != nil {
		return g, Outcome{}, err
	}
	if err := notTooLong("content", in.Content, longestContent); err != nil {
		return g, Outcome{}, err
	}
	signOff, events, err := approval.Start(approval.SignOff{
		ID: SignOffID(KindSignOff, in.ID, 1), Kind: "general", Title: in.Title, Digest: digest(mustJSON(in.Content)),
		Initiator: c.Actor.Unit, Supervisor: in.Supervisor, Route: in.Route,
	}, now)
	if err != nil {
		return g, Outcome{}, err
	}
	return GeneralSignOff{Content: in.Content, SignOff: signOff, OpenedAt: now}, Outcome{Events: events}, nil
}

func (g GeneralSignOff) sign(c act.Command, now time.Time) (GeneralSignOff, Outcome, error) {
	var in approval.Act
	if err := c.Decode(&in); err != nil {
		return g, Outcome{}, err
	}
	if in.SignOff != g.SignOff.ID {
		return g, Outcome{}, act.NotFound("not-found", "该会签不存在。", "There is no such sign-off.")
	}
	signed, events, err := g.SignOff.Do(c.Actor, in, now)
	if err != nil {
		return g, Outcome{}, err
	}
	g.SignOff = signed
	if signed.Status != approval.Open {
		events = append(events, act.Happened("sign-off.closed", map[string]string{"status": string(signed.Status)}, act.Notice{
			To: operator(signed.Initiator), Kind: "sign-off-closed", Title: "会签已结束：" + signed.Title, TitleEn: "The sign-off is decided: " + signed.Title}))
	}
	return g, Outcome{Events: events}, nil
}

// Next is the moment at which the clock has something to do: never.
func (g GeneralSignOff) Next() (time.Time, bool) { return time.Time{}, false }

// Wake does what is due by the clock: nothing.
func (g GeneralSignOff) Wake(time.Time) (GeneralSignOff, Outcome) { return g, Outcome{} }

// IsClosed reports whether nothing can happen any more. A subject that was
// given back ends as well: a changed subject is put to sign as a new one.
func (g GeneralSignOff) IsClosed() bool {
	return g.SignOff.Status != "" && g.SignOff.Status != approval.Open
}
