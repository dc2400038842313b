package dispatch

import (
	"fmt"
	"slices"
	"time"

	"duban/act"
	"duban/deadline"
)

// Level is how much weight an order has. The sequence 督办单 → 通报 → 约谈 is the one
// commonly found in the supervision rules of cities, each step with its issuer,
// ground, date and reply deadline.
type Level string

const (
	LevelOrder    Level = "order"    // 督办单
	LevelCircular Level = "circular" // 通报
	LevelSummons  Level = "summons"  // 约谈
)

// levels are all levels, in the order of their weight.
var levels = [...]Level{LevelOrder, LevelCircular, LevelSummons}

// rank is the place of the level, -1 for one that does not exist. No level is
// the lowest: so orders are that were issued before there were levels.
func (l Level) rank() int { return slices.Index(levels[:], l.orLowest()) }

func (l Level) orLowest() Level {
	if l == "" {
		return LevelOrder
	}
	return l
}

// Zh returns the level's Chinese name.
func (l Level) Zh() string {
	switch l.orLowest() {
	case LevelCircular:
		return "通报"
	case LevelSummons:
		return "约谈"
	default:
		return "督办单"
	}
}

// levelOf is the level that a rung of the ladder asks for.
func levelOf(action deadline.Action) (level Level, asks bool) {
	switch action {
	case deadline.Supervise:
		return LevelOrder, true
	case deadline.Circulate:
		return LevelCircular, true
	case deadline.Summon:
		return LevelSummons, true
	default:
		return "", false
	}
}

// LevelStep is one change of an order's level, its issue included.
type LevelStep struct {
	Level  Level     `json:"level"`
	By     act.Actor `json:"by"`
	At     time.Time `json:"at"`
	Ground string    `json:"ground"`
	// ReplyDue is when an answer was due; zero for a lowering, which asks for none.
	ReplyDue time.Time `json:"replyDue,omitzero"`
	Lowered  bool      `json:"lowered,omitempty"`
}

// Raising is the payload of Raise.
type Raising struct {
	Level  Level  `json:"level"`
	Ground string `json:"ground"`
	// ReplyWorkingDays is the time to answer; 0 is the plan's.
	ReplyWorkingDays int `json:"replyWorkingDays,omitempty"`
	// Talk is when and with whom, of a summons.
	Talk *Meeting `json:"talk,omitempty"`
}

// longestReply bounds the time to answer, in working days.
const longestReply = 60

// check refuses a raising that does not say what is needed. ground is the name
// of the field that says why. Who summons by hand says to when.
func (r Raising) check(edition int, ground string, byHand bool, now time.Time) error {
	if r.Level.rank() < 0 {
		return act.Malformed("level", "督办等级应为 order、circular 或 summons。", "The level must be order, circular or summons.",
			act.Fault{Field: "level", Code: "unknown", Zh: "应为 order、circular 或 summons", En: "must be order, circular or summons"})
	}
	if err := written(ground, r.Ground, longestText); err != nil {
		return err
	}
	if r.ReplyWorkingDays < 0 || r.ReplyWorkingDays > longestReply {
		zh, en := fmt.Sprintf("答复期限应在 1 至 %d 个工作日之间。", longestReply), fmt.Sprintf("The time to answer must be 1 to %d working days.", longestReply)
		return act.Malformed("reply-working-days", zh, en, act.Fault{Field: "replyWorkingDays", Code: "range", Zh: zh, En: en})
	}
	if r.Level != LevelSummons {
		if r.Talk != nil {
			return act.Malformed("talk", "只有约谈需要填写约谈安排。", "Only a summons has a talk.",
				act.Fault{Field: "talk", Code: "not-a-summons", Zh: "仅约谈填写", En: "only of a summons"})
		}
		return nil
	}
	switch {
	case r.Talk != nil:
		return r.Talk.check(edition, "talk.", now)
	case byHand:
		return required("talk")
	}
	return nil
}

// raise gives the order more weight: by a supervisor with his ground, or by the
// ladder. Each level asks for an answer of its own. The ladder does not push a
// unit that has answered: what it asks for is held until the answer is sent
// back, or its promise broken.
func (s Supervision) raise(c act.Command, now time.Time) (Supervision, Outcome, error) {
	byHand := c.Actor.IsPerson()
	if byHand {
		if err := s.maySupervise(c.Actor); err != nil {
			return s, Outcome{}, err
		}
	}
	var in Raising
	if err := c.Decode(&in); err != nil {
		return s, Outcome{}, err
	}
	if err := in.check(s.Edition, "ground", byHand, now); err != nil {
		return s, Outcome{}, err
	}
	if in.Level.rank() <= max(s.Level.rank(), heldRank(s.Held, byHand)) {
		return s, Outcome{}, act.NotNow("not-higher", "督办单已是"+s.Level.Zh()+"，请选择更高的等级。", "The order stands at "+string(s.Level)+"; choose a higher level.")
	}
	if !byHand && s.mayHope() {
		s.Held = in.Level
		return s, Outcome{Events: []act.Event{act.Happened("supervision.raise-held", in)}}, nil
	}
	s, out := s.raiseTo(c.Actor, in, now)
	return s, out, nil
}

// mayHope reports whether the unit has done its part: its answer waits for the
// supervisor, or was accepted and its promise is not broken.
func (s Supervision) mayHope() bool {
	return s.Status == SupervisionAnswered || s.Status == SupervisionAccepted && !s.Promise.Broken
}

// heldRank is what the ladder has asked for already; nobody is bound by it who
// raises by hand.
func heldRank(held Level, byHand bool) int {
	if byHand || held == "" {
		return -1
	}
	return held.rank()
}

func (s Supervision) raiseTo(by act.Actor, in Raising, now time.Time) (Supervision, Outcome) {
	s.Level, s.Decision = in.Level, in.Ground
	if s.Held.rank() <= in.Level.rank() {
		s.Held = ""
	}
	s.Steps = append(slices.Clone(s.Steps), LevelStep{Level: in.Level, By: by, At: now, Ground: in.Ground})
	if in.Level == LevelSummons {
		s.Talks = append(slices.Clone(s.Talks), newTalk(len(s.Talks)+1, in.Talk))
	}
	s, out := s.wantAnswer(in.ReplyWorkingDays)
	out.Events = append(out.Events, act.Happened("supervision.level-raised", in, s.levelNotices()...))
	return s, out
}

// raiseToHeld does what the ladder asked for meanwhile.
func (s Supervision) raiseToHeld(now time.Time) (Supervision, Outcome) {
	return s.raiseTo(act.Clock(), Raising{Level: s.Held, Ground: "逾期未办结"}, now)
}

// lower takes weight from the order, with a reason; below the lowest level it is
// taken back altogether (撤销).
func (s Supervision) lower(c act.Command, now time.Time) (Supervision, Outcome, error) {
	if err := s.maySupervise(c.Actor); err != nil {
		return s, Outcome{}, err
	}
	in, err := because(c)
	if err != nil {
		return s, Outcome{}, err
	}
	rank := s.Level.rank()
	if rank == 0 {
		return s.settle(c, Settled{Outcome: SettledLifted, Reason: in.Reason}, now)
	}
	if s.owesMinutes(now) {
		return s, Outcome{}, minutesMissing()
	}
	s.Talks = s.withoutTalk()
	s.Level, s.Held, s.Decision = levels[rank-1], "", in.Reason
	s.Steps = append(slices.Clone(s.Steps), LevelStep{Level: s.Level, By: c.Actor, At: now, Ground: in.Reason, Lowered: true})
	notice := act.Notice{To: operator(s.Unit), Kind: "supervision-lowered", Title: "督办单" + s.Number + "降为" + s.Level.Zh() + "：" + s.Title,
		TitleEn: "Order " + s.Number + " was lowered to " + string(s.Level) + ": " + s.Title}
	return s, Outcome{Events: []act.Event{act.Happened("supervision.level-lowered", map[string]any{"level": s.Level, "reason": in.Reason}, notice)}}, nil
}

// levelNotices tell the unit, its lead unit where it is named to others, and the
// supervisor of an order that was issued or raised.
func (s Supervision) levelNotices() []act.Notice {
	zh, en := "收到督办单"+s.Number+"，请按期答复："+s.Title, "Supervision order "+s.Number+"; please answer in time: "+s.Title
	told, toldEn := "已发出督办单"+s.Number+"："+s.Title, "Order "+s.Number+" was issued: "+s.Title
	switch s.Level.orLowest() {
	case LevelCircular:
		zh, en = "被通报（督办单"+s.Number+"），请按期答复："+s.Title, "Named in a circular (order "+s.Number+"); please answer in time: "+s.Title
		told, toldEn = "已通报"+s.Unit.Name+"（督办单"+s.Number+"）："+s.Title, s.Unit.Name+" was named in a circular (order "+s.Number+"): "+s.Title
	case LevelSummons:
		zh, en = "被约谈（督办单"+s.Number+"），请按期答复："+s.Title, "Summoned to a talk (order "+s.Number+"); please answer in time: "+s.Title
		told, toldEn = "已约谈"+s.Unit.Name+"（督办单"+s.Number+"）："+s.Title, s.Unit.Name+" was summoned (order "+s.Number+"): "+s.Title
	}
	notices := []act.Notice{
		{To: head(s.Unit), Kind: "supervision", Title: zh, TitleEn: en},
		{To: operator(s.Unit), Kind: "supervision", Title: zh, TitleEn: en},
		{To: supervisor(s.Supervisor), Kind: "supervision", Title: told, TitleEn: toldEn},
	}
	if s.Level.rank() > 0 && s.Lead.ID != s.Unit.ID {
		notices = append(notices, act.Notice{To: head(s.Lead), Kind: "supervision", Title: told, TitleEn: toldEn})
	}
	return notices
}
