package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// groups are the packages that have tests.
type groups struct {
	plain  []string // do not link the Temporal server, nor do their tests
	server []string // link it
	quick  []string // those of plain that need neither engine, database nor HTTP server
}

const serverModule = "go.temporal.io/server/"

// listed is the part of `go list -json` that decides.
type listed struct {
	ImportPath   string
	Deps         []string
	DepOnly      bool
	ForTest      string
	TestGoFiles  []string
	XTestGoFiles []string
	Error        *struct{ Err string }
	DepsErrors   []struct{ Err string }
}

// hasTests reports whether go test has something to say of the package: its
// tests, or why it does not load.
func (p listed) hasTests() bool {
	return len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 || p.Error != nil || len(p.DepsErrors) > 0
}

// listPackages sorts the packages that the patterns name. One that cannot be
// loaded is listed all the same (-e): go test then says what is wrong with it,
// and the others are tested.
func listPackages(ctx context.Context, patterns []string) (groups, error) {
	args := append([]string{"list", "-e", "-deps", "-test",
		"-json=ImportPath,Deps,DepOnly,ForTest,TestGoFiles,XTestGoFiles,Error,DepsErrors"}, patterns...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return groups{}, fmt.Errorf("list the packages: %w", err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return groups{}, fmt.Errorf("read the list of packages: %w", err)
		}
		all = append(all, p)
	}
	g := sortPackages(all)
	if len(g.plain)+len(g.server) == 0 {
		return groups{}, fmt.Errorf("there are no tests in %s", strings.Join(patterns, " "))
	}
	return g, nil
}

// isSlow tells the engine's client, databases and the HTTP server, by the path
// of a package that is imported.
func isSlow(dep string) bool {
	return dep == "database/sql" || strings.HasPrefix(dep, "go.temporal.io/") || strings.HasPrefix(dep, "github.com/gin-gonic/")
}

// sortPackages looks at what a package's test binary links (the entry named
// "path.test"); whether it is quick depends on the package alone.
func sortPackages(all []listed) groups {
	binary := map[string]listed{}
	for _, p := range all {
		if path, ok := strings.CutSuffix(p.ImportPath, ".test"); ok && !p.DepOnly {
			binary[path] = p
		}
	}
	var g groups
	for _, p := range all {
		isBinary := strings.HasSuffix(p.ImportPath, ".test")
		if p.DepOnly || p.ForTest != "" || isBinary || !p.hasTests() {
			continue
		}
		links := func(dep string) bool { return strings.HasPrefix(dep, serverModule) }
		if slices.ContainsFunc(binary[p.ImportPath].Deps, links) {
			g.server = append(g.server, p.ImportPath)
			continue
		}
		g.plain = append(g.plain, p.ImportPath)
		if !slices.ContainsFunc(p.Deps, isSlow) {
			g.quick = append(g.quick, p.ImportPath)
		}
	}
	return g
}
