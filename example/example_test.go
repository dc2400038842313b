package example_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"duban/example"
	"duban/org"

	"github.com/stretchr/testify/require"
)

func load(t *testing.T) example.Example {
	t.Helper()
	ex, err := example.Load()
	require.NoError(t, err)
	return ex
}

func TestLoad(t *testing.T) {
	ex := load(t)
	require.Equal(t, example.PolicyName, ex.PolicyName)
	require.True(t, utf8.Valid(ex.Policy))
	require.NotContains(t, string(ex.Policy), "\r")
	require.Len(t, ex.Groups, 2)

	ex.Policy[0] = 'x'
	ex.Units[0].Name = "changed"
	again := load(t)
	require.NotEqual(t, byte('x'), again.Policy[0], "two loads share the policy")
	require.NotEqual(t, "changed", again.Units[0].Name, "two loads share the units")
}

func TestUnitsAndGroupsAreSound(t *testing.T) {
	ex := load(t)
	slug := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	ids := map[string]bool{}
	names := map[string]string{}
	claim := func(id string, written ...string) {
		require.Regexp(t, slug, id)
		require.False(t, ids[id], "id %s is used twice", id)
		ids[id] = true
		for _, w := range written {
			require.NotEmpty(t, w, "an empty name for %s", id)
			require.Empty(t, names[w], "%s means both %s and %s", w, names[w], id)
			names[w] = id
		}
	}
	levels := []string{"city", "county", "school"}
	kinds := []string{"party", "government", "area", "mass", "judicial", "vertical", "school", "military"}
	for _, u := range ex.Units {
		claim(u.ID, append([]string{u.Name}, u.Aliases...)...)
		require.NotEmpty(t, u.Short, u.ID)
		require.Contains(t, levels, u.Level, u.ID)
		require.Contains(t, kinds, u.Kind, u.ID)
	}
	units := len(ids)
	for _, g := range ex.Groups {
		claim(g.ID, append([]string{g.Name}, g.Aliases...)...)
		require.NotEmpty(t, g.Members, g.ID)
		seen := map[string]bool{}
		for _, m := range g.Members {
			require.True(t, ids[m], "%s has an unknown member %s", g.ID, m)
			require.False(t, seen[m], "%s has the member %s twice", g.ID, m)
			seen[m] = true
		}
	}
	require.Equal(t, 46, units)
}

func TestAreasAreOneGroup(t *testing.T) {
	ex := load(t)
	var areas []string
	for _, u := range ex.Units {
		if u.Kind == "area" {
			require.Equal(t, "county", u.Level, u.ID)
			areas = append(areas, u.ID)
		}
	}
	require.Len(t, areas, 7)
	require.ElementsMatch(t, areas, ex.Groups[0].Members)
}

func TestUsersAreSound(t *testing.T) {
	ex := load(t)
	unit := map[string]bool{}
	for _, u := range ex.Units {
		unit[u.ID] = true
	}
	logins := map[string]bool{}
	people := map[string]bool{}
	held := map[string]map[string]int{}
	total := map[string]int{}
	for _, u := range ex.Users {
		require.Regexp(t, `^[a-z]+(\.[a-z]+)?$`, u.Login)
		require.False(t, logins[u.Login], "login %s is used twice", u.Login)
		logins[u.Login] = true
		require.NotEmpty(t, u.Name, u.Login)
		require.False(t, people[u.Name], "two people are called %s", u.Name)
		people[u.Name] = true
		require.True(t, unit[u.Unit], "%s is in an unknown unit %s", u.Login, u.Unit)
		require.NotEmpty(t, u.Roles, u.Login)
		for _, r := range u.Roles {
			require.True(t, org.Role(r).Valid(), "%s has an unknown role %s", u.Login, r)
			require.True(t, u.HasRole(r))
			if held[u.Unit] == nil {
				held[u.Unit] = map[string]int{}
			}
			held[u.Unit][r]++
			total[r]++
		}
	}
	require.Equal(t, map[string]int{
		"operator": 44, "head": 44, "supervisor": 2, "admin": 1, "viewer": 1,
	}, total)

	// Whoever is written into the plan can act: one operator, one head.
	for _, task := range tasks(t, ex) {
		for _, id := range append(resolve(t, ex, task.lead), resolve(t, ex, task.support)...) {
			require.Equal(t, 1, held[id]["operator"], "operators of %s", id)
			require.Equal(t, 1, held[id]["head"], "heads of %s", id)
		}
	}
}

func TestPolicyHasTheWholeShape(t *testing.T) {
	ex := load(t)
	all := tasks(t, ex)
	require.Len(t, all, 42)
	leads, supports := 0, 0
	sections := map[string]int{}
	for _, task := range all {
		require.NotEmpty(t, task.lead, task.no)
		require.NotEmpty(t, task.support, task.no)
		leads += len(task.lead)
		supports += len(task.support)
		sections[task.section]++
		sentences := strings.Count(task.body, "。")
		require.GreaterOrEqual(t, sentences, 2, "task %s has too little text", task.no)
		require.LessOrEqual(t, sentences, 4, "task %s has too much text", task.no)
	}
	require.Equal(t, 75, leads)
	require.Equal(t, 225, supports)
	require.Len(t, sections, 11, "ten programmes and the safeguards")
	require.Equal(t, 4, sections["三、保障措施"])

	programmes := regexp.MustCompile(`(?m)^（[一二三四五六七八九十]+）[^。]*工程$`)
	require.Len(t, programmes.FindAllString(string(ex.Policy), -1), 10)
}

// resolve finds the units that written names mean, groups expanded.
func resolve(t *testing.T, ex example.Example, written []string) []string {
	t.Helper()
	means := map[string][]string{}
	for _, u := range ex.Units {
		for _, name := range append([]string{u.Name}, u.Aliases...) {
			means[name] = []string{u.ID}
		}
	}
	for _, g := range ex.Groups {
		for _, name := range append([]string{g.Name}, g.Aliases...) {
			means[name] = g.Members
		}
	}
	var ids []string
	for _, name := range written {
		require.Contains(t, means, name, "nobody is called %s", name)
		ids = append(ids, means[name]...)
	}
	return ids
}
