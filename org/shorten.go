package org

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// parts are the parts of a unit's name: 市 | 发展改革 | 局.
type parts struct {
	level string // 市, 市委, 河源市, or empty
	stem  []rune
	kind  string // what sort of body it is, in its shortest form: 局, 委, 办
}

// kinds are the words with which names of units end, and the short form of each.
var kinds = [...]struct{ long, short string }{
	{"工作委员会", "工委"}, {"工委", "工委"}, {"委员会办公室", "办"}, {"领导小组办公室", "办"}, {"办公室", "办"}, {"管理委员会", "管委会"},
	{"管委会", "管委会"}, {"委员会", "委"}, {"联合会", "联"}, {"协会", "协"}, {"总局", "总局"}, {"局", "局"}, {"厅", "厅"}, {"部", "部"},
	{"委", "委"}, {"办", "办"}, {"联", "联"}, {"协", "协"}, {"中心", "中心"}, {"支队", "支队"}, {"总队", "总队"}, {"检察院", "检察院"}, {"法院", "法院"},
}

// alike reports, at little cost, whether two names may be of one unit: they end
// alike, and half of the characters of the shorter one stand in the longer.
func alike(a, b string) bool {
	if ending(a) != ending(b) {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	shared, all := 0, 0
	for _, c := range a {
		if all++; strings.ContainsRune(b, c) {
			shared++
		}
	}
	return 2*shared >= all
}

// ending returns the last character of a name, the same for long and short forms
// of a word: 会 for 委员会 and 委, 室 for 办公室 and 办.
func ending(name string) rune {
	last, _ := utf8.DecodeLastRuneInString(name)
	switch last {
	case '委', '联', '协':
		return '会'
	case '办':
		return '室'
	case ')', ']', '〕', '】':
		return '）'
	}
	return last
}

// levels are the administrative levels that begin a name. Their party
// committees are levels of their own.
var levels = [...]string{"市", "省", "县", "区", "州", "自治区", "国家", "中央"}

// partings returns the ways in which a name can be divided: the first 市 of
// 市场监管局 may belong to the word, that of 市市场监管局 is a level; 管理委员会 may be
// a 管委会 or the 委 of what comes before it.
func partings(name string) []parts {
	all := []parts{}
	for _, level := range levelsOf(name) {
		rest := strings.TrimPrefix(name, level)
		for _, k := range kinds {
			// A 总局 is above a 局, not a longer word for one.
			if stem, ok := strings.CutSuffix(rest, k.long); ok && !strings.HasSuffix(stem, "总") {
				all = append(all, parts{level: level, stem: bareStem(stem), kind: k.short})
			}
		}
	}
	return all
}

// notLevels are the words that begin like a level and are none.
var notLevels = [...]string{"市场", "市政", "市容", "区域", "省际", "国家公园"}

// levelsOf returns what may be the level with which a name begins: none, a word
// for a level, or a place that has one (河源市).
func levelsOf(name string) []string {
	found := []string{}
	begins := func(word string) bool { return strings.HasPrefix(name, word) }
	if !slices.ContainsFunc(levels[:], begins) || slices.ContainsFunc(notLevels[:], begins) {
		found = append(found, "")
	}
	for _, level := range levels {
		if begins(level) {
			found = append(found, level)
			if strings.HasPrefix(name, level+"委") {
				found = append(found, level+"委")
			}
		}
	}
	runes := []rune(name)
	for n := 3; n <= 5 && n < len(runes); n++ {
		if slices.Contains([]rune("市省县区州"), runes[n-1]) {
			found = append(found, string(runes[:n]))
		}
	}
	return found
}

// bareStem leaves out the words that only join others.
func bareStem(stem string) []rune {
	stem = strings.ReplaceAll(stem, "信息化", "信息")
	runes := []rune(stem)
	return slices.DeleteFunc(runes, func(c rune) bool { return strings.ContainsRune("和与及、", c) })
}

// levelMatch tells how the levels of two names agree.
type levelMatch int

const (
	differ  levelMatch = iota
	same               // 市 and 市
	placed             // 市 and 河源市
	omitted            // 市 and none
	party              // 市 and 市委
)

func matchLevels(a, b string) levelMatch {
	long, short := a, b
	if len(long) < len(short) {
		long, short = short, long
	}
	switch {
	case a == b:
		return same
	case short == "":
		return omitted
	case long == short+"委":
		return party
	case len([]rune(short)) == 1 && !slices.Contains(levels[:], long) && strings.HasSuffix(long, short):
		return placed
	}
	return differ
}

// compare tells whether two names are of one unit, one of them shortened.
func (w parts) compare(n parts) (Proposal, bool) {
	level := matchLevels(w.level, n.level)
	if level == differ || w.kind != n.kind || len(w.stem)+len(n.stem) == 0 {
		return Proposal{}, false
	}
	short, full := w.stem, n.stem
	if len(short) > len(full) {
		short, full = full, short
	}
	p, ok := alignment(short, full)
	if !ok {
		return Proposal{}, false
	}
	switch level {
	case placed:
		p.Reason += "写明了地名。"
		p.ReasonEn += " The place is written out."
	case omitted:
		p.Confidence = weaker(p.Confidence)
		p.Reason += "没有写级别，请核对是哪一级。"
		p.ReasonEn += " The level is left out; check which one is meant."
	case party:
		p.Confidence = weaker(p.Confidence)
		p.Reason += "“市”与“市委”不同，请核对。"
		p.ReasonEn += " One is of the government, the other of the party; please check."
	}
	return p, true
}

func weaker(c Confidence) Confidence {
	if c == High {
		return Medium
	}
	return Low
}

// alignment compares two stems; full is not the shorter one.
func alignment(short, full []rune) (Proposal, bool) {
	if slices.Equal(short, full) {
		return Proposal{Confidence: High, Reason: "名称相同，只有连接词或机构类别的写法不同。", ReasonEn: "The names are the same but for joining words or the form of the last word."}, true
	}
	if len(full) > longestStem {
		return Proposal{}, false
	}
	a := aligner{short: short, full: full, memo: map[[2]int]*path{}}
	best := a.from(0, 0)
	if best == nil {
		return Proposal{}, false
	}
	letters := best.expansions()
	switch {
	case len(letters) > 0 && (len(short) == 1 && best.skipped > 0 || best.skipped > len(letters)+best.kept):
		return Proposal{Confidence: Medium, Reason: "可能是简称（" + strings.Join(letters, "，") + "），省去的字较多。",
			ReasonEn: "It may be a short form (" + strings.Join(letters, ", ") + "), with much left out."}, true
	case len(letters) > 0:
		return Proposal{Confidence: High, Reason: "是简称（" + strings.Join(letters, "，") + "）。", ReasonEn: "It is a short form (" + strings.Join(letters, ", ") + ")."}, true
	case best.skipped == 0:
		return Proposal{Confidence: Medium, Reason: "只差“管理”“服务”一类的通用词。", ReasonEn: "Only general words such as 管理 and 服务 differ."}, true
	case strings.HasPrefix(string(full), string(short)) && len(short) > 1:
		return Proposal{Confidence: Low, Reason: "只有前面的字相同，可能是旧称或简称。", ReasonEn: "Only the first words are the same; it may be an old or a short name."}, true
	}
	return Proposal{}, false
}

// longestStem is how many characters a stem may have to be compared word by word.
const longestStem = 40

// general words say little about a unit and come and go with its names.
var general = [...]string{"管理", "监督", "服务", "工作", "事务", "综合", "人民", "中级", "机构"}

// aligner finds how a short stem was made from a full one: the full one is read
// as words of two characters (a few have three), of each of which the short one
// keeps all, the first character or nothing; the first word is never left out.
type aligner struct {
	short, full []rune
	memo        map[[2]int]*path
}

// path is an alignment of the rest of the stems.
type path struct {
	word, letter  string // of its first word; letter is empty unless it was shortened
	kept, skipped int    // words of the whole path; general words are not counted as skipped
	next          *path
}

// better reports whether p leaves out less than q, or else keeps more.
func (p *path) better(q *path) bool {
	return q == nil || p.skipped < q.skipped || p.skipped == q.skipped && p.kept > q.kept
}

// from returns the best alignment of full from i on with short from j on; nil if
// there is none. The result is nil only where none exists, and the empty path at
// the end of both.
func (a *aligner) from(i, j int) *path {
	if i == len(a.full) {
		if j == len(a.short) {
			return &path{}
		}
		return nil
	}
	at := [2]int{i, j}
	if found, ok := a.memo[at]; ok {
		return found
	}
	var best *path
	take := func(size, used int, letter string, kept, skipped int) {
		rest := a.from(i+size, j+used)
		if rest == nil {
			return
		}
		p := &path{word: string(a.full[i : i+size]), letter: letter, kept: rest.kept + kept, skipped: rest.skipped + skipped, next: rest}
		if p.better(best) {
			best = p
		}
	}
	for _, size := range [...]int{2, 3, 1} {
		whole := i+size <= len(a.full) && j+size <= len(a.short) && slices.Equal(a.full[i:i+size], a.short[j:j+size])
		if whole && (size > 1 || i+1 == len(a.full)) {
			take(size, size, "", 1, 0)
		}
	}
	if i+2 <= len(a.full) {
		word := string(a.full[i : i+2])
		if j < len(a.short) && a.short[j] == a.full[i] {
			take(2, 1, string(a.short[j]), 0, 0)
		}
		if slices.Contains(general[:], word) {
			take(2, 0, "", 0, 0)
		} else if j > 0 {
			take(2, 0, "", 0, 1)
		}
	}
	a.memo[at] = best
	return best
}

// expansions lists the words that were shortened: 发＝发展.
func (p *path) expansions() []string {
	var letters []string
	for ; p != nil; p = p.next {
		if p.letter != "" {
			letters = append(letters, p.letter+"＝"+p.word)
		}
	}
	return letters
}
