package policy

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// note is what one responsibility note says, before the rules of the document
// are applied.
type note struct {
	// spans are the stretches it was read from.
	spans []piece
	units []assigned
	// more tells that the note ended with 等: there are others, unnamed.
	more      bool
	deadlines []piece
	// firstLeads: 列第一位者为牵头单位. onwards: 下同.
	firstLeads, onwards bool
	firstLeadsAt        piece
	// implied are the units of 以下均需…落实，不再列出.
	implied []listed
	// labelled notes name their roles by labels, others by verbs; bare ones by
	// neither.
	labelled, bare bool
	// none tells that a label says there is nobody: 配合单位：无.
	none bool
}

// assigned is a unit with the role that the note's own words give it; the role
// is empty where they say only 负责.
type assigned struct {
	listed
	role Role
	// verb tells that a verb rather than a label gave the role.
	verb bool
}

// duties are the words around the verbs of a note.
const (
	byDuty   = `(?:按(?:照)?(?:各自|部门|各部门|有关)?(?:职责|职能|职权|任务|分工)(?:分工|范围|要求)?|依(?:照|据)?(?:职责|职能)(?:分工)?|根据(?:各自)?职责(?:分工)?)`
	manner   = `(?:分别|共同|分头|分工|具体|各自|组织|积极|协同|联合|全力|抓好|做好|统筹|要|应|应当|须|需|负责)`
	leadVerb = `(?:为?(?:总)?牵头(?:负责|抓总|组织|推进|落实|实施|协调|办理|抓好|开展|做好|完成)*(?:单位)?|主办|主责|抓总|负总责)`
	helpVerb = `(?:密切)?(?:配合|协助|参与|协办|参加|协作|会办|支持配合|协同配合|支持)(?:做好|落实|推进|实施|办理|工作|配合|支持|完成|开展|执行|抓好)*`
	dutyVerb = `(?:负责|抓好落实|组织实施|组织落实|推进落实|贯彻落实|落实|实施|承担|推进|办理|承办|执行)+(?:到位)?`
	guidance = `(?:负责|加强|业务|跟踪|统筹)?指导(?:支持|服务|落实|协调|督促|推进|和督促|监督)*`
)

var closingVerb = regexp.MustCompile(`^(.*?)` + byDuty + `?` + manner + `*` + byDuty + `?` + `(?:(` + leadVerb + `)|(` + helpVerb + `)|(` + guidance + `)|(` + dutyVerb + `))$`)

// verbEndings are the characters with which the verbs of a note end, so that
// most clauses need no search.
const verbEndings = "头责总织进实施调理好展成位办合助与加作会持行担导务促督"

// roleVerb cuts a clause into its units and the role that its verb gives.
func roleVerb(clause string) (units string, role Role, ok bool) {
	if last, _ := utf8.DecodeLastRuneInString(clause); !strings.ContainsRune(verbEndings, last) {
		return clause, "", false
	}
	m := closingVerb.FindStringSubmatch(clause)
	switch {
	case m == nil:
		return clause, "", false
	case m[2] != "":
		return m[1], Lead, true
	case m[3] != "":
		return m[1], Support, true
	case m[4] != "":
		return m[1], Guide, true
	default:
		return m[1], "", true
	}
}

var (
	firstLeadsRule = regexp.MustCompile(`(?:列|排|排列|排名|名列|列在|排在|位列)(?:在)?(?:第一位|首位|第一|最前面?|第一个|最前|前面|首个|前列首位)(?:的|者)?(?:责任)?(?:单位|部门)?(?:的)?(?:即|均)?(?:为|是|系)(?:总|主要)?(?:牵头|主办|主责)|第一(?:个|家)?(?:责任)?(?:单位|部门)(?:为|是)(?:牵头|主办)|首(?:个|家|位)(?:责任)?(?:单位|部门)(?:为|是)(?:牵头|主办)|(?:列|排)(?:在)?首位(?:的|者)?牵头|牵头(?:单位|部门)?(?:为|是)(?:列|排)(?:名)?(?:在)?(?:第一位?|首位)`)
	onwardsRule    = regexp.MustCompile(`^(?:[以]?下均?同|以下均同|以下类同|以下相同|以下各项均同|下文同|后同|以下各条同)$`)
	impliedRule    = regexp.MustCompile(`^以下(?:各项|各条|所有)?(?:任务|工作|措施|事项)?(?:均|都|全部)?(?:需|须|需要|由|要求)(.+?)(?:负责)?(?:抓好|组织|具体|贯彻)?(?:落实|实施|负责|推进)$`)
	notListed      = regexp.MustCompile(`^(?:以下|下文|后文)?(?:均)?不再(?:一一|逐一|重复|单独)?(?:列出|列示|单列|赘述|列举|注明|列明|标注)$`)
)

// readNote reads the inside of a bracket or a label line as a note; it returns
// nil if p is none. bareAllowed lets a mere list of units count as a note,
// which it can only where notes stand: at the end of a paragraph.
func readNote(p piece, bareAllowed bool) *note {
	p = p.trim("。")
	if p.text() == "" || len(p.text()) > 3000 {
		return nil
	}
	n := &note{spans: []piece{p}}
	if fields := readFields(p); fields != nil {
		n.labelled = true
		for _, f := range fields {
			n.addField(f)
		}
		if len(n.units) == 0 && len(n.deadlines) == 0 && !n.none {
			return nil
		}
		return n
	}
	return n.readVerbs(p, bareAllowed)
}

// addField adds what stands after a label.
func (n *note) addField(f field) {
	n.none = n.none || f.kind != otherLabel && nobody(f.value.text())
	switch f.kind {
	case leadLabel:
		n.addUnits(f.value, Lead)
	case supportLabel:
		n.addUnits(f.value, Support)
	case guideLabel:
		n.addUnits(f.value, Guide)
	case dutyLabel:
		n.addUnits(f.value, "")
	case deadlineLabel:
		if !nobody(f.value.text()) {
			n.deadlines = append(n.deadlines, f.value)
		}
	}
}

// nobody reports whether a value only says that there is none.
func nobody(s string) bool {
	switch strings.Trim(s, spaces) {
	case "", "无", "/", "／", "—", "——", "-", "--", "－", "暂无", "无。", "\\", "*", "空":
		return true
	}
	return false
}

// addUnits adds the units after a label. Verbs among them may give other roles
// than the label; 按职责分工负责 gives none.
func (n *note) addUnits(p piece, label Role) {
	if nobody(p.text()) {
		return
	}
	pending := n.readClauses(p)
	for i := range pending {
		u := &pending[i]
		if u.role == "" {
			u.role = label
		}
	}
	n.units = append(n.units, pending...)
}

// readVerbs reads a note without labels.
func (n *note) readVerbs(p piece, bareAllowed bool) *note {
	units := n.readClauses(p)
	verbs := 0
	for _, u := range units {
		if u.verb {
			verbs++
		}
	}
	n.bare = verbs == 0
	if len(units) == 0 && (n.firstLeads || len(n.implied) > 0) {
		return n
	}
	if len(units) == 0 || n.bare && !bareAllowed || !plausible(units, n.bare) {
		return nil
	}
	n.units = units
	return n
}

// plausible reports whether the words are units. Where a verb says so a unit
// of a rare name may be among known ones; a bare list must look it throughout.
func plausible(units []assigned, bare bool) bool {
	named, prefixed := 0, 0
	for _, u := range units {
		text := u.written()
		switch {
		case namedUnit(text):
			named++
			if levelPrefix.MatchString(text) {
				prefixed++
			}
		case bare || startsLikeRemark(text):
			return false
		}
	}
	if bare {
		return named == len(units) && (prefixed > 0 || len(units) > 1 && allOffices(units))
	}
	return named*2 > len(units) && namedUnit(units[0].written())
}

var office = regexp.MustCompile(`(?:部|委|总局|局|署|银行|办|院)$`)

// allOffices reports whether every unit ends like a ministry, as the units of
// the central government do, which have no word for their level.
func allOffices(units []assigned) bool {
	for _, u := range units {
		if !office.MatchString(u.written()) || len([]rune(u.written())) < 3 {
			return false
		}
	}
	return true
}

// readClauses reads units, verbs, rules and deadlines in the order in which
// they stand. Units wait until a verb gives them a role; those for which none
// comes keep an empty one.
func (n *note) readClauses(p piece) []assigned {
	var units []assigned
	waiting := 0 // units[waiting:] have no role yet
	clause := p
	clause.end = clause.start
	closeWith := func(role Role) {
		role = n.effective(role, units[:waiting])
		for i := waiting; i < len(units); i++ {
			units[i].verb = true
			if units[i].role == "" {
				units[i].role = role
			}
		}
		waiting = len(units)
	}
	flush := func() {
		clause = clause.trim("，,；;、。")
		if clause.text() == "" {
			return
		}
		l := readList(clause)
		n.more = n.more || l.more
		for i, u := range l.units {
			role := u.role
			if l.met >= 0 && role == "" {
				role = Support
				if i < l.met {
					role = Lead
				}
			}
			units = append(units, assigned{listed: u, role: role, verb: u.role != ""})
		}
		if l.met == 0 {
			for i := waiting; i < len(units)-len(l.units); i++ {
				if units[i].role == "" {
					units[i].role = Lead
				}
			}
		}
	}
	for _, cut := range splitOutside(p.text(), "、，,；;。\n") {
		part := p.sub(cut[0], cut[1]).trim("")
		text := part.text()
		if text == "" {
			continue
		}
		if n.readRule(part) || n.readTerm(part) {
			flush()
			clause = piece{line: p.line, start: part.end, end: part.end}
			continue
		}
		names, role, closes := roleVerb(text)
		if !closes {
			clause.end = part.end
			continue
		}
		clause.end = part.start + len(names)
		flush()
		closeWith(role)
		clause = piece{line: p.line, start: part.end, end: part.end}
	}
	flush()
	return units
}

// effective returns the role that 负责 gives after other roles were named: who
// answers beside a lead supports it (A牵头，B按职责分工负责), who answers beside a guide
// leads (A指导，B负责落实).
func (n *note) effective(role Role, before []assigned) Role {
	if role != "" {
		return role
	}
	guided := false
	for _, u := range before {
		switch u.role {
		case Lead:
			return Support
		case Guide:
			guided = true
		}
	}
	if guided {
		return Lead
	}
	return ""
}

// ruleSigns are words one of which is in every rule, termSigns those in every
// term; they spare most clauses the search.
var (
	ruleSigns = [...]string{"牵头", "主办", "主责", "同", "以下", "不再"}
	termSigns = [...]string{"年", "月", "日", "持续", "长期", "常态", "贯穿", "滚动", "立", "即", "每", "马上", "五"}
)

// readRule takes part if it belongs to a rule.
func (n *note) readRule(part piece) bool {
	text := part.text()
	if !containsAny(text, ruleSigns[:]) {
		return false
	}
	switch {
	case firstLeadsRule.MatchString(text):
		n.firstLeads, n.firstLeadsAt = true, part
		n.onwards = n.onwards || strings.HasPrefix(text, "以下") || strings.HasPrefix(text, "各项")
	case onwardsRule.MatchString(text):
		n.onwards = true
	case notListed.MatchString(text):
	default:
		m := impliedRule.FindStringSubmatchIndex(text)
		if m == nil {
			return false
		}
		n.implied = readList(part.sub(m[2], m[3])).units
	}
	return true
}

var (
	termEnding  = regexp.MustCompile(`^(?:全部|基本|全面|力争|确保|按期|如期|并)*(?:完成|落实|建成|到位|办结|取得(?:阶段性)?(?:成效|进展)|启动|实施|推进|出台|印发|达标|见效|实现)*$`)
	lastingTerm = regexp.MustCompile(`^(?:并)?(?:长期坚持|持续推进|长期推进|持续实施|长期实施|持续开展|长期开展|持续深化|长期任务|长期工作|常年坚持|常态化推进|常态化开展|常态化实施|常态化|常态推进|长期|持续|全年|常年|持续坚持|持续落实|长期落实|持续用力|滚动推进|贯穿全过程|每年持续推进)$`)
	promptTerm  = regexp.MustCompile(`^(?:立行立改|立即整改|即知即改|立即执行|即时|立即落实|即行|即刻|即改|马上就办|立即)(?:，?(?:并)?(?:长期坚持|持续推进))?$`)
	yearlyTerm  = regexp.MustCompile(`^(?:每年|按年度|年度|每季度|每月|每半年|按季度|按月)(?:推进|开展|实施|完成|落实|1次|一次)*$`)
)

// readTerm takes part if it is a deadline and nothing else.
func (n *note) readTerm(part piece) bool {
	text := part.text()
	if !containsAny(text, termSigns[:]) {
		return false
	}
	whole := lastingTerm.MatchString(text) || promptTerm.MatchString(text) || yearlyTerm.MatchString(text)
	if !whole {
		dates := findDates(text, clock{})
		whole = len(dates) > 0 && dates[0].start == 0
		end := 0
		for _, d := range dates {
			whole = whole && strings.Trim(text[end:d.start], "、和及或并") == ""
			end = d.end
		}
		whole = whole && termEnding.MatchString(text[end:])
	}
	if whole {
		n.deadlines = append(n.deadlines, part)
	}
	return whole
}
