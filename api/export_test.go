package api_test

import (
	"mime"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	reader "duban/document"
	"duban/org"
	"duban/policy"
)

func TestExportPolicy(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	id := b.importPolicy()
	var imported struct{ Draft policy.Draft }
	b.get(org.Admin, "policies/"+id, &imported)
	for format, mediaType := range map[string]string{
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"csv":  "text/csv; charset=utf-8",
		"json": "application/json",
	} {
		a := b.call(org.Supervisor, http.MethodGet, "policies/"+id+"/export?format="+format, nil)
		require.Equal(t, http.StatusOK, a.status, a.text)
		require.Equal(t, mediaType, a.header.Get("Content-Type"))
		disposition, parameters, err := mime.ParseMediaType(a.header.Get("Content-Disposition"))
		require.NoError(t, err)
		require.Equal(t, "attachment", disposition)
		require.Equal(t, "关于教育强市建设的实施意见（2025-2035年）任务分解表."+format, parameters["filename"])
		if format == "json" {
			var draft policy.Draft
			a.into(t, &draft)
			require.Equal(t, imported.Draft, draft)
			continue
		}
		doc, err := reader.Read(t.Context(), "plan."+format, []byte(a.text))
		require.NoError(t, err)
		draft, err := policy.Parse(doc)
		require.NoError(t, err)
		require.Len(t, draft.Tasks, 2)
		for i, task := range draft.Tasks {
			want := imported.Draft.Tasks[i]
			require.Equal(t, want.Text, task.Text)
			require.Equal(t, want.Lead, task.Lead)
			require.Equal(t, want.Support, task.Support)
			require.Equal(t, want.Targets, task.Targets, format)
		}
	}
	plain := b.call(org.Admin, http.MethodGet, "policies/"+id+"/export", nil)
	require.True(t, strings.HasPrefix(plain.text, "PK"), "a workbook if nothing is asked for")
	require.Equal(t, http.StatusUnprocessableEntity, b.call(org.Admin, http.MethodGet, "policies/"+id+"/export?format=pdf", nil).status)
	require.Equal(t, http.StatusNotFound, b.call(org.Operator, http.MethodGet, "policies/"+id+"/export", nil).status, "no plan of it is published")
}
