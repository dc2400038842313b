package example_test

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"duban/example"

	"github.com/stretchr/testify/require"
)

// task is what these tests read out of the policy, by means much simpler than
// the importer's, so that the two can be compared.
type task struct {
	section, no, title, body string
	lead, support            []string
}

var (
	numbered = regexp.MustCompile(`^(\d+)\.([^。]+)。(.*)$`)
	lettered = regexp.MustCompile(`^(（[一二三四]）)([^。]+)。(.*)$`)
	noteOf   = regexp.MustCompile(`（牵头单位[：:](.+?)，配合单位[：:](.+?)(?:按职责分工负责）|）)$`)
)

// tasks reads numbered items, and lettered ones under 保障措施. A note may stand
// alone on the line after its task.
func tasks(t *testing.T, ex example.Example) []task {
	t.Helper()
	var all []task
	section := ""
	for line := range strings.Lines(string(ex.Policy)) {
		line = strings.TrimSpace(line)
		note := noteOf.FindStringSubmatch(line)
		rest := noteOf.ReplaceAllString(line, "")
		m := numbered.FindStringSubmatch(rest)
		if m == nil {
			m = lettered.FindStringSubmatch(rest)
		}
		if m != nil {
			all = append(all, task{section: section, no: m[1], title: m[2], body: m[3]})
		} else if !strings.Contains(rest, "。") && rest != "" {
			section = rest
		}
		if note != nil {
			require.NotEmpty(t, all, "a note before the first task")
			last := &all[len(all)-1]
			require.Empty(t, last.lead, "task %s has two notes", last.no)
			last.lead, last.support = names(ex, note[1]), names(ex, note[2])
		}
	}
	return all
}

// names splits a list of units; a group's own name may hold a 、.
func names(ex example.Example, list string) []string {
	var groups []string
	for _, g := range ex.Groups {
		groups = append(append(groups, g.Name), g.Aliases...)
	}
	slices.SortFunc(groups, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var found []string
	for list != "" {
		end := strings.IndexAny(list, "、，")
		if i := slices.IndexFunc(groups, func(g string) bool { return strings.HasPrefix(list, g) }); i >= 0 {
			end = len(groups[i])
		}
		if end < 0 || end == len(list) {
			return append(found, list)
		}
		found = append(found, list[:end])
		_, size := utf8.DecodeRuneInString(list[end:])
		list = list[end+size:]
	}
	return found
}
