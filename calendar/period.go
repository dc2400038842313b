package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Every says how often something recurs, and so how long its periods are.
type Every string

const (
	Monthly   Every = "month"
	Quarterly Every = "quarter"
	Yearly    Every = "year"
)

// months is the length of a period; 0 of an unknown kind.
func (e Every) months() int {
	switch e {
	case Monthly:
		return 1
	case Quarterly:
		return 3
	case Yearly:
		return 12
	}
	return 0
}

// Valid reports whether e is one of the kinds above.
func (e Every) Valid() bool { return e.months() > 0 }

// Zh returns the Chinese name of a report for such a period.
func (e Every) Zh() string {
	switch e {
	case Monthly:
		return "月报"
	case Quarterly:
		return "季报"
	case Yearly:
		return "年报"
	}
	return string(e)
}

// Period is a month, a quarter or a year. Periods are comparable; the zero value
// means "no period".
type Period struct {
	Every Every
	Year  int
	// N counts within the year: the month from 1 to 12, the quarter from 1 to 4; 1
	// for a year.
	N int
}

// PeriodOf returns the period in which the date lies.
func PeriodOf(every Every, d Date) Period {
	return Period{Every: every, Year: d.Year, N: (int(d.Month)-1)/max(every.months(), 1) + 1}
}

// ParsePeriod reads what String writes: 2026-03, 2026-Q1 or 2026.
func ParsePeriod(s string) (Period, error) {
	year, n, divided := strings.Cut(s, "-")
	p := Period{Every: Yearly, N: 1}
	if divided {
		p.Every = Monthly
		if quarter, is := strings.CutPrefix(n, "Q"); is {
			p.Every, n = Quarterly, quarter
		}
	} else {
		n = "1"
	}
	var err error
	if p.Year, err = strconv.Atoi(year); err == nil {
		p.N, err = strconv.Atoi(n)
	}
	if err != nil || p.String() != s || !p.Valid() {
		return Period{}, fmt.Errorf("period %q is not written as 2026-03, 2026-Q1 or 2026", s)
	}
	return p, nil
}

// String writes the period as 2026-03, 2026-Q1 or 2026, and no period as an
// empty string.
func (p Period) String() string {
	switch p.Every {
	case Monthly:
		return fmt.Sprintf("%04d-%02d", p.Year, p.N)
	case Quarterly:
		return fmt.Sprintf("%04d-Q%d", p.Year, p.N)
	case Yearly:
		return fmt.Sprintf("%04d", p.Year)
	}
	return ""
}

// Title is the report of the period in Chinese and in English: 2026年3月月报.
func (p Period) Title() (zh, en string) {
	switch p.Every {
	case Monthly:
		return fmt.Sprintf("%d年%d月月报", p.Year, p.N), "Monthly report " + p.String()
	case Quarterly:
		return fmt.Sprintf("%d年第%d季度季报", p.Year, p.N), "Quarterly report " + p.String()
	}
	return fmt.Sprintf("%d年年报", p.Year), "Yearly report " + p.String()
}

// Valid reports whether the period exists, in the years 1 to 9999.
func (p Period) Valid() bool {
	return p.Every.Valid() && p.Year >= 1 && p.Year <= 9999 && p.N >= 1 && p.N <= 12/p.Every.months()
}

// First is the first day of the period.
func (p Period) First() Date {
	return NewDate(p.Year, time.Month((p.N-1)*p.Every.months()+1), 1)
}

// Last is the last day of the period.
func (p Period) Last() Date { return p.Next().First().AddDays(-1) }

// Contains reports whether the date lies in the period.
func (p Period) Contains(d Date) bool { return !d.Before(p.First()) && !d.After(p.Last()) }

// Next is the period after it.
func (p Period) Next() Period {
	return PeriodOf(p.Every, NewDate(p.Year, time.Month(p.N*p.Every.months()+1), 1))
}

// Previous is the period before it.
func (p Period) Previous() Period { return PeriodOf(p.Every, p.First().AddDays(-1)) }

// MarshalText writes the period as String does.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Period{}
		return nil
	}
	read, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = read
	return nil
}
