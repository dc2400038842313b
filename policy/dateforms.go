package policy

import (
	"regexp"
	"strconv"
	"strings"
	"time"

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
	pattern *regexp.Regexp
	read    func(m []string, c clock) (term, bool)
}

const (
	before    = `(?:以前|之前|前|止)?`
	firmStart = `(到|至|截至|截止|截止到|于|在|力争到|力争|争取|确保到|确保)?`
	dash      = `[—–－~～\-至到]{1,2}`
)

var dateForms = []dateForm{
	{regexp.MustCompile(`(?:从|自)?([0-9]{4})年(?:([0-9]{1,2})月)?(?:([0-9]{1,2})日)?起(?:[，,]?[^，,。；;]{0,6}?)?(?:实施|为期|连续|用|期限)(?:为)?([一二两三四五六七八九十]|[0-9]{1,2})(?:个)?年`), readDuration},
	{regexp.MustCompile(`(?:从|自)?([0-9]{4})年([0-9]{1,2})月(?:([0-9]{1,2})日)?起?` + dash + `(?:([0-9]{4})年)?([0-9]{1,2})月(?:([0-9]{1,2})日|底|末)?` + before), readSpan},
	{regexp.MustCompile(`(?:从|自)?([0-9]{4})年?` + dash + `([0-9]{4})年(?:期间)?`), readYears},
	{regexp.MustCompile(`(?:自|从)?(?:本)?[^，,。；;、（(]{0,8}?(?:印发|发布|下发|公布|施行|实施|出台)之日(?:起)?(?:的)?([一二两三四五六七八九十]{1,3}|[0-9]{1,3})(个工作日|个月|个?日|天|年)(?:之内|以内|内)`), readWithin},
	{regexp.MustCompile(`每年(?:的)?([0-9]{1,2})月(?:份)?(?:([0-9]{1,2})日|底|末|上旬|中旬|下旬|初)?` + before), readYearly},
	{regexp.MustCompile(`每年(?:年底|底|年末|末|年初)` + before), readYearly},
	{regexp.MustCompile(firmStart + `([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日` + `(以前|之前|前|止)?`), readDay},
	{regexp.MustCompile(firmStart + `([0-9]{4})年([0-9]{1,2})月(?:份)?(底|末|初|上旬|中旬|下旬)?(以前|之前|前|止)?`), readMonth},
	{regexp.MustCompile(firmStart + `([0-9]{4})年(春|秋)(?:季)?学期(?:开学|开始|结束)?(以前|之前|前)?`), readSemester},
	{regexp.MustCompile(firmStart + `([0-9]{4})年(?:第)?(一|二|三|四|1|2|3|4)季度(?:末|底)?(以前|之前|前)?`), readQuarter},
	{regexp.MustCompile(firmStart + `([0-9]{4})年(上半年|下半年|年中|底|年底|末|年末|初|年初)?(以前|之前|前|止)?`), readYear},
	{regexp.MustCompile(firmStart + `“?(十[一二三四五六七八九])五”?(?:时期|期间|规划)?(期末|末|期)?(以前|之前|前)?`), readFiveYears},
	{regexp.MustCompile(`(到|至|截至|于|在)?(今年|本年|当年|明年)?([0-9]{1,2})月(?:份)?(?:([0-9]{1,2})日|(底|末|上旬|中旬|下旬))?(以前|之前|前)`), readMonthOnly},
	{regexp.MustCompile(`(到|至|截至|于|在)?([0-9]{1,2})月(底|末)`), readMonthEnd},
	{regexp.MustCompile(`(?:到|至|截至|于|在)?(今年|本年|当年|明年)?(?:年底|年末|年内)(?:以前|之前|前)?`), readYearEnd},
}

// dateSign is what every date has in it; a text without one is not searched.
var dateSigns = [...]string{"年", "月", "之日", "五”", "五期末", "五末"}

// findDates returns the dates of text in order, without overlaps. Dates in the
// titles of other documents (《…（2024-2035年）》) are not the task's.
func findDates(text string, c clock) []term {
	if !containsAny(text, dateSigns[:]) {
		return nil
	}
	titles := quotedTitles(text)
	var found []term
	for _, form := range dateForms {
		for _, at := range form.pattern.FindAllStringSubmatchIndex(text, -1) {
			if at[0] == at[1] || overlaps(found, at[0], at[1]) || within(titles, at[0]) {
				continue
			}
			if digitBefore(text, at[0]) {
				continue
			}
			t, ok := form.read(groups(text, at), c)
			if !ok {
				continue
			}
			t.start, t.end = at[0], at[1]
			found = append(found, t)
		}
	}
	sortTerms(found)
	return found
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
