package dispatch

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"duban/act"
)

const (
	// longestText bounds what a person writes in one act, in characters: a few
	// pages. What is longer belongs into an attachment.
	longestText = 4000
	// longestTitle fits into one line of a list with some to spare.
	longestTitle = 200
	// longestContent bounds the text of a subject that is put to sign.
	longestContent = 50_000
)

// written refuses a text that is blank or longer than most characters.
func written(field, text string, most int) error {
	if strings.TrimSpace(text) == "" {
		return required(field)
	}
	return notTooLong(field, text, most)
}

func notTooLong(field, text string, most int) error {
	if n := utf8.RuneCountInString(text); n > most {
		return act.Malformed("too-long", fmt.Sprintf("内容过长（%d 字），最多 %d 字。", n, most),
			fmt.Sprintf("The text has %d characters; at most %d are allowed.", n, most),
			act.Fault{Field: field, Code: "too-long", Zh: fmt.Sprintf("最多 %d 字", most), En: fmt.Sprintf("at most %d characters", most)})
	}
	return nil
}

// required refuses a command that leaves a field empty.
func required(field string) error {
	return act.Malformed("required", "请填写必填内容。", "A required field is empty.",
		act.Fault{Field: field, Code: "required", Zh: "必填", En: "required"})
}
