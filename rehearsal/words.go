package rehearsal

import (
	"duban/light"
	"duban/org"
	"duban/rehearsal/behaviour"
)

// Lang is the language of a result that people read.
type Lang string

// The languages.
const (
	Zh Lang = "zh"
	En Lang = "en"
)

// say is the text in the language.
func (l Lang) say(zh, en string) string {
	if l == En {
		return en
	}
	return zh
}

// heads picks the language of column heads, given in pairs.
func (l Lang) heads(pairs ...string) []string {
	heads := make([]string, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		heads = append(heads, l.say(pairs[i], pairs[i+1]))
	}
	return heads
}

// kind names a reminder or an escalation; one that is not known keeps the name
// that the record has for it.
func (l Lang) kind(kind string) string {
	switch kind {
	case "remind":
		return l.say("提醒", "reminder")
	case "overdue":
		return l.say("逾期", "overdue")
	case "urge":
		return l.say("催办", "urged")
	case "supervise":
		return l.say("督办", "supervised")
	case "supervision":
		return l.say("督办单", "order")
	case "supervision-raised":
		return l.say("督办单逾期未复", "order unanswered")
	case "level-raised":
		return l.say("督办升级", "order raised")
	case "promise":
		return l.say("承诺到期提醒", "promise due")
	case "promise-broken":
		return l.say("承诺未兑现", "promise broken")
	case "sign-off-overdue":
		return l.say("会签逾期", "sign-off overdue")
	case "circulate":
		return l.say("通报", "circulated")
	case "summon":
		return l.say("约谈", "summoned")
	case "round-remind":
		return l.say("报送提醒", "report reminder")
	case "round-overdue":
		return l.say("逾期未报送", "report overdue")
	case "round-urge":
		return l.say("催报", "report urged")
	case "round-compile":
		return l.say("可先行汇总", "may compile")
	}
	return kind
}

// act names what somebody did.
func (l Lang) act(name string) string {
	switch behaviour.Name(name) {
	case open:
		return l.say("启动年度目标", name)
	case behaviour.Decompose:
		return l.say("报送分解", name)
	case behaviour.Agree:
		return l.say("同意", name)
	case behaviour.Disagree:
		return l.say("不同意", name)
	case behaviour.Acknowledge:
		return l.say("签收", name)
	case behaviour.Report:
		return l.say("报告进展", name)
	case behaviour.Submit:
		return l.say("报送办结", name)
	case behaviour.Extend:
		return l.say("申请延期", name)
	case behaviour.Accept:
		return l.say("审核通过", name)
	case behaviour.Return:
		return l.say("退回", name)
	case behaviour.Complete:
		return l.say("报送年度完成情况", name)
	case behaviour.Answer:
		return l.say("答复督办单", name)
	case behaviour.Settle:
		return l.say("认可答复", name)
	case behaviour.Prolong:
		return l.say("延长期限", name)
	case behaviour.SendBack:
		return l.say("退回答复", name)
	case behaviour.ArrangeTalk:
		return l.say("安排约谈", name)
	case behaviour.Minutes:
		return l.say("补录约谈纪要", name)
	case behaviour.Urge:
		return l.say("催办", name)
	case behaviour.Fill:
		return l.say("报送报表", name)
	case behaviour.Compile:
		return l.say("汇总", name)
	case behaviour.Freeze:
		return l.say("定稿", name)
	}
	return name
}

// kindOrder lists the kinds in the order in which they follow one another.
func kindOrder() []string {
	return []string{"remind", "overdue", "urge", "supervise", "supervision", "supervision-raised", "promise", "promise-broken",
		"circulate", "summon", "level-raised", "sign-off-overdue", "round-remind", "round-overdue", "round-compile", "round-urge"}
}

// light names a colour; of a closed assignment there is none.
func (l Lang) light(colour string) string {
	return l.say(light.Colour(colour).Zh(), colour)
}

func (l Lang) role(role string) string {
	switch org.Role(role) {
	case org.Operator:
		return l.say("经办人", "operator")
	case org.Head:
		return l.say("负责人", "head")
	case org.Supervisor:
		return l.say("督查人员", "supervisor")
	case org.Admin:
		return l.say("管理员", "administrator")
	}
	return role
}

func (l Lang) status(status string) string {
	switch status {
	case "drafted":
		return l.say("分解中", "drafted")
	case "in-sign-off":
		return l.say("会签中", "in sign-off")
	case "dispatched":
		return l.say("已交办", "dispatched")
	case "completion-in-sign-off":
		return l.say("完成报告会签中", "completion in sign-off")
	case "acknowledged":
		return l.say("已签收", "acknowledged")
	case "in-progress":
		return l.say("办理中", "in progress")
	case "submitted":
		return l.say("已报送", "submitted")
	case "returned":
		return l.say("已退回", "returned")
	case "closed":
		return l.say("已办结", "closed")
	}
	return status
}
