package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duban/projection"
	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

const someHash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// newFile is a file of zhang's, in the unit u1.
func newFile(id string) store.File {
	return store.File{ID: id, SHA256: someHash, Name: "佐证材料.pdf", Size: 1 << 40, MediaType: "application/pdf", UploadedBy: "zhang", UnitID: "u1"}
}

// withAttachments adds files to the sign-off of a view.
func withAttachments(v projection.View, files ...string) projection.View {
	for i, id := range files {
		v.Attachments = append(v.Attachments, projection.Attachment{ID: fmt.Sprintf("%s#%d", v.SignOffs[0].ID, i+1), Instance: v.SignOffs[0].Instance,
			AttachedTo: v.SignOffs[0].ID, Kind: "sign-off", N: i + 1, FileID: id, SHA256: someHash, Name: "佐证材料.pdf", Size: 1 << 40})
	}
	return v
}

func TestFileIsRegisteredOnce(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		created, err := s.CreateFile(ctx, newFile("f1"))
		require.NoError(t, err)
		require.Equal(t, morning().UTC().Truncate(time.Microsecond), created.CreatedAt)
		c.move(time.Hour)
		again, err := s.CreateFile(ctx, newFile("f1"))
		require.NoError(t, err)
		require.Equal(t, created, again, "as it was registered first")
		read, err := s.File(ctx, store.Scope{}, "zhang", "f1")
		require.NoError(t, err)
		require.Equal(t, created, read)

		for name, spoil := range map[string]func(*store.File){
			"content":  func(f *store.File) { f.SHA256 = strings.Repeat("0", 64) },
			"name":     func(f *store.File) { f.Name = "其他.pdf" },
			"somebody": func(f *store.File) { f.UploadedBy = "li" },
		} {
			other := newFile("f1")
			spoil(&other)
			_, err := s.CreateFile(ctx, other)
			require.ErrorIs(t, err, store.ErrConflict, "another %s under the same id", name)
		}
		long := newFile("f2")
		long.Name = strings.Repeat("长", 201)
		_, err = s.CreateFile(ctx, long)
		requireInvalid(t, err, "name")

		c.move(time.Hour)
		_, err = s.CreateFile(ctx, newFile("f2"))
		require.NoError(t, err)
		for since, want := range map[time.Time]int64{morning(): 2 << 40, morning().Add(2 * time.Hour): 1 << 40, morning().Add(3 * time.Hour): 0} {
			bytes, err := s.UploadedSince(ctx, "zhang", since)
			require.NoError(t, err)
			require.Equal(t, want, bytes, since)
		}
	})
}

// Whoever may read an instance may read the files that it references.
func TestFileIsReadWithWhatItIsAttachedTo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		for _, id := range []string{"subject", "draft", "loose"} {
			_, err := s.CreateFile(ctx, newFile(id))
			require.NoError(t, err)
		}
		reads := func(scope store.Scope, user string) []string {
			files, err := s.Files(ctx, scope, user, []string{"draft", "loose", "subject", "nothing"})
			require.NoError(t, err)
			found := []string{}
			for _, f := range files {
				found = append(found, f.ID)
				one, err := s.File(ctx, scope, user, f.ID)
				require.NoError(t, err)
				require.Equal(t, f, one)
			}
			return found
		}
		party, stranger := store.Scope{Units: []string{"u2"}}, store.Scope{Units: []string{"u7"}}
		require.ElementsMatch(t, []string{"draft", "loose", "subject"}, reads(store.Scope{Units: []string{"u1"}}, "zhang"), "his own")
		require.ElementsMatch(t, []string{"draft", "loose", "subject"}, reads(everything, "wang"))
		require.Empty(t, reads(party, "li"), "attached to nothing yet")

		p := newProcess("signoff", "signoff/a")
		view := func(files ...string) projection.View {
			v := withAttachments(signOffView("signoff/a", "signoff.a.1", 2, 0), files...)
			v.Parties = []projection.Party{{ID: "signoff/a#u2", Instance: "signoff/a", UnitID: "u2"}}
			return v
		}
		project(t, s, p.next(t, view("subject", "draft")))
		requireShows(t, s, p)
		require.ElementsMatch(t, []string{"draft", "subject"}, reads(party, "li"))
		require.Empty(t, reads(stranger, "zhao"))

		project(t, s, p.next(t, view("subject")))
		requireShows(t, s, p)
		require.Equal(t, []string{"subject"}, reads(party, "li"), "taken out of the draft again")
		_, err := s.File(ctx, party, "li", "draft")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.Files(ctx, party, "li", make([]string, 501))
		requireInvalid(t, err, "ids")
	})
}

func TestAttachmentsAreListedInTheirOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		files := make([]string, 12)
		for i := range files {
			files[i] = fmt.Sprintf("f%d", i+1)
		}
		for _, id := range []string{"b", "a"} {
			p := newProcess("signoff", "signoff/"+id)
			v := withAttachments(signOffView("signoff/"+id, "signoff."+id+".1", 1, 0), files...)
			v.Parties = []projection.Party{{ID: "signoff/" + id + "#" + id, Instance: "signoff/" + id, UnitID: id}}
			project(t, s, p.next(t, v))
		}
		list := func(scope store.Scope, filter store.AttachmentFilter) []string {
			var found []string
			for filter.Limit = 5; ; {
				page, err := s.Attachments(t.Context(), scope, filter)
				require.NoError(t, err)
				for _, a := range page.Items {
					found = append(found, a.AttachedTo+" "+a.FileID)
				}
				if filter.Cursor = page.Next; page.Next == "" {
					return found
				}
			}
		}
		want := map[string][]string{}
		for _, id := range []string{"a", "b"} {
			for _, f := range files {
				want[id] = append(want[id], "signoff."+id+".1 "+f)
			}
		}
		require.Equal(t, append(append([]string{}, want["a"]...), want["b"]...), list(everything, store.AttachmentFilter{}))
		require.Equal(t, want["b"], list(everything, store.AttachmentFilter{Instance: "signoff/b"}))
		require.Equal(t, want["b"], list(everything, store.AttachmentFilter{AttachedTo: "signoff.b.1"}))
		require.Equal(t, want["a"], list(store.Scope{Units: []string{"a"}}, store.AttachmentFilter{}))
		require.Empty(t, list(store.Scope{Units: []string{"a"}}, store.AttachmentFilter{Instance: "signoff/b"}))
	})
}
