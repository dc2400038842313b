package dispatch

import (
	"encoding/json"
	"time"

	"duban/act"
	"duban/approval"
	"duban/org"
)

// Signing is what the payload of every command carries that puts something to
// sign: how the plan signs that kind of subject, as it was when the command was
// given.
type Signing struct {
	// Template of the plan; nil for the default of the kind.
	Template *approval.Template `json:"template,omitempty"`
	// UnitLevel is the tier of the unit that submits: province, city, county, town.
	UnitLevel string `json:"unitLevel,omitempty"`
}

// template is the one to sign a kind of subject by.
func (s Signing) template(kind string) approval.Template {
	if s.Template != nil {
		return *s.Template
	}
	return approval.Default(kind)
}

// subject is something that a process puts to sign.
type subject struct {
	signing Signing
	kind    string
	title   string
	content json.RawMessage
	parts   []approval.Part
	amount  *int64 // ten-thousandths
	cast    approval.Cast
	comment string
}

func (s subject) asSubmitted() approval.Subject {
	return approval.Subject{Title: s.title, Digest: digest(s.content), Parts: s.parts, Body: s.content, Comment: s.comment,
		Facts: approval.Facts{Amount: s.amount, UnitLevel: s.signing.UnitLevel}}
}

// putToSign opens a sign-off by an act of a person, or the next round of the one
// there is where that was given back.
func putToSign(before *approval.SignOff, id string, in subject, by act.Actor, now time.Time) (approval.SignOff, Outcome, error) {
	submitted := in.asSubmitted()
	if before != nil && before.Status.Resubmittable() {
		s, events, err := before.Resubmit(submitted, now)
		if err != nil {
			return s, Outcome{}, err
		}
		s, out := asksDue(s, events)
		return s, out, nil
	}
	template := in.signing.template(in.kind)
	s := approval.SignOff{ID: id, Kind: in.kind, Title: in.title, Digest: submitted.Digest, Parts: in.parts, Facts: submitted.Facts,
		Initiator: in.cast.Initiator, Supervisor: in.cast.Supervisor, Route: template.Route(in.cast), CarryOver: template.CarryOver}
	if template.ID != "" {
		s.Template = &template.TemplateRef
	}
	s, events, err := approval.Start(s, in.content, now)
	if err != nil {
		return s, Outcome{}, err
	}
	if len(template.CopyTo) > 0 {
		var copied act.Event
		if s, copied, err = s.SendCopies(template.CopyTo, by, "", now); err != nil {
			return s, Outcome{}, err
		}
		events = append(events, copied)
	}
	s, out := asksDue(s, events)
	return s, out, nil
}

// asksDue adds to what happened that the due moment of a newly opened step is
// asked for.
func asksDue(s approval.SignOff, events []act.Event) (approval.SignOff, Outcome) {
	out := Outcome{Events: events}
	s, request := s.AskDue()
	if request != nil {
		out.Effects = append(out.Effects, Effect{SignOffDue: request})
	}
	return s, out
}

// signIn carries an act on a sign-off out.
func signIn(s approval.SignOff, actor act.Actor, in approval.Act, now time.Time) (approval.SignOff, Outcome, error) {
	signed, events, err := s.Do(actor, in, now)
	if err != nil {
		return s, Outcome{}, err
	}
	signed, out := asksDue(signed, events)
	return signed, out, nil
}

// decodeDue reads when the open step of a sign-off is due.
func decodeDue(c act.Command) (approval.DueSet, error) {
	var in approval.DueSet
	if err := onlyBetweenProcesses(c.Actor); err != nil {
		return in, err
	}
	return in, c.Decode(&in)
}

// dueIn takes in when the open step of a sign-off is due.
func dueIn(s approval.SignOff, in approval.DueSet) (approval.SignOff, Outcome, error) {
	set, events, err := s.SetDue(in)
	return set, Outcome{Events: events}, err
}

// wakeIn lets the due moment of a sign-off pass.
func wakeIn(s approval.SignOff, now time.Time) (approval.SignOff, Outcome) {
	woken, events := s.Wake(now)
	return asksDue(woken, events)
}

// earliest is the first of the moments at which the clock has something to do.
func earliest(moments ...func() (time.Time, bool)) (time.Time, bool) {
	var first time.Time
	armed := false
	for _, next := range moments {
		if at, is := next(); is && (!armed || at.Before(first)) {
			first, armed = at, true
		}
	}
	return first, armed
}

// nextOf is the moment at which the clock has something to do with a sign-off.
func nextOf(s *approval.SignOff) func() (time.Time, bool) {
	return func() (time.Time, bool) {
		if s == nil {
			return time.Time{}, false
		}
		return s.Next()
	}
}

func noSuchSignOff() error {
	return act.NotFound("not-found", "该会签不存在。", "There is no such sign-off.")
}

// involved are those whom a sign-off asked or let know, with those whom people
// brought in; a party may be named several times.
func involved(s approval.SignOff) []org.Party {
	var parties []org.Party
	if len(s.Entries) > 0 {
		for _, step := range s.Route {
			for _, signer := range step.Signers {
				parties = append(parties, signer.Party)
			}
		}
	}
	for _, e := range s.Entries {
		if e.Origin > 0 {
			parties = append(parties, e.Signer.Party)
		}
	}
	for _, c := range s.Copies {
		parties = append(parties, c.Signer.Party)
	}
	return parties
}
