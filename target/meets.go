package target

// Meets reports whether a result reaches a target's value: 96 meets ">= 95".
// Without an operator it must be at least the value.
func Meets(op Op, value, result Amount) bool {
	return op.holds(compare(result, value))
}

func compare(a, b Amount) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// holds reports whether a result that compares as c with the value meets it.
func (op Op) holds(c int) bool {
	switch op {
	case AtMost:
		return c <= 0
	case Exactly:
		return c == 0
	case MoreThan:
		return c > 0
	case LessThan:
		return c < 0
	}
	return c >= 0
}

// downwards reports whether less is better.
func (op Op) downwards() bool { return op == AtMost || op == LessThan }

// or returns op, or the usual one of the kind where the document gives none:
// a bound is an upper limit, everything else a lower one.
func (op Op) or(kind Kind) Op {
	switch {
	case op != "":
		return op
	case kind == Bound:
		return AtMost
	}
	return AtLeast
}

// phrase says the condition in Chinese and in English, for example 不低于 95%.
func (op Op) phrase(value Amount, measure string) (zh, en string) {
	amount := value.String()
	switch op {
	case AtMost:
		return "不超过 " + with(amount, measure), "at most " + with(amount, measure)
	case Exactly:
		return "等于 " + with(amount, measure), "exactly " + with(amount, measure)
	case MoreThan:
		return "高于 " + with(amount, measure), "more than " + with(amount, measure)
	case LessThan:
		return "低于 " + with(amount, measure), "less than " + with(amount, measure)
	}
	return "不低于 " + with(amount, measure), "at least " + with(amount, measure)
}

// with puts the unit of measure behind the figure: 7 个, 95%, 0.15.
func with(amount, measure string) string {
	switch measure {
	case "":
		return amount
	case "%", "％", "‰":
		return amount + measure
	}
	return amount + " " + measure
}
