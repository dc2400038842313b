package example_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// seedFile reads a file of the document after which the example is modelled; it
// is kept beside the repository, not in it.
func seedFile(t *testing.T, name string) []byte {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "seed", name)
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		t.Skipf("SKIPPED: %s is absent, so the example is not compared with its model", path)
	}
	require.NoError(t, err)
	return data
}

func TestUnitsPerTaskAreTheModels(t *testing.T) {
	var want []struct {
		No            string
		Title         string
		Lead, Support []string
	}
	require.NoError(t, json.Unmarshal(seedFile(t, "tasks.json"), &want))
	got := tasks(t, load(t))
	require.Len(t, got, len(want))
	for i, w := range want {
		require.Equal(t, w.No, got[i].no)
		require.Equal(t, w.Lead, got[i].lead, "lead units of task %s", w.No)
		require.Equal(t, w.Support, got[i].support, "supporting units of task %s", w.No)
		require.NotEqual(t, w.Title, got[i].title, "task %s has its model's title", w.No)
	}
}

// The figures of the targets are facts and must all be there.
func TestTargetFiguresAreTheModels(t *testing.T) {
	var want []struct {
		Task, Text      string
		Year            int
		County, Program string
	}
	require.NoError(t, json.Unmarshal(seedFile(t, "targets.json"), &want))
	text := map[string]string{}
	for _, task := range tasks(t, load(t)) {
		text[task.no] = task.title + "。" + task.body
	}
	figure := regexp.MustCompile(`\d+(?:\.\d+)?`)
	compared := 0
	for _, w := range want {
		body, ok := text[w.Task]
		if !ok {
			require.Equal(t, "总体要求", w.Task)
			continue
		}
		if w.Year != 0 {
			year := regexp.MustCompile(strconv.Itoa(w.Year) + `年[^年]*` + w.County + `[^；年]*“` + w.Program + `”`)
			require.Regexp(t, year, body)
			compared++
			continue
		}
		for _, f := range figure.FindAllString(w.Text, -1) {
			require.Contains(t, figure.FindAllString(body, -1), f, "task %s: %s", w.Task, w.Text)
			compared++
		}
	}
	require.Greater(t, compared, 25)
}

// The example is its own text: only names and figures may recur.
func TestNoSentenceIsTheModels(t *testing.T) {
	const long = 12 // characters; shorter ones are headings and set phrases
	parts := func(text string) []string {
		text = regexp.MustCompile(`（牵头单位[^\n]*`).ReplaceAllString(text, "")
		return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("。；，,：:！？\n", r) })
	}
	model := map[string]bool{}
	for _, p := range parts(string(seedFile(t, "policy.txt"))) {
		model[strings.TrimSpace(p)] = true
	}
	require.Greater(t, len(model), 400)
	checked := 0
	for _, p := range parts(string(load(t).Policy)) {
		if utf8.RuneCountInString(p) < long {
			continue
		}
		checked++
		require.False(t, model[strings.TrimSpace(p)], "copied: %s", p)
	}
	require.Greater(t, checked, 150)
}
