package policy

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// listed is one unit of a list.
type listed struct {
	piece
	role  Role // as a remark such as （牵头） says, else empty
	fused bool // two names seem to run together
	kin   bool // a group after 等 to which those before it belong
}

// written returns the unit's name without the line breaks of a narrow cell.
func (u listed) written() string {
	return strings.Join(strings.FieldsFunc(u.text(), isSpace), "")
}

// isSpace reports whether r is a space or one of the marks without a width that
// office programs leave in text.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }

// list is what an enumeration of units holds.
type list struct {
	units []listed
	// more tells that the enumeration ended with 等: there are others.
	more bool
	// met is where 会同 stood: the units before it lead those from it on; -1
	// if there is none.
	met int
}

var (
	roleRemark = regexp.MustCompile(`[（(](总牵头|牵头|牵头单位|主办|主责|配合|参与|协办|指导)[)）]$`)
	othersHead = regexp.MustCompile(`^(?:有关|相关|其他|各|职能|责任|成员|直属)*(?:部门|单位|机构|方面)(?:[和及、与](?:有关|相关)?(?:部门|单位|机构))?(?:以及|和|及|与|、)(?:.)`)
	othersTail = regexp.MustCompile(`^(?:(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:个|家))?(?:省|市|县|区|州|中央|国家)?(?:级|直)?(?:各|有关|相关|其他|成员|职能|责任|直属)*(?:(?:部门|单位|机构|方面|部委|成员|委办局|部门单位)(?:（单位）|\(单位\))?(?:[和及、与](?:各)?(?:有关|相关)?(?:部门|单位|机构|地方))?)?$`)
	fusedNames = regexp.MustCompile(`(?:局|厅|部|委|办|政府|管委会|院|中心|总队|支队|联|银行)(?:市|省|县|区|州|国家)[^、]{1,}?(?:局|厅|部|委|办|政府|会|院|中心|队|联|行)`)
)

// readList reads an enumeration of units: A、B，C和D等. Commas, semicolons and
// line breaks separate as well.
func readList(p piece) list {
	l := list{met: -1}
	var parts []piece
	for _, cut := range splitOutside(p.text(), "、，,；;。/／") {
		part := p.sub(cut[0], cut[1]).trim("")
		if part.text() == "" {
			continue
		}
		if n := len(parts); n > 0 && sameUnit(parts[n-1].text(), firstPart(part.text())) {
			parts[n-1].end = part.end
			continue
		}
		parts = append(parts, part)
	}
	for _, part := range parts {
		for _, word := range splitSpaces(part) {
			l.addMeeting(word)
		}
	}
	return l
}

// firstPart returns text up to a word that joins a further unit to it.
func firstPart(text string) string {
	if cut := strings.Index(text, "等"); cut > 0 && !insideWord(text, cut) {
		return text[:cut]
	}
	return text
}

// splitSpaces cuts p at its spaces if every part is a unit of its own.
func splitSpaces(p piece) []piece {
	text := p.text()
	if !strings.ContainsAny(text, spaces) {
		return []piece{p}
	}
	var parts []piece
	start := -1
	for i, r := range text + " " {
		switch {
		case isSpace(r) && start >= 0:
			parts = append(parts, p.sub(start, i))
			start = -1
		case !isSpace(r) && start < 0:
			start = i
		}
	}
	for _, part := range parts {
		if !namedUnit(part.text()) {
			return []piece{p}
		}
	}
	return parts
}

// addMeeting adds the units of p, which 会同 may divide into two groups.
func (l *list) addMeeting(p piece) {
	for _, word := range []string{"会同", "商", "联合"} {
		left, right, found := strings.Cut(p.text(), word)
		if !found || right == "" || left != "" && !namedUnit(left) || word == "商" && !(namedUnit(left) && namedUnit(right)) {
			continue
		}
		if left != "" {
			l.addOthers(p.sub(0, len(left)))
		}
		if l.met < 0 && word != "联合" {
			l.met = len(l.units)
		}
		l.addOthers(p.sub(len(left)+len(word), len(p.text())))
		return
	}
	l.addOthers(p)
}

// addOthers adds the units of p, in which 等 may stand.
func (l *list) addOthers(p piece) {
	text := p.text()
	for from := 0; ; {
		cut := strings.Index(text[from:], "等")
		if cut < 0 {
			break
		}
		cut += from
		from = cut + len("等")
		if cut == 0 || insideWord(text, cut) {
			continue
		}
		rest := text[from:]
		l.addJoined(p.sub(0, cut))
		l.more = true
		if othersTail.MatchString(rest) {
			return
		}
		if head := othersHead.FindString(rest); head != "" {
			_, last := utf8.DecodeLastRuneInString(head)
			l.addJoined(p.sub(from+len(head)-last, len(text)))
			return
		}
		joined := strings.TrimLeft(rest, "和及与以")
		first := len(l.units)
		l.addJoined(p.sub(len(text)-len(joined), len(text)))
		if joined == rest && first < len(l.units) {
			l.units[first].kin = true
		}
		return
	}
	l.addJoined(p)
}

// insideWord reports whether the 等 at byte i belongs to a word such as 高等.
func insideWord(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	return strings.ContainsRune("高平中初同均对优劣", before)
}

// addJoined adds the units of p, which 和, 及 or 与 may join.
func (l *list) addJoined(p piece) {
	text := p.text()
	for _, word := range []string{"以及", "和", "及", "与"} {
		for from := 0; ; {
			cut := strings.Index(text[from:], word)
			if cut < 0 {
				break
			}
			cut += from
			from = cut + len(word)
			left, right := text[:cut], text[from:]
			if left == "" && namedUnit(right) {
				l.addOne(p.sub(from, len(text)))
				return
			}
			if joinsUnits(left, right) {
				l.addJoined(p.sub(0, cut))
				l.addJoined(p.sub(from, len(text)))
				return
			}
		}
	}
	l.addOne(p)
}

// joinsUnits reports whether left and right are whole units, so that the word
// between them joins two: 市财政局和各县（区）, not 市工业和信息化局.
func joinsUnits(left, right string) bool {
	if depth(left) != 0 || !namedUnit(left) || !namedUnit(right) || utf8.RuneCountInString(right) < 3 {
		return false
	}
	return !anonymousGroup(right) || strings.HasPrefix(right, "各")
}

// depth returns how many brackets are open at the end of text.
func depth(text string) int {
	open := 0
	for _, r := range text {
		if kind, opens := bracketKind(r); opens {
			open++
		} else if kind != 0 {
			open--
		}
	}
	return open
}

// addOne adds a single unit.
func (l *list) addOne(p piece) {
	p = p.trim("。.：:")
	u := listed{piece: p}
	if last := p.text(); strings.HasSuffix(last, "）") || strings.HasSuffix(last, ")") {
		if m := roleRemark.FindStringSubmatch(last); m != nil {
			u.end -= len(m[0])
			u.role = remarkRole(m[1])
		}
	}
	for _, opening := range []string{"由", "请"} {
		if rest, ok := strings.CutPrefix(u.text(), opening); ok && namedUnit(rest) {
			u.start += len(opening)
		}
	}
	u.fused = twoNames(u.text())
	if u.text() != "" {
		l.units = append(l.units, u)
	}
}

// twoNames reports whether two names seem to run together: the word of a level
// stands behind the end of an office.
func twoNames(name string) bool {
	_, first := utf8.DecodeRuneInString(name)
	return strings.ContainsAny(name[first:], "市省县区州国") && fusedNames.MatchString(name)
}

func remarkRole(word string) Role {
	switch word {
	case "配合", "参与", "协办":
		return Support
	case "指导":
		return Guide
	default:
		return Lead
	}
}
