package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/dispatch"
	"duban/light"
	"duban/org"
)

func TestRulesOfSupervisionAreSet(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	plan := b.plan(b.importPolicy())
	path := "plans/" + plan + "/supervision-rules"
	require.Equal(t, http.StatusNotFound, b.call(org.Operator, http.MethodGet, path, nil).status, "a draft is not for units")
	var shown struct {
		dispatch.Rules
		Version   int
		ChangedBy string
	}
	b.get(org.Supervisor, path, &shown)
	require.Equal(t, dispatch.DefaultRules(), shown.Rules)

	two := dispatch.Rules{ConsentWorkingDays: 5, Episodes: dispatch.EpisodeRule{Light: light.Yellow, Count: 2}}
	a := b.call(org.Supervisor, http.MethodPut, path, two)
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Equal(t, `"1"`, a.header.Get("ETag"))
	a.into(t, &shown)
	require.Equal(t, two, shown.Rules)
	require.Equal(t, "某supervisor", shown.ChangedBy)
	require.Equal(t, `"1"`, b.call(org.Admin, http.MethodPut, path, two).header.Get("ETag"), "the same rules are no new version")
	two.ConsentWorkingDays = 4
	require.Equal(t, http.StatusConflict, b.call(org.Admin, http.MethodPut, path, two, header{"If-Match": `"7"`}).status)
	two.Episodes.Count = -1
	faulty := b.call(org.Admin, http.MethodPut, path, two)
	require.Equal(t, http.StatusUnprocessableEntity, faulty.status)
	require.Equal(t, "episodes.count", faulty.problem(t).Errors[0].Field)
	require.Equal(t, http.StatusUnprocessableEntity, b.call(org.Admin, http.MethodPut, path, `{"consentDays":3}`).status)
}
