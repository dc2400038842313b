package store_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"duban/act"
	"duban/approval"
	"duban/calendar"
	"duban/org"
	"duban/projection"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

// leftBehind are the tables that a copy of a plan does without.
var leftBehind = []string{"tokens", "stand_ins", "unit_mergers", "policy_corrections", "settings", "files", "locks"}

// TestEveryTableIsCopiedOrLeftBehind: a new table is one or the other.
func TestEveryTableIsCopiedOrLeftBehind(t *testing.T) {
	s := dbtest.Open(t, store.Options{URL: dbtest.SQLite(t)})
	name := func(rows any) string {
		statement := &gorm.Statement{}
		require.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error {
			statement.DB = tx
			return statement.Parse(rows)
		}))
		return statement.Schema.Table
	}
	var tables, decided []string
	for _, model := range store.Models() {
		tables = append(tables, name(model))
	}
	for _, rows := range store.CopiedRows() {
		decided = append(decided, name(rows))
	}
	for _, model := range store.ReadModels() {
		if table := name(model); table != "annual_targets" {
			decided = append(decided, table) // made by the processes of the copy
		}
	}
	decided = append(decided, leftBehind...)
	slices.Sort(tables)
	slices.Sort(decided)
	require.Equal(t, tables, decided)
}

func TestCopyPlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, from *store.Store) {
		ctx := t.Context()
		plan, units := createPlan(t, from)
		published, err := from.PublishPlan(ctx, plan.ID, plan.Version, "somebody")
		require.NoError(t, err)
		_, err = from.SaveGroups(ctx, []store.Group{{Name: "各部门", Members: []string{units[1].ID, units[0].ID}}})
		require.NoError(t, err)
		require.NoError(t, from.SaveAliases(ctx, []store.Alias{{Alias: "市教委", UnitID: &units[0].ID, Reason: "旧称"}}))
		people, err := from.SaveUsers(ctx, []store.User{{Login: "li", Name: "李", UnitID: units[0].ID, Active: true, Roles: []org.Role{org.Head, org.Operator},
			Contact: store.Contact{Email: "li@example.cn"}}})
		require.NoError(t, err)
		token, err := from.CreateToken(ctx, people[0].ID, "test", 1<<40)
		require.NoError(t, err)
		_, _, err = from.LoadCalendar(ctx, units[1].ID, calendar.Year{Year: 2026, Source: "本市通知",
			Holidays: []calendar.Holiday{{Name: "泼水节", Start: calendar.NewDate(2026, 4, 13), End: calendar.NewDate(2026, 4, 13)}}}, 0, act.Actor{})
		require.NoError(t, err)
		_, err = from.SavePlanRules(ctx, store.PlanRules{PlanID: plan.ID, Kind: store.RulesLadder, Rules: store.JSON(`{}`)})
		require.NoError(t, err)
		_, err = from.AddRouteTemplate(ctx, store.RouteTemplate{PlanID: plan.ID, Kind: "decomposition", Comment: "因地制宜",
			Steps: []approval.TemplateStep{}, CopyTo: []approval.Signer{}}, 0)
		require.NoError(t, err)
		for _, of := range []int{2025, 2026} {
			instance := fmt.Sprintf("target/%s/1/%d", plan.ID, of)
			project(t, from, newProcess("target", instance).next(t, projection.View{Targets: []projection.AnnualTarget{{
				ID: fmt.Sprintf("%s-1-%d", plan.ID, of), PlanID: plan.ID, TaskKey: 1, Year: of, Detail: `{}`, OpenedAt: noon}}}))
		}

		to := dbtest.Open(t, store.Options{URL: dbtest.SQLite(t), Throwaway: true})
		require.NoError(t, to.CopyPlan(ctx, from, plan.ID, 2026))

		want, err := from.PlanDetail(ctx, plan.ID)
		require.NoError(t, err)
		got, err := to.PlanDetail(ctx, plan.ID)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, published, got.Plan)
		registry, err := to.Registry(ctx)
		require.NoError(t, err)
		known, resolved := registry.Resolve("市教委")
		require.True(t, resolved)
		require.Equal(t, units[0].ID, known.Unit.ID)
		group, resolved := registry.Resolve("各部门")
		require.True(t, resolved)
		require.Len(t, group.Members, 2)
		user, err := to.User(ctx, people[0].ID)
		require.NoError(t, err)
		require.Equal(t, people[0].Roles, user.Roles)
		require.Empty(t, user.Contact, "nobody is reached out of a copy")
		_, err = to.UserByToken(ctx, token)
		require.ErrorIs(t, err, store.ErrNotFound, "nobody signs in with what he has elsewhere")
		days, err := to.Calendar(ctx, units[1].ID)
		require.NoError(t, err)
		require.False(t, days.IsWorking(calendar.NewDate(2026, 4, 13)))
		rules, err := to.PlanRules(ctx, plan.ID, store.RulesLadder, 0)
		require.NoError(t, err)
		require.Equal(t, 1, rules.Version)
		route, err := to.RouteTemplate(ctx, plan.ID, "decomposition")
		require.NoError(t, err)
		require.Equal(t, "因地制宜", route.Comment)
		targets, err := to.AnnualTargets(ctx, store.Scope{All: true}, store.TargetFilter{})
		require.NoError(t, err)
		require.Len(t, targets.Items, 1, "those before the year")
		require.Equal(t, 2025, targets.Items[0].Year)
		content, err := to.PolicyContent(ctx, plan.PolicyID)
		require.NoError(t, err)
		require.Empty(t, content.Content)

		require.ErrorIs(t, to.CopyPlan(ctx, from, "nobody", 2026), store.ErrNotFound)
	})
}

func TestReadOnly(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		ctx := t.Context()
		writer := dbtest.Open(t, store.Options{URL: url})
		plan, _ := createPlan(t, writer)
		reader := dbtest.Open(t, store.Options{URL: url, ReadOnly: true})
		got, err := reader.PlanDetail(ctx, plan.ID)
		require.NoError(t, err)
		require.Equal(t, plan.Plan, got.Plan, "while another writes")
		_, err = reader.SaveUnits(ctx, []store.Unit{{Name: "市民政局"}})
		require.ErrorIs(t, err, store.ErrReadOnly)
		_, err = reader.Migrations(ctx)
		require.NoError(t, err)
	})
}

// TestReadOnlyChangesNoFile: not of a database at rest either.
func TestReadOnlyChangesNoFile(t *testing.T) {
	url := dbtest.SQLite(t)
	path := strings.TrimPrefix(url, "sqlite:")
	writer, err := store.Open(t.Context(), store.Options{URL: url})
	require.NoError(t, err)
	plan, _ := createPlan(t, writer)
	require.NoError(t, writer.Close())
	before := files(t, filepath.Dir(path))

	reader, err := store.Open(t.Context(), store.Options{URL: url, ReadOnly: true})
	require.NoError(t, err)
	_, err = reader.PlanDetail(t.Context(), plan.ID)
	require.NoError(t, err)
	require.NoError(t, reader.Close())
	require.True(t, maps.Equal(before, files(t, filepath.Dir(path))), "a file is new, gone or changed")
}

// files are the names and contents of the files in a folder.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	found := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		require.NoError(t, err)
		found[e.Name()] = string(text)
	}
	return found
}

func TestReadOnlyRefuses(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		_, err := store.Open(t.Context(), store.Options{URL: url, ReadOnly: true})
		require.Error(t, err, "an empty database")

		s := dbtest.Open(t, store.Options{URL: url})
		require.NoError(t, s.DownTo(t.Context(), 1))
		_, err = store.Open(t.Context(), store.Options{URL: url, ReadOnly: true})
		require.ErrorIs(t, err, store.ErrOlderSchema)
	})
	missing := filepath.Join(t.TempDir(), "nowhere", "duban.db")
	_, err := store.Open(t.Context(), store.Options{URL: missing, ReadOnly: true})
	require.Error(t, err)
	require.NoDirExists(t, filepath.Dir(missing))
}
