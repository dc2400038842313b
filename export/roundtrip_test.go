package export_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/calendar"
	"duban/document"
	"duban/example"
	"duban/export"
	"duban/policy"
	"duban/target"
)

// formats are those that carry a whole plan.
var formats = map[string]func(policy.Draft, io.Writer) error{"plan.xlsx": export.Excel, "plan.docx": export.Word}

// content is what a draft says, without where it was read.
type content struct {
	Title, Status, Number, Issuer string
	Issued                        *calendar.Date
	Period                        policy.Period
	Tasks                         []taskContent
	Goals                         []target.Target
	Doubts                        []string
}

type taskContent struct {
	Key                                 int
	No, Section, Programme, Title, Text string
	Units                               map[policy.Role][]string
	Lead                                []string
	Support, Guide                      []string
	Mode                                policy.Mode
	Deadline                            *calendar.Date
	DeadlineText                        string
	Deadlines                           []policy.Deadline
	Targets                             []target.Target
	Open                                bool
}

func contentOf(d policy.Draft) content {
	c := content{Title: d.Title, Status: d.Status, Number: d.Number, Issuer: d.Issuer, Issued: d.Issued, Period: d.Period,
		Goals: append([]target.Target{}, d.Goals...)}
	for _, doubt := range d.Doubts {
		c.Doubts = append(c.Doubts, doubt.Reason)
	}
	for _, t := range d.Tasks {
		one := taskContent{Key: t.Key, No: t.No, Section: t.Section, Programme: t.Programme, Title: t.Title, Text: t.Text,
			Units: map[policy.Role][]string{}, Lead: append([]string{}, t.Lead...), Support: append([]string{}, t.Support...), Guide: append([]string{}, t.Guide...), Mode: t.Mode,
			Deadline: t.Deadline, DeadlineText: t.DeadlineText, Targets: append([]target.Target{}, t.Targets...)}
		for _, e := range t.Entries {
			one.Units[e.Role] = append(one.Units[e.Role], e.Written)
		}
		for _, term := range t.Deadlines {
			term.Origin = policy.Origin{}
			one.Deadlines = append(one.Deadlines, term)
		}
		one.Open = t.Fields["lead"].Certainty == policy.NeedsDecision
		c.Tasks = append(c.Tasks, one)
	}
	return c
}

func write(t require.TestingT, d policy.Draft, format func(policy.Draft, io.Writer) error) []byte {
	var out bytes.Buffer
	require.NoError(t, format(d, &out))
	return out.Bytes()
}

// tester is a test or a check of a law.
type tester interface {
	require.TestingT
	Context() context.Context
}

func read(t tester, name string, data []byte) policy.Draft {
	doc, err := document.Read(t.Context(), name, data)
	require.NoError(t, err)
	draft, err := policy.Parse(doc)
	require.NoError(t, err)
	return draft
}

// requireSame writes a plan in every format and reads it back.
func requireSame(t *testing.T, d policy.Draft) {
	t.Helper()
	want := contentOf(d)
	for name, format := range formats {
		t.Run(name, func(t *testing.T) {
			first := write(t, d, format)
			back := read(t, name, first)
			require.Equal(t, want, contentOf(back))
			require.Equal(t, first, write(t, d, format), "the same plan makes the same file")
			again := read(t, name, write(t, back, format))
			require.Equal(t, want, contentOf(again), "a plan that was read back is written the same")
		})
	}
	t.Run("plan.csv", func(t *testing.T) {
		got := contentOf(read(t, "plan.csv", write(t, d, export.CSV)))
		require.Len(t, got.Tasks, len(want.Tasks))
		for i, w := range want.Tasks {
			g := got.Tasks[i]
			require.Equal(t, [...]string{w.No, w.Section, w.Programme, w.Title, w.Text}, [...]string{g.No, g.Section, g.Programme, g.Title, g.Text})
			require.Equal(t, w.Units, g.Units)
			require.Equal(t, w.Mode, g.Mode)
			require.Equal(t, w.Deadline, g.Deadline)
			require.Equal(t, w.DeadlineText, g.DeadlineText)
		}
	})
}

func TestTheExampleComesBack(t *testing.T) {
	ex, err := example.Load()
	require.NoError(t, err)
	draft := read(t, ex.PolicyName, ex.Policy)
	require.Len(t, draft.Tasks, 42)
	requireSame(t, draft)
}

func TestRealPoliciesComeBack(t *testing.T) {
	for _, path := range []string{"seed/policy.txt", "corpus/02.txt", "corpus/05.txt", "corpus/07.txt", "corpus/19.txt"} {
		t.Run(path, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("..", "..", "shared", path))
			if os.IsNotExist(err) {
				t.Skipf("SKIPPED: ../shared/ is absent (%s), so a real policy is not written and read back", path)
			}
			require.NoError(t, err)
			requireSame(t, read(t, path, data))
		})
	}
}

// Every plan whose texts are those of a document comes back, whatever it says.
func TestAnyPlanComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draft().Draw(t, "draft")
		for name, format := range formats {
			require.Equal(t, contentOf(d), contentOf(read(t, name, write(t, d, format))), name)
		}
	})
}

var (
	words = rapid.StringOfN(rapid.SampledFrom([]rune("市县教育局发展改革、，；：。（）《》“”=+-@0123456789.%<>&\"'_—ABCx年月日底前各")), 1, 30, -1)
	lines = rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(words, 1, 3).Draw(t, "lines"), "\n")
	})
	unitName = rapid.StringMatching(`(市|省|各)(教育|财政|发展和改革|卫生健康|人力资源)(局|厅|委员会)(（[甲乙丙]、[丁戊]）)?|市委、市政府|各县（区）`)
	dates    = rapid.Custom(func(t *rapid.T) *calendar.Date {
		d := calendar.NewDate(rapid.IntRange(2000, 2100).Draw(t, "year"), 1, rapid.IntRange(1, 365).Draw(t, "day"))
		return &d
	})
	someDate = rapid.OneOf(rapid.Just[*calendar.Date](nil), dates)
	amounts  = rapid.Custom(func(t *rapid.T) *target.Amount {
		a := target.Amount(rapid.Int64Range(-1e13, 1e13).Draw(t, "amount"))
		return &a
	})
	someAmount = rapid.OneOf(rapid.Just[*target.Amount](nil), amounts)
	maybe      = rapid.OneOf(rapid.Just(""), words)
)

func targets(t *rapid.T) []target.Target {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) target.Target {
		return target.Target{
			Kind: rapid.SampledFrom([]target.Kind{target.Sum, target.Level, target.Bound, target.Each, target.Milestone, target.Schedule,
				target.Narrative}).Draw(t, "kind"),
			Text: lines.Draw(t, "text"), Metric: maybe.Draw(t, "metric"), Measure: maybe.Draw(t, "measure"), Scope: maybe.Draw(t, "scope"),
			Op:    rapid.SampledFrom([]target.Op{"", target.AtLeast, target.AtMost, target.Exactly, target.MoreThan, target.LessThan}).Draw(t, "op"),
			Value: someAmount.Draw(t, "value"), ValueMax: someAmount.Draw(t, "max"), Deadline: someDate.Draw(t, "deadline"),
			Year: rapid.SampledFrom([]int{0, 2026, 2035}).Draw(t, "year"), Place: maybe.Draw(t, "place"),
		}
	}), 0, 3).Draw(t, "targets")
}

func numbered(targets []target.Target) []target.Target {
	for i := range targets {
		targets[i].Key = string(rune('1' + i))
	}
	return targets
}

// draft makes plans as the reader of policies does: texts without spaces at
// their ends, every unit once, guiding units among the supporting ones.
func draft() *rapid.Generator[policy.Draft] {
	return rapid.Custom(func(t *rapid.T) policy.Draft {
		d := policy.Draft{Title: rapid.SampledFrom([]string{"", "关于《教育》的意见", "任务分解表"}).Draw(t, "title"), Number: maybe.Draw(t, "number"),
			Status: maybe.Draw(t, "status"), Issuer: maybe.Draw(t, "issuer"), Issued: someDate.Draw(t, "issued"),
			Period: policy.Period{From: rapid.IntRange(1, 3000).Draw(t, "from"), To: rapid.IntRange(1, 3000).Draw(t, "to")},
			Goals:  numbered(targets(t))}
		sections := rapid.SliceOfN(maybe, 1, 2).Draw(t, "sections")
		programmes := rapid.SliceOfN(maybe, 1, 2).Draw(t, "programmes")
		for i := range rapid.IntRange(1, 5).Draw(t, "tasks") {
			d.Tasks = append(d.Tasks, task(t, i+1, rapid.SampledFrom(sections).Draw(t, "section"), rapid.SampledFrom(programmes).Draw(t, "programme")))
		}
		return d
	})
}

func task(t *rapid.T, key int, section, programme string) policy.Task {
	one := policy.Task{Key: key, No: maybe.Draw(t, "no"), Section: section, Programme: programme, Title: words.Draw(t, "title"),
		Text: lines.Draw(t, "text"), Deadline: someDate.Draw(t, "deadline"), Targets: numbered(targets(t)), Fields: map[string]policy.Origin{}}
	if one.Deadline != nil {
		one.DeadlineText = rapid.SampledFrom([]string{"", "2027年底前", "2027年1月1日", "自印发之日起3个月内（不含）"}).Draw(t, "words")
	}
	for _, name := range rapid.SliceOfNDistinct(unitName, 1, 6, rapid.ID[string]).Draw(t, "units") {
		role := rapid.SampledFrom([]policy.Role{policy.Lead, policy.Support, policy.Guide}).Draw(t, "role")
		one.Entries = append(one.Entries, policy.Entry{Written: name, Role: role})
		switch role {
		case policy.Lead:
			one.Lead = append(one.Lead, name)
		case policy.Guide:
			one.Guide = append(one.Guide, name)
			one.Support = append(one.Support, name)
		default:
			one.Support = append(one.Support, name)
		}
	}
	if len(one.Lead) > 1 && rapid.Bool().Draw(t, "joint") {
		one.Mode = policy.Joint
	}
	if len(one.Lead) == 0 || one.Mode == policy.Joint {
		one.Fields["lead"] = policy.Origin{Certainty: policy.NeedsDecision, Reason: "请指定。"}
	}
	for range rapid.IntRange(0, 3).Draw(t, "terms") {
		one.Deadlines = append(one.Deadlines, policy.Deadline{Text: words.Draw(t, "term"), From: someDate.Draw(t, "from"), Date: someDate.Draw(t, "until"),
			Note: rapid.Bool().Draw(t, "note"), Kind: rapid.SampledFrom([]policy.DeadlineKind{policy.By, policy.Within, policy.Between, policy.Yearly,
				policy.Continuous, policy.Immediate, policy.Stretch}).Draw(t, "kind")})
	}
	return one
}
