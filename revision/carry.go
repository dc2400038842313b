package revision

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"duban/act"
	"duban/policy"
)

// touch is a task with the aspects of it that a correction is about. Task 0 is
// the document. Without aspects the task must only be there.
type touch struct {
	task    int
	aspects []Aspect
}

// Carried is a new draft with the corrections of the old one, as far as they
// still fit.
type Carried struct {
	Draft policy.Draft
	// Kept were carried out on the new draft, numbered anew from 1.
	Kept []Kept
	// Open are left to a person.
	Open []Open
}

// Kept is a correction that was carried over.
type Kept struct {
	From int // its number in the old draft
	Correction
}

// Open is a correction of the old draft that was not carried over.
type Open struct {
	Correction
	Why Why
	// Reason says why, and what to do, in Chinese and in English.
	Reason, ReasonEn string
}

// Why sorts the reasons for which a correction is not carried over.
type Why string

const (
	Removed   Why = "removed"    // the new document has no such task
	Changed   Why = "changed"    // the new document says something else there
	Already   Why = "already"    // the new document says it by itself
	MaybeRead Why = "maybe-read" // the new document may hold the task that was added
	Depends   Why = "depends"    // an earlier correction was not carried over
	Refused   Why = "refused"    // it cannot be carried out on the new draft
)

// Carry takes the corrections of an old reading over to a new one, each as long
// as the new document says the same about what was corrected. It fails if the
// corrections do not fit the old reading itself.
func Carry(before, after policy.Draft, corrections []Correction) (Carried, error) {
	c := newCarrier(before, after)
	for _, one := range corrections {
		was := c.old
		next, err := Apply(c.old, one)
		if err != nil {
			return Carried{}, fmt.Errorf("correction %d (%s) of the old draft: %w", one.Seq, one.Kind, err)
		}
		c.old = next
		if open := c.take(one, was); open != nil {
			c.remember(one, open.Why)
			c.result.Open = append(c.result.Open, *open)
		}
		c.trace(one, was)
	}
	return c.result, nil
}

// carrier follows both drafts through the corrections.
type carrier struct {
	comparison comparison
	old        policy.Draft // with the corrections so far
	result     Carried
	keys       map[int]int   // of tasks: in the new draft, by that in the old one
	sources    map[int][]int // tasks of the old reading that a task came from
	// lost are the aspects of tasks that a correction would have changed which
	// was not carried over, with its number; whole are the tasks it cut or joined.
	lost  map[int]map[Aspect]int
	whole map[int]int
	// settled are the aspects in which the new document says by itself what the
	// old one was corrected to.
	settled map[int]map[Aspect]bool
}

func newCarrier(before, after policy.Draft) *carrier {
	c := &carrier{comparison: newComparison(before, after), old: before, result: Carried{Draft: after, Kept: []Kept{}, Open: []Open{}},
		keys: map[int]int{}, sources: map[int][]int{}, lost: map[int]map[Aspect]int{}, whole: map[int]int{}, settled: map[int]map[Aspect]bool{}}
	for _, p := range c.comparison.pairs {
		c.keys[before.Tasks[p.old].Key] = after.Tasks[p.new].Key
	}
	for _, t := range before.Tasks {
		c.sources[t.Key] = []int{t.Key}
	}
	return c
}

// take carries one correction over, or says why not. was is the old draft
// before it.
func (c *carrier) take(one Correction, was policy.Draft) *Open {
	for _, t := range one.Change.touches() {
		if open := c.missing(one, t); open != nil {
			return open
		}
	}
	if open := c.readByNow(one); open != nil {
		return open
	}
	carried := Correction{Seq: len(c.result.Kept) + 1, Kind: one.Kind, Change: one.Change.rekeyed(func(key int) int { return c.keys[key] })}
	next, err := Apply(c.result.Draft, carried)
	if changed := c.changed(one); len(changed) > 0 {
		if err == nil && reflect.DeepEqual(bare(next), bare(c.result.Draft)) {
			return open(one, Already, "新文本已经这样写，不必再更正。", "The new document says so by itself; nothing is left to do.")
		}
		return open(one, Changed, "新文本改动了被更正的内容（"+named(changed, aspectsZh())+"），请核对后重新更正。",
			"The new document changed what was corrected ("+named(changed, nil)+"); check it and correct it again if needed.")
	}
	if err != nil {
		return refused(one, err)
	}
	c.pairCreated(was, next)
	c.result.Draft = next
	c.result.Kept = append(c.result.Kept, Kept{From: one.Seq, Correction: carried})
	return nil
}

func open(one Correction, why Why, zh, en string) *Open {
	return &Open{Correction: one, Why: why, Reason: zh, ReasonEn: en}
}

func refused(one Correction, err error) *Open {
	if refusal, ok := errors.AsType[*act.Refusal](err); ok {
		return open(one, Refused, refusal.Zh, refusal.En)
	}
	return open(one, Refused, "无法在新草案上执行，请重新更正。", "It cannot be carried out on the new draft; correct it again.")
}

// missing says why a task that the correction is about cannot be found in the
// new draft as it was corrected.
func (c *carrier) missing(one Correction, t touch) *Open {
	if t.task == 0 {
		return nil
	}
	_, there := c.keys[t.task]
	if !there && c.whole[t.task] == 0 {
		return open(one, Removed, "新文本中没有这项任务。", "The new document does not have this task.")
	}
	seq := 0
	for _, aspect := range t.aspects {
		seq = max(seq, c.lost[t.task][aspect])
	}
	if !there || len(t.aspects) > 0 {
		seq = max(seq, c.whole[t.task])
	}
	if seq > 0 {
		return depends(one, seq)
	}
	return nil
}

func depends(one Correction, seq int) *Open {
	n := strconv.Itoa(seq)
	return open(one, Depends, "它以第 "+n+" 项更正为前提，而该项没有沿用；请先处理该项。",
		"It builds on correction "+n+", which was not carried over; settle that one first.")
}

// changed lists the aspects of the correction that the new document changed.
func (c *carrier) changed(one Correction) []Aspect {
	var list []Aspect
	add := func(changes []AspectChange, t touch) {
		for _, change := range changes {
			about := slices.Contains(t.aspects, change.Aspect) && !c.settled[t.task][change.Aspect]
			if about && !slices.Contains(list, change.Aspect) {
				list = append(list, change.Aspect)
			}
		}
	}
	for _, t := range one.Change.touches() {
		if t.task == 0 {
			add(documentChanges(c.comparison.old, c.comparison.new), t)
			continue
		}
		for _, p := range c.comparison.pairs {
			if slices.Contains(c.sources[t.task], c.comparison.old.Tasks[p.old].Key) {
				add(c.comparison.changes(p), t)
			}
		}
	}
	return list
}

// readByNow notices that the new document holds a task which a person had to
// add to the old one.
func (c *carrier) readByNow(one Correction) *Open {
	add, ok := one.Change.(Add)
	if !ok {
		return nil
	}
	for _, ref := range c.comparison.difference().Added {
		i := slices.IndexFunc(c.comparison.new.Tasks, func(t policy.Task) bool { return t.Key == ref.Key })
		if t := c.comparison.new.Tasks[i]; alike(add.Title, t.Title) >= alikeByTitle || alike(add.Text, t.Text) >= alikeByText {
			return open(one, MaybeRead, "新文本中的“"+t.Title+"”可能就是补充的任务，请核对。",
				"The task “"+t.Title+"” of the new document may be the one that was added; check it.")
		}
	}
	return nil
}

// pairCreated pairs the tasks that a correction made in both drafts.
func (c *carrier) pairCreated(was, next policy.Draft) {
	made, remade := created(was, c.old), created(c.result.Draft, next)
	for i, key := range made {
		c.keys[key] = remade[i]
	}
}

// created lists the keys that a draft has and the one before did not.
func created(before, after policy.Draft) []int {
	var keys []int
	for _, t := range after.Tasks {
		if !slices.ContainsFunc(before.Tasks, func(o policy.Task) bool { return o.Key == t.Key }) {
			keys = append(keys, t.Key)
		}
	}
	return keys
}

// remember keeps what a correction that was not carried over would have changed,
// for those that build on it.
func (c *carrier) remember(one Correction, why Why) {
	for _, t := range one.Change.touches() {
		if len(t.aspects) == 0 {
			continue
		}
		if one.Kind == SplitTask || one.Kind == MergeTasks {
			c.whole[t.task] = one.Seq
		}
		if c.lost[t.task] == nil {
			c.lost[t.task], c.settled[t.task] = map[Aspect]int{}, map[Aspect]bool{}
		}
		for _, aspect := range t.aspects {
			if why == Already {
				c.settled[t.task][aspect] = true
				delete(c.lost[t.task], aspect)
			} else {
				c.lost[t.task][aspect] = one.Seq
			}
		}
	}
}

// trace follows where the tasks of the old draft came from.
func (c *carrier) trace(one Correction, was policy.Draft) {
	dropped := len(c.result.Open) > 0 && c.result.Open[len(c.result.Open)-1].Seq == one.Seq
	var from []int
	switch change := one.Change.(type) {
	case Split:
		from = c.sources[change.Task]
	case Merge:
		for _, key := range change.Tasks {
			for _, source := range c.sources[key] {
				if !slices.Contains(from, source) {
					from = append(from, source)
				}
			}
		}
		c.sources[change.Tasks[0]] = from
	}
	for _, key := range created(was, c.old) {
		c.sources[key] = from
		if dropped {
			c.whole[key] = one.Seq
		}
	}
}

// bare is what a draft says, without where it was read.
func bare(d policy.Draft) policy.Draft {
	d.Fields, d.LastKey = nil, 0
	d.Tasks = slices.Clone(d.Tasks)
	for i := range d.Tasks {
		t := copyTask(d.Tasks[i])
		t.Fields = nil
		for j := range t.Entries {
			t.Entries[j].Origin = policy.Origin{}
		}
		for j := range t.Deadlines {
			t.Deadlines[j].Origin = policy.Origin{}
		}
		d.Tasks[i] = t
	}
	return d
}

func aspectsZh() map[Aspect]string {
	return map[Aspect]string{Title: "名称", Number: "编号", Text: "正文", Place: "位置", UnitList: "责任单位", TargetList: "目标",
		DueDate: "时限", Status: "文稿状态", Issuer: "发文单位", Issued: "发文日期", Years: "起止年份"}
}

func named(aspects []Aspect, names map[Aspect]string) string {
	list := make([]string, len(aspects))
	for i, a := range aspects {
		list[i] = string(a)
		if name, known := names[a]; known {
			list[i] = name
		}
	}
	if names != nil {
		return strings.Join(list, "、")
	}
	return strings.Join(list, ", ")
}
