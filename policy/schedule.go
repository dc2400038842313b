package policy

import (
	"regexp"
	"strings"

	"duban/document"
	"duban/target"
)

// schedule is what a task's text or table says about which place does what in
// which year.
type schedule struct {
	readings  []reading
	deadlines []Deadline
	// stretches are the parts of the text that were read.
	stretches []piece
}

// holds reports whether a piece of text belongs to the schedule.
func (s schedule) holds(p piece) bool {
	for _, at := range s.stretches {
		if at.line == p.line && p.start < at.end && at.start < p.end {
			return true
		}
	}
	return false
}

var (
	scheduled = regexp.MustCompile(`^(?:其中[，,]?)?(?:([0-9]{4})年(?:底前|底|前)?[，,：:]?)?((?:\p{Han}{1,7}(?:县|区|市|旗|镇|乡|街道|州|盟)(?:[、和及与]|$)?)+)(?:要|须|应|将|率先|全面)*((?:开展|完成|创建|启动|通过|建成|申报|接受|实现|推进|实施|组织|达到|迎接|参加)\p{Han}{0,2}.*)$`)
	yearAlone = regexp.MustCompile(`^(?:其中[，,]?)?(?:到|在|于)?([0-9]{4})年(?:底前|底|前)?[：:]?$`)
	placeName = regexp.MustCompile(`^\p{Han}{1,7}(?:县|区|市|旗|镇|乡|街道|州|盟)$`)
	noPlace   = regexp.MustCompile(`^(?:各|全|本|我|每|有关|相关|所有|其他|省|市|县|区|推动|支持|鼓励|确保)`)
	shortName = regexp.MustCompile(`“([^”]{2,40})”（(?:以下|下同|以下统一)?(?:简称|称)(?:为)?“([^”]+)”）`)
	schemeIn  = regexp.MustCompile(`“([^”]+)”`)
)

// readSchedule reads which place acts in which year: 2026年和平县开展创“优均”工作，源城区开展….
// Fewer than two such entries are no schedule.
func readSchedule(text []piece) schedule {
	var s schedule
	short := shortNames(text)
	for _, at := range text {
		if !strings.Contains(at.text(), "年") || !strings.ContainsAny(at.text(), "0123456789") {
			continue
		}
		year := 0
		for _, cut := range splitOutside(at.text(), "。；;，,\n") {
			part := at.sub(cut[0], cut[1]).trim("")
			if endsParagraphSentence(at.text(), cut[0]) {
				year = 0
			}
			if m := yearAlone.FindStringSubmatch(part.text()); m != nil {
				year = count(m[1])
				continue
			}
			m := scheduled.FindStringSubmatch(part.text())
			if m == nil {
				continue
			}
			if m[1] != "" {
				year = count(m[1])
			}
			places := placesIn(m[2])
			if year == 0 || places == nil {
				continue
			}
			s.stretches = append(s.stretches, part)
			for _, place := range places {
				s.add(year, place, metricIn(m[3], short), part.text(), part.span())
			}
		}
	}
	if len(s.readings) < 2 {
		return schedule{}
	}
	return s
}

// endsParagraphSentence reports whether a sentence ends right before byte i, so
// that the year named in it no longer holds.
func endsParagraphSentence(text string, i int) bool { return strings.HasSuffix(text[:i], "。") }

// add adds one entry and, for a new year, a deadline.
func (s *schedule) add(year int, place, metric, text string, at document.Span) {
	due := date(year, 12, 31)
	if due == nil {
		return
	}
	one := target.One
	s.readings = append(s.readings, reading{at: at, target: target.Target{
		Kind: target.Schedule, Text: text, Metric: metric, Op: target.Exactly, Value: &one, Measure: "项",
		Deadline: due, Year: year, Place: place,
	}})
	s.dueBy(year, at)
}

// dueBy adds the end of a year as a deadline unless it is there.
func (s *schedule) dueBy(year int, at document.Span) {
	due := date(year, 12, 31)
	for _, d := range s.deadlines {
		if *d.Date == *due {
			return
		}
	}
	s.deadlines = append(s.deadlines, Deadline{Kind: By, Text: due.String()[:4] + "年", Date: due, Origin: Origin{
		Certainty: Inferred, Spans: []document.Span{at},
		Reason: "年度安排中的年份，按当年年底计算。", ReasonEn: "A year of the schedule; the end of that year was taken.",
	}})
}

// placesIn cuts an enumeration of places; nil if one of them is none.
func placesIn(list string) []string {
	var places []string
	for _, cut := range splitOutside(list, "、，, \n") {
		name := strings.Trim(list[cut[0]:cut[1]], spaces)
		if name == "" {
			continue
		}
		names := joinedPlaces(name)
		if names == nil {
			return nil
		}
		places = append(places, names...)
	}
	return places
}

// joinedPlaces divides 甲县和乙县, but not 和平县.
func joinedPlaces(name string) []string {
	for _, word := range []string{"和", "及", "与"} {
		left, right, ok := strings.Cut(name, word)
		if ok && isPlace(left) && isPlace(right) {
			return []string{left, right}
		}
	}
	if !isPlace(name) {
		return nil
	}
	return []string{name}
}

func isPlace(name string) bool { return placeName.MatchString(name) && !noPlace.MatchString(name) }

// shortNames collects what the text abbreviates: “国家…县”（以下简称“优均”）.
func shortNames(text []piece) map[string]string {
	names := map[string]string{}
	for _, at := range text {
		for _, m := range shortName.FindAllStringSubmatch(at.text(), -1) {
			names[m[2]] = m[1]
		}
	}
	return names
}

// metricIn returns what a schedule's entry is about, written out in full.
func metricIn(words string, short map[string]string) string {
	if m := schemeIn.FindStringSubmatch(words); m != nil {
		if full, ok := short[m[1]]; ok {
			return full
		}
		return m[1]
	}
	return words
}
