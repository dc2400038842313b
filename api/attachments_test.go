package api

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/org"
	"duban/store"
	"duban/store/dbtest"
)

// by is the context of a request by a user.
func by(ctx context.Context, user, unit string, roles ...org.Role) context.Context {
	r := &request{}
	r.signIn(store.SignedIn{Standing: store.Standing{User: store.User{ID: user, Roles: roles}, Unit: store.Unit{ID: unit}}}, time.Now())
	return context.WithValue(ctx, requestKey{}, r)
}

func TestActsNameTheirFilesById(t *testing.T) {
	t.Parallel()
	kept, err := store.Open(t.Context(), store.Options{URL: dbtest.Migrated(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, kept.Close()) })
	s := &server{store: kept}
	ids := make([]string, act.MostAttachments+1)
	for i := range ids {
		ids[i] = fmt.Sprintf("f%d", i)
		_, err := kept.CreateFile(t.Context(), store.File{ID: ids[i], SHA256: "00", Name: fmt.Sprintf("佐证%d.pdf", i), Size: int64(i + 1),
			MediaType: "application/pdf", UploadedBy: "zhang", UnitID: "education"})
		require.NoError(t, err)
	}
	operator := by(t.Context(), "zhang", "education", org.Operator)
	for name, c := range map[string]struct {
		who    context.Context
		ids    []string
		want   []act.Attachment
		code   string
		faults []string
	}{
		"none": {who: operator},
		"some, in their order": {who: operator, ids: []string{"f2", "f0"}, want: []act.Attachment{
			{File: "f2", Name: "佐证2.pdf", Size: 3, SHA256: "00"}, {File: "f0", Name: "佐证0.pdf", Size: 1, SHA256: "00"}}},
		"somebody who reads all":        {who: by(t.Context(), "wang", "office", org.Supervisor), ids: ids[:1], want: []act.Attachment{{File: "f0", Name: "佐证0.pdf", Size: 1, SHA256: "00"}}},
		"too many":                      {who: operator, ids: ids, code: "too-many-files", faults: []string{"attachments"}},
		"unknown ones":                  {who: operator, ids: []string{"x", "f0", ""}, code: "unknown-file", faults: []string{"attachments[0]", "attachments[2]"}},
		"somebody else's, not attached": {who: by(t.Context(), "li", "education", org.Head), ids: ids[:1], code: "unknown-file", faults: []string{"attachments[0]"}},
		"one twice":                     {who: operator, ids: []string{"f0", "f0"}, code: "unknown-file", faults: []string{"attachments[1]"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := s.attachments(c.who, c.ids)
			if c.code == "" {
				require.NoError(t, err)
				require.Equal(t, c.want, got)
				return
			}
			var refusal *act.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, act.Invalid, refusal.Kind)
			require.Equal(t, c.code, refusal.Code)
			var fields []string
			for _, f := range refusal.Faults {
				fields = append(fields, f.Field)
			}
			require.Equal(t, c.faults, fields)
		})
	}
	most, err := s.attachments(operator, ids[:act.MostAttachments])
	require.NoError(t, err)
	require.Len(t, most, act.MostAttachments)
}
