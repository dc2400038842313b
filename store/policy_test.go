package store_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

func TestPolicies(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		content := []byte("\x00\xff'\"\\\r\n\x1a一、总体要求")
		given := store.Policy{
			Title: "实施意见😀", DocumentNo: "政发〔2026〕1号", Status: "送审稿", SourceName: "意见.docx", MediaType: "application/x",
			Draft: store.JSON(`{"title": "实施意见"}`), CreatedBy: "u",
		}
		created, err := s.CreatePolicy(ctx, given, content)
		require.NoError(t, err)
		require.Len(t, created.SHA256, 64)
		require.Equal(t, morning().UTC().Truncate(time.Microsecond), created.CreatedAt)
		policy, err := s.Policy(ctx, created.ID)
		require.NoError(t, err)
		require.Equal(t, created, policy)
		document, err := s.PolicyContent(ctx, created.ID)
		require.NoError(t, err)
		require.Equal(t, store.Document{SourceName: "意见.docx", MediaType: "application/x", Content: content}, document)

		c.move(time.Microsecond)
		second, err := s.CreatePolicy(ctx, given, content)
		require.NoError(t, err, "the same file may be imported again")
		page, err := s.Policies(ctx, store.PolicyFilter{SHA256: created.SHA256})
		require.NoError(t, err)
		require.Len(t, page.Items, 2)
		require.Equal(t, second.ID, page.Items[0].ID, "newest first")
		require.Empty(t, page.Items[0].Draft, "lists leave the draft out")
		page, err = s.Policies(ctx, store.PolicyFilter{Search: "〔2027〕"})
		require.NoError(t, err)
		require.Empty(t, page.Items)

		_, err = s.Policy(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.PolicyContent(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestPolicySizes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		_, err := s.CreatePolicy(ctx, store.Policy{Title: "空"}, nil)
		requireInvalid(t, err, "content")
		content := bytes.Repeat([]byte{0}, store.MaxPolicyContent+1) // zeros are what an escape makes longest
		_, err = s.CreatePolicy(ctx, store.Policy{Title: "大"}, content)
		requireInvalid(t, err, "content")
		created, err := s.CreatePolicy(ctx, store.Policy{Title: "大"}, content[1:])
		require.NoError(t, err)
		document, err := s.PolicyContent(ctx, created.ID)
		require.NoError(t, err)
		require.True(t, bytes.Equal(content[1:], document.Content))

		_, err = s.CreatePolicy(ctx, store.Policy{Title: strings.Repeat("长", 501)}, content[:1])
		requireInvalid(t, err, "title")
		draft := store.JSON(`"` + strings.Repeat("长", store.MaxJSON/3) + `"`)
		_, err = s.CreatePolicy(ctx, store.Policy{Title: "大", Draft: draft}, content[:1])
		require.ErrorIs(t, err, store.ErrInvalid)
		_, err = s.CreatePolicy(ctx, store.Policy{Title: "坏", Draft: store.JSON("{")}, content[:1])
		require.ErrorIs(t, err, store.ErrInvalid)
	})
}
