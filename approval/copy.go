package approval

import (
	"fmt"
	"slices"
	"time"

	"duban/act"
)

// Copy is one party that is let know of the sign-off (抄送) and may read it.
// Whether it has been read is kept beside the process, since people also read
// when all is decided.
type Copy struct {
	Signer Signer    `json:"signer"`
	By     act.Actor `json:"by"`
	At     time.Time `json:"at"`
}

// maxCopies bounds how many parties get a copy of one sign-off.
const maxCopies = 500

// copyTo lets others know. Whoever has to do with the sign-off may, also when it
// is decided as long as its process lives.
func (s SignOff) copyTo(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	involved := s.initiatedBy(actor) || s.supervisedBy(actor) ||
		slices.ContainsFunc(s.Entries, func(e *Entry) bool { return mine(actor, e.Signer.Party) })
	if !involved {
		return s, nil, notASigner()
	}
	if len(s.Copies)+len(in.To) > maxCopies {
		return s, nil, act.NotNow("too-many", fmt.Sprintf("抄送最多 %d 个。", maxCopies), fmt.Sprintf("At most %d copies can be sent.", maxCopies))
	}
	s, event, err := s.SendCopies(in.To, actor, in.Comment, now)
	if err != nil {
		return s, nil, err
	}
	return s, []act.Event{event}, nil
}

// SendCopies lets those know who have no copy yet.
func (s SignOff) SendCopies(to []Signer, by act.Actor, reason string, now time.Time) (SignOff, act.Event, error) {
	copies := slices.Clone(s.Copies)
	data := Copied{SignOff: s.ID, Reason: reason}
	var notices []act.Notice
	for _, signer := range to {
		if slices.ContainsFunc(copies, func(c Copy) bool { return c.Signer.Party == signer.Party }) {
			continue
		}
		copies = append(copies, Copy{Signer: signer, By: by, At: now.UTC()})
		data.To = append(data.To, signer)
		notices = append(notices, act.Notice{To: signer.Party, Kind: "copy", Title: "抄送：" + s.Title, TitleEn: "For your information: " + s.Title})
	}
	if len(data.To) == 0 {
		return s, act.Event{}, act.NotNow("already-copied", "所选单位或人员均已抄送。", "All of them have a copy already.")
	}
	s.Copies = copies
	return s, act.Happened("sign-off.copied", data, notices...), nil
}
