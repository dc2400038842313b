package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/client"
	"duban/rehearsal"
)

// planInData has duban serve make the example plan in a folder, and returns the
// plan's id.
func planInData(t *testing.T, data string) string {
	t.Helper()
	out, stop := serving(t, "--example", "--data", data)
	defer stop()
	found := token.FindAllStringSubmatch(out.String(), -1)
	require.NotEmpty(t, found)
	var plans struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	require.NoError(t, client.New(address.FindString(out.String()), found[0][1]).Get(t.Context(), "plans", &plans))
	require.Len(t, plans.Items, 1)
	return plans.Items[0].ID
}

// contents are the files in a folder and what is in them.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		found[path] = string(text)
		return err
	}))
	return found
}

func TestRehearseAPlanOfADatabase(t *testing.T) {
	data, temporary := t.TempDir(), t.TempDir()
	plan := planInData(t, data)
	before := contents(t, data)
	t.Setenv("TMPDIR", temporary)
	output := filepath.Join(t.TempDir(), "rehearsal.json")
	var progress bytes.Buffer
	code := run(t.Context(), []string{"rehearse", "--plan", plan, "--data", data, "--year", "2026", "--tasks", "9", "--format", "json", "-o", output}, io.Discard, &progress)
	require.Zero(t, code, progress.String())
	require.Contains(t, progress.String(), "演练至 2026-")

	text, err := os.ReadFile(output)
	require.NoError(t, err)
	var result rehearsal.Result
	require.NoError(t, json.Unmarshal(text, &result))
	require.Len(t, result.Targets, 1)
	require.NotEmpty(t, result.Sent)
	require.Empty(t, result.Refused)
	require.Empty(t, result.Unanswered)
	require.Empty(t, contents(t, temporary), "the throw-away data are gone")
	require.True(t, maps.Equal(before, contents(t, data)), "a file is new, gone or changed")
}

// stopper ends a context when something is written.
type stopper struct {
	cancel context.CancelFunc
	text   bytes.Buffer
}

func (s *stopper) Write(p []byte) (int, error) {
	s.cancel()
	return s.text.Write(p)
}

func TestRehearseStops(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	watched := &stopper{cancel: cancel}
	require.Equal(t, 1, run(ctx, []string{"rehearse", "--example", "--year", "2026"}, io.Discard, watched))
	require.Contains(t, watched.text.String(), "演练已中止")
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestRehearseRefuses(t *testing.T) {
	folder := t.TempDir()
	existing := filepath.Join(folder, "there.json")
	require.NoError(t, os.WriteFile(existing, nil, 0o600))
	wrong := filepath.Join(folder, "wrong.yaml")
	require.NoError(t, os.WriteFile(wrong, []byte("habits: {submit: {late: 2}}"), 0o600))
	for arguments, c := range map[string]struct {
		code   int
		reason string
	}{
		"--year 2026":                                     {2, "请用 --plan 指定方案编号"},
		"--example":                                       {2, "请用 --year 指定年度"},
		"--example --year now":                            {2, "命令行有误"},
		"--example --year 2026 --format xlsx":             {1, "请用 -o 指定"},
		"--example --year 2026 --format pdf":              {2, "只能是 text、json 或 xlsx"},
		"--example --year 2026 --lang fr":                 {2, "只能是 zh 或 en"},
		"--example --year 2026 -o " + existing:            {1, "已存在，请换一个文件名"},
		"--example --year 2026 --behaviour " + wrong:      {1, "habits.submit.late：应为 0 至 1 之间的比例 / must be"},
		"--example --year 2026 --behaviour /nowhere.yaml": {1, "无法打开行为文件"},
		"--example --year 1999":                           {1, "方案期限为 2025 至 2035 年"},
		"--example --year 2026 --tasks 99":                {1, "没有编号为 99 的任务"},
		"--plan p --year 2026 --data " + folder:           {1, "无法读取方案所在的数据库"},
	} {
		var complaint bytes.Buffer
		require.Equal(t, c.code, run(t.Context(), append([]string{"rehearse"}, strings.Fields(arguments)...), io.Discard, &complaint), arguments)
		require.Contains(t, complaint.String(), c.reason, arguments)
	}
	require.NoFileExists(t, filepath.Join(folder, "duban.db"), "nothing is made where nothing is found")
}
