package api_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/org"
)

func TestUnknownNamesAreProposedUnits(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	const text = "关于教育的实施意见\n\n一、重点任务\n\n1.推进建设。（牵头单位：河源市教育局，配合单位：市财政局、市水务局）\n"
	a := b.call(org.Admin, http.MethodPost, "policies?name=a.txt", text, header{"Content-Type": "text/plain"})
	require.Equal(t, http.StatusCreated, a.status, a.text)
	var imported struct {
		Units []struct {
			Written   string
			Known     bool
			Proposals []org.Proposal
		}
	}
	a.into(t, &imported)
	require.Len(t, imported.Units, 3)
	require.False(t, imported.Units[0].Known, "nothing is merged by itself")
	require.Len(t, imported.Units[0].Proposals, 1)
	require.Equal(t, education, imported.Units[0].Proposals[0].Unit.ID)
	require.Equal(t, org.High, imported.Units[0].Proposals[0].Confidence)
	require.True(t, imported.Units[1].Known)
	require.Empty(t, imported.Units[1].Proposals)
	require.False(t, imported.Units[2].Known)
	require.Empty(t, imported.Units[2].Proposals)

	var list struct {
		Known     bool
		Proposals []org.Proposal
	}
	b.get(org.Supervisor, "aliases/proposals?written="+url.QueryEscape("河源市教育局"), &list)
	require.False(t, list.Known)
	require.Equal(t, imported.Units[0].Proposals, list.Proposals)
	saved := b.call(org.Admin, http.MethodPost, "aliases", map[string]any{"alias": "河源市教育局", "unit": education, "reason": list.Proposals[0].Reason})
	require.Less(t, saved.status, 300, saved.text)
	b.get(org.Admin, "aliases/proposals?written="+url.QueryEscape("河源市教育局"), &list)
	require.True(t, list.Known)
	require.Empty(t, list.Proposals)
	require.Equal(t, http.StatusUnprocessableEntity, b.call(org.Admin, http.MethodGet, "aliases/proposals", nil).status)
}
