package document

import (
	"context"
	"strconv"
	"strings"
	"unicode"
)

// maxLevels is how many levels a list has in this format.
const maxLevels = 9

// listLevel is how one level of a list is numbered.
type listLevel struct {
	start  int
	format string
	// pattern is what is printed, %1 standing for the number of the first level.
	pattern string
	// restart is the level, counted from 1, after which this one begins anew;
	// 0 for never, unset for after any level above.
	restart int
	// legal: the numbers of all levels are printed in Arabic figures.
	legal bool
	// joined: nothing stands between the number and the text.
	joined bool
	style  string
	width  int // of a number that is filled up with zeros
}

// list is an abstract definition that lists refer to; those that refer to the
// same one go on counting where the other stopped.
type list struct {
	levels    [maxLevels]listLevel
	styleLink string // the list's own definition stands under this style
}

// listUse is a list as paragraphs name it.
type listUse struct {
	list   int
	starts [maxLevels]int // unset where the list's own start holds
	own    map[int]listLevel
}

// numbering prints the numbers of a document's lists from its first paragraph
// to its last.
type numbering struct {
	lists   map[int]*list
	uses    map[int]*listUse
	counts  map[int]*[maxLevels]int // by list, unset before the first
	started map[int]bool            // uses whose own starts were applied
}

// readNumbering reads the part in which the lists are.
func readNumbering(ctx context.Context, a *archive, name string) (*numbering, error) {
	n := &numbering{lists: map[int]*list{}, uses: map[int]*listUse{}, counts: map[int]*[maxLevels]int{}, started: map[int]bool{}}
	linked := map[string]int{} // the list that a numbering style stands for
	err := a.scan(ctx, name, func(s *scanner, _ element) error {
		return s.children(func(e element) error {
			switch e.name {
			case "w:abstractNum":
				id := e.number("abstractNumId", unset)
				l, styled, err := s.list()
				n.lists[id] = l
				if styled != "" {
					linked[styled] = id
				}
				return err
			case "w:num":
				id := e.number("numId", unset)
				u, err := s.listUse()
				n.uses[id] = u
				return err
			}
			return s.skip()
		})
	})
	for _, u := range n.uses {
		l := n.lists[u.list]
		if l == nil || l.styleLink == "" {
			continue
		}
		if id, ok := linked[l.styleLink]; ok {
			u.list = id
		}
	}
	return n, err
}

// list reads a w:abstractNum and the numbering style that it defines.
func (s *scanner) list() (*list, string, error) {
	l, styled := &list{}, ""
	for i := range l.levels {
		l.levels[i] = listLevel{format: "none", restart: unset}
	}
	err := s.children(func(e element) error {
		switch e.name {
		case "w:numStyleLink":
			l.styleLink = e.val()
		case "w:styleLink":
			styled = e.val()
		case "w:lvl":
			at := e.number("ilvl", unset)
			one, err := s.listLevel()
			if at >= 0 && at < maxLevels {
				l.levels[at] = one
			}
			return err
		}
		return s.skip()
	})
	return l, styled, err
}

// listLevel reads a w:lvl.
func (s *scanner) listLevel() (listLevel, error) {
	l := listLevel{format: "decimal", restart: unset}
	var visit func(element) error
	visit = func(e element) error {
		switch e.name {
		case "mc:AlternateContent":
			return s.alternate(func() error { return s.children(visit) })
		case "w:start":
			l.start = e.number("val", 0)
		case "w:numFmt":
			l.format = e.val()
			if l.format == "custom" { // "001, 002, 003, ..."
				sample, _ := e.attr("format")
				first, _, _ := strings.Cut(sample, ",")
				l.format, l.width = "decimal", min(len(strings.TrimSpace(first)), 8)
			}
		case "w:lvlText":
			l.pattern = e.val()
		case "w:lvlRestart":
			l.restart = e.number("val", unset)
		case "w:isLgl":
			l.legal = e.on()
		case "w:suff":
			l.joined = e.val() == "nothing"
		case "w:pStyle":
			l.style = e.val()
		}
		return s.skip()
	}
	return l, s.children(visit)
}

// listUse reads a w:num.
func (s *scanner) listUse() (*listUse, error) {
	u := &listUse{list: unset, own: map[int]listLevel{}}
	for i := range u.starts {
		u.starts[i] = unset
	}
	err := s.children(func(e element) error {
		switch e.name {
		case "w:abstractNumId":
			u.list = e.number("val", unset)
		case "w:lvlOverride":
			at := e.number("ilvl", unset)
			if at < 0 || at >= maxLevels {
				return s.skip()
			}
			return s.children(func(e element) error {
				switch e.name {
				case "w:startOverride":
					u.starts[at] = e.number("val", unset)
				case "w:lvl":
					l, err := s.listLevel()
					u.own[at] = l
					return err
				}
				return s.skip()
			})
		}
		return s.skip()
	})
	return u, err
}

// level returns how a level is numbered in a use of its list.
func (n *numbering) level(u *listUse, at int) listLevel {
	if own, ok := u.own[at]; ok {
		return own
	}
	return n.lists[u.list].levels[at]
}

// next counts a paragraph and returns the number that is printed before it,
// empty if it is in no list. fromStyle is the style that put it in its list.
func (n *numbering) next(p paragraphProps, fromStyle string) string {
	u := n.uses[p.numID]
	if u == nil || n.lists[u.list] == nil {
		return ""
	}
	at := n.levelOf(u, p, fromStyle)
	counts := n.counts[u.list]
	if counts == nil {
		counts = &[maxLevels]int{}
		for i := range counts {
			counts[i] = unset
		}
		n.counts[u.list] = counts
	}
	if !n.started[p.numID] {
		n.started[p.numID] = true
		for i, start := range u.starts {
			if start != unset {
				counts[i] = unset
			}
		}
	}
	if counts[at] == unset {
		counts[at] = n.start(u, at)
	} else {
		counts[at]++
	}
	for below := at + 1; below < maxLevels; below++ {
		if restart := n.level(u, below).restart; restart == unset || at < restart {
			counts[below] = unset
		}
	}
	return n.print(u, at, counts)
}

// levelOf returns the level of a paragraph: its own, or the one that belongs to
// the style which put it in the list.
func (n *numbering) levelOf(u *listUse, p paragraphProps, fromStyle string) int {
	if fromStyle != "" {
		for at := range maxLevels {
			if n.level(u, at).style == fromStyle {
				return at
			}
		}
	}
	return min(max(p.level, 0), maxLevels-1)
}

// start returns the first number of a level.
func (n *numbering) start(u *listUse, at int) int {
	if u.starts[at] != unset {
		return u.starts[at]
	}
	return n.level(u, at).start
}

// print writes the number of a level as its pattern says. A bullet is no number.
func (n *numbering) print(u *listUse, at int, counts *[maxLevels]int) string {
	level := n.level(u, at)
	if level.format == "bullet" {
		return ""
	}
	var out strings.Builder
	for i := 0; i < len(level.pattern); i++ {
		c := level.pattern[i]
		if c != '%' || i+1 == len(level.pattern) || level.pattern[i+1] < '1' || level.pattern[i+1] > '9' {
			out.WriteByte(c)
			continue
		}
		i++
		out.WriteString(n.count(u, int(level.pattern[i]-'1'), counts, level.legal))
	}
	number := strings.TrimFunc(out.String(), isSpace)
	return spaced(number, level.joined)
}

// count writes the present number of one level. A level that has not been
// counted yet shows its first number.
func (n *numbering) count(u *listUse, at int, counts *[maxLevels]int, legal bool) string {
	level, value := n.level(u, at), counts[at]
	if value == unset {
		value = n.start(u, at)
	}
	switch {
	case level.width > 0:
		digits := strconv.Itoa(value)
		return strings.Repeat("0", max(0, level.width-len(digits))) + digits
	case legal && level.format != "none":
		return strconv.Itoa(value)
	}
	return numeral(level.format, value)
}

// spaced keeps one space after a number that ends in a letter or a figure, so
// that "1.1" and "2024 年" do not run together.
func spaced(number string, joined bool) string {
	if joined || number == "" {
		return number
	}
	last := []rune(number)
	if r := last[len(last)-1]; unicode.IsLetter(r) || unicode.IsDigit(r) {
		return number + " "
	}
	return number
}
