package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// described is the part of the OpenAPI document that the tests read.
type described struct {
	OpenAPI string                                   `json:"openapi"`
	Paths   map[string]map[string]describedOperation `json:"paths"`
	Parts   struct {
		Schemas map[string]any `json:"schemas"`
	} `json:"components"`
}

type describedOperation struct {
	ID        string                    `json:"operationId"`
	Summary   string                    `json:"summary"`
	Tags      []string                  `json:"tags"`
	Security  []map[string][]string     `json:"security"`
	Responses map[string]map[string]any `json:"responses"`
	Body      *struct {
		Content map[string]struct {
			Schema map[string]any `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
	Parameters []struct {
		Name     string `json:"name"`
		Required bool   `json:"required"`
	} `json:"parameters"`
}

func description(t *testing.T, b *bundle) (described, string) {
	a := b.call("", http.MethodGet, "/openapi.json", nil)
	require.Equal(t, http.StatusOK, a.status)
	var d described
	a.into(t, &d)
	return d, a.text
}

func TestEveryOperationIsDescribed(t *testing.T) {
	t.Parallel()
	d, _ := description(t, newBundle(t))
	require.True(t, strings.HasPrefix(d.OpenAPI, "3.1"), d.OpenAPI)
	require.Greater(t, len(d.Paths), 30)
	seen := map[string]bool{}
	for path, item := range d.Paths {
		for method, o := range item {
			name := method + " " + path
			require.NotEmpty(t, o.ID, name)
			require.False(t, seen[o.ID], "operation id twice: %s", o.ID)
			seen[o.ID] = true
			require.NotEmpty(t, o.Summary, name)
			require.NotEmpty(t, o.Tags, name)
			require.NotEmpty(t, o.Security, name)
			require.Contains(t, o.Responses, "500", name)
			if strings.HasPrefix(path, "/api/") {
				require.Contains(t, o.Responses, "401", name)
				require.Contains(t, o.Responses, "403", name)
				require.Equal(t, []map[string][]string{{"bearer": {}}}, o.Security, name)
			}
			if strings.Contains(path, "{") {
				require.Contains(t, o.Responses, "404", name)
			}
			for _, p := range o.Parameters {
				if p.Name == "Idempotency-Key" {
					require.True(t, p.Required, name)
					require.Contains(t, o.Responses, "409", name)
				}
			}
			for status, response := range o.Responses {
				if status < "400" {
					continue
				}
				require.Contains(t, response["content"], "application/problem+json", "%s %s", name, status)
			}
		}
	}
}

// Every reference in the document leads somewhere.
func TestOpenAPIReferencesResolve(t *testing.T) {
	t.Parallel()
	d, text := description(t, newBundle(t))
	references := regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(text, -1)
	require.NotEmpty(t, references)
	for _, reference := range references {
		require.Contains(t, d.Parts.Schemas, reference[1])
	}
	require.NotContains(t, d.Parts.Schemas, "ErrorModel")
}

// Each action has a schema of its own, told apart by its name.
func TestActionsAreTyped(t *testing.T) {
	t.Parallel()
	d, _ := description(t, newBundle(t))
	body := d.Paths["/api/v1/assignments/{id}/actions"]["post"].Body
	require.NotNil(t, body)
	schema := body.Content["application/json"].Schema
	require.Len(t, schema["oneOf"], 13)
	require.Equal(t, map[string]any{"propertyName": "action"}["propertyName"], schema["discriminator"].(map[string]any)["propertyName"])
	report, ok := d.Parts.Schemas["AssignmentReport"].(map[string]any)
	require.True(t, ok)
	properties := report["properties"].(map[string]any)
	require.Contains(t, properties, "percent")
	require.Equal(t, []any{"report"}, properties["action"].(map[string]any)["enum"])
	amount := properties["amount"].(map[string]any)
	require.Equal(t, "number", amount["type"])
}

func TestDocsLoadNothingFromOutside(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	page := b.call("", http.MethodGet, "/docs", nil)
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'self'")
	loaded := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page.text, -1)
	require.NotEmpty(t, loaded)
	for _, l := range loaded {
		require.True(t, strings.HasPrefix(l[1], "/docs/"), l[1])
		file := b.call("", http.MethodGet, l[1], nil)
		require.Equal(t, http.StatusOK, file.status, l[1])
		require.NotEmpty(t, file.text, l[1])
	}
	outside := regexp.MustCompile(`https?://`)
	require.NotRegexp(t, outside, page.text)
	require.NotRegexp(t, outside, b.call("", http.MethodGet, "/docs/start.js", nil).text)
}

// What a detail shares with its list entry is described as well.
func TestDetailsAreDescribedInFull(t *testing.T) {
	t.Parallel()
	d, _ := description(t, newBundle(t))
	for name, fields := range map[string][]string{
		"PolicyDetail":        {"id", "version", "draft", "units"},
		"PolicyVersion":       {"id", "version", "draft", "comparison"},
		"CorrectionSplitTask": {"action", "task", "parts", "reason"},
		"PlanDetail":          {"id", "version", "programmes"},
		"AnnualTargetDetail":  {"id", "version", "items", "requirement"},
		"AssignmentDetail":    {"id", "version", "reports"},
		"SignOffDetail":       {"id", "digest", "route", "content"},
		"SupervisionDetail":   {"id", "version", "number", "level", "steps", "talks"},
		"LateAssignment":      {"id", "daysLate", "light", "order", "next"},
		"NewJoint":            {"assignments", "reason", "level", "talk"},
		"IssuedJoint":         {"id", "done", "results"},
	} {
		schema, ok := d.Parts.Schemas[name].(map[string]any)
		require.True(t, ok, name)
		for _, field := range fields {
			require.Contains(t, schema["properties"], field, name)
		}
	}
}
