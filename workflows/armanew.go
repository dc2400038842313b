package workflows

import "go.temporal.io/sdk/workflow"

// ArmWindow is how many processes are told at most by one activity.
const ArmWindow = 500

// Arming is the input of ArmAnew.
type Arming struct {
	Plan string `json:"plan"`
}

// ArmPageRequest asks the activity ArmPage to tell the processes after an id.
type ArmPageRequest struct {
	Plan  string `json:"plan"`
	After string `json:"after"`
}

// ArmPageResult says how many were told, by which version of the ladder, and
// after which id the next page begins; empty after the last one.
type ArmPageResult struct {
	Version int    `json:"version"`
	Told    int    `json:"told"`
	Next    string `json:"next"`
}

// SettleRequest tells the activity SettleLadder that nobody is behind a version.
type SettleRequest struct {
	Plan    string `json:"plan"`
	Version int    `json:"version"`
}

// ArmAnewWorkflow is the workflow id of ArmAnew for a plan: one at a time.
func ArmAnewWorkflow(plan string) string { return "arm-anew/" + plan }

// ArmAnew lets every open assignment of a plan go by its newest ladder. It tells
// those that are behind, page by page, and looks again until all have taken it
// in, however long one of them is held up.
func ArmAnew(ctx workflow.Context, in Arming) error {
	version := 0
	renew := func() error { return workflow.NewContinueAsNewError(ctx, ArmAnew, in) }
	tellAll := func() (told int, err error) {
		told, version, err = armAll(ctx, in.Plan)
		return told, err
	}
	settle := func() (bool, error) {
		request := SettleRequest{Plan: in.Plan, Version: version}
		return true, workflow.ExecuteActivity(untilDone(ctx), ActivitySettleLadder, request).Get(ctx, nil)
	}
	return passOn(ctx, renew, tellAll, settle)
}

// armAll tells all pages once, and returns how many processes were behind which
// version.
func armAll(ctx workflow.Context, plan string) (told, version int, err error) {
	for after := ""; ; {
		var page ArmPageResult
		if err := workflow.ExecuteActivity(whilePaging(ctx), ActivityArmPage, ArmPageRequest{Plan: plan, After: after}).Get(ctx, &page); err != nil {
			return 0, 0, err
		}
		told, version = told+page.Told, page.Version
		if page.Next == "" {
			return told, version, nil
		}
		after = page.Next
	}
}
