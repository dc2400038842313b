// Package docs_test keeps the documents true where a machine can tell.
package docs_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the folder of the module, seen from here.
const root = ".."

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}

func documents(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		found = append(found, names...)
	}
	require.NotEmpty(t, found)
	return found
}

var link = regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	for _, name := range documents(t) {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			if target := found[1]; !strings.Contains(target, "://") {
				require.FileExists(t, filepath.Join(filepath.Dir(name), target), "linked in %s", name)
			}
		}
	}
}

func TestDecisionsAreListed(t *testing.T) {
	index := read(t, "docs/decisions/README.md")
	pages, err := filepath.Glob("decisions/*.md")
	require.NoError(t, err)
	for _, page := range pages {
		if name := filepath.Base(page); name != "README.md" {
			require.Contains(t, index, "("+name+")")
		}
	}
}

// required is a line of go.mod that names a module and its version.
var required = regexp.MustCompile(`(?m)^\s*(?:require )?([a-z0-9.\-]+\.[a-z]+/\S+) (v\S+)`)

func TestDependenciesAreListed(t *testing.T) {
	versions := map[string]string{}
	for _, found := range required.FindAllStringSubmatch(read(t, "go.mod"), -1) {
		versions[found[1]] = found[2]
	}
	list := read(t, "docs/dependencies.md")
	for module := range imported(t, versions) {
		listed(t, list, module, versions[module])
	}
}

func listed(t *testing.T, list, module, version string) {
	t.Helper()
	line := "| `" + module + "` | " + strings.TrimPrefix(version, "v") + " |"
	if !strings.Contains(list, line) {
		t.Errorf("docs/dependencies.md needs a line that begins with %q and gives licence, upkeep and reason", line)
	}
}

// imported returns the modules from which this module's packages and tests
// import something themselves.
func imported(t *testing.T, versions map[string]string) map[string]bool {
	t.Helper()
	modules := map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && notOurs[entry.Name()]:
			return filepath.SkipDir
		case filepath.Ext(path) != ".go":
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			if module := moduleOf(strings.Trim(spec.Path.Value, `"`), versions); module != "" {
				modules[module] = true
			}
		}
		return nil
	}))
	require.Contains(t, modules, "github.com/stretchr/testify", "at least what this test itself imports")
	return modules
}

// notOurs are folders whose Go files are not the module's.
var notOurs = map[string]bool{".git": true, "bin": true, "data": true, "node_modules": true, "tools": true}

// moduleOf finds the module with the longest path that holds the package.
func moduleOf(path string, versions map[string]string) string {
	best := ""
	for module := range versions {
		if (path == module || strings.HasPrefix(path, module+"/")) && len(module) > len(best) {
			best = module
		}
	}
	return best
}

func TestToolsAreListed(t *testing.T) {
	list := read(t, "docs/dependencies.md")
	modules := read(t, "tools/go.mod")
	_, block, ok := strings.Cut(modules, "tool (")
	require.True(t, ok)
	block, _, _ = strings.Cut(block, ")")
	versions := map[string]string{}
	for _, found := range required.FindAllStringSubmatch(modules, -1) {
		versions[found[1]] = found[2]
	}
	for tool := range strings.FieldsSeq(block) {
		module := moduleOf(tool, versions)
		listed(t, list, module, versions[module])
	}
}

// flag finds the flags in a struct that the command line is read into.
var flag = regexp.MustCompile("(?m)^\\s+([A-Z][A-Za-z]+)\\s+\\S+\\s+`[^`]*help:")

func TestFlagsAreDescribed(t *testing.T) {
	sources, err := filepath.Glob(filepath.Join(root, "cmd", "duban", "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, sources)
	list := read(t, "docs/configuration.md")
	for _, source := range sources {
		text, err := os.ReadFile(source)
		require.NoError(t, err)
		for _, found := range flag.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(found[0], `cmd:""`) {
				describes(t, list, "`duban (\\w+ )?"+strings.ToLower(found[1])+"\\b")
			} else if !strings.Contains(found[0], `arg:""`) {
				describes(t, list, "`--"+dashed(found[1])+"\\b")
			}
		}
	}
}

func describes(t *testing.T, list, pattern string) {
	t.Helper()
	if !regexp.MustCompile(pattern).MatchString(list) {
		t.Errorf("docs/configuration.md does not describe %s`", pattern)
	}
}

// dashed is the name of a flag as the command line writes it: NoWorker is
// no-worker.
func dashed(field string) string {
	return strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(field, "$1-$2"))
}
