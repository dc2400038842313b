package bench

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The receiver tells reminders that came in two messages from messages that were
// posted twice, and passes over what is no reminder.
func TestReceiverCountsReminders(t *testing.T) {
	receiver, err := Receive(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, receiver.Close()) }()
	post := func(body string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, receiver.Settings().Hook.URL, strings.NewReader(body))
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		return answer.StatusCode
	}
	for _, body := range []string{
		`{"id":"m1","to":{"user":"a"},"notices":[{"id":"n1","kind":"remind"},{"id":"n2","kind":"remind"}]}`,
		`{"id":"m2","to":{"user":"b"},"notices":[{"id":"n1","kind":"remind"}]}`,
		`{"id":"m3","to":{"user":"a"},"notices":[{"id":"n3","kind":"assignment"}]}`,
	} {
		require.Equal(t, http.StatusOK, post(body))
	}
	found := receiver.received()
	require.False(t, found.last.IsZero())
	require.Equal(t, []int{3, 0, 2, 0}, []int{found.reminders, found.twice, found.messages, found.repeated})

	post(`{"id":"m2","to":{"user":"b"},"notices":[{"id":"n1","kind":"remind"}]}`)
	post(`{"id":"m4","to":{"user":"a"},"notices":[{"id":"n2","kind":"remind"}]}`)
	found = receiver.received()
	require.Equal(t, []int{3, 1, 3, 1}, []int{found.reminders, found.twice, found.messages, found.repeated})
	require.Equal(t, http.StatusBadRequest, post(`{`))
}
