package light

import "fmt"

// Kind is a kind of condition.
type Kind string

const (
	// Overdue: the due date has been over for Days days, at once with 0.
	Overdue Kind = "overdue"
	// DueWithin: it is not over and comes within Days days; 0 is the day itself.
	DueWithin Kind = "due-within"
	// Behind: the progress is Points percentage points or more below the share of
	// working days that are gone (落后于序时进度).
	Behind Kind = "behind"
	// Below: the progress is below Points per cent.
	Below Kind = "below"
	// Returned: a submission was returned Count times or more.
	Returned Kind = "returned"
	// Ordered: Count supervision orders or more were issued on it.
	Ordered Kind = "ordered"
	// Extended: it was granted Count extensions or more.
	Extended Kind = "extended"
)

// Condition is one thing that must hold for a rule to apply. Which of the figures
// it has depends on its kind.
type Condition struct {
	Kind    Kind `json:"kind"`
	Days    int  `json:"days,omitempty"`
	Working bool `json:"working,omitempty"` // Days are working days
	Points  int  `json:"points,omitempty"`
	Count   int  `json:"count,omitempty"`
}

// holds reports whether a condition holds, and how in words.
func (j Judge) holds(c Condition, f Facts) (zh, en string, holds bool) {
	switch c.Kind {
	case Overdue:
		return j.isOverdue(c, f)
	case DueWithin:
		return j.isDueWithin(c, f)
	case Behind:
		return j.isBehind(c, f)
	case Below:
		return fmt.Sprintf("进度 %d%%，不足 %d%%", f.Percent, c.Points),
			fmt.Sprintf("%d%% done, less than %d%%", f.Percent, c.Points), !f.InReview && f.Percent < c.Points
	case Returned:
		return fmt.Sprintf("报送材料已被退回 %d 次", f.Returns), "returned " + times(f.Returns), f.Returns >= c.Count
	case Ordered:
		return fmt.Sprintf("已发督办单 %d 份", f.Orders), "supervised " + times(f.Orders), f.Orders >= c.Count
	case Extended:
		return fmt.Sprintf("已延期 %d 次", f.Extended), "extended " + times(f.Extended), f.Extended >= c.Count
	}
	return "", "", false
}

func (j Judge) isOverdue(c Condition, f Facts) (zh, en string, holds bool) {
	if !j.overdue(f) {
		return "", "", false
	}
	n := j.distance(c, f)
	zh, en = fmt.Sprintf("已逾期（期限 %s）", f.Due), fmt.Sprintf("overdue (due %s)", f.Due)
	if n > 0 {
		zh = fmt.Sprintf("已逾期 %d %s（期限 %s）", n, unitZh(c), f.Due)
		en = fmt.Sprintf("overdue for %s (due %s)", daysEn(c, n), f.Due)
	}
	return zh, en, n >= c.Days
}

func (j Judge) isDueWithin(c Condition, f Facts) (zh, en string, holds bool) {
	if f.InReview || j.overdue(f) {
		return "", "", false
	}
	n := -j.distance(c, f)
	zh, en = fmt.Sprintf("距期限还有 %d %s（%s）", n, unitZh(c), f.Due), fmt.Sprintf("due in %s (%s)", daysEn(c, n), f.Due)
	if j.today == f.Due {
		zh, en = fmt.Sprintf("今日到期（%s）", f.Due), fmt.Sprintf("due today (%s)", f.Due)
	}
	return zh, en, n <= c.Days
}

func (j Judge) isBehind(c Condition, f Facts) (zh, en string, holds bool) {
	share := j.elapsed(f)
	behind := share - f.Percent
	return fmt.Sprintf("进度 %d%%，序时进度 %d%%，落后 %d 个百分点", f.Percent, share, behind),
		fmt.Sprintf("%d%% done, %d%% of the time gone, %d points behind", f.Percent, share, behind),
		!f.InReview && behind >= c.Points
}

// distance counts the days from the due date to today as the condition does:
// above 0 after it, below 0 before it.
func (j Judge) distance(c Condition, f Facts) int {
	if c.Working {
		return j.days.between(f.Due, j.today)
	}
	return f.Due.DaysUntil(j.today)
}

func unitZh(c Condition) string {
	if c.Working {
		return "个工作日"
	}
	return "天"
}

func daysEn(c Condition, n int) string {
	unit := "day"
	if c.Working {
		unit = "working day"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
