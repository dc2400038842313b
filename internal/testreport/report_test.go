package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is a small module of its own, so that what is read here comes from the
// real go command.
var module = map[string]string{
	"go.mod":         "module sample\n\ngo 1.26\n",
	"good/good.go":   "package good\n",
	"alone/alone.go": "package alone\n",
	"good/good_test.go": `package good

import "testing"

func TestPasses(t *testing.T) {}

func TestSkips(t *testing.T) { t.Skip("SKIPPED: no database here") }

func TestHasPart(t *testing.T) {
	t.Run("part", func(t *testing.T) { t.Skip("SKIPPED: ../../shared/seed is absent") })
}
`,
	"bad/bad.go": "package bad\n",
	"bad/bad_test.go": `package bad

import "testing"

func TestQuiet(t *testing.T) { t.Log("not to be shown") }

func TestFails(t *testing.T) { t.Fatal("two and two is five") }

func TestPanics(t *testing.T) { panic("out of the blue") }
`,
	"broken/broken.go":      "package broken\n",
	"broken/broken_test.go": "package broken\n\nvar x int = \"text\"\n",
}

func inModule(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range module {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	t.Chdir(dir)
}

func TestReportOfPassingTests(t *testing.T) {
	inModule(t)
	tests := []struct {
		name       string
		requireAll bool
		model      bool // the documents beside the repository are there
		want       bool
		missing    int
	}{
		{"skips are told", false, false, true, 0},
		{"skips fail where all is required", true, true, false, 2},
		{"but not for documents that are not there", true, false, false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			r := newReport(&out)
			require.NoError(t, r.test(t.Context(), []string{"./good"}))
			require.Equal(t, tt.want, r.finish(tt.requireAll, tt.model))

			text := out.String()
			require.Contains(t, text, "NOT TESTED HERE: 2")
			require.Contains(t, text, "sample/good TestSkips  good_test.go:7: SKIPPED: no database here")
			require.Contains(t, text, "sample/good TestHasPart/part  good_test.go:10: SKIPPED: ../../shared/seed is absent")
			require.Equal(t, tt.missing, strings.Count(text, "MISSING  "))
			require.Regexp(t, `ok  \tsample/good\t[^\n]*\n$`, text, "the last line is go test's")
			require.NotContains(t, text, "TestPasses")
		})
	}
}

func TestReportOfFailingTests(t *testing.T) {
	inModule(t)
	var out bytes.Buffer
	r := newReport(&out)
	require.NoError(t, r.test(t.Context(), []string{"./good", "./bad"}))
	require.False(t, r.finish(false, false))
	text := out.String()
	require.Contains(t, text, "two and two is five")
	require.Contains(t, text, "out of the blue")
	require.NotContains(t, text, "not to be shown")
	require.Equal(t, 2, strings.Count(text, "FAIL\tsample/bad\t"))
}

func TestReportOfATestThatDoesNotCompile(t *testing.T) {
	inModule(t)
	var out bytes.Buffer
	r := newReport(&out)
	require.NoError(t, r.test(t.Context(), []string{"./broken"}))
	require.False(t, r.finish(false, false))
	require.Contains(t, out.String(), "broken_test.go:3:")
	require.Contains(t, out.String(), "FAIL\tsample/broken [build failed]")
}

func TestListPackages(t *testing.T) {
	inModule(t)
	got, err := listPackages(t.Context(), []string{"./..."})
	require.NoError(t, err)
	want := []string{"sample/bad", "sample/broken", "sample/good"}
	require.ElementsMatch(t, want, got.plain, "alone has no tests")
	require.ElementsMatch(t, want, got.quick)
	require.Empty(t, got.server)
}

func TestListPackagesThatDoNotLoad(t *testing.T) {
	inModule(t)
	require.NoError(t, os.WriteFile("alone/alone.go", []byte("package alone\n\nimport _ \"sample/gone\"\n"), 0o600))
	got, err := listPackages(t.Context(), []string{"./alone", "./good"})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"sample/alone", "sample/good"}, got.plain)

	var out bytes.Buffer
	r := newReport(&out)
	require.NoError(t, r.test(t.Context(), got.plain))
	require.False(t, r.finish(false, false), "what does not load is a failure")
	require.Contains(t, out.String(), "sample/gone")
	require.Contains(t, out.String(), "ok  \tsample/good", "the others are tested")
}

func TestListPackagesWithoutTests(t *testing.T) {
	inModule(t)
	_, err := listPackages(t.Context(), []string{"./alone"})
	require.EqualError(t, err, "there are no tests in ./alone")
}

func TestSortPackages(t *testing.T) {
	tests := []string{"x_test.go"}
	all := []listed{
		{ImportPath: "time", DepOnly: true},
		{ImportPath: "database/sql", DepOnly: true},
		{ImportPath: "go.temporal.io/server/temporal", DepOnly: true},
		// Its tests may use what they like.
		{ImportPath: "home/pure", Deps: []string{"time", "other/text"}, TestGoFiles: tests},
		{ImportPath: "home/pure.test", Deps: []string{"time", "other/text", "database/sql"}},
		{ImportPath: "home/store", Deps: []string{"database/sql", "home/pure"}, XTestGoFiles: tests},
		{ImportPath: "home/store.test", Deps: []string{"database/sql", "home/pure"}},
		{ImportPath: "home/web", Deps: []string{"github.com/gin-gonic/gin", "home/pure"}, XTestGoFiles: tests},
		{ImportPath: "home/web.test", Deps: []string{"github.com/gin-gonic/gin", "home/pure"}},
		// The package does not link the server, its tests do.
		{ImportPath: "home/flow", Deps: []string{"home/pure"}, XTestGoFiles: tests},
		{ImportPath: "home/flow_test [home/flow.test]", ForTest: "home/flow", XTestGoFiles: tests},
		{ImportPath: "home/flow.test", Deps: []string{"go.temporal.io/server/temporal"}},
		{ImportPath: "home/untested", Deps: []string{"time"}},
	}
	got := sortPackages(all)
	require.Equal(t, []string{"home/pure", "home/store", "home/web"}, got.plain)
	require.Equal(t, []string{"home/pure"}, got.quick)
	require.Equal(t, []string{"home/flow"}, got.server)
}
