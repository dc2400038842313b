package demo

import (
	"fmt"
	"net/http"

	"duban/calendar"
	"duban/client"
	"duban/org"
	"duban/setup"
)

// Who plays: the unit that leads task 7, those with a part of their own, and
// the supervisors.
const (
	lead       = "shi-jiaoyuju"
	objector   = "shi-fagaiju"
	silentUnit = "lianping-xian" // never answers
	lateUnit   = "zijin-xian"    // asks for an extension
	inspectors = setup.SupervisorUnit
	adminUnit  = "shi-dubanzhongxin"
)

// task is the one of the example that the demo plays: 35 communities by 2030.
const (
	task = 7
	year = 2026
)

func (p *play) publish() error {
	admin, err := p.as(adminUnit, org.Admin)
	if err != nil {
		return err
	}
	if p.plan, err = setup.ImportPlan(p.ctx, admin, p.example); err != nil {
		return err
	}
	var tasks struct {
		Items []struct {
			Key   int    `json:"key"`
			Title string `json:"title"`
		} `json:"items"`
	}
	if err := p.get(lead, org.Operator, "plans/"+p.plan+"/tasks?limit=200", &tasks); err != nil {
		return err
	}
	p.say("导入《%s》，形成方案，共 %d 项重点任务，已发布。", p.example.PolicyName, len(tasks.Items))
	return expect(len(tasks.Items) == 42, "the plan has %d tasks, not 42", len(tasks.Items))
}

// unit, item and target are what the demo needs to know of a decomposition.
type unit struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type item struct {
	Key       int      `json:"key"`
	Unit      unit     `json:"unit"`
	Content   string   `json:"content"`
	TargetKey string   `json:"targetKey,omitempty"`
	Amount    *float64 `json:"amount,omitempty"`
	Measure   string   `json:"measure,omitempty"`
	Due       string   `json:"due"`
}

type excuse struct {
	Unit   unit   `json:"unit"`
	Reason string `json:"reason"`
}

type annualTarget struct {
	ID       string   `json:"id"`
	Status   string   `json:"status"`
	Version  int64    `json:"version"`
	Supports []unit   `json:"supports"`
	Items    []item   `json:"items"`
	Excuses  []excuse `json:"excuses"`
	Closed   int      `json:"closed"`
	SignOffs []struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Round  int    `json:"round"`
	} `json:"signOffs"`
	Requirement struct {
		Targets []struct {
			TargetKey string   `json:"targetKey"`
			Kind      string   `json:"kind"`
			Text      string   `json:"text"`
			Amount    *float64 `json:"amount"`
		} `json:"targets"`
	} `json:"requirement"`
}

func (p *play) theTarget() (annualTarget, error) {
	var t annualTarget
	return t, p.get(lead, org.Operator, "annual-targets/"+p.target, &t)
}

func (p *play) decompose() error {
	var opened struct {
		ID string `json:"id"`
	}
	path := fmt.Sprintf("plans/%s/tasks/%d/annual-targets", p.plan, task)
	if err := p.act(lead, org.Operator, path, map[string]int{"year": year}, &opened); err != nil {
		return err
	}
	p.target = opened.ID
	t, err := p.theTarget()
	if err != nil {
		return err
	}
	p.say("市教育局启动 %d 年度目标，本年度要求：", year)
	for _, asked := range t.Requirement.Targets {
		amount := ""
		if asked.Amount != nil {
			amount = fmt.Sprintf("（本年度 %g）", *asked.Amount)
		}
		p.say("    %s%s", asked.Text, amount)
	}
	if err := expect(*t.Requirement.Targets[0].Amount == 7, "the year's share of 35 communities is %g", *t.Requirement.Targets[0].Amount); err != nil {
		return err
	}
	var proposal struct {
		Items []item `json:"items"`
	}
	if err := p.get(lead, org.Operator, "annual-targets/"+p.target+"/proposal", &proposal); err != nil {
		return err
	}
	p.say("采用系统建议的分解方案，共 %d 项，先漏掉第一项。", len(proposal.Items))
	if err := p.save(t.Version, proposal.Items[1:], nil); err != nil {
		return err
	}
	if err := p.refused(http.StatusUnprocessableEntity, lead, org.Operator, "annual-targets/"+p.target+"/actions", submitDecomposition); err != nil {
		return err
	}
	if err := p.save(t.Version+1, proposal.Items, nil); err != nil {
		return err
	}
	return p.submit(1)
}

var submitDecomposition = map[string]string{"action": "submit-decomposition"}

func (p *play) save(version int64, items []item, excuses []excuse) error {
	operator, err := p.as(lead, org.Operator)
	if err != nil {
		return err
	}
	p.acts++
	return operator.Put(p.ctx, "annual-targets/"+p.target+"/decomposition", map[string]any{"items": items, "excuses": excuses}, nil,
		client.Key(fmt.Sprintf("demo-%d", p.acts)), client.IfVersion(version))
}

func (p *play) submit(round int) error {
	if err := p.act(lead, org.Operator, "annual-targets/"+p.target+"/actions", submitDecomposition, nil); err != nil {
		return err
	}
	t, err := p.theTarget()
	if err != nil {
		return err
	}
	p.signOff = t.SignOffs[0].ID
	p.say("提交第 %d 轮会签，会签单位 %d 家。", round, len(t.Supports))
	return expect(t.Status == "in-sign-off" && t.SignOffs[0].Round == round, "the target is %s in round %d", t.Status, t.SignOffs[0].Round)
}

// sign has every supporting unit sign; who stands in against disagrees with the
// reason.
func (p *play) sign(against map[string]string) error {
	t, err := p.theTarget()
	if err != nil {
		return err
	}
	for _, u := range t.Supports {
		opinion := map[string]string{"action": "agree"}
		if reason, disagrees := against[u.ID]; disagrees {
			opinion = map[string]string{"action": "disagree", "comment": reason}
			p.say("%s不同意：%s", u.Name, reason)
		}
		if err := p.act(u.ID, org.Head, "sign-offs/"+p.signOff+"/actions", opinion, nil); err != nil {
			return fmt.Errorf("%s signs: %w", u.Name, err)
		}
	}
	return nil
}

func (p *play) superviseSignOff() error {
	if err := p.act(inspectors, org.Supervisor, "sign-offs/"+p.signOff+"/actions", map[string]string{"action": "agree"}, nil); err != nil {
		return err
	}
	p.say("督查室审核同意。")
	return nil
}

func (p *play) firstRound() error {
	if err := p.refused(http.StatusForbidden, lead, org.Head, "sign-offs/"+p.signOff+"/actions", map[string]string{"action": "agree"}); err != nil {
		return err
	}
	if err := p.sign(map[string]string{objector: "我局仅提供规划支持，不宜承担建设任务。"}); err != nil {
		return err
	}
	t, err := p.theTarget()
	if err != nil {
		return err
	}
	p.say("全部意见收齐，方案退回牵头单位。")
	return expect(t.Status == "drafted", "the target is %s after a disagreement", t.Status)
}

func (p *play) secondRound() error {
	if err := p.until(calendar.NewDate(year, 1, 8), 9); err != nil {
		return err
	}
	t, err := p.theTarget()
	if err != nil {
		return err
	}
	var kept []item
	for _, one := range t.Items {
		if one.Unit.ID != objector {
			kept = append(kept, one)
		}
	}
	if err := p.save(t.Version, kept, []excuse{{Unit: unit{ID: objector}, Reason: "本年度仅提供规划支持，不承担分解项。"}}); err != nil {
		return err
	}
	p.say("采纳意见，重新提交。")
	if err := p.submit(2); err != nil {
		return err
	}
	if err := p.sign(nil); err != nil {
		return err
	}
	if err := p.superviseSignOff(); err != nil {
		return err
	}
	if t, err = p.theTarget(); err != nil {
		return err
	}
	if err := expect(t.Status == "dispatched", "the target is %s after approval", t.Status); err != nil {
		return err
	}
	return p.settledAssignments(len(kept))
}

// settledAssignments waits until the dispatched items have arrived.
func (p *play) settledAssignments(want int) error {
	if err := p.running.Clock().Settle(p.ctx); err != nil {
		return err
	}
	all, err := p.assignments("")
	if err != nil {
		return err
	}
	p.say("交办任务单 %d 份。", len(all))
	return expect(len(all) == want, "%d assignments were dispatched, not %d", len(all), want)
}
