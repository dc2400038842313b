package document

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// itemNumber counts an item and returns the number that is printed before it.
func (r *htmlReader) itemNumber(li *html.Node) string {
	list := li.Parent
	if list == nil || list.DataAtom != atom.Ol {
		return ""
	}
	if r.counted == nil {
		r.counted = map[*html.Node]int{}
	}
	n, begun := r.counted[list]
	if n++; !begun {
		n = wholeNumber(attribute(list, "start"), 1)
	}
	n = wholeNumber(attribute(li, "value"), n)
	r.counted[list] = n
	return listMark(list, n)
}

func wholeNumber(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return otherwise
}

// listStyles are the ways of numbering that a style can name.
var listStyles = []struct{ word, format, after string }{
	{"list-style:none", "none", ""},
	{"list-style-type:none", "none", ""},
	{"list-style-type:cjk-ideographic", "chineseCountingThousand", "、"},
	{"list-style-type:simp-chinese-informal", "chineseCountingThousand", "、"},
	{"list-style-type:cjk-heavenly-stem", "ideographTraditional", "、"},
	{"list-style-type:cjk-earthly-branch", "ideographZodiac", "、"},
	{"list-style-type:lower-alpha", "lowerLetter", "."},
	{"list-style-type:upper-alpha", "upperLetter", "."},
	{"list-style-type:lower-roman", "lowerRoman", "."},
	{"list-style-type:upper-roman", "upperRoman", "."},
}

// listTypes are those that the attribute type can name.
var listTypes = map[string]string{"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}

// listMark writes the number of an item in the way of its list.
func listMark(list *html.Node, n int) string {
	style := styleOf(list)
	for _, s := range listStyles {
		if strings.Contains(style, s.word) {
			return numeral(s.format, n) + s.after
		}
	}
	return numeral(listTypes[attribute(list, "type")], n) + "."
}
