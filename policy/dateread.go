package policy

import (
	"slices"
	"strings"
	"time"

	"duban/calendar"
)

// The readers below turn one match of a dateForm into a term. They report
// false for what is no date after all.

func readDuration(m []string, _ clock) (term, bool) {
	month, day := max(count(m[2]), 1), max(count(m[3]), 1)
	from := date(count(m[1]), month, day)
	if from == nil {
		return term{}, false
	}
	end := calendar.NewDate(from.Year+count(m[4]), from.Month, from.Day).AddDays(-1)
	return term{
		kind: Between, from: from, date: &end, firm: true, certainty: Inferred,
		reason: "终止日期由起始日期和年限推算。", reasonEn: "The end was counted from the begin and the number of years.",
	}, true
}

func readSpan(m []string, _ clock) (term, bool) {
	from := date(count(m[1]), count(m[2]), max(count(m[3]), 1))
	year := count(m[1])
	if m[4] != "" {
		year = count(m[4])
	}
	to := monthEnd(year, count(m[5]))
	if m[6] != "" {
		to = date(year, count(m[5]), count(m[6]))
	}
	return term{kind: Between, from: from, date: to, firm: true}, from != nil && to != nil && !to.Before(*from)
}

func readYears(m []string, _ clock) (term, bool) {
	from, to := date(count(m[1]), 1, 1), date(count(m[2]), 12, 31)
	return term{kind: Between, from: from, date: to, firm: true}, from != nil && to != nil && from.Before(*to)
}

func readWithin(m []string, c clock) (term, bool) {
	n := count(m[1])
	t := term{kind: Within, firm: true, certainty: NeedsDecision,
		reason:   "从印发之日起算，但文件没有印发日期，请补填。",
		reasonEn: "Counted from the date of issue, which the document does not give.",
	}
	if n == 0 {
		return t, false
	}
	if c.issued == nil {
		return t, true
	}
	var d calendar.Date
	switch {
	case strings.Contains(m[2], "工作日"):
		days, err := calendar.New(calendar.Builtin()...)
		if err != nil {
			return t, false // the built-in years are valid; nothing to count by otherwise
		}
		if d = days.AddWorkingDays(*c.issued, n); days.Provisional(*c.issued, d) {
			t.reason = "按工作日从印发日期 " + c.issued.String() + " 起算，但当年放假安排未知，请按日历核定日期。"
			t.reasonEn = "Counted in working days from the date of issue, " + c.issued.String() + ", in a year whose holidays are not known; set the date by the calendar."
			return t, true
		}
	case strings.Contains(m[2], "月"):
		d = addMonths(*c.issued, n)
	case strings.Contains(m[2], "年"):
		d = addMonths(*c.issued, 12*n)
	default:
		d = c.issued.AddDays(n)
	}
	t.date, t.certainty = &d, Inferred
	t.reason, t.reasonEn = "从印发日期 "+c.issued.String()+" 起算。", "Counted from the date of issue, "+c.issued.String()+"."
	return t, true
}

// addMonths returns the same day n months later or, where that month has no
// such day, its last one (民法典 第二百零二条).
func addMonths(d calendar.Date, n int) calendar.Date {
	month := int(d.Month) - 1 + n
	last := calendar.NewDate(d.Year, time.Month(month+2), 0)
	return calendar.Date{Year: last.Year, Month: last.Month, Day: min(d.Day, last.Day)}
}

func readYearly(m []string, _ clock) (term, bool) {
	return term{kind: Yearly, firm: true}, len(m) < 2 || count(m[1]) <= 12
}

func readDay(m []string, _ clock) (term, bool) {
	d := date(count(m[2]), count(m[3]), count(m[4]))
	return by(m[1], d, m[1] != "" || m[5] != "")
}

func readMonth(m []string, _ clock) (term, bool) {
	year, month := count(m[2]), count(m[3])
	d := monthEnd(year, month)
	switch m[4] {
	case "初", "上旬":
		d = date(year, month, 10)
	case "中旬":
		d = date(year, month, 20)
	case "":
		// 2026年6月前 ends with May; without 前 the month itself counts.
		if m[5] != "" && m[5] != "止" && d != nil {
			end := calendar.NewDate(year, time.Month(month), 0)
			t, ok := by(m[1], &end, true)
			t.certainty = Inferred
			t.reason, t.reasonEn = "“某月前”按上月末计算，请核对。", "“Before a month” was read as the end of the month before it; please check."
			return t, ok
		}
	}
	return by(m[1], d, m[1] != "" || m[4] != "" || m[5] != "")
}

func readSemester(m []string, _ clock) (term, bool) {
	year := count(m[2])
	d, words := date(year, 8, 31), "秋季学期按9月1日开学"
	if m[3] == "春" {
		d, words = monthEnd(year, 2), "春季学期按3月1日开学"
	}
	if m[4] == "" {
		return term{}, false
	}
	t, ok := by(m[1], d, true)
	t.certainty = Inferred
	t.reason, t.reasonEn = words+"推算，请按校历核对。", "The begin of term was assumed (1 March, 1 September); check the school calendar."
	return t, ok
}

func readQuarter(m []string, _ clock) (term, bool) {
	quarter := strings.Index("一二三四", m[3])/len("一") + 1
	if n := count(m[3]); m[3] >= "1" && m[3] <= "4" {
		quarter = n
	}
	return by(m[1], monthEnd(count(m[2]), 3*quarter), true)
}

func readYear(m []string, _ clock) (term, bool) {
	year := count(m[2])
	d := date(year, 12, 31)
	switch m[3] {
	case "上半年", "年中":
		d = date(year, 6, 30)
	case "初", "年初":
		d = date(year, 1, 31)
	}
	if m[3] == "" && m[4] != "" && m[4] != "止" {
		t, ok := by(m[1], d, true)
		t.certainty = Inferred
		t.reason, t.reasonEn = "“某年前”按当年年底计算，请核对。", "“Before a year” was read as the end of that year; please check."
		return t, ok
	}
	return by(m[1], d, m[1] != "" && m[1] != "于" && m[1] != "在" || m[3] != "" || m[4] != "")
}

func readFiveYears(m []string, _ clock) (term, bool) {
	// The 11th plan ended in 2010.
	plan := 10 + hanDigits[strings.TrimPrefix(m[2], "十")]
	t, ok := by(m[1], date(2010+5*(plan-11), 12, 31), m[3] != "" || m[1] == "到" || m[1] == "至")
	t.certainty = Inferred
	t.reason, t.reasonEn = "由五年规划的起止年份推算。", "Counted from the years of the five-year plan."
	return t, ok && t.firm
}

func readMonthOnly(m []string, c clock) (term, bool) {
	year := c.year
	if m[2] == "明年" && year > 0 {
		year++
	}
	d := monthEnd(year, count(m[3]))
	if m[4] != "" {
		d = date(year, count(m[3]), count(m[4]))
	}
	return yearAssumed(d, c, count(m[3]) >= 1 && count(m[3]) <= 12)
}

func readMonthEnd(m []string, c clock) (term, bool) {
	return yearAssumed(monthEnd(c.year, count(m[2])), c, count(m[2]) >= 1 && count(m[2]) <= 12)
}

func readYearEnd(m []string, c clock) (term, bool) {
	year := c.year
	if m[1] == "明年" && year > 0 {
		year++
	}
	return yearAssumed(date(year, 12, 31), c, true)
}

// yearAssumed is a date whose year the text does not give.
func yearAssumed(d *calendar.Date, c clock, ok bool) (term, bool) {
	if c.year == 0 || d == nil {
		return term{kind: By, firm: true, certainty: NeedsDecision,
			reason: "没有写明年份，请补填。", reasonEn: "The year is not given; please add it."}, ok
	}
	return term{kind: By, date: d, firm: true, certainty: Inferred,
		reason: "没有写明年份，按印发年份或标题中的年份推算。", reasonEn: "The year is not given; the year of issue or of the title was assumed."}, ok
}

// by is a term that ends on d.
func by(lead string, d *calendar.Date, firm bool) (term, bool) {
	t := term{kind: By, date: d, firm: firm}
	if strings.HasPrefix(lead, "力争") || lead == "争取" {
		t.kind = Stretch
	}
	return t, d != nil
}

func sortTerms(terms []term) {
	slices.SortFunc(terms, func(a, b term) int { return a.start - b.start })
}
