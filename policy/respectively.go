package policy

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	respectiveWord = regexp.MustCompile(`分别`)
	yearsList      = regexp.MustCompile(`((?:[0-9]{4}年?(?:底)?[、和及至])+[0-9]{4}年(?:底)?)$`)
	yearInList     = regexp.MustCompile(`[0-9]{4}`)
	rateWord       = regexp.MustCompile(`[^、和及]{2,3}(?:率|比例|比重|系数|占比)$`)
)

// respectively reads 2026年、2027年分别改造站点300个、450个 and A、B比例分别达到97%、92%: one
// target for each figure. It returns nil unless there are as many years or
// subjects as figures.
func (s sentence) respectively(c piece) []reading {
	text := c.text()
	at := respectiveWord.FindStringIndex(text)
	if at == nil {
		return nil
	}
	row := figureRow(text, at[1])
	if len(row) < 2 {
		return nil
	}
	lead := text[at[1]:row[0].start]
	g, ok := readGoal(text[at[1]:], shift(row[0], -at[1]), earlier{})
	if !ok {
		return nil
	}
	if years := yearsList.FindString(text[:at[0]]); years != "" {
		return s.yearly(c, g, row, yearInList.FindAllString(years, -1))
	}
	subjects := subjectsOf(text[:at[0]], len(row))
	if subjects == nil {
		return nil
	}
	var found []reading
	for i, q := range row {
		one := g
		one.metric = subjects[i]
		if noun := achievingNoun.FindString(lead); noun != "" {
			one.metric += cleanMetric(noun)
		}
		one.scope = scopeOf(text[:at[0]])
		r := s.reading(c, one, q)
		r.infer("由“分别”对应得出，请核对。", "Matched in order, as “respectively” says; please check.")
		found = append(found, r)
	}
	return found
}

// yearly makes one target for each year of a row.
func (s sentence) yearly(c piece, g goal, row []quantity, years []string) []reading {
	if len(years) != len(row) {
		return nil
	}
	var found []reading
	for i, q := range row {
		r := s.reading(c, g, q)
		r.target.Year = count(years[i])
		r.target.Deadline = date(r.target.Year, 12, 31)
		found = append(found, r)
	}
	return found
}

// figureRow returns the quantities that follow one another from byte from on,
// with nothing but commas and 和 between them.
func figureRow(text string, from int) []quantity {
	var row []quantity
	for _, q := range quantities(text) {
		if q.start < from {
			continue
		}
		if n := len(row); n > 0 {
			between := text[row[n-1].end:q.start]
			between = between[compareAfter(between).size:]
			if strings.Trim(between, "、和及与 ") != "" {
				break
			}
		}
		row = append(row, q)
	}
	// A measure at the end of a row is that of all: 98、95个.
	for i := range row {
		if row[i].measure == "" {
			row[i].measure = row[len(row)-1].measure
		}
	}
	return row
}

func shift(q quantity, by int) quantity {
	q.start, q.end = q.start+by, q.end+by
	return q
}

// commonTail returns what the last subject of a row says for all of them: in
// 一类、二类机构达标比例 all that follows the character with which the one before it ends, else
// the name of a rate.
func commonTail(before, last string) string {
	r, _ := utf8.DecodeLastRuneInString(before)
	if at := strings.IndexRune(last, r); at >= 0 && r != utf8.RuneError {
		return last[at+utf8.RuneLen(r):]
	}
	return rateWord.FindString(last)
}

// subjectsOf cuts the subjects of a row: 甲类40人、乙类45人以下达标比例 are 甲类达标比例 and
// 乙类达标比例. It returns nil if there are not n.
func subjectsOf(text string, n int) []string {
	text = cleanMetric(text)
	var subjects []string
	tail := ""
	for _, cut := range splitOutside(text, "、和及与") {
		part := text[cut[0]:cut[1]]
		if at := condition.FindAllStringIndex(part, -1); at != nil {
			tail = part[at[len(at)-1][1]:]
			part = condition.ReplaceAllString(part, "")
		}
		subjects = append(subjects, part)
	}
	if len(subjects) != n {
		return nil
	}
	last := subjects[n-1]
	if tail == "" {
		tail = commonTail(subjects[n-2], last)
	}
	for i := range subjects[:n-1] {
		if !strings.HasSuffix(subjects[i], tail) && !rateWord.MatchString(subjects[i]) {
			subjects[i] += tail
		}
	}
	return subjects
}
