package revision_test

import (
	"fmt"
	"strings"
	"testing"

	"duban/policy"
	"duban/revision"

	"github.com/stretchr/testify/require"
)

// newer is the opinion as it might come back from consultation: a task was put
// in before all others, which shifts the numbers, one was dropped, and others
// were changed.
const newer = `关于推进全民阅读的实施意见（2026-2031年）

一、重点任务

（一）实施阅读空间工程

1.完善统筹机制。建立联席会议制度。（牵头单位：市委宣传部，配合单位：市文旅局）

2.建设城市书房。到2028年，建成城市书房60个。到2030年，每个乡镇建成1个农家书屋。（牵头单位：市文旅局，配合单位：市财政局、各县（区））

（二）实施阅读服务工程

3.广泛开展阅读活动。每年开展活动100场以上。（牵头单位：市教育局，配合单位：市文旅局、市总工会，完成时限：2030年12月）

4.加强经费保障。将经费列入预算。（牵头单位：市财政局，配合单位：市教育局）
`

func TestCompare(t *testing.T) {
	d := revision.Compare(parse(t, opinion), parse(t, newer))
	require.Len(t, d.Added, 1)
	require.Equal(t, "1", d.Added[0].No)
	require.Equal(t, "完善统筹机制", d.Added[0].Title)
	require.Len(t, d.Removed, 1)
	require.Equal(t, "改造公共图书馆", d.Removed[0].Title)
	require.Equal(t, 1, d.Unchanged, "经费保障")

	aspects := map[string][]revision.Aspect{}
	for _, c := range d.Changed {
		for _, a := range c.Aspects {
			aspects[c.New.Title] = append(aspects[c.New.Title], a.Aspect)
			require.NotEqual(t, a.Before, a.After)
		}
	}
	require.Equal(t, map[string][]revision.Aspect{
		"建设城市书房":   {revision.Number, revision.Text, revision.TargetList},
		"广泛开展阅读活动": {revision.Title, revision.Text, revision.UnitList},
	}, aspects)
	require.Equal(t, revision.BySame, d.Changed[0].By)
	require.Equal(t, revision.ByNumber, d.Changed[1].By)
	units := d.Changed[1].Aspects[2]
	require.Equal(t, []string{"牵头 市教育局", "配合 市文旅局"}, units.Before)
	require.Equal(t, []string{"牵头 市教育局", "配合 市文旅局", "配合 市总工会"}, units.After)

	var document []revision.Aspect
	for _, a := range d.Document {
		document = append(document, a.Aspect)
	}
	require.Equal(t, []revision.Aspect{revision.Title, revision.Years}, document)
}

func TestTheSameTextIsNoDifference(t *testing.T) {
	spaced := strings.ReplaceAll(opinion, "。到", "。　到")
	spaced = strings.Replace(spaced, "一、重点任务", "序言。\n\n一、重点任务", 1)
	d := revision.Compare(parse(t, opinion), parse(t, spaced))
	require.Equal(t, revision.Difference{Document: []revision.AspectChange{}, Added: []revision.Ref{}, Removed: []revision.Ref{},
		Changed: []revision.TaskChange{}, Unchanged: 4}, d)
}

func TestMovedTasks(t *testing.T) {
	draft := parse(t, opinion)
	moved := correct(t, draft, change(revision.MoveTask, revision.Move{Task: 1, After: pointer(3)}))
	d := revision.Compare(draft, moved)
	require.Len(t, d.Changed, 1, "one task went down; the others did not all go up")
	require.Equal(t, 1, d.Changed[0].Old.Key)
	require.Equal(t, revision.AspectChange{Aspect: revision.Place, Before: []string{"一、重点任务", "（一）实施阅读空间工程", "1"},
		After: []string{"一、重点任务", "（一）实施阅读空间工程", "3"}}, d.Changed[0].Aspects[0])
	other := correct(t, draft, change(revision.MoveTask, revision.Move{Task: 1, Programme: pointer("（三）其他")}))
	d = revision.Compare(draft, other)
	require.Equal(t, []string{"一、重点任务", "（三）其他"}, d.Changed[0].Aspects[0].After)
}

func TestSimilarTasksArePaired(t *testing.T) {
	base := func(titles ...string) policy.Draft {
		d := policy.Draft{}
		for i, title := range titles {
			no, text, _ := strings.Cut(title, "|")
			name, text, _ := strings.Cut(text, "|")
			d.Tasks = append(d.Tasks, policy.Task{Key: i + 1, No: no, Title: name, Text: text})
		}
		return d
	}
	for name, c := range map[string]struct {
		before, after []string
		want          string // pairs as old>new by, with what is left
	}{
		"same number, other words":   {[]string{"1|建设城市书房|四十个"}, []string{"1|加强食品安全监管|全覆盖"}, "-1 +1"},
		"same number, similar words": {[]string{"1|建设城市书房|四十个"}, []string{"1|建设新型城市书房|六十个"}, "1>1 number"},
		"similar title elsewhere":    {[]string{"1|建设城市书房体系|甲"}, []string{"1|加强监管|乙", "7|建设新型城市书房体系|丙"}, "1>2 title +1"},
		"similar text elsewhere": {[]string{"1|书房|到2028年建成城市书房四十个并免费开放"}, []string{"9|空间|到2028年建成城市书房六十个并免费开放"},
			"1>1 text"},
		"the likest wins": {[]string{"1|推进图书馆改造提升|甲"}, []string{"5|推进文化馆改造|乙", "6|推进图书馆改造|丙"}, "1>2 title +1"},
		"equal titles are told by number": {[]string{"1|加强保障|甲", "2|加强保障|乙"}, []string{"1|加强保障|丙", "2|加强保障|丁"},
			"1>1 same 2>2 same"},
		"nothing in common": {[]string{"|甲|乙"}, []string{"|丙|丁"}, "-1 +1"},
		"empty":             {nil, nil, ""},
	} {
		d := revision.Compare(base(c.before...), base(c.after...))
		var got []string
		for _, one := range d.Changed {
			got = append(got, fmt.Sprintf("%d>%d %s", one.Old.Key, one.New.Key, one.By))
		}
		for _, one := range d.Removed {
			got = append(got, fmt.Sprintf("-%d", one.Key))
		}
		for _, one := range d.Added {
			got = append(got, fmt.Sprintf("+%d", one.Key))
		}
		require.Equal(t, c.want, strings.Join(got, " "), name)
	}
}

// A version of many tasks, each of them changed a little, is compared in a
// moment.
func BenchmarkCompareThousandTasks(b *testing.B) {
	before, after := policy.Draft{}, policy.Draft{}
	for i := range 1000 {
		text := fmt.Sprintf("到2030年，推进第%d片区学校建设，完善经费保障，加强教师队伍建设，第%d批项目全部投入使用。", i, i*7)
		before.Tasks = append(before.Tasks, policy.Task{Key: i + 1, No: fmt.Sprint(i + 1), Title: fmt.Sprintf("推进第%d片区建设", i), Text: text})
		after.Tasks = append(after.Tasks, policy.Task{Key: i + 1, No: fmt.Sprint(i + 5), Title: fmt.Sprintf("加快推进第%d片区建设", i), Text: text + "并接受监督。"})
	}
	for b.Loop() {
		d := revision.Compare(before, after)
		require.Empty(b, d.Removed)
	}
}
