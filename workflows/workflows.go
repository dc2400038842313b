package workflows

import (
	"go.temporal.io/sdk/workflow"

	"duban/dispatch"
)

// AnnualTarget is one task in one year; its id is target/<plan>/<task>/<year>.
func AnnualTarget(ctx workflow.Context, in Carried[dispatch.AnnualTarget]) error {
	return run(ctx, in, AnnualTarget,
		dispatch.Open, dispatch.Sign, dispatch.ConfirmTarget, dispatch.SaveDecomposition, dispatch.SubmitDecomposition, dispatch.SubmitCompletion, dispatch.Urge)
}

// Assignment is one dispatched item at its unit; its id is assignment/<id>.
func Assignment(ctx workflow.Context, in Carried[dispatch.Assignment]) error {
	return run(ctx, in, Assignment,
		dispatch.Open, dispatch.Sign, dispatch.Acknowledge, dispatch.Report, dispatch.Submit, dispatch.Review,
		dispatch.RequestExtension, dispatch.AllowExtension, dispatch.Urge, dispatch.Prolong, dispatch.Close, dispatch.IssueSupervision,
		dispatch.Reassign, dispatch.AnswerReassignment, dispatch.DropReassignment)
}

// Supervision is one order on an assignment; its id is
// supervision/<assignment>/<n>.
func Supervision(ctx workflow.Context, in Carried[dispatch.Supervision]) error {
	return run(ctx, in, Supervision,
		dispatch.Open, dispatch.Acknowledge, dispatch.Answer, dispatch.Accept, dispatch.SendBack, dispatch.Conclude,
		dispatch.Raise, dispatch.Lower, dispatch.ArrangeTalk, dispatch.RecordMinutes,
		dispatch.Urge, dispatch.Prolong, dispatch.Reassign, dispatch.Close)
}

// ReportRound asks the units of a plan for a period; its id is
// report/<plan>/<period>.
func ReportRound(ctx workflow.Context, in Carried[dispatch.ReportRound]) error {
	return run(ctx, in, ReportRound,
		dispatch.Open, dispatch.SaveSheet, dispatch.SubmitSheet, dispatch.RefreshSheet, dispatch.SendBack, dispatch.Urge, dispatch.Compile, dispatch.Freeze)
}

// SignOff is a sign-off on a subject of its own; its id is signoff/<id>.
func SignOff(ctx workflow.Context, in Carried[dispatch.GeneralSignOff]) error {
	return run(ctx, in, SignOff, dispatch.Open, dispatch.Sign)
}
