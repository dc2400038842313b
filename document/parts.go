package document

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// part is a part that another one refers to.
type part struct {
	kind string // the last word of the relation's type: styles, worksheet
	path string
}

// relations returns what the part at from refers to, by id; from is empty for
// the file as a whole. References to the outside are left out.
func (a *archive) relations(ctx context.Context, from string) (map[string]part, error) {
	dir, base := path.Split(from)
	data, err := a.read(dir + "_rels/" + base + ".rels")
	if err != nil || data == nil {
		return nil, err
	}
	parts := map[string]part{}
	s := newScanner(ctx, data)
	err = s.root(func(element) error {
		return s.children(func(e element) error {
			var id, kind, target, mode string
			for _, a := range e.attrs {
				switch a.Name.Local {
				case "Id":
					id = a.Value
				case "Type":
					kind = a.Value
				case "Target":
					target = a.Value
				case "TargetMode":
					mode = a.Value
				}
			}
			if mode != "External" && target != "" {
				if !strings.HasPrefix(target, "/") {
					target = path.Join(dir, target)
				}
				parts[id] = part{kind: path.Base(kind), path: strings.TrimPrefix(target, "/")}
			}
			return s.skip()
		})
	})
	if err != nil {
		return nil, a.failed(ctx, from, err)
	}
	return parts, nil
}

// mainPart returns the part with which reading begins.
func (a *archive) mainPart(ctx context.Context, usual string) (string, error) {
	parts, err := a.relations(ctx, "")
	if err != nil {
		return "", err
	}
	for _, id := range slices.Sorted(maps.Keys(parts)) {
		if p := parts[id]; p.kind == "officeDocument" && a.has(p.path) {
			return p.path, nil
		}
	}
	return usual, nil
}

// ofKind returns the path of the part of that kind, empty if there is none.
func ofKind(parts map[string]part, kind string) string {
	for _, id := range slices.Sorted(maps.Keys(parts)) {
		if parts[id].kind == kind {
			return parts[id].path
		}
	}
	return ""
}

// failed tells a damaged part from a reader that ran out of time or that has
// said already what is wrong.
func (a *archive) failed(ctx context.Context, part string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if known := (*Error)(nil); errors.As(err, &known) {
		return err
	}
	return damaged(a.name, fmt.Errorf("read part %q: %w", part, err))
}

// scan reads one XML part from its outermost element; an absent part is empty.
func (a *archive) scan(ctx context.Context, name string, visit func(*scanner, element) error) error {
	data, err := a.read(name)
	if err != nil || data == nil {
		return err
	}
	s := newScanner(ctx, data)
	if err := s.root(func(e element) error { return visit(s, e) }); err != nil {
		return a.failed(ctx, name, err)
	}
	return nil
}
