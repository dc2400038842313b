package demo

import (
	"fmt"
	"strings"
	"time"

	"duban/calendar"
	"duban/org"
	"duban/verify"
)

// order is what the demo needs to know of a supervision order.
type order struct {
	ID         string     `json:"id"`
	Number     string     `json:"number"`
	Status     string     `json:"status"`
	Outcome    string     `json:"outcome"`
	Raised     bool       `json:"raised"`
	ReplyDueAt *time.Time `json:"replyDueAt"`
}

func (p *play) theOrder() (order, error) {
	var o order
	return o, p.get(inspectors, org.Supervisor, "supervisions/"+p.order, &o)
}

func (p *play) orderIsOut() error {
	urges, err := p.events("assignment/"+p.silent, "assignment.urge")
	if err != nil {
		return err
	}
	if err := expect(len(urges) == 1, "it was urged %d times, not once", len(urges)); err != nil {
		return err
	}
	p.say("逾期催办 %s。", urges[0].In(p.zone).Format("2006-01-02 15:04"))
	var page struct {
		Items []order `json:"items"`
	}
	if err := p.get(inspectors, org.Supervisor, "supervisions?assignment="+p.silent, &page); err != nil {
		return err
	}
	if err := expect(len(page.Items) == 1, "%d orders are out, not one", len(page.Items)); err != nil {
		return err
	}
	o := page.Items[0]
	p.order = o.ID
	p.say("发出%s督办单，答复期限 %s。", o.Number, o.ReplyDueAt.In(p.zone).Format("2006-01-02 15:04"))
	due := calendar.NewDate(year, time.December, 8).End(p.zone)
	return expect(o.Number == "督〔2026〕1号" && o.ReplyDueAt.Equal(due), "number %s, answer due %s", o.Number, o.ReplyDueAt)
}

func (p *play) settleOrder() error {
	o, err := p.theOrder()
	if err != nil {
		return err
	}
	if err := expect(o.Raised, "the unanswered order was not raised"); err != nil {
		return err
	}
	p.say("%s逾期未答复，已上报督查室。", o.Number)
	on := "supervisions/" + p.order + "/actions"
	if err := p.act(silentUnit, org.Operator, on, map[string]string{"action": "acknowledge"}, nil); err != nil {
		return err
	}
	answer := map[string]string{"action": "answer", "text": "选址变更，进度滞后。", "measures": "已定新址，增派施工队，每周调度。", "due": "2026-12-18"}
	if err := p.act(silentUnit, org.Head, on, answer, nil); err != nil {
		return err
	}
	p.say("单位签收并答复：选址变更；已定新址，增派施工队；12月18日前建成。")
	if err := p.act(inspectors, org.Supervisor, on, map[string]string{"action": "prolong", "due": "2026-12-20", "reason": "同意，务必按期。"}, nil); err != nil {
		return err
	}
	if err := p.running.Clock().Settle(p.ctx); err != nil {
		return err
	}
	a, err := p.assignment(p.silent)
	if err != nil {
		return err
	}
	if err := expect(a.DueDate == "2026-12-20" && !a.Overdue, "due %s, overdue %t after the order was settled", a.DueDate, a.Overdue); err != nil {
		return err
	}
	p.say("督查室同意延至 %s，督办单办结。", a.DueDate)
	return p.finishBoth(a)
}

// finishBoth has the two late units deliver, one after a return.
func (p *play) finishBoth(silent assignment) error {
	if err := p.until(calendar.NewDate(year, time.December, 14), 9); err != nil {
		return err
	}
	late, err := p.assignment(p.prolonged)
	if err != nil {
		return err
	}
	if err := p.deliver(late, "延期内建成。"); err != nil {
		return err
	}
	p.say("%s在延期内完成。", late.UnitName)
	if err := p.acknowledge(silent); err != nil {
		return err
	}
	if err := p.until(calendar.NewDate(year, time.December, 18), 15); err != nil {
		return err
	}
	if err := p.on(silent.ID, silent.Unit, org.Operator, "submit", submission(silent, "已建成。")); err != nil {
		return err
	}
	if err := p.on(silent.ID, lead, org.Operator, "review", map[string]any{"accept": false, "comment": "缺验收意见。"}); err != nil {
		return err
	}
	p.say("%s报送，因缺验收意见被退回。", silent.UnitName)
	if err := p.deliver(silent, "已建成，验收意见附后。"); err != nil {
		return err
	}
	p.say("%s补充后办结。", silent.UnitName)
	return p.running.Clock().Settle(p.ctx)
}

func (p *play) complete() error {
	if err := p.until(calendar.NewDate(year, time.December, 28), 9); err != nil {
		return err
	}
	completion := map[string]string{"action": "submit-completion", "summary": "全年建成7个城乡教育共同体，其余指标均达到要求。"}
	if err := p.act(lead, org.Operator, "annual-targets/"+p.target+"/actions", completion, nil); err != nil {
		return err
	}
	t, err := p.theTarget()
	if err != nil {
		return err
	}
	p.signOff = t.SignOffs[1].ID
	p.say("市教育局提交年度完成报告，%d 家单位会签。", len(t.Supports))
	if err := p.sign(nil); err != nil {
		return err
	}
	if err := p.superviseSignOff(); err != nil {
		return err
	}
	if t, err = p.theTarget(); err != nil {
		return err
	}
	p.say("年度目标办结销号。")
	return expect(t.Status == "closed", "the target is %s at the end", t.Status)
}

// recorded names the workflows of a target, assignments and an order by ids.
func recorded(target string, silent, prolonged, order string) []string {
	return []string{
		"target/" + strings.ReplaceAll(target, "-", "/"),
		"assignment/" + silent, "assignment/" + prolonged,
		"supervision/" + strings.ReplaceAll(order, ".", "/"),
	}
}

func (p *play) verify() error {
	left, err := p.inbox()
	if err != nil {
		return err
	}
	if err := expect(left == 0, "%d entries are left in inboxes", left); err != nil {
		return err
	}
	report, err := verify.Run(p.ctx, p.running.Gateway, verify.Options{Store: p.running.Store})
	if err != nil {
		return err
	}
	p.say("%s", strings.TrimSpace(report.Text()))
	return expect(report.Clean, "the record and the processes differ")
}

// inbox counts what is still waited for from anybody who took part.
func (p *play) inbox() (int, error) {
	t, err := p.theTarget()
	if err != nil {
		return 0, err
	}
	count := 0
	for _, u := range append(t.Supports, unit{ID: lead}) {
		for _, role := range []org.Role{org.Operator, org.Head} {
			var page struct {
				Items []struct{} `json:"items"`
			}
			if err := p.get(u.ID, role, "inbox", &page); err != nil {
				return 0, fmt.Errorf("inbox of %s: %w", u.ID, err)
			}
			count += len(page.Items)
		}
	}
	return count, nil
}
