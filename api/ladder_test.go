package api_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/deadline"
	"duban/org"
	"duban/store"
)

// shownLadder is a ladder as the API shows it.
type shownLadder struct {
	deadline.Ladder
	Version   int
	Settled   bool
	ChangedBy string
	ChangedAt *string
}

func TestALadderIsSetWhileWorkIsUnderWay(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	plan := b.plan(b.importPolicy())
	path := "plans/" + plan + "/ladder"
	require.Equal(t, http.StatusNotFound, b.call(org.Operator, http.MethodGet, path, nil).status, "a draft is not for units")
	require.Equal(t, http.StatusOK, b.call(org.Admin, http.MethodPost, "plans/"+plan+"/publish", nil).status)

	var shown shownLadder
	a := b.get(org.Operator, path, &shown)
	require.Equal(t, shownLadder{Ladder: deadline.Default(), Settled: true}, shown)
	require.Empty(t, a.header.Get("ETag"))

	ladder := deadline.Default()
	ladder.SendAt = "08:30"
	a = b.call(org.Supervisor, http.MethodPut, path, ladder)
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Equal(t, `"1"`, a.header.Get("ETag"))
	a.into(t, &shown)
	require.Equal(t, 1, shown.Version)
	require.False(t, shown.Settled, "open assignments take it over one after the other")
	require.Equal(t, "某supervisor", shown.ChangedBy)
	require.NotNil(t, shown.ChangedAt)
	require.Equal(t, []string{plan}, b.gateway.armed)

	a = b.call(org.Supervisor, http.MethodPut, path, ladder)
	require.Equal(t, `"1"`, a.header.Get("ETag"), "the same ladder is no new version")
	require.Len(t, b.gateway.armed, 1)

	ladder.ReplyWorkingDays = 5
	b.gateway.err = errors.New("the engine is away")
	a = b.call(org.Admin, http.MethodPut, path, ladder, header{"If-Match": `"1"`})
	require.Equal(t, http.StatusOK, a.status, "it holds, and is passed on when the engine is back")
	ladder.ReplyWorkingDays = 6
	a = b.call(org.Admin, http.MethodPut, path, ladder, header{"If-Match": `"1"`})
	require.Equal(t, http.StatusConflict, a.status)
	require.Equal(t, "stale", a.problem(t).Code)

	b.get(org.Viewer, path, &shown)
	require.Equal(t, 5, shown.ReplyWorkingDays)
	b.get(org.Viewer, path+"?version=1", &shown)
	require.Equal(t, 3, shown.ReplyWorkingDays, "an assignment that names version 1 went by this")
	require.Equal(t, http.StatusNotFound, b.call(org.Viewer, http.MethodGet, path+"?version=9", nil).status)
}

func TestAFaultyLadderIsRefusedRungByRung(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	path := "plans/" + b.plan(b.importPolicy()) + "/ladder"
	ladder := deadline.Default()
	ladder.Rungs[2].To = nil
	ladder.Rungs[7].Days = -3
	a := b.call(org.Supervisor, http.MethodPut, path, ladder, header{"Accept-Language": "en"})
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	problem := a.problem(t)
	require.Equal(t, "faulty-ladder", problem.Code)
	require.Len(t, problem.Errors, 2)
	require.Equal(t, "rungs[2].to", problem.Errors[0].Field)
	require.Equal(t, "rungs[7].days", problem.Errors[1].Field)
	require.Contains(t, problem.Errors[1].Detail, "supervise")
	a = b.call(org.Supervisor, http.MethodPut, path, `{"rungs":[],"sendAt":"09:00","quietHours":{}}`)
	require.Equal(t, http.StatusUnprocessableEntity, a.status, "a misspelt field is not ignored")
	require.Empty(t, b.gateway.armed)
}

func TestOnlyThePlansSupervisorSetsItsRules(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	path := "plans/" + b.plan(b.importPolicy()) + "/ladder"
	_, err := b.store.SaveUsers(t.Context(), []store.User{{ID: "u-supervisor", Login: "supervisor", Name: "调走了", UnitID: finance, Active: true, Roles: []org.Role{org.Supervisor}}})
	require.NoError(t, err)
	a := b.call(org.Supervisor, http.MethodPut, path, deadline.Default())
	require.Equal(t, http.StatusForbidden, a.status)
	require.Equal(t, "not-the-supervisor", a.problem(t).Code)
}
