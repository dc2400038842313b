package approval

import (
	"fmt"
	"slices"
	"time"

	"duban/act"
)

// urgeEvery is how often a sign-off may be urged.
const urgeEvery = 10 * time.Minute

// urge presses all who are asked. Whoever waits for them may: the initiator, a
// supervisor, a signer whose turn comes later.
func (s SignOff) urge(actor act.Actor, in Act, now time.Time) (SignOff, []act.Event, error) {
	_, waitsHimself := s.entryOf(0, func(e *Entry) bool {
		return (e.Status == Pending || e.Status == Held) && mine(actor, e.Signer.Party)
	})
	if !s.initiatedBy(actor) && !s.supervisedBy(actor) && !waitsHimself {
		return s, nil, act.NotAllowed("may-not-urge", "只有发起单位、督查人员或等待前序签署的单位可以催办。",
			"Only the initiating unit, a supervisor, or a signer who waits for others may urge.")
	}
	if wait := urgeEvery - now.Sub(s.UrgedAt); wait > 0 {
		return s, nil, UrgedLately(wait)
	}
	s.UrgedAt = now
	waiting := s.WaitingEntries()
	var events []act.Event
	for some := range slices.Chunk(waiting, askedAtOnce) {
		notices := make([]act.Notice, len(some))
		for i, e := range some {
			notices[i] = act.Notice{To: e.Signer.Party, Kind: "urge", Title: "催办：请会签 " + s.Title, TitleEn: "Urged: please sign " + s.Title}
		}
		events = append(events, act.Happened("sign-off.urged", Urged{SignOff: s.ID, Signers: len(some), Reason: in.Comment}, notices...))
	}
	return s, events, nil
}

// UrgedLately refuses an urge for so long, and says in how many minutes one may
// urge again.
func UrgedLately(left time.Duration) error {
	minutes := int((left + time.Minute - 1) / time.Minute)
	return act.NotNow("urged-lately", fmt.Sprintf("刚刚催办过，请 %d 分钟后再催。", minutes),
		fmt.Sprintf("It was urged lately; you may urge again in %d min.", minutes))
}
