package store

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
)

// field is a text on its way into a column.
type field struct {
	name  string
	value *string
	max   int // characters that the column takes
	need  bool
}

// required is a text that must not be blank.
func required(name string, value *string, limit int) field {
	return field{name: name, value: value, max: limit, need: true}
}

// optional is a text that may be empty.
func optional(name string, value *string, limit int) field {
	return field{name: name, value: value, max: limit}
}

// checkTexts trims each text and checks that its column can hold it, so that
// SQLite, which does not bound its columns, refuses what MySQL would.
func checkTexts(fields ...field) error {
	for _, f := range fields {
		*f.value = strings.TrimSpace(*f.value)
		switch {
		case f.need && *f.value == "":
			return &InvalidError{Field: f.name, Reason: "不能为空 (must not be blank)"}
		case !utf8.ValidString(*f.value):
			return &InvalidError{Field: f.name, Reason: "不是 UTF-8 文本 (is not UTF-8 text)"}
		case utf8.RuneCountInString(*f.value) > f.max:
			return &InvalidError{Field: f.name, Reason: fmt.Sprintf("超过 %d 字 (longer than %d characters)", f.max, f.max)}
		}
	}
	return nil
}

// oneOf checks that a value is among those that are known.
func oneOf[T ~string](name string, value T, allowed ...T) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return &InvalidError{Field: name, Reason: fmt.Sprintf("不能为“%s” (cannot be %q)", value, value)}
}

// containing keeps the rows in which one of the columns contains the text, as
// typed; an empty text keeps all.
func containing(query *gorm.DB, text string, columns ...string) *gorm.DB {
	text = strings.TrimSpace(text)
	if text == "" {
		return query
	}
	conditions := make([]string, len(columns))
	args := make([]any, len(columns))
	for i, column := range columns {
		conditions[i], args[i] = "INSTR("+quote(column)+", ?) > 0", text
	}
	return query.Where(strings.Join(conditions, " OR "), args...)
}

// equal keeps the rows with the value in the column; the zero value keeps all.
func equal[T comparable](query *gorm.DB, column string, value T) *gorm.DB {
	if value == *new(T) {
		return query
	}
	return query.Where(quote(column)+" = ?", value)
}
