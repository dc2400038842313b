package revision

import (
	"cmp"
	"slices"
	"strings"

	"duban/policy"
)

// MatchedBy tells why two tasks were taken for the same one.
type MatchedBy string

const (
	BySame   MatchedBy = "same"   // the same title or text
	ByNumber MatchedBy = "number" // the same number and place, and similar words
	ByTitle  MatchedBy = "title"  // similar titles
	ByText   MatchedBy = "text"   // similar texts
)

// How similar two tasks must be, in shares of their words, to be taken for the
// same one. Next to the same number less is needed.
const (
	alikeByNumber = 0.4
	alikeByTitle  = 0.6
	alikeByText   = 0.5
)

// pair is a task that stands in both drafts, by its positions.
type pair struct {
	old, new int
	by       MatchedBy
}

// matcher pairs the tasks of two drafts, the surest first.
type matcher struct {
	old, new       []policy.Task
	oldFor, newFor map[int]int // partner of each paired task
	pairs          []pair
}

// match pairs the tasks that stand in both drafts: first those with the same
// words, at the same number or anywhere; then those with the same number and
// similar words, so that a task which was inserted does not shift all others;
// then by similar titles; then by similar texts.
func match(before, after []policy.Task) []pair {
	m := &matcher{old: before, new: after, oldFor: map[int]int{}, newFor: map[int]int{}}
	m.equal(func(t policy.Task) string { return numbered(t) + "\x00" + fold(t.Title) })
	m.equal(func(t policy.Task) string { return numbered(t) + "\x00" + fold(t.Text) })
	m.equal(func(t policy.Task) string { return fold(t.Text) })
	m.equal(func(t policy.Task) string { return fold(t.Title) })
	m.numbers()
	m.similar(ByTitle, alikeByTitle, func(t policy.Task) string { return t.Title })
	m.similar(ByText, alikeByText, func(t policy.Task) string { return t.Text })
	slices.SortFunc(m.pairs, func(a, b pair) int { return cmp.Compare(a.old, b.old) })
	return m.pairs
}

// numbered is where a task stands and its number there.
func numbered(t policy.Task) string {
	return strings.Join([]string{fold(t.Section), fold(t.Programme), fold(t.No)}, "\x00")
}

func (m *matcher) pair(i, j int, by MatchedBy) {
	m.oldFor[j], m.newFor[i] = i, j
	m.pairs = append(m.pairs, pair{old: i, new: j, by: by})
}

// free lists the positions of tasks without a partner.
func free(tasks []policy.Task, paired map[int]int) []int {
	var list []int
	for i := range tasks {
		if _, has := paired[i]; !has {
			list = append(list, i)
		}
	}
	return list
}

// equal pairs tasks for which key says the same and something, where only one
// free task of either draft says so.
func (m *matcher) equal(key func(policy.Task) string) {
	positions := func(tasks []policy.Task, paired map[int]int) map[string][]int {
		found := map[string][]int{}
		for _, i := range free(tasks, paired) {
			found[key(tasks[i])] = append(found[key(tasks[i])], i)
		}
		return found
	}
	there := positions(m.new, m.oldFor)
	here := positions(m.old, m.newFor)
	for _, i := range free(m.old, m.newFor) {
		k := key(m.old[i])
		if strings.Trim(k, "\x00") != "" && len(here[k]) == 1 && len(there[k]) == 1 {
			m.pair(i, there[k][0], BySame)
		}
	}
}

// numbers pairs tasks of the same place and number whose title or text is
// similar.
func (m *matcher) numbers() {
	there := map[string]int{}
	for _, j := range free(m.new, m.oldFor) {
		if _, twice := there[numbered(m.new[j])]; !twice {
			there[numbered(m.new[j])] = j
		}
	}
	for _, i := range free(m.old, m.newFor) {
		j, found := there[numbered(m.old[i])]
		if !found || m.old[i].No == "" {
			continue
		}
		if _, taken := m.oldFor[j]; taken {
			continue
		}
		if alike(m.old[i].Title, m.new[j].Title) >= alikeByNumber || alike(m.old[i].Text, m.new[j].Text) >= alikeByNumber {
			m.pair(i, j, ByNumber)
		}
	}
}

// similar pairs free tasks by the likeness of what words says of them, the
// likest first; of equals those that stand nearest, then the earlier ones.
func (m *matcher) similar(by MatchedBy, least float64, words func(policy.Task) string) {
	left, right := free(m.old, m.newFor), free(m.new, m.oldFor)
	type candidate struct {
		pair
		score float64
	}
	var found []candidate
	index := newIndex(right, func(j int) string { return words(m.new[j]) })
	for _, i := range left {
		for j, score := range index.alike(words(m.old[i])) {
			if score >= least {
				found = append(found, candidate{pair{i, right[j], by}, score})
			}
		}
	}
	distance := func(c candidate) int { return max(c.old-c.new, c.new-c.old) }
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(distance(a), distance(b)), cmp.Compare(a.old, b.old), cmp.Compare(a.new, b.new))
	})
	for _, c := range found {
		_, oldTaken := m.newFor[c.old]
		_, newTaken := m.oldFor[c.new]
		if !oldTaken && !newTaken {
			m.pair(c.old, c.new, by)
		}
	}
}

// longestRise returns the largest set of pairs, in the order of the old draft,
// that stand in the same order in the new one. The others were moved.
func longestRise(pairs []pair) []pair {
	var ends []int // ends[n]: the pair with the smallest end of a rise of length n+1
	before := make([]int, len(pairs))
	for i, p := range pairs {
		n, _ := slices.BinarySearchFunc(ends, p.new, func(at, place int) int { return cmp.Compare(pairs[at].new, place) })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	if len(ends) == 0 {
		return nil
	}
	rise := make([]pair, len(ends))
	at := ends[len(ends)-1]
	for n := len(ends) - 1; n >= 0; n-- {
		rise[n] = pairs[at]
		at = before[at]
	}
	return rise
}
