package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/gateway"
	"duban/org"
)

// An action becomes the command of its name, for the process of its id.
func TestActionsBecomeCommands(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	for _, c := range []struct {
		role     org.Role
		path     string
		body     string
		workflow string
		command  string
		payload  string
	}{
		{org.Operator, "assignments/p-1-2026-2/actions", `{"action":"acknowledge"}`, "assignment/p-1-2026-2", dispatch.Acknowledge, `{}`},
		{org.Operator, "assignments/p-1-2026-2/actions", `{"action":"report","text":"过半","percent":60,"amount":3.5}`,
			"assignment/p-1-2026-2", dispatch.Report, `{"text":"过半","percent":60,"amount":3.5}`},
		{org.Head, "assignments/p-1-2026-2/actions", `{"evidence":"见附件","amount":7,"action":"submit"}`,
			"assignment/p-1-2026-2", dispatch.Submit, `{"evidence":"见附件","amount":7}`},
		{org.Supervisor, "assignments/p-1-2026-2/actions", `{"action":"review","accept":true}`, "assignment/p-1-2026-2", dispatch.Review, `{"accept":true}`},
		{org.Operator, "assignments/a/actions", `{"action":"request-extension","due":"2026-12-20","reason":"汛期","progress":"八成"}`,
			"assignment/a", dispatch.RequestExtension, `{"due":"2026-12-20","reason":"汛期","progress":"八成"}`},
		{org.Supervisor, "assignments/a/actions", `{"action":"prolong","due":"2026-12-20","reason":"汛期"}`,
			"assignment/a", dispatch.Prolong, `{"due":"2026-12-20","reason":"汛期"}`},
		{org.Supervisor, "assignments/a/actions", `{"action":"reassign","unit":"east","due":"2026-12-20","reason":"职能调整"}`,
			"assignment/a", dispatch.Reassign, `{"unit":{"id":"east","name":"东县"},"due":"2026-12-20","reason":"职能调整"}`},
		{org.Supervisor, "supervisions/a.2/actions", `{"action":"reassign","unit":{"id":"east","name":"别名"},"due":"2026-12-20","reason":"职能调整"}`,
			"supervision/a/2", dispatch.Reassign, `{"unit":{"id":"east","name":"东县"},"due":"2026-12-20","reason":"职能调整"}`},
		{org.Supervisor, "supervisions/a.2/actions", `{"action":"send-back","reason":"请补充"}`, "supervision/a/2", dispatch.SendBack, `{"reason":"请补充"}`},
		{org.Operator, "supervisions/a.2/actions", `{"action":"answer","text":"选址变更","measures":"增派力量","due":"2026-12-20"}`,
			"supervision/a/2", dispatch.Answer, `{"text":"选址变更","measures":"增派力量","due":"2026-12-20"}`},
		{org.Supervisor, "supervisions/a.2/actions", `{"action":"raise","level":"summons","ground":"无进展","replyWorkingDays":5,"talk":{"at":"2026-12-01T09:00:00+08:00","people":["局长张某"]}}`,
			"supervision/a/2", dispatch.Raise, `{"level":"summons","ground":"无进展","replyWorkingDays":5,"talk":{"at":"2026-12-01T09:00:00+08:00","people":["局长张某"]}}`},
		{org.Supervisor, "supervisions/a.2/actions", `{"action":"record-minutes","heldAt":"2026-12-01T09:00:00+08:00","present":["局长张某"],"text":"承诺月底完成"}`,
			"supervision/a/2", dispatch.RecordMinutes, `{"heldAt":"2026-12-01T09:00:00+08:00","present":["局长张某"],"text":"承诺月底完成"}`},
		{org.Head, "assignments/a/actions", `{"action":"answer-reassignment","consent":false,"reason":"非我县职责"}`,
			"assignment/a", dispatch.AnswerReassignment, `{"consent":false,"reason":"非我县职责"}`},
		{org.Supervisor, "assignments/a/actions", `{"action":"issue-supervision","reason":"批示","level":"circular"}`,
			"assignment/a", dispatch.IssueSupervision, `{"reason":"批示","level":"circular"}`},
		{org.Supervisor, "assignments/a/actions", `{"action":"urge","unit":{"id":"east","name":"东县"}}`, "assignment/a", dispatch.Urge, `{"unit":"east"}`},
		{org.Operator, "annual-targets/p-1-2026/actions", `{"action":"urge"}`, "target/p/1/2026", dispatch.Urge, `{}`},
		{org.Operator, "annual-targets/p-1-2026/actions", `{"action":"submit-decomposition"}`, "target/p/1/2026", dispatch.SubmitDecomposition, `{}`},
		{org.Head, "annual-targets/p-1-2026/actions", `{"action":"submit-completion","summary":"全面完成"}`, "target/p/1/2026", dispatch.SubmitCompletion, `{"summary":"全面完成"}`},
		{org.Head, "sign-offs/target.p-1-2026.1/actions", `{"action":"agree","digest":"d"}`, "target/p/1/2026", dispatch.Sign,
			`{"signOff":"target.p-1-2026.1","action":"agree","digest":"d"}`},
		{org.Supervisor, "sign-offs/assignment.a.1/actions", `{"action":"disagree","comment":"不行","inSteadOf":"east"}`, "assignment/a", dispatch.Sign,
			`{"signOff":"assignment.a.1","action":"disagree","comment":"不行","inSteadOf":"east"}`},
	} {
		a := b.call(c.role, http.MethodPost, c.path, c.body, key("k1"))
		require.Equal(t, http.StatusOK, a.status, a.text)
		got := b.gateway.last(t)
		require.Equal(t, c.workflow, got.workflow)
		require.Empty(t, got.kind)
		require.Equal(t, c.command, got.command.Name)
		require.JSONEq(t, c.payload, string(got.command.Payload), c.body)
		user := b.users[c.role]
		require.Equal(t, user.ID+"/k1", got.command.ID)
		require.Equal(t, act.Actor{User: user.ID, Name: user.Name, Unit: user.Unit.Ref(), Roles: user.Roles}, got.command.Actor)
		var done struct {
			ID, Status, Location string
			Version              int64
		}
		a.into(t, &done)
		require.Equal(t, int64(7), done.Version)
		require.Equal(t, "done", done.Status)
		require.Equal(t, "/api/v1/"+strings.TrimSuffix(c.path, "/actions"), done.Location)
		require.Equal(t, `"7"`, a.header.Get("ETag"))
	}
}

func TestDecompositionIsSavedOnTheVersionThatWasRead(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	body := `{"items":[{"key":1,"unit":{"id":"east","name":"?"},"content":"建成 3 个","amount":3,"measure":"个","due":"2026-11-30"},
		{"key":2,"unit":{"id":"","name":""},"content":"","due":""}],
		"excuses":[{"unit":{"id":"west","name":""},"reason":"已完成"}]}`
	a := b.call(org.Operator, http.MethodPut, "annual-targets/p-1-2026/decomposition", body, key("s"), header{"If-Match": `"4"`})
	require.Equal(t, http.StatusOK, a.status, a.text)
	c := b.gateway.last(t).command
	require.Equal(t, dispatch.SaveDecomposition, c.Name)
	require.EqualValues(t, 4, c.ExpectedVersion)
	var in dispatch.Decomposition
	require.NoError(t, c.Decode(&in))
	require.Equal(t, "东县", in.Items[0].Unit.Name, "units are named as they are registered")
	require.Equal(t, "西县", in.Excuses[0].Unit.Name)
	require.Empty(t, in.Items[1].Unit.ID, "an unfinished item may be saved")

	for unit, code := range map[string]string{closed: "inactive-unit", "nowhere": "unknown-unit"} {
		a := b.call(org.Operator, http.MethodPut, "annual-targets/p-1-2026/decomposition",
			fmt.Sprintf(`{"items":[{"key":1,"unit":{"id":%q,"name":""},"content":"x","due":"2026-11-30"}]}`, unit), key("s2"))
		require.Equal(t, http.StatusUnprocessableEntity, a.status)
		p := a.problem(t)
		require.Equal(t, "items[0].unit", p.Errors[0].Field)
		require.Equal(t, code, p.Errors[0].Code)
	}
}

func TestOpeningASignOffIsTheSameOnEveryRetry(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	body := `{"title":"关于经费的函","content":"请会签","supervisor":"office","route":[{"name":"会签","mode":"all","onDisagree":"collect","then":"return",
		"signers":[{"unit":"finance","role":"head"},{"unit":"east","role":"head"}]}]}`
	first := b.call(org.Operator, http.MethodPost, "sign-offs", body, key("open-1"))
	require.Equal(t, http.StatusCreated, first.status, first.text)
	got := b.gateway.last(t)
	require.Equal(t, dispatch.KindSignOff, got.kind)
	var opening dispatch.SignOffOpening
	require.NoError(t, got.command.Decode(&opening))
	require.Equal(t, dispatch.SignOffWorkflow(opening.ID), got.workflow)
	require.Equal(t, approval.Signer{Party: org.Party{Unit: finance, Role: org.Head}, Name: "市财政局"}, opening.Route[0].Signers[0])
	require.Equal(t, org.UnitRef{ID: office, Name: "市督查室"}, opening.Supervisor)
	host, ok := dispatch.HostOf(dispatch.SignOffID(dispatch.KindSignOff, opening.ID, 1))
	require.True(t, ok)
	require.Equal(t, got.workflow, host)
	require.Equal(t, "/api/v1/sign-offs/"+dispatch.SignOffID(dispatch.KindSignOff, opening.ID, 1), first.header.Get("Location"))

	again := b.call(org.Operator, http.MethodPost, "sign-offs", body, key("open-1"))
	require.Equal(t, first.text, again.text)
	require.Equal(t, got, b.gateway.last(t))
	other := b.call(org.Operator, http.MethodPost, "sign-offs", body, key("open-2"))
	require.NotEqual(t, first.text, other.text)
	someoneElse := b.call(org.Head, http.MethodPost, "sign-offs", body, key("open-1"))
	require.NotEqual(t, first.text, someoneElse.text)
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	for k, good := range map[string]bool{
		"": false, "a": true, strings.Repeat("k", 128): true, strings.Repeat("k", 129): false, "two words": false, "编号": false, "!~": true,
	} {
		var headers []header
		if k != "" {
			headers = append(headers, key(k))
		}
		a := b.call(org.Operator, http.MethodPost, "assignments/a/actions", `{"action":"acknowledge"}`, headers...)
		if good {
			require.Equal(t, http.StatusOK, a.status, k)
			continue
		}
		require.Equal(t, http.StatusBadRequest, a.status, k)
		p := a.problem(t)
		require.Equal(t, "idempotency-key", p.Code)
		require.Contains(t, p.Detail, "Idempotency-Key")
	}
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	for match, version := range map[string]int64{`"1"`: 1, `"42"`: 42, `3`: 0, `"x"`: 0, `"0"`: 0, `"-1"`: 0, `"+1"`: 0, `""`: 0, `*`: 0, `W/"1"`: 0, `"1`: 0} {
		a := b.call(org.Operator, http.MethodPost, "assignments/a/actions", `{"action":"acknowledge"}`, key("k"), header{"If-Match": match})
		if version == 0 {
			require.Equal(t, http.StatusBadRequest, a.status, match)
			require.Equal(t, "if-match", a.problem(t).Code)
			continue
		}
		require.Equal(t, http.StatusOK, a.status, match)
		require.Equal(t, version, b.gateway.last(t).command.ExpectedVersion)
	}
}

func TestAnswersOfTheEngine(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{act.NotAllowed("not-a-signer", "不在名单", "not a signer"), http.StatusForbidden, "not-a-signer"},
		{act.NotNow("stale", "已更新", "changed"), http.StatusConflict, "stale"},
		{act.Malformed("required", "请填写", "fill in", act.Fault{Field: "comment", Code: "required", Zh: "必填", En: "required"}), http.StatusUnprocessableEntity, "required"},
		{act.NotFound("not-found", "没有", "none"), http.StatusNotFound, "not-found"},
		{fmt.Errorf("wrapped: %w", act.NotNow("closed", "已办结", "closed")), http.StatusConflict, "closed"},
		{fmt.Errorf("%w: connection refused", gateway.ErrUnavailable), http.StatusServiceUnavailable, "engine-unavailable"},
		{errors.New("secret inner text"), http.StatusInternalServerError, "internal"},
	} {
		b.gateway.err = c.err
		a := b.call(org.Head, http.MethodPost, "sign-offs/signoff.x.1/actions", `{"action":"agree"}`, key("k"))
		require.Equal(t, c.status, a.status, a.text)
		p := a.problem(t)
		require.Equal(t, c.code, p.Code)
		require.NotEmpty(t, p.Title)
		require.NotEmpty(t, p.Detail)
		require.NotContains(t, a.text, "secret")
		require.NotContains(t, a.text, "refused")
		require.Equal(t, a.header.Get("X-Request-Id"), p.RequestID)
		require.Equal(t, c.status == http.StatusServiceUnavailable, a.header.Get("Retry-After") != "")
	}
	require.Contains(t, b.log.String(), "secret inner text", "what went wrong is in the log")

	b.gateway.err = gateway.ErrPending
	a := b.call(org.Head, http.MethodPost, "sign-offs/signoff.x.1/actions", `{"action":"agree"}`, key("k"))
	require.Equal(t, http.StatusAccepted, a.status)
	require.JSONEq(t, `{"id":"signoff.x.1","status":"recorded","location":"/api/v1/sign-offs/signoff.x.1"}`, a.text)
}

func TestProblemsSpeakEnglishOnRequest(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.gateway.err = act.Malformed("required", "请填写必填内容。", "A required field is empty.", act.Fault{Field: "comment", Code: "required", Zh: "必填", En: "needed"})
	for accept, english := range map[string]bool{"": false, "en": true, "en-US,zh;q=0.5": true, "zh-CN,en;q=0.8": false, "fr,en;q=0.5": true, "%%%": false, "fr": false} {
		p := b.call(org.Head, http.MethodPost, "sign-offs/signoff.x.1/actions", `{"action":"agree"}`, key("k"), header{"Accept-Language": accept}).problem(t)
		if english {
			require.Equal(t, "A required field is empty.", p.Detail, accept)
			require.Equal(t, "needed", p.Errors[0].Detail)
			require.Equal(t, "Unprocessable Entity", p.Title)
		} else {
			require.Equal(t, "请填写必填内容。", p.Detail, accept)
			require.Equal(t, "必填", p.Errors[0].Detail)
			require.Equal(t, "内容有误", p.Title)
		}
	}
}

func TestWhatIsRefusedBeforeTheEngine(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	path := "assignments/a/actions"
	for _, c := range []struct {
		name, path, body string
		status           int
		code             string
		headers          header
	}{
		{"not JSON", path, `{"action":`, 400, "malformed-json", nil},
		{"two values", path, `{"action":"acknowledge"} {}`, 400, "malformed-json", nil},
		{"not an object", path, `[]`, 422, "invalid", nil},
		{"empty", path, ``, 400, "body-required", nil},
		{"no action", path, `{}`, 422, "unknown-action", nil},
		{"unknown action", path, `{"action":"arm-ladder"}`, 422, "unknown-action", nil},
		{"action of a wrong type", path, `{"action":3}`, 422, "unknown-action", nil},
		{"unknown field", path, `{"action":"acknowledge","haste":true}`, 422, "invalid", nil},
		{"wrong type", path, `{"action":"report","text":"x","percent":"half"}`, 422, "invalid", nil},
		{"wrong date", path, `{"action":"request-extension","due":"2026-02-30","reason":"x","progress":"y"}`, 422, "invalid", nil},
		{"wrong amount", path, `{"action":"report","text":"x","percent":1,"amount":0.00001}`, 422, "invalid", nil},
		{"too large", path, `{"action":"report","text":"` + strings.Repeat("长", 400_000) + `"}`, 413, "too-large", nil},
		{"form", path, `action=acknowledge`, 415, "media-type", header{"Content-Type": "application/x-www-form-urlencoded"}},
		{"xml", path, `<a/>`, 415, "media-type", header{"Content-Type": "text/xml"}},
		{"sign-off without a host", "sign-offs/nonsense/actions", `{"action":"agree"}`, 404, "not-found", nil},
		{"not an annual target", "annual-targets/nonsense/actions", `{"action":"submit-decomposition"}`, 404, "not-found", nil},
		{"no such address", "nonsense", `{}`, 404, "not-found", nil},
		{"no such method", "me", `{}`, 405, "method-not-allowed", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := b.call(org.Operator, http.MethodPost, c.path, c.body, key("k"), c.headers)
			require.Equal(t, c.status, a.status, a.text)
			p := a.problem(t)
			require.Equal(t, c.code, p.Code)
			require.NotContains(t, a.text, "Go struct")
			require.NotContains(t, a.text, "dispatch.")
		})
	}
	require.Empty(t, b.gateway.sent)
}

// A reassignment to a unit that is gone never reaches the process.
func TestReassignNeedsAnActiveUnit(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	for unit, code := range map[string]string{"": "required", "nowhere": "unknown-unit", closed: "inactive-unit"} {
		a := b.call(org.Supervisor, http.MethodPost, "assignments/a/actions",
			fmt.Sprintf(`{"action":"reassign","unit":%q,"due":"2026-12-01","reason":"x"}`, unit), key("k"))
		require.Equal(t, http.StatusUnprocessableEntity, a.status, a.text)
		require.Equal(t, code, a.problem(t).Errors[0].Code)
	}
	require.Empty(t, b.gateway.sent)
}

// More than eight acts on one process wait; those on others do not.
func TestActsOnOneProcessQueue(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	arrived, leave := make(chan struct{}, 20), make(chan struct{})
	b.gateway.before = func() { arrived <- struct{}{}; <-leave }
	var wg sync.WaitGroup
	send := func(id string, n int) {
		wg.Go(func() {
			a := b.call(org.Operator, http.MethodPost, "assignments/"+id+"/actions", `{"action":"acknowledge"}`, key(fmt.Sprint(n)))
			require.Equal(t, http.StatusOK, a.status)
		})
	}
	for n := range 12 {
		send("a", n)
	}
	for range 8 {
		<-arrived
	}
	send("other", 99)
	<-arrived
	require.Empty(t, arrived, "the ninth waits")
	close(leave)
	wg.Wait()
	require.Len(t, b.gateway.sent, 13)
}
