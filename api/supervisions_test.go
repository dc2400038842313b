package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/dispatch"
	"duban/org"
)

// An answer carries the sealed letter, the minutes of a talk the signed sheet.
func TestAnswersAndMinutesWithFiles(t *testing.T) {
	t.Parallel()
	o := newOnline(t, 0)
	const path = "supervisions/a.1/actions"
	letter := o.uploaded(org.Head, "k", "复函.pdf", pdf)
	answer := `{"action":"answer","text":"选址变更","measures":"增派力量","due":"2026-12-20","attachments":["` + letter.ID + `"]}`
	a := o.call(org.Head, http.MethodPost, path, answer, key("a"))
	require.Equal(t, http.StatusOK, a.status, a.text)
	var reply dispatch.Reply
	require.NoError(t, o.gateway.last(t).command.Decode(&reply))
	require.Equal(t, []act.Attachment{{File: letter.ID, Name: "复函.pdf", Size: int64(len(pdf)), SHA256: letter.SHA256}}, reply.Attachments)

	sheet := o.uploaded(org.Supervisor, "k", "约谈纪要.pdf", pdf)
	minutes := `{"action":"record-minutes","heldAt":"2026-12-01T09:00:00+08:00","present":["局长张某"],"text":"承诺月底完成","attachments":["` + sheet.ID + `"]}`
	a = o.call(org.Supervisor, http.MethodPost, path, minutes, key("m"))
	require.Equal(t, http.StatusOK, a.status, a.text)
	var recorded dispatch.Minutes
	require.NoError(t, o.gateway.last(t).command.Decode(&recorded))
	require.Equal(t, []act.Attachment{{File: sheet.ID, Name: "约谈纪要.pdf", Size: int64(len(pdf)), SHA256: sheet.SHA256}}, recorded.Attachments)

	for body, code := range map[string]string{
		`{"action":"answer","text":"x","measures":"x","due":"2026-12-20","attachments":["` + sheet.ID + `"]}`:                                 "unknown-file",
		`{"action":"answer","text":"x","measures":"x","due":"2026-12-20","attachments":[{"file":"f","name":"a.pdf","size":1,"sha256":"00"}]}`: "invalid",
		`{"action":"answer","text":"x","measures":"x","due":"2026-12-20","attachments":["` + letter.ID + `","` + letter.ID + `"]}`:            "unknown-file",
		`{"action":"answer","text":"x","measures":"x","due":"2026-02-30"}`:                                                                    "invalid",
	} {
		a := o.call(org.Operator, http.MethodPost, path, body, key("c"))
		require.Equal(t, http.StatusUnprocessableEntity, a.status, a.text)
		require.Equal(t, code, a.problem(t).Code, body)
	}
}
