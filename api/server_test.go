package api_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/api"
	"duban/org"
)

func TestReadiness(t *testing.T) {
	t.Parallel()
	var fails error
	b := newBundle(t, func(c *api.Config) { c.Ready = func(context.Context) error { return fails } })
	require.Equal(t, http.StatusOK, b.call("", http.MethodGet, "/healthz", nil).status)
	require.Equal(t, http.StatusOK, b.call("", http.MethodGet, "/readyz", nil).status)
	fails = errors.New("database: inner words")
	a := b.call("", http.MethodGet, "/readyz", nil)
	require.Equal(t, http.StatusServiceUnavailable, a.status)
	require.NotContains(t, a.text, "inner words")
	require.Contains(t, b.log.String(), "inner words")
}

func TestMetricsAndLogKnowRoutesAndNoSecrets(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	var me struct{ ID, Login string }
	b.get(org.Head, "me", &me)
	require.Equal(t, "head", me.Login)
	b.call(org.Head, http.MethodGet, "units/secret-id", nil)
	metrics := b.call("", http.MethodGet, "/metrics", nil).text
	require.Contains(t, metrics, `duban_http_requests_total{method="GET",route="/api/v1/units/:id",status="404"} 1`)
	require.Contains(t, metrics, "go_goroutines")
	require.NotContains(t, metrics, "secret-id")
	log := b.log.String()
	require.Contains(t, log, `"route":"/api/v1/me"`)
	require.Contains(t, log, `"user":"u-head"`)
	for _, token := range b.tokens {
		require.NotContains(t, log, token)
	}
}

func TestPanicsAreAnswered(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	b.gateway.before = func() { panic("inner words") }
	a := b.call(org.Operator, http.MethodPost, "assignments/a/actions", `{"action":"acknowledge"}`, key("k"))
	require.Equal(t, http.StatusInternalServerError, a.status)
	require.Equal(t, "internal", a.problem(t).Code)
	require.NotContains(t, a.text, "inner words")
	require.Contains(t, b.log.String(), "inner words")
}

func TestTokens(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	for _, authorization := range []string{"", "Bearer", "Bearer ", "Basic x", "Bearer wrong", "Bearer dbn_wrong"} {
		require.Equal(t, http.StatusUnauthorized, b.call("", http.MethodGet, "me", nil, header{"Authorization": authorization}).status, authorization)
	}
	made := b.call(org.Admin, http.MethodPost, "users/u-viewer/tokens", map[string]any{"label": "new", "days": 3})
	require.Equal(t, http.StatusCreated, made.status, made.text)
	var plain struct{ Token string }
	made.into(t, &plain)
	require.Equal(t, http.StatusOK, b.call("", http.MethodGet, "me", nil, header{"Authorization": "bearer " + plain.Token}).status)
	var tokens struct {
		Items []struct{ ID, Label string }
	}
	listed := b.get(org.Admin, "users/u-viewer/tokens", &tokens)
	require.NotContains(t, listed.text, plain.Token)
	require.Len(t, tokens.Items, 2)
	require.Equal(t, "new", tokens.Items[0].Label)
	require.Equal(t, http.StatusNoContent, b.call(org.Admin, http.MethodDelete, "users/u-viewer/tokens/"+tokens.Items[0].ID, nil).status)
	require.Equal(t, http.StatusUnprocessableEntity, b.call(org.Admin, http.MethodPost, "users/u-viewer/tokens", map[string]any{"days": 4000}).status)
}
