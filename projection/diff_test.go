package projection_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/projection"
)

// A reader who applies the difference to what he has sees what is to be shown,
// and is sent no row that he has.
func TestDiffLeadsFromOneViewToTheNext(t *testing.T) {
	attachments := rapid.Custom(func(t *rapid.T) map[string]projection.Attachment {
		shown := map[string]projection.Attachment{}
		for n := range rapid.IntRange(0, 5).Draw(t, "most") {
			if rapid.Bool().Draw(t, "shown") {
				id := fmt.Sprint(n)
				shown[id] = projection.Attachment{ID: id, FileID: rapid.SampledFrom([]string{"f1", "f2"}).Draw(t, "file")}
			}
		}
		return shown
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := attachments.Draw(t, "before"), attachments.Draw(t, "after")
		up, gone := projection.Diff(viewOf(before), viewOf(after))
		for _, row := range up.Attachments {
			require.NotEqual(t, before[row.ID], row)
			before[row.ID] = row
		}
		for _, id := range gone.Attachments {
			require.Contains(t, before, id)
			delete(before, id)
		}
		require.Equal(t, after, before)
	})
}

func viewOf(attachments map[string]projection.Attachment) projection.View {
	var v projection.View
	for _, row := range attachments {
		v.Attachments = append(v.Attachments, row)
	}
	return v
}
