package dispatch_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
)

// reviewed is the sign-off of what was submitted.
func reviewed(l *life[dispatch.Assignment], action, comment string) approval.Act {
	return approval.Act{SignOff: l.state.Review.ID, Action: action, Comment: comment}
}

// A review is a sign-off: it can be given through either address, and everything
// that a sign-off can do is open to it.
func TestAReviewIsASignOff(t *testing.T) {
	l := submitted(t)
	require.Equal(t, "assignment.plan-7-2026-1.1", l.state.Review.ID)
	require.Equal(t, []string{"education operator review"}, l.waitsFor())
	l.does(operatorOf(education), dispatch.Sign, approval.Act{SignOff: l.state.Review.ID, Action: approval.AddSigners, Place: approval.Before,
		To: []approval.Signer{{Party: org.Party{Unit: planning.ID, Role: org.Head}, Name: planning.Name}}})
	require.Equal(t, []string{"planning head review"}, l.waitsFor())
	l.refused("waits-for-added", operatorOf(education), dispatch.Review, dispatch.Verdict{Accept: true})
	l.does(headOf(planning), dispatch.Sign, reviewed(l, "agree", ""))
	l.does(operatorOf(education), dispatch.Sign, reviewed(l, "return", "缺验收表。"))
	require.Equal(t, dispatch.AssignmentReturned, l.state.Status)
	require.Equal(t, "缺验收表。", l.state.ReviewComment)
	require.Contains(t, partiesOf(l.state.View().Parties), planning.ID, "who was brought in may read it")

	l.does(operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "补充验收表。", Amount: amount(2)})
	require.Equal(t, 2, l.state.Review.Round)
	l.does(headOf(education), dispatch.Sign, reviewed(l, "agree", "同意办结。"))
	require.True(t, l.state.IsClosed())
	require.Equal(t, "同意办结。", l.state.ReviewComment)
}

func TestASubmissionCanBeTakenBack(t *testing.T) {
	l := submitted(t)
	l.refused("not-the-initiator", operatorOf(education), dispatch.Sign, reviewed(l, "withdraw", ""))
	l.does(operatorOf(heping), dispatch.Sign, reviewed(l, "withdraw", "数字有误。"))
	require.Equal(t, dispatch.AssignmentReturned, l.state.Status)
	require.Equal(t, []string{"heping operator submit"}, l.waitsFor())
}

// What is given to another unit is reviewed anew; the review of the first unit's
// work stays in the record.
func TestAReviewEndsWithTheUnit(t *testing.T) {
	l := submitted(t)
	l.does(operatorOf(education), dispatch.Review, dispatch.Verdict{Comment: "重做。"})
	l.does(supervisorOf(inspector), dispatch.Reassign, dispatch.NewUnit{Unit: dongyuan, Due: date(2026, time.July, 31), Reason: "区划调整。"})
	l.does(headOf(dongyuan), dispatch.AnswerReassignment, dispatch.Consent{Consent: true})
	l.does(operatorOf(dongyuan), dispatch.Acknowledge, struct{}{})
	l.does(operatorOf(dongyuan), dispatch.Submit, dispatch.Submission{Evidence: "建成2个。", Amount: amount(2)})
	require.Equal(t, "assignment.plan-7-2026-1.2", l.state.Review.ID)
	require.Equal(t, approval.Terminated, l.state.Past[0].Status)
	var shown []string
	for _, s := range l.state.View().SignOffs {
		shown = append(shown, s.ID)
	}
	require.Equal(t, []string{"assignment.plan-7-2026-1.1", "assignment.plan-7-2026-1.2"}, shown)
}

// A plan's own route: the heads of both counties review, one after the other.
func TestAPlanReviewsInItsOwnWay(t *testing.T) {
	fixed := func(u org.UnitRef) approval.TemplateSigner {
		return approval.TemplateSigner{Signer: &approval.Signer{Party: org.Party{Unit: u.ID, Role: org.Head}, Name: u.Name}}
	}
	template := approval.Template{TemplateRef: approval.TemplateRef{ID: "plan/review", Version: 3}, CopyTo: []approval.Signer{*fixed(planning).Signer},
		Steps: []approval.TemplateStep{{Name: "联审", Mode: approval.Sequence, OnDisagree: approval.Veto, Then: approval.ThenReject,
			Signers: []approval.TemplateSigner{fixed(dongyuan), {Place: approval.Lead}}}}}
	l := acknowledged(t)
	submission := dispatch.Submission{Evidence: "建成2个。", Amount: amount(2), Signing: dispatch.Signing{Template: &template}}
	l.does(operatorOf(heping), dispatch.Submit, submission)
	require.Equal(t, []string{"dongyuan head review"}, l.waitsFor())
	require.Equal(t, &template.TemplateRef, l.state.Review.Template)
	require.Len(t, l.state.View().Copies, 1)
	l.refused("not-the-reviewer", operatorOf(planning), dispatch.Review, dispatch.Verdict{Accept: true})
	l.does(headOf(dongyuan), dispatch.Sign, reviewed(l, "agree", ""))
	require.Equal(t, dispatch.AssignmentSubmitted, l.state.Status)
	l.does(headOf(education), dispatch.Sign, reviewed(l, "disagree", "不符合要求。"))
	require.Equal(t, dispatch.AssignmentReturned, l.state.Status, "a rejected submission goes back to the unit")
	l.does(operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "已补齐。", Amount: amount(2)})
	require.Equal(t, "assignment.plan-7-2026-1.2", l.state.Review.ID, "what was rejected begins anew")
	require.Nil(t, l.state.Review.Template)
}

func TestWhatAnAssignmentIsReviewedForSurvivesARound(t *testing.T) {
	file := func(id string) act.Attachment {
		return act.Attachment{File: id, Name: id + ".pdf", Size: 10, SHA256: "00"}
	}
	l := acknowledged(t)
	l.does(operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "见附件。", Amount: amount(2), Attachments: []act.Attachment{file("a")}})
	l.does(operatorOf(education), dispatch.Review, dispatch.Verdict{Comment: "重做。"})
	l.does(operatorOf(heping), dispatch.Submit, dispatch.Submission{Evidence: "见附件。", Amount: amount(2), Attachments: []act.Attachment{file("b")}})
	var files []string
	for _, a := range l.state.View().Attachments {
		files = append(files, a.FileID)
	}
	require.Equal(t, []string{"a", "b"}, files, "the files of the first round stay readable")
}

func partiesOf(rows []projection.Party) []string {
	var units []string
	for _, row := range rows {
		units = append(units, row.UnitID)
	}
	return units
}

// timedTemplate signs as usual, within three working days.
func timedTemplate(kind string, onTimeout approval.OnTimeout) dispatch.Signing {
	template := approval.Default(kind)
	for i := range template.Steps {
		template.Steps[i].Within, template.Steps[i].OnTimeout = &approval.Within{Days: 3, Working: true}, onTimeout
	}
	return dispatch.Signing{Template: &template}
}

// answersDue answers the last question for a due moment as the host does.
func answersDue[S state[S]](l *life[S], due time.Time) {
	l.t.Helper()
	asked := l.effects[len(l.effects)-1].SignOffDue
	require.NotNil(l.t, asked)
	l.does(act.Process(), dispatch.SetSignOffDue, approval.DueSet{DueRequest: *asked, DueAt: due})
}

func TestADecompositionIsTakenForAgreedWhenTimeIsOver(t *testing.T) {
	l := drafted(t)
	saveAt(l, operatorOf(education), decomposition())
	l.does(operatorOf(education), dispatch.SubmitDecomposition, dispatch.PutToSign{Signing: timedTemplate("decomposition", approval.Consent)})
	due := morning.Add(72 * time.Hour)
	answersDue(l, due)
	l.refused("internal", headOf(heping), dispatch.SetSignOffDue, approval.DueSet{})
	l.does(headOf(planning), dispatch.Sign, opinion(1, "agree", ""))
	l.passes(due)
	require.Equal(t, []string{"inspector supervisor sign"}, l.waitsFor())
	answersDue(l, due.Add(72*time.Hour))
	l.passes(due.Add(72 * time.Hour))
	require.Equal(t, dispatch.TargetDispatched, l.state.Status)
	byClock := 0
	for _, row := range l.state.View().Signers {
		if row.ByClock {
			byClock++
		}
	}
	require.Equal(t, 3, byClock, "it stays marked who did not sign himself")
}

func TestAnExtensionThatNobodyDecidesIsEscalated(t *testing.T) {
	l := acknowledged(t)
	l.does(operatorOf(heping), dispatch.RequestExtension, dispatch.ExtensionAsking{ExtensionRequest: askedFor, Signing: timedTemplate("extension", approval.Escalate)})
	due := morning.Add(72 * time.Hour)
	answersDue(l, due)
	l.passes(due)
	require.Contains(t, l.waitsFor(), "inspector supervisor escalated")
	l.does(supervisorOf(inspector), dispatch.Sign, approval.Act{SignOff: l.state.Extensions[0].SignOff.ID, Action: "agree", InSteadOf: education.ID, Comment: "牵头单位逾期未审"})
	require.Contains(t, l.waitsFor(), "inspector supervisor sign")
}

func TestARejectedDecompositionBeginsAnew(t *testing.T) {
	signing := timedTemplate("decomposition", approval.None)
	for i := range signing.Template.Steps {
		signing.Template.Steps[i].Then = approval.ThenReject
	}
	l := drafted(t)
	saveAt(l, operatorOf(education), decomposition())
	l.does(operatorOf(education), dispatch.SubmitDecomposition, dispatch.PutToSign{Signing: signing})
	for _, unit := range []org.UnitRef{planning, heping, dongyuan} {
		l.does(headOf(unit), dispatch.Sign, opinion(1, "disagree", "不可行。"))
	}
	require.Equal(t, dispatch.TargetDrafted, l.state.Status)
	l.does(operatorOf(education), dispatch.SubmitDecomposition, dispatch.PutToSign{})
	require.Equal(t, "target.plan-7-2026.2", l.state.Draft.ID)
	require.Len(t, l.state.View().SignOffs, 2, "what was rejected stays in the record")
	signAll(l, 2)
	require.Equal(t, dispatch.TargetDispatched, l.state.Status)
}

func TestOnlyWhoseItemsChangedSignsAgain(t *testing.T) {
	template := approval.Default("decomposition")
	template.CarryOver = true
	signing := dispatch.Signing{Template: &template}
	l := drafted(t)
	saveAt(l, operatorOf(education), decomposition())
	l.does(operatorOf(education), dispatch.SubmitDecomposition, dispatch.PutToSign{Signing: signing})
	l.does(headOf(planning), dispatch.Sign, opinion(1, "agree", ""))
	l.does(headOf(heping), dispatch.Sign, opinion(1, "agree", ""))
	l.does(headOf(dongyuan), dispatch.Sign, opinion(1, "disagree", "只能完成1个。"))
	changed := decomposition()
	changed.Items = append(changed.Items[:1:1], item(2, dongyuan, 1), item(3, planning, 1))
	changed.Excuses = nil
	saveAt(l, operatorOf(education), changed)
	l.does(operatorOf(education), dispatch.SubmitDecomposition, dispatch.PutToSign{Comment: "按意见调整"})
	waiting := l.waitsFor()
	slices.Sort(waiting)
	require.Equal(t, []string{"dongyuan head sign", "planning head sign"}, waiting)
}

func general(t *testing.T, change func(*dispatch.SignOffOpening)) *life[dispatch.GeneralSignOff] {
	t.Helper()
	opening := dispatch.SignOffOpening{ID: "g", Title: "关于印发任务分工的通知", Content: "一、总体要求", Supervisor: inspector,
		Route: approval.Route{{Mode: approval.All, OnDisagree: approval.Collect, Then: approval.ThenReturn, Signers: []approval.Signer{
			{Party: org.Party{Unit: heping.ID, Role: org.Head}, Name: heping.Name}, {Party: org.Party{Unit: dongyuan.ID, Role: org.Head}, Name: dongyuan.Name}}}}}
	if change != nil {
		change(&opening)
	}
	l := &life[dispatch.GeneralSignOff]{t: t, now: morning}
	l.does(operatorOf(education), dispatch.Open, opening)
	return l
}

func generally(action, comment string) approval.Act {
	return approval.Act{SignOff: "signoff.g.1", Action: action, Comment: comment}
}

func TestASubjectOfItsOwnComesAgain(t *testing.T) {
	l := general(t, nil)
	l.does(headOf(heping), dispatch.Sign, generally("agree", ""))
	l.does(headOf(dongyuan), dispatch.Sign, generally("disagree", "分工不清。"))
	require.False(t, l.state.IsClosed(), "a returned subject may come again")
	require.Equal(t, []string{"education operator resubmit"}, l.waitsFor())
	again := generally("resubmit", "已明确分工")
	again.Title, again.Content = "关于印发任务分工的通知", "一、总体要求\n二、分工"
	l.refused("not-the-initiator", headOf(heping), dispatch.Sign, again)
	empty := again
	empty.Content = ""
	l.refused("required", operatorOf(education), dispatch.Sign, empty)
	l.does(operatorOf(education), dispatch.Sign, again)
	require.Equal(t, 2, l.state.SignOff.Round)
	stale := generally("agree", "")
	stale.Digest = l.state.SignOff.Contents[0].Digest
	refusal := l.refused("subject-changed", headOf(heping), dispatch.Sign, stale)
	require.Contains(t, refusal.Faults[0].Zh, "正文")
	l.does(headOf(heping), dispatch.Sign, generally("agree", ""))
	l.does(headOf(dongyuan), dispatch.Sign, generally("agree", ""))
	require.True(t, l.state.IsClosed())
	l.refused("sign-off-closed", operatorOf(education), dispatch.Sign, again)
}

func TestASubjectOfItsOwnMayBeAFile(t *testing.T) {
	file := act.Attachment{File: "f1", Name: "分工方案.docx", Size: 1000, SHA256: "aa"}
	l := general(t, func(o *dispatch.SignOffOpening) { o.Content, o.Attachments = "", []act.Attachment{file} })
	require.Len(t, l.state.View().Attachments, 1)
	l.does(operatorOf(education), dispatch.Sign, generally("withdraw", ""))
	again := generally("resubmit", "")
	again.Title, again.Attachments = "分工方案", []act.Attachment{{File: "f2", Name: "分工方案.docx", Size: 1001, SHA256: "bb"}}
	l.does(operatorOf(education), dispatch.Sign, again)
	require.Len(t, l.state.View().Attachments, 2, "the former file stays readable")
	require.NotEqual(t, l.state.SignOff.Contents[0].Digest, l.state.SignOff.Digest)
}

func TestAGeneralSignOffIsGivenUp(t *testing.T) {
	l := general(t, nil)
	l.does(supervisorOf(inspector), dispatch.Sign, generally("terminate", "政策调整"))
	require.True(t, l.state.IsClosed())
	require.Empty(t, l.waitsFor())
}

func TestOpeningAGeneralSignOffIsChecked(t *testing.T) {
	for code, change := range map[string]func(*dispatch.SignOffOpening){
		"required": func(o *dispatch.SignOffOpening) { o.Content = "" },
		"too-many": func(o *dispatch.SignOffOpening) { o.Attachments = make([]act.Attachment, 21) },
		"route":    func(o *dispatch.SignOffOpening) { o.Route = nil },
	} {
		opening := dispatch.SignOffOpening{ID: "g", Title: "标题", Content: "内容", Route: approval.Route{{Mode: approval.All, OnDisagree: approval.Veto,
			Then: approval.ThenReturn, Signers: []approval.Signer{{Party: org.Party{Unit: heping.ID, Role: org.Head}, Name: heping.Name}}}}}
		change(&opening)
		(&life[dispatch.GeneralSignOff]{t: t, now: morning}).refused(code, operatorOf(education), dispatch.Open, opening)
	}
}
