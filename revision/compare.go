package revision

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"duban/calendar"
	"duban/policy"
	"duban/target"
)

// Aspect is one side of a task or of a document that can differ or be corrected.
type Aspect string

const (
	Title      Aspect = "title"
	Number     Aspect = "number"   // of a task as printed, or of the document
	Text       Aspect = "text"     // of a task
	Place      Aspect = "place"    // order, section and programme of a task
	UnitList   Aspect = "units"    // of a task, with their parts
	TargetList Aspect = "targets"  // of a task
	DueDate    Aspect = "deadline" // dates and terms of a task
	Status     Aspect = "status"   // of the document
	Issuer     Aspect = "issuer"   // of the document
	Issued     Aspect = "issued"   // of the document
	Years      Aspect = "period"   // of the document
	GoalList   Aspect = "goals"    // targets of the whole document
)

// Difference is what a newer reading says otherwise than an older one.
type Difference struct {
	Document []AspectChange `json:"document" nullable:"false"`
	Added    []Ref          `json:"added" nullable:"false"`
	Removed  []Ref          `json:"removed" nullable:"false"`
	Changed  []TaskChange   `json:"changed" nullable:"false"`
	// Unchanged is how many tasks say the same in both.
	Unchanged int `json:"unchanged"`
}

// Ref names a task of a draft.
type Ref struct {
	Key       int    `json:"key"`
	No        string `json:"no"`
	Section   string `json:"section"`
	Programme string `json:"programme"`
	Title     string `json:"title"`
}

// TaskChange is a task that stands in both readings and differs.
type TaskChange struct {
	Old     Ref            `json:"old"`
	New     Ref            `json:"new"`
	By      MatchedBy      `json:"by" enum:"same,number,title,text"`
	Aspects []AspectChange `json:"aspects" nullable:"false"`
}

// AspectChange is one side of a task or a document before and after, in words.
type AspectChange struct {
	Aspect Aspect   `json:"aspect"`
	Before []string `json:"before" nullable:"false"`
	After  []string `json:"after" nullable:"false"`
}

// Compare tells what a newer reading says otherwise. Spaces do not count, nor
// does where in the file something stands. The same drafts always give the same
// difference.
func Compare(before, after policy.Draft) Difference {
	return newComparison(before, after).difference()
}

// comparison is two drafts with the pairs of tasks that were found to be the same.
type comparison struct {
	old, new policy.Draft
	pairs    []pair // in the order of the old draft
	moved    map[int]bool
}

func newComparison(before, after policy.Draft) comparison {
	c := comparison{old: before, new: after, pairs: match(before.Tasks, after.Tasks), moved: map[int]bool{}}
	kept := map[int]bool{}
	for _, p := range longestRise(c.pairs) {
		kept[p.old] = true
	}
	for _, p := range c.pairs {
		c.moved[p.old] = !kept[p.old]
	}
	return c
}

func (c comparison) difference() Difference {
	d := Difference{Document: documentChanges(c.old, c.new), Added: []Ref{}, Removed: []Ref{}, Changed: []TaskChange{}}
	inOld, inNew := map[int]bool{}, map[int]bool{}
	for _, p := range c.pairs {
		inOld[p.old], inNew[p.new] = true, true
		changes := c.changes(p)
		if len(changes) == 0 {
			d.Unchanged++
			continue
		}
		d.Changed = append(d.Changed, TaskChange{Old: refOf(c.old.Tasks[p.old]), New: refOf(c.new.Tasks[p.new]), By: p.by, Aspects: changes})
	}
	for i, t := range c.old.Tasks {
		if !inOld[i] {
			d.Removed = append(d.Removed, refOf(t))
		}
	}
	for i, t := range c.new.Tasks {
		if !inNew[i] {
			d.Added = append(d.Added, refOf(t))
		}
	}
	return d
}

// changes lists the aspects in which the tasks of a pair differ.
func (c comparison) changes(p pair) []AspectChange {
	a, b := c.old.Tasks[p.old], c.new.Tasks[p.new]
	list := []AspectChange{}
	add := func(aspect Aspect, before, after []string, same bool) {
		if !same {
			list = append(list, AspectChange{Aspect: aspect, Before: before, After: after})
		}
	}
	words := func(aspect Aspect, before, after []string) {
		add(aspect, before, after, slices.Equal(folded(before), folded(after)))
	}
	words(Number, []string{a.No}, []string{b.No})
	words(Title, []string{a.Title}, []string{b.Title})
	placeBefore, placeAfter := []string{a.Section, a.Programme}, []string{b.Section, b.Programme}
	if c.moved[p.old] {
		placeBefore, placeAfter = append(placeBefore, strconv.Itoa(p.old+1)), append(placeAfter, strconv.Itoa(p.new+1))
	}
	add(Place, placeBefore, placeAfter, !c.moved[p.old] && slices.Equal(folded(placeBefore), folded(placeAfter)))
	words(Text, []string{a.Text}, []string{b.Text})
	words(UnitList, unitWords(a), unitWords(b))
	add(TargetList, targetWords(a.Targets), targetWords(b.Targets), sameTargets(a.Targets, b.Targets))
	words(DueDate, dueWords(a), dueWords(b))
	return list
}

func documentChanges(a, b policy.Draft) []AspectChange {
	list := []AspectChange{}
	for _, one := range []AspectChange{
		{Title, []string{a.Title}, []string{b.Title}}, {Number, []string{a.Number}, []string{b.Number}},
		{Status, []string{a.Status}, []string{b.Status}}, {Issuer, []string{a.Issuer}, []string{b.Issuer}},
		{Issued, []string{dateWords(a.Issued)}, []string{dateWords(b.Issued)}},
		{Years, yearWords(a.Period), yearWords(b.Period)},
	} {
		if !slices.Equal(folded(one.Before), folded(one.After)) {
			list = append(list, one)
		}
	}
	if !sameTargets(a.Goals, b.Goals) {
		list = append(list, AspectChange{Aspect: GoalList, Before: targetWords(a.Goals), After: targetWords(b.Goals)})
	}
	return list
}

func refOf(t policy.Task) Ref {
	return Ref{Key: t.Key, No: t.No, Section: t.Section, Programme: t.Programme, Title: t.Title}
}

// fold takes out spaces, which files of different formats keep differently.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return r
	}, s)
}

func folded(words []string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = fold(w)
	}
	return list
}

// unitWords writes the units with their parts: 牵头 市教育局.
func unitWords(t policy.Task) []string {
	part := map[policy.Role]string{policy.Lead: "牵头", policy.Support: "配合", policy.Guide: "指导"}
	if t.Mode == policy.Joint {
		part[policy.Lead] = "共同负责"
	}
	list := make([]string, len(t.Entries))
	for i, e := range t.Entries {
		list[i] = part[e.Role] + " " + e.Written
	}
	return list
}

func targetWords(targets []target.Target) []string {
	list := make([]string, len(targets))
	for i, t := range targets {
		list[i] = t.Text
		if t.Value != nil {
			list[i] += " (" + string(t.Op) + t.Value.String() + t.Measure + ")"
		}
		if t.Deadline != nil {
			list[i] += " " + t.Deadline.String()
		}
	}
	return list
}

// sameTargets compares targets without their keys, which only count them.
func sameTargets(a, b []target.Target) bool {
	return slices.EqualFunc(a, b, func(a, b target.Target) bool {
		a.Key, b.Key = "", ""
		a.Text, b.Text = fold(a.Text), fold(b.Text)
		return reflect.DeepEqual(a, b)
	})
}

func dueWords(t policy.Task) []string {
	list := []string{strings.TrimSpace(t.DeadlineText + " " + dateWords(t.Deadline))}
	for _, d := range t.Deadlines {
		list = append(list, strings.TrimSpace(d.Text+" "+dateWords(d.From)+" "+dateWords(d.Date)))
	}
	return list
}

func dateWords(d *calendar.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func yearWords(p policy.Period) []string {
	return []string{strconv.Itoa(p.From), strconv.Itoa(p.To)}
}
