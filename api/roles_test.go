package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/org"
)

// endpoint is one row of the role matrix: who is let in, and everybody else is
// refused. What happens inside is another matter (404 for what does not exist,
// 422 for an empty body).
type endpoint struct {
	method, path string
	body         string
	in           []org.Role
}

func matrix() []endpoint {
	everybody := org.Roles()
	admin := []org.Role{org.Admin}
	planners := []org.Role{org.Supervisor, org.Admin}
	workers := []org.Role{org.Operator, org.Head}
	deciders := []org.Role{org.Operator, org.Head, org.Supervisor}
	supervisor := []org.Role{org.Supervisor}
	action := func(path, name string, in []org.Role) endpoint {
		return endpoint{http.MethodPost, path + "/x-1-2026/actions", `{"action":"` + name + `"}`, in}
	}
	signing := func(name string, in []org.Role) endpoint {
		return endpoint{http.MethodPost, "sign-offs/signoff.x.1/actions", `{"action":"` + name + `"}`, in}
	}
	inRound := func(name string, in []org.Role) endpoint {
		return endpoint{http.MethodPost, "rounds/x-2026-01/actions", `{"action":"` + name + `"}`, in}
	}
	return []endpoint{
		{http.MethodPost, "policies", "", admin},
		{http.MethodGet, "policies", "", planners},
		{http.MethodGet, "policies/x", "", everybody},
		{http.MethodGet, "policies/x/content", "", everybody},
		{http.MethodGet, "policies/x/export", "", everybody},
		{http.MethodPost, "policies/x/corrections", `{"action":"delete-task","task":1}`, admin},
		{http.MethodGet, "policies/x/corrections", "", planners},
		{http.MethodPost, "policies/x/versions", "", admin},
		{http.MethodGet, "policies/x/comparison", "", planners},
		{http.MethodPost, "plans", `{}`, admin},
		{http.MethodGet, "plans", "", everybody},
		{http.MethodGet, "plans/x", "", everybody},
		{http.MethodPatch, "plans/x", `{}`, admin},
		{http.MethodPost, "plans/x/publish", `{}`, admin},
		{http.MethodGet, "plans/x/round-rules", "", everybody},
		{http.MethodPut, "plans/x/round-rules", `{}`, planners},
		{http.MethodGet, "rounds", "", everybody},
		{http.MethodGet, "rounds/x", "", everybody},
		{http.MethodGet, "rounds/x/sections/y", "", everybody},
		{http.MethodGet, "rounds/x/sheets/mine", "", everybody},
		{http.MethodPut, "rounds/x-2026-01/sheets/mine", `{"lines":[]}`, workers},
		inRound("submit-sheet", workers),
		inRound("refresh-sheet", workers),
		inRound("send-back", deciders),
		inRound("urge", deciders),
		inRound("compile", workers),
		inRound("freeze", supervisor),
		{http.MethodPost, "rounds/x/corrections", `{}`, supervisor},
		{http.MethodGet, "rounds/x/export", "", everybody},
		{http.MethodGet, "plans/x/ladder", "", everybody},
		{http.MethodPut, "plans/x/ladder", `{}`, planners},
		{http.MethodGet, "plans/x/supervision-rules", "", everybody},
		{http.MethodPut, "plans/x/supervision-rules", `{}`, planners},
		{http.MethodGet, "plans/x/lights", "", everybody},
		{http.MethodPut, "plans/x/lights", `{}`, planners},
		{http.MethodGet, "plans/x/tasks", "", everybody},
		{http.MethodGet, "plans/x/tasks/1", "", everybody},
		{http.MethodPut, "plans/x/tasks/1", `{}`, admin},
		{http.MethodPost, "plans/x/tasks/1/annual-targets", `{"year":2026}`, []org.Role{org.Operator, org.Head, org.Supervisor, org.Admin}},
		{http.MethodGet, "annual-targets", "", everybody},
		{http.MethodGet, "annual-targets/x", "", everybody},
		{http.MethodGet, "annual-targets/x/proposal", "", everybody},
		{http.MethodPut, "annual-targets/x-1-2026/decomposition", `{"items":[]}`, workers},
		action("annual-targets", "confirm-target", deciders),
		action("annual-targets", "submit-decomposition", workers),
		action("annual-targets", "submit-completion", workers),
		action("annual-targets", "urge", deciders),
		{http.MethodGet, "assignments", "", everybody},
		{http.MethodGet, "assignments/x", "", everybody},
		{http.MethodPost, "assignments/actions", `{"acts":[]}`, deciders},
		action("assignments", "acknowledge", workers),
		action("assignments", "report", workers),
		action("assignments", "submit", workers),
		action("assignments", "review", deciders),
		action("assignments", "request-extension", workers),
		action("assignments", "urge", deciders),
		action("assignments", "prolong", supervisor),
		action("assignments", "reassign", supervisor),
		action("assignments", "close", supervisor),
		action("assignments", "issue-supervision", supervisor),
		action("assignments", "allow-extension", supervisor),
		action("assignments", "answer-reassignment", []org.Role{org.Head, org.Supervisor}),
		action("assignments", "drop-reassignment", supervisor),
		{http.MethodPost, "sign-offs", `{}`, deciders},
		{http.MethodGet, "sign-offs", "", everybody},
		{http.MethodGet, "sign-offs/x", "", everybody},
		{http.MethodGet, "sign-offs/x/signers", "", everybody},
		{http.MethodGet, "sign-offs/x/contents", "", everybody},
		{http.MethodGet, "sign-offs/x/changes", "", everybody},
		{http.MethodGet, "sign-offs/x/copies", "", everybody},
		{http.MethodPost, "sign-offs/x/read", "", everybody},
		{http.MethodPost, "sign-offs/preview", `{}`, deciders},
		{http.MethodPost, "sign-offs/actions", `{"acts":[]}`, deciders},
		{http.MethodGet, "copies", "", everybody},
		{http.MethodGet, "plans/x/routes/review", "", everybody},
		{http.MethodGet, "plans/x/routes/review/versions", "", everybody},
		{http.MethodPut, "plans/x/routes/review", `{}`, planners},
		{http.MethodGet, "annual-targets/x/route", "", everybody},
		{http.MethodGet, "assignments/x/route", "", everybody},
		signing("agree", deciders), signing("agree-with-reservations", deciders), signing("disagree", deciders), signing("abstain", deciders),
		signing("return", deciders), signing("recall", deciders), signing("remove-signer", deciders), signing("retract", deciders),
		signing("withdraw", deciders), signing("resubmit", deciders), signing("terminate", deciders), signing("urge", deciders),
		signing("transfer", deciders), signing("delegate", deciders), signing("add-signers", deciders), signing("copy", deciders),
		signing("reassign", supervisor), signing("prolong", supervisor),
		{http.MethodGet, "supervisions", "", everybody},
		{http.MethodPost, "supervisions", `{}`, supervisor},
		{http.MethodGet, "joint-supervisions/x", "", everybody},
		{http.MethodGet, "supervision-board", "", everybody},
		{http.MethodGet, "supervision-board/units", "", everybody},
		{http.MethodGet, "plans/x/extensions/summary", "", everybody},
		{http.MethodGet, "supervisions/x", "", everybody},
		{http.MethodPost, "supervisions/actions", `{"acts":[]}`, deciders},
		action("supervisions", "acknowledge", workers),
		action("supervisions", "answer", workers),
		action("supervisions", "conclude", supervisor),
		action("supervisions", "raise", supervisor),
		action("supervisions", "lower", supervisor),
		action("supervisions", "arrange-talk", supervisor),
		action("supervisions", "record-minutes", supervisor),
		action("supervisions", "urge", deciders),
		action("supervisions", "accept", supervisor),
		action("supervisions", "send-back", supervisor),
		action("supervisions", "prolong", supervisor),
		action("supervisions", "reassign", supervisor),
		action("supervisions", "close", supervisor),
		{http.MethodPost, "files", "", []org.Role{org.Operator, org.Head, org.Supervisor, org.Admin}},
		{http.MethodGet, "files/x", "", everybody},
		{http.MethodGet, "files/x/content", "", everybody},
		{http.MethodGet, "attachments", "", everybody},
		{http.MethodGet, "me", "", everybody},
		{http.MethodPatch, "me", `{}`, everybody},
		{http.MethodGet, "messages", "", admin},
		{http.MethodGet, "inbox", "", everybody},
		{http.MethodGet, "notices", "", everybody},
		{http.MethodGet, "events", "", everybody},
		{http.MethodGet, "units", "", everybody},
		{http.MethodGet, "units/education", "", everybody},
		{http.MethodPost, "units", `{"name":"市民政局"}`, admin},
		{http.MethodPut, "units/x", `{"name":"市民政局"}`, admin},
		{http.MethodGet, "groups", "", everybody},
		{http.MethodGet, "groups/counties", "", everybody},
		{http.MethodPost, "groups", `{"name":"各局","members":["education"]}`, admin},
		{http.MethodPut, "groups/x", `{"name":"各局","members":[]}`, admin},
		{http.MethodGet, "aliases", "", everybody},
		{http.MethodGet, "aliases/proposals", "", planners},
		{http.MethodPost, "units/import", "", admin},
		{http.MethodPost, "aliases", `{"alias":"市教委","unit":"education"}`, admin},
		{http.MethodDelete, "aliases/x", "", admin},
		{http.MethodPost, "units/x/merge", `{"into":"y","reason":"改革"}`, admin},
		{http.MethodGet, "units/x/mergers", "", everybody},
		{http.MethodGet, "people", "", everybody},
		{http.MethodGet, "stand-ins", "", everybody},
		{http.MethodPost, "stand-ins", `{}`, everybody},
		{http.MethodPost, "stand-ins/x/end", `{}`, everybody},
		{http.MethodGet, "calendars/years", "", everybody},
		{http.MethodGet, "calendars/years/2027", "", everybody},
		{http.MethodPut, "calendars/years/2027", `{"source":""}`, admin},
		{http.MethodGet, "units/education/calendar", "", everybody},
		{http.MethodGet, "units/education/calendar/2027", "", everybody},
		{http.MethodPut, "units/education/calendar/2027", `{"source":""}`, admin},
		{http.MethodGet, "users", "", admin},
		{http.MethodGet, "users/x", "", admin},
		{http.MethodPost, "users", `{}`, admin},
		{http.MethodPut, "users/x", `{}`, admin},
		{http.MethodPatch, "users/x", `{}`, admin},
		{http.MethodGet, "users/x/tokens", "", admin},
		{http.MethodPost, "users/x/tokens", `{}`, admin},
		{http.MethodDelete, "users/x/tokens/y", "", admin},
	}
}

func TestRoleMatrix(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	for _, e := range matrix() {
		allowed := map[org.Role]bool{}
		for _, role := range e.in {
			allowed[role] = true
		}
		for _, role := range org.Roles() {
			var body any
			if e.body != "" {
				body = e.body
			}
			a := b.call(role, e.method, e.path, body, key("matrix"))
			name := e.method + " " + e.path + " " + e.body + " as " + string(role)
			require.NotEqual(t, http.StatusUnauthorized, a.status, name)
			require.Less(t, a.status, 500, "%s: %s", name, a.text)
			refused := a.status == http.StatusForbidden && a.problem(t).Code == "role"
			require.Equal(t, !allowed[role], refused, "%s: %d %s", name, a.status, a.text)
		}
		a := b.call("", e.method, e.path, nil)
		require.Equal(t, http.StatusUnauthorized, a.status, "%s %s without a token", e.method, e.path)
		require.Equal(t, "unauthorized", a.problem(t).Code)
		require.Equal(t, "Bearer", a.header.Get("WWW-Authenticate"))
	}
}

// The matrix names every operation that needs a token.
func TestRoleMatrixIsComplete(t *testing.T) {
	t.Parallel()
	d, _ := description(t, newBundle(t))
	covered := func(method, path string) bool {
		for _, e := range matrix() {
			if strings.EqualFold(e.method, method) && matches(path, "/api/v1/"+e.path) {
				return true
			}
		}
		return false
	}
	for path, item := range d.Paths {
		for method := range item {
			if strings.HasPrefix(path, "/api/") {
				require.True(t, covered(method, path), "%s %s is not in the role matrix", method, path)
			}
		}
	}
}

func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && !strings.HasPrefix(want[i], "{") {
			return false
		}
	}
	return true
}
