package dispatch

import (
	"fmt"
	"strconv"
	"strings"

	"duban/calendar"
)

// KindReport stands at the head of a report round's workflow id.
const KindReport = "report"

// RoundID is the id of a plan's report round: <plan>-<period>, and for the
// corrected versions of it <plan>-<period>.2 and so on.
func RoundID(plan string, period calendar.Period, version int) string {
	id := plan + "-" + period.String()
	if version > 1 {
		id += fmt.Sprintf(".%d", version)
	}
	return id
}

// ParseRoundID takes the id of a report round apart.
func ParseRoundID(id string) (plan string, period calendar.Period, version int, ok bool) {
	plan, rest, _ := strings.Cut(id, "-")
	text, number, corrected := strings.Cut(rest, ".")
	version = 1
	var err error
	if corrected {
		if version, err = strconv.Atoi(number); err != nil || version < 2 {
			return "", calendar.Period{}, 0, false
		}
	}
	period, err = calendar.ParsePeriod(text)
	return plan, period, version, err == nil && plan != "" && RoundID(plan, period, version) == id
}

// RoundWorkflow is the workflow id of a report round: report/<plan>/<period>, and
// for corrected versions report/<plan>/<period>/<version>.
func RoundWorkflow(id string) string {
	plan, rest, _ := strings.Cut(id, "-")
	return KindReport + "/" + plan + "/" + strings.ReplaceAll(rest, ".", "/")
}
