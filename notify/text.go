package notify

import (
	"fmt"
	"slices"
	"strings"

	"duban/store"
)

// distinct leaves out notices that say the same about the same thing.
func distinct(notices []store.Notice) []store.Notice {
	type said struct{ resource, title string }
	seen := map[said]bool{}
	return slices.DeleteFunc(slices.Clone(notices), func(n store.Notice) bool {
		s := said{n.Resource, n.Title}
		again := seen[s]
		seen[s] = true
		return again
	})
}

// subject is the line by which a message is known in a list.
func subject(m Message) string {
	notices := distinct(m.Notices)
	if len(notices) == 1 {
		return "【督办】" + notices[0].Title
	}
	return fmt.Sprintf("【督办】%d 件事项：%s 等", len(notices), notices[0].Title)
}

// text is the whole message, Chinese first.
func text(m Message) string {
	notices := distinct(m.Notices)
	var zh, en strings.Builder
	for i, n := range notices {
		number := ""
		if len(notices) > 1 {
			number = fmt.Sprintf("%d. ", i+1)
		}
		fmt.Fprintf(&zh, "%s%s\n", number, oneLine(n.Title))
		fmt.Fprintf(&en, "%s%s\n", number, oneLine(n.TitleEn))
	}
	return fmt.Sprintf("%s：您好！\n\n请及时处理以下 %d 件事项：\n\n%s\n详情请登录督办系统查看。本邮件由系统自动发送，请勿回复。\n\n"+
		"--\n%s: please see to the following (%d):\n\n%s\nSign in to Duban for the details. This message was sent by the system; do not reply.\n",
		m.To.Name, len(notices), zh.String(), m.To.Name, len(notices), en.String())
}

// oneLine keeps a text from looking like several.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
