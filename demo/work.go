package demo

import (
	"fmt"
	"net/http"
	"time"

	"duban/calendar"
	"duban/org"
)

// assignment is what the demo needs to know of one.
type assignment struct {
	ID           string   `json:"id"`
	Unit         string   `json:"unit"`
	UnitName     string   `json:"unitName"`
	Content      string   `json:"content"`
	Amount       *float64 `json:"amount"`
	Measure      string   `json:"measure"`
	Status       string   `json:"status"`
	Outcome      string   `json:"outcome"`
	DueDate      string   `json:"dueDate"`
	FirstDueDate string   `json:"firstDueDate"`
	Overdue      bool     `json:"overdue"`
}

// assignments lists those of the target, of one unit or of all.
func (p *play) assignments(of string) ([]assignment, error) {
	var page struct {
		Items []assignment `json:"items"`
		Next  string       `json:"next"`
	}
	err := p.get(lead, org.Operator, "assignments?limit=200&annualTarget="+p.target+"&unit="+of, &page)
	if err == nil && page.Next != "" {
		err = fmt.Errorf("more assignments than fit on a page")
	}
	return page.Items, err
}

func (p *play) assignment(id string) (assignment, error) {
	var a assignment
	return a, p.get(lead, org.Operator, "assignments/"+id, &a)
}

// on does something on an assignment.
func (p *play) on(id, unit string, role org.Role, action string, fields map[string]any) error {
	payload := map[string]any{"action": action}
	for name, value := range fields {
		payload[name] = value
	}
	return p.act(unit, role, "assignments/"+id+"/actions", payload, nil)
}

func (p *play) acknowledge(a assignment) error {
	return p.on(a.ID, a.Unit, org.Operator, "acknowledge", nil)
}

// deliver submits an assignment and has the lead unit accept it.
func (p *play) deliver(a assignment, evidence string) error {
	if err := p.on(a.ID, a.Unit, org.Operator, "submit", submission(a, evidence)); err != nil {
		return err
	}
	return p.accept(a)
}

// accept has the reviewer accept what was submitted: the lead unit, or the
// supervisor for the lead unit's own work.
func (p *play) accept(a assignment) error {
	reviewer, role := lead, org.Operator
	if a.Unit == lead {
		reviewer, role = inspectors, org.Supervisor
	}
	return p.on(a.ID, reviewer, role, "review", map[string]any{"accept": true, "comment": "同意办结。"})
}

func submission(a assignment, evidence string) map[string]any {
	fields := map[string]any{"evidence": evidence}
	if a.Amount != nil {
		fields["amount"] = *a.Amount
	}
	return fields
}

func (p *play) work() error {
	all, err := p.assignments("")
	if err != nil {
		return err
	}
	if err := p.choose(all); err != nil {
		return err
	}
	for _, a := range all {
		if a.ID == p.silent {
			continue
		}
		if err := p.acknowledge(a); err != nil {
			return err
		}
	}
	p.say("除一份外全部签收。")
	if err := p.until(calendar.NewDate(year, time.November, 20), 9); err != nil {
		return err
	}
	for _, a := range all {
		if a.ID == p.silent || a.ID == p.prolonged {
			continue
		}
		if err := p.on(a.ID, a.Unit, org.Operator, "report", map[string]any{"text": "按进度推进。", "percent": 90}); err != nil {
			return err
		}
		if err := p.deliver(a, "已完成，佐证材料齐备。"); err != nil {
			return err
		}
	}
	p.say("%d 份任务单报送、审核通过、办结。", len(all)-2)
	return p.extend()
}

// choose picks the assignment that nobody answers and the one that is late with
// leave: each a community to be built.
func (p *play) choose(all []assignment) error {
	for _, a := range all {
		switch {
		case a.Unit == silentUnit && a.Measure == "个":
			p.silent = a.ID
		case a.Unit == lateUnit && a.Measure == "个":
			p.prolonged = a.ID
		}
	}
	return expect(p.silent != "" && p.prolonged != "", "no communities were given to %s and %s", silentUnit, lateUnit)
}

func (p *play) extend() error {
	request := map[string]any{"due": "2026-12-15", "reason": "汛期停工二十天。", "progress": "主体完工，正在装修。"}
	if err := p.on(p.prolonged, lateUnit, org.Operator, "request-extension", request); err != nil {
		return err
	}
	var detail struct {
		SignOffs []struct {
			ID string `json:"id"`
		} `json:"signOffs"`
	}
	if err := p.get(lead, org.Head, "assignments/"+p.prolonged, &detail); err != nil {
		return err
	}
	agree := map[string]string{"action": "agree"}
	if err := p.act(lead, org.Head, "sign-offs/"+detail.SignOffs[0].ID+"/actions", agree, nil); err != nil {
		return err
	}
	if err := p.act(inspectors, org.Supervisor, "sign-offs/"+detail.SignOffs[0].ID+"/actions", agree, nil); err != nil {
		return err
	}
	a, err := p.assignment(p.prolonged)
	if err != nil {
		return err
	}
	p.say("%s期满前申请延期，牵头单位、督查室同意：%s 延至 %s。", a.UnitName, a.FirstDueDate, a.DueDate)
	return expect(a.DueDate == "2026-12-15" && a.FirstDueDate == "2026-11-30", "due %s, first due %s", a.DueDate, a.FirstDueDate)
}

func (p *play) supervise() error {
	if err := p.until(calendar.NewDate(year, time.December, 1), 0); err != nil {
		return err
	}
	if err := p.tellReminders(); err != nil {
		return err
	}
	if err := p.until(calendar.NewDate(year, time.December, 1), 1); err != nil {
		return err
	}
	a, err := p.assignment(p.silent)
	if err != nil {
		return err
	}
	if err := expect(a.Overdue, "%s is not overdue", a.ID); err != nil {
		return err
	}
	p.say("%s逾期：%s", a.UnitName, a.Content)
	late, err := p.assignment(p.prolonged)
	if err != nil {
		return err
	}
	if err := expect(!late.Overdue, "%s is overdue in spite of its extension", late.ID); err != nil {
		return err
	}
	if err := p.refused(http.StatusConflict, silentUnit, org.Operator, "assignments/"+p.silent+"/actions", map[string]string{"action": "submit", "evidence": "未签收就报送"}); err != nil {
		return err
	}
	if err := p.until(calendar.NewDate(year, time.December, 3), 10); err != nil {
		return err
	}
	if err := p.orderIsOut(); err != nil {
		return err
	}
	if err := p.until(calendar.NewDate(year, time.December, 9), 1); err != nil {
		return err
	}
	return p.settleOrder()
}

// tellReminders tells what the silent unit was reminded of: of the six reminders
// two fall on Friday the 27th, as the 29th is a Sunday, and are sent as one.
func (p *play) tellReminders() error {
	reminders, err := p.events("assignment/"+p.silent, "assignment.remind")
	if err != nil {
		return err
	}
	for _, at := range reminders {
		p.say("    提醒 %s", at.In(p.zone).Format("2006-01-02 15:04"))
	}
	return expect(len(reminders) == 5, "%d reminders were sent, not 5", len(reminders))
}

// events returns the moments of all events of a type in one process.
func (p *play) events(instance, kind string) ([]time.Time, error) {
	var page struct {
		Items []struct {
			At time.Time `json:"at"`
		} `json:"items"`
	}
	err := p.get(inspectors, org.Supervisor, "events?limit=200&instance="+instance+"&type="+kind, &page)
	moments := make([]time.Time, len(page.Items))
	for i, e := range page.Items {
		moments[i] = e.At
	}
	return moments, err
}
