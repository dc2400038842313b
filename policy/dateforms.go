package policy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"duban/calendar"
)

// clock is what relative dates are counted from.
type clock struct {
	issued *calendar.Date
	// year is the year that "年底前" means: the year of issue or, failing
	// that, of the plan's begin; 0 if neither is known.
	year int
}

// term is a date or term found in a text, its offsets in bytes.
type term struct {
	start, end int
	kind       DeadlineKind
	from, date *calendar.Date
	// firm tells that the words make it a deadline (…前, 到…, 至…); a bare year
	// is none by itself.
	firm             bool
	certainty        Certainty
	reason, reasonEn string
}

// dateForm is one way in which dates are written.
type dateForm struct {
	// sign is in every date of the form, so that most texts need no search.
	sign    string
	pattern *regexp.Regexp
	read    func(m []string, c clock) (term, bool)
}

const (
	before    = `(?:以前|之前|前|止)?`
	firmStart = `(到|至|截至|截止|截止到|于|在|力争到|力争|争取|确保到|确保)?`
	dash      = `[—–－~～\-至到]{1,2}`
)

var dateForms = []dateForm{
	{"起", regexp.MustCompile(`(?:从|自)?([0-9]{4})年(?:([0-9]{1,2})月)?(?:([0-9]{1,2})日)?起(?:[，,]?[^，,。；;]{0,6}?)?(?:实施|为期|连续|用|期限)(?:为)?([一二两三四五六七八九十]|[0-9]{1,2})(?:个)?年`), readDuration},
	{"月", regexp.MustCompile(`(?:从|自)?([0-9]{4})年([0-9]{1,2})月(?:([0-9]{1,2})日)?起?` + dash + `(?:([0-9]{4})年)?([0-9]{1,2})月(?:([0-9]{1,2})日|底|末)?` + before), readSpan},
	{"年", regexp.MustCompile(`(?:从|自)?([0-9]{4})年?` + dash + `([0-9]{4})年(?:期间)?`), readYears},
	{"之日", regexp.MustCompile(`(?:自|从)?(?:本)?[^，,。；;、（(]{0,8}?(?:印发|发布|下发|公布|施行|实施|出台)之日(?:起)?(?:的)?([一二两三四五六七八九十]{1,3}|[0-9]{1,3})(个工作日|个月|个?日|天|年)(?:之内|以内|内)`), readWithin},
	{"每年", regexp.MustCompile(`每年(?:的)?([0-9]{1,2})月(?:份)?(?:([0-9]{1,2})日|底|末|上旬|中旬|下旬|初)?` + before), readYearly},
	{"每年", regexp.MustCompile(`每年(?:年底|底|年末|末|年初)` + before), readYearly},
	{"日", regexp.MustCompile(firmStart + `([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日` + `(以前|之前|前|止)?`), readDay},
	{"月", regexp.MustCompile(firmStart + `([0-9]{4})年([0-9]{1,2})月(?:份)?(底|末|初|上旬|中旬|下旬)?(以前|之前|前|止)?`), readMonth},
	{"学期", regexp.MustCompile(firmStart + `([0-9]{4})年(春|秋)(?:季)?学期(?:开学|开始|结束)?(以前|之前|前)?`), readSemester},
	{"季度", regexp.MustCompile(firmStart + `([0-9]{4})年(?:第)?(一|二|三|四|1|2|3|4)季度(?:末|底)?(以前|之前|前)?`), readQuarter},
	{"年", regexp.MustCompile(firmStart + `([0-9]{4})年(上半年|下半年|年中|底|年底|末|年末|初|年初)?(以前|之前|前|止)?`), readYear},
	{"五", regexp.MustCompile(firmStart + `“?(十[一二三四五六七八九])五”?(?:时期|期间|规划)?(期末|末|期)?(以前|之前|前)?`), readFiveYears},
	{"月", regexp.MustCompile(`(到|至|截至|于|在)?(今年|本年|当年|明年)?([0-9]{1,2})月(?:份)?(?:([0-9]{1,2})日|(底|末|上旬|中旬|下旬))?(以前|之前|前)`), readMonthOnly},
	{"月", regexp.MustCompile(`(到|至|截至|于|在)?([0-9]{1,2})月(底|末)`), readMonthEnd},
	{"年", regexp.MustCompile(`(?:到|至|截至|于|在)?(今年|本年|当年|明年)?(?:年底|年末|年内)(?:以前|之前|前)?`), readYearEnd},
}

// dateSign is what every date has in it; a text without one is not searched.
var dateSigns = [...]string{"年", "月", "之日", "五”", "五期末", "五末"}

// dateFigures are the figures and words one of which is in every date.
const dateFigures = "0123456789一二两三四五六七八九十底末内初"

// findDates returns the dates of text in order, without overlaps. Dates in the
// titles of other documents (《…（2024-2035年）》) are not the task's.
func findDates(text string, c clock) []term {
	var found []term
	titles := [][2]int(nil)
	for i, zone := range dateZones(text) {
		if i == 0 {
			titles = quotedTitles(text)
		}
		found = datesIn(text, zone, titles, found, c)
	}
	sortTerms(found)
	return found
}

// datesIn adds the dates that lie in one zone of text.
func datesIn(text string, zone [2]int, titles [][2]int, found []term, c clock) []term {
	part := text[zone[0]:zone[1]]
	for _, form := range dateForms {
		if !strings.Contains(part, form.sign) {
			continue
		}
		for _, at := range form.pattern.FindAllStringSubmatchIndex(part, -1) {
			start, end := zone[0]+at[0], zone[0]+at[1]
			if start == end || overlaps(found, start, end) || within(titles, start) || digitBefore(text, start) {
				continue
			}
			t, ok := form.read(groups(part, at), c)
			if !ok {
				continue
			}
			t.start, t.end = start, end
			found = append(found, t)
		}
	}
	return found
}

// A date lies within so many bytes before and behind one of its signs.
const (
	zoneBefore = 72
	zoneBehind = 96
)

// dateZones returns the stretches of text in which dates can stand: those
// around the signs that every date has, if there is a figure as well.
func dateZones(text string) [][2]int {
	var zones [][2]int
	for i := 0; i < len(text); {
		at := -1
		for _, sign := range dateSigns {
			if next := strings.Index(text[i:], sign); next >= 0 && (at < 0 || next < at) {
				at = next
			}
		}
		if at < 0 {
			break
		}
		at += i
		zone := [2]int{max(at-zoneBefore, 0), min(at+zoneBehind, len(text))}
		for zone[0] > 0 && !utf8.RuneStart(text[zone[0]]) {
			zone[0]--
		}
		for zone[1] < len(text) && !utf8.RuneStart(text[zone[1]]) {
			zone[1]++
		}
		if n := len(zones); n > 0 && zone[0] <= zones[n-1][1] {
			zones[n-1][1] = zone[1]
		} else {
			zones = append(zones, zone)
		}
		i = at + len("年")
	}
	return slices.DeleteFunc(zones, func(z [2]int) bool { return !strings.ContainsAny(text[z[0]:z[1]], dateFigures) })
}

func digitBefore(text string, i int) bool {
	return i > 0 && text[i] >= '0' && text[i] <= '9' && text[i-1] >= '0' && text[i-1] <= '9'
}

func containsAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// quotedTitles returns the stretches of text within 《 and 》.
func quotedTitles(text string) [][2]int {
	var titles [][2]int
	for from := 0; ; {
		open := strings.Index(text[from:], "《")
		if open < 0 {
			return titles
		}
		end := strings.Index(text[from+open:], "》")
		if end < 0 {
			return titles
		}
		titles = append(titles, [2]int{from + open, from + open + end})
		from += open + end
	}
}

func within(stretches [][2]int, i int) bool {
	for _, s := range stretches {
		if i >= s[0] && i < s[1] {
			return true
		}
	}
	return false
}

func overlaps(terms []term, start, end int) bool {
	for _, t := range terms {
		if start < t.end && t.start < end {
			return true
		}
	}
	return false
}

func groups(text string, at []int) []string {
	m := make([]string, len(at)/2)
	for i := range m {
		if at[2*i] >= 0 {
			m[i] = text[at[2*i]:at[2*i+1]]
		}
	}
	return m
}

// date returns the day, or nil if it does not exist.
func date(year, month, day int) *calendar.Date {
	d := calendar.Date{Year: year, Month: time.Month(month), Day: day}
	if !d.Valid() || year < 1949 || year > 2200 {
		return nil
	}
	return &d
}

// monthEnd returns the last day of a month.
func monthEnd(year, month int) *calendar.Date {
	if month < 1 || month > 12 {
		return nil
	}
	d := calendar.NewDate(year, time.Month(month)+1, 0)
	return date(d.Year, int(d.Month), d.Day)
}

var hanDigits = map[string]int{"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}

// count reads a whole number in Arabic or, up to 99, in Chinese digits.
func count(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	tens, ones, found := strings.Cut(s, "十")
	if !found {
		return hanDigits[s]
	}
	n := 10
	if tens != "" {
		n = 10 * hanDigits[tens]
	}
	return n + hanDigits[ones]
}
