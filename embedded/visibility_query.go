package embedded

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/temporalio/sqlparser"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/server/common/persistence/visibility/store"
)

// execution is what a list query is asked about.
type execution = store.InternalExecutionInfo

// condition is a parsed list query, or a part of one.
type condition func(*execution) bool

// keywords are the fields that are compared as text.
var keywords = map[string]func(*execution) string{
	"ExecutionStatus": func(e *execution) string { return e.Status.String() },
	"WorkflowType":    func(e *execution) string { return e.TypeName },
	"WorkflowId":      func(e *execution) string { return e.WorkflowID },
	"RunId":           func(e *execution) string { return e.RunID },
	"TaskQueue":       func(e *execution) string { return e.TaskQueue },
}

// moments are the fields that are compared as times.
var moments = map[string]func(*execution) time.Time{
	"StartTime": func(e *execution) time.Time { return e.StartTime },
	"CloseTime": func(e *execution) time.Time { return e.CloseTime },
}

// listQuery is a list query that the embedded server can answer.
type listQuery struct {
	matches condition
	// openOnly says that the query can match running executions only.
	openOnly bool
}

// parseListQuery reads Temporal's list filter language: comparisons of the
// fields above, joined by AND, OR and NOT. Search attributes, order and groups
// are refused.
func parseListQuery(query string) (listQuery, error) {
	if strings.TrimSpace(query) == "" {
		return listQuery{matches: func(*execution) bool { return true }}, nil
	}
	refuse := func(format string, args ...any) (listQuery, error) {
		return listQuery{}, serviceerror.NewInvalidArgumentf("list query %q: %s", query, fmt.Sprintf(format, args...))
	}
	statement, err := sqlparser.Parse("select * from executions where " + query)
	if err != nil {
		return refuse("%v", err)
	}
	sel, ok := statement.(*sqlparser.Select)
	if !ok || sel.Where == nil {
		return refuse("not a filter")
	}
	if len(sel.OrderBy) > 0 || len(sel.GroupBy) > 0 || sel.Limit != nil || sel.Having != nil {
		return refuse("the embedded server does not order, group or limit")
	}
	matches, err := parseCondition(sel.Where.Expr)
	if err != nil {
		return refuse("%v", err)
	}
	return listQuery{matches: matches, openOnly: requiresRunning(sel.Where.Expr)}, nil
}

func parseCondition(expr sqlparser.Expr) (condition, error) {
	switch e := expr.(type) {
	case *sqlparser.ParenExpr:
		return parseCondition(e.Expr)
	case *sqlparser.AndExpr:
		left, right, err := parseBoth(e.Left, e.Right)
		return func(x *execution) bool { return left(x) && right(x) }, err
	case *sqlparser.OrExpr:
		left, right, err := parseBoth(e.Left, e.Right)
		return func(x *execution) bool { return left(x) || right(x) }, err
	case *sqlparser.NotExpr:
		inner, err := parseCondition(e.Expr)
		return func(x *execution) bool { return !inner(x) }, err
	case *sqlparser.ComparisonExpr:
		return parseComparison(e)
	case *sqlparser.RangeCond:
		return parseRange(e)
	default:
		return nil, fmt.Errorf("the embedded server does not know %s", sqlparser.String(expr))
	}
}

func parseBoth(left, right sqlparser.Expr) (l, r condition, err error) {
	if l, err = parseCondition(left); err != nil {
		return nil, nil, err
	}
	r, err = parseCondition(right)
	return l, r, err
}

func parseComparison(e *sqlparser.ComparisonExpr) (condition, error) {
	name, err := columnName(e.Left)
	if err != nil {
		return nil, err
	}
	values, err := literals(e.Right)
	if err != nil {
		return nil, err
	}
	if text, ok := keywords[name]; ok {
		return compareText(name, e.Operator, text, values)
	}
	if moment, ok := moments[name]; ok && len(values) == 1 {
		t, err := time.Parse(time.RFC3339Nano, values[0])
		if err != nil {
			return nil, fmt.Errorf("%s: want a time such as 2026-01-31T09:00:00+08:00: %w", name, err)
		}
		return compareTime(e.Operator, moment, t)
	}
	return nil, fmt.Errorf("the embedded server cannot filter by %s", sqlparser.String(e))
}

func compareText(name, operator string, text func(*execution) string, values []string) (condition, error) {
	if name == "ExecutionStatus" {
		for i, v := range values {
			status, err := enumspb.WorkflowExecutionStatusFromString(v)
			if err != nil {
				return nil, fmt.Errorf("ExecutionStatus %q: %w", v, err)
			}
			values[i] = status.String()
		}
	}
	switch operator {
	case sqlparser.EqualStr, sqlparser.InStr:
		return func(x *execution) bool { return slices.Contains(values, text(x)) }, nil
	case sqlparser.NotEqualStr, sqlparser.NotInStr:
		return func(x *execution) bool { return !slices.Contains(values, text(x)) }, nil
	case sqlparser.StartsWithStr:
		return func(x *execution) bool { return strings.HasPrefix(text(x), values[0]) }, nil
	case sqlparser.NotStartsWithStr:
		return func(x *execution) bool { return !strings.HasPrefix(text(x), values[0]) }, nil
	default:
		return nil, fmt.Errorf("%s cannot be compared with %s", name, operator)
	}
}

func compareTime(operator string, moment func(*execution) time.Time, t time.Time) (condition, error) {
	accept, ok := map[string]func(int) bool{
		sqlparser.EqualStr:        func(c int) bool { return c == 0 },
		sqlparser.NotEqualStr:     func(c int) bool { return c != 0 },
		sqlparser.LessThanStr:     func(c int) bool { return c < 0 },
		sqlparser.LessEqualStr:    func(c int) bool { return c <= 0 },
		sqlparser.GreaterThanStr:  func(c int) bool { return c > 0 },
		sqlparser.GreaterEqualStr: func(c int) bool { return c >= 0 },
	}[operator]
	if !ok {
		return nil, fmt.Errorf("times cannot be compared with %s", operator)
	}
	return func(x *execution) bool {
		// An open execution has no CloseTime and matches no comparison with it.
		at := moment(x)
		return !at.IsZero() && accept(at.Compare(t))
	}, nil
}

func parseRange(e *sqlparser.RangeCond) (condition, error) {
	if e.Operator != sqlparser.BetweenStr {
		return nil, fmt.Errorf("the embedded server does not know %s", e.Operator)
	}
	from, to, err := parseBoth(
		&sqlparser.ComparisonExpr{Operator: sqlparser.GreaterEqualStr, Left: e.Left, Right: e.From},
		&sqlparser.ComparisonExpr{Operator: sqlparser.LessEqualStr, Left: e.Left, Right: e.To})
	return func(x *execution) bool { return from(x) && to(x) }, err
}

func columnName(expr sqlparser.Expr) (string, error) {
	column, ok := expr.(*sqlparser.ColName)
	if !ok {
		return "", fmt.Errorf("want a field on the left, not %s", sqlparser.String(expr))
	}
	return strings.Trim(column.Name.String(), "`"), nil
}

// literals are the text values of one literal or of a list in parentheses.
func literals(expr sqlparser.Expr) ([]string, error) {
	list, ok := expr.(sqlparser.ValTuple)
	if !ok {
		list = sqlparser.ValTuple{expr}
	}
	values := make([]string, 0, len(list))
	for _, item := range list {
		value, ok := item.(*sqlparser.SQLVal)
		if !ok || value.Type != sqlparser.StrVal {
			return nil, fmt.Errorf("want text in quotes, not %s", sqlparser.String(item))
		}
		values = append(values, string(value.Val))
	}
	return values, nil
}

// requiresRunning reports whether the condition has ExecutionStatus =
// 'Running' among the parts that must all hold.
func requiresRunning(expr sqlparser.Expr) bool {
	switch e := expr.(type) {
	case *sqlparser.ParenExpr:
		return requiresRunning(e.Expr)
	case *sqlparser.AndExpr:
		return requiresRunning(e.Left) || requiresRunning(e.Right)
	case *sqlparser.ComparisonExpr:
		name, err := columnName(e.Left)
		if err != nil || name != "ExecutionStatus" || e.Operator != sqlparser.EqualStr {
			return false
		}
		values, err := literals(e.Right)
		return err == nil && len(values) == 1 && strings.EqualFold(values[0], enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING.String())
	default:
		return false
	}
}
