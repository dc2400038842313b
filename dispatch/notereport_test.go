package dispatch_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
)

func inRound(round, text string, percent int, reached int64) dispatch.RoundReport {
	return dispatch.RoundReport{Round: round, By: operatorOf(heping), Progress: dispatch.Progress{Text: text, Percent: percent, Amount: amount(reached)}}
}

func TestAReportInARoundIsAReportOfTheAssignment(t *testing.T) {
	l := acknowledged(t)
	l.does(act.Process(), dispatch.NoteReport, inRound("plan-2026-01", "选址完成。", 40, 1))
	require.Equal(t, dispatch.AssignmentInProgress, l.state.Status)
	require.Equal(t, amount(1), l.state.Reached)
	require.Equal(t, "plan-2026-01", l.state.Reports[0].Round)
	require.Equal(t, operatorOf(heping), l.state.Reports[0].By)
	news := len(l.told(dispatch.TrackAssignment))

	before := l.state
	l.does(act.Process(), dispatch.NoteReport, inRound("plan-2026-01", "选址完成。", 40, 1))
	require.Equal(t, before, l.state, "told twice, it is one report")
	require.Len(t, l.told(dispatch.TrackAssignment), news)
	l.does(act.Process(), dispatch.NoteReport, inRound("plan-2026-01", "选址完成，已开工。", 50, 1))
	require.Len(t, l.state.Reports, 2, "the sheet was corrected")
	l.refused("internal", operatorOf(heping), dispatch.NoteReport, inRound("plan-2026-02", "伪造", 40, 1))
}

func TestAReportInARoundLeavesAReviewAlone(t *testing.T) {
	l := submitted(t)
	l.does(act.Process(), dispatch.NoteReport, inRound("plan-2026-06", "待审核。", 100, 1))
	require.Equal(t, dispatch.AssignmentSubmitted, l.state.Status)
	require.Equal(t, amount(2), l.state.Reached, "the figure that is reviewed is the one submitted")
	require.Len(t, l.state.Reports, 1)

	d := dispatched(t)
	d.does(act.Process(), dispatch.NoteReport, inRound("plan-2026-01", "已着手。", 10, 0))
	require.Equal(t, dispatch.AssignmentDispatched, d.state.Status, "it is still to be acknowledged")
}
