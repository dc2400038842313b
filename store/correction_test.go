package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
)

// correction is one that somebody makes.
func correction(kind string) store.Correction {
	return store.Correction{Kind: kind, Payload: store.JSON(`{"task":1}`), UserID: "u", UserName: "张三", UnitID: "n", UnitName: "市教育局"}
}

func TestCorrections(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		read := store.JSON(`{"title": "一稿"}`)
		policy, err := s.CreatePolicy(ctx, store.Policy{Title: "意见", Draft: read}, []byte("一"))
		require.NoError(t, err)
		require.Equal(t, 1, policy.Version)
		history, err := s.PolicyHistory(ctx, policy.ID)
		require.NoError(t, err)
		require.JSONEq(t, string(read), string(history.Original), "what was read is what is there")
		require.Empty(t, history.Corrections)

		c.move(time.Hour)
		for i, title := range []string{"二稿", "三稿"} {
			policy.Title, policy.DocumentNo, policy.Status = title, "政发〔2026〕8号", "送审稿"
			policy.Draft = store.JSON(fmt.Sprintf(`{"title": %q}`, title))
			corrected, err := s.CorrectPolicy(ctx, policy, correction("set-document"))
			require.NoError(t, err)
			require.Equal(t, i+2, corrected.Version)
			policy, err = s.Policy(ctx, policy.ID)
			require.NoError(t, err)
			require.Equal(t, corrected, policy)
		}
		require.Equal(t, "三稿", policy.Title)
		require.JSONEq(t, `{"title": "三稿"}`, string(policy.Draft))
		history, err = s.PolicyHistory(ctx, policy.ID)
		require.NoError(t, err)
		require.Equal(t, policy, history.Policy)
		require.JSONEq(t, string(read), string(history.Original), "the reading stays")
		require.Len(t, history.Corrections, 2)
		second := history.Corrections[1]
		require.Equal(t, c.Now().UTC().Truncate(time.Microsecond), second.At)
		want := correction("set-document")
		want.PolicyID, want.Seq, want.At = policy.ID, 2, second.At
		require.Equal(t, want, second)

		first, err := s.Corrections(ctx, policy.ID, store.PageRequest{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, history.Corrections[:1], first.Items)
		rest, err := s.Corrections(ctx, policy.ID, store.PageRequest{Limit: 1, Cursor: first.Next})
		require.NoError(t, err)
		require.Equal(t, history.Corrections[1:], rest.Items)
		require.Empty(t, rest.Next)

		stale := policy
		stale.Version = 1
		_, err = s.CorrectPolicy(ctx, stale, correction("set-document"))
		require.ErrorIs(t, err, store.ErrStale)
		nobody := policy
		nobody.ID = "nobody"
		_, err = s.CorrectPolicy(ctx, nobody, correction("set-document"))
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.CorrectPolicy(ctx, policy, correction(""))
		requireInvalid(t, err, "kind")
		untitled := policy
		untitled.Title = ""
		_, err = s.CorrectPolicy(ctx, untitled, correction("set-document"))
		requireInvalid(t, err, "title")
		_, err = s.PolicyHistory(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
		after, err := s.PolicyHistory(ctx, policy.ID)
		require.NoError(t, err)
		require.Equal(t, history, after, "what was refused left no trace")
	})
}

// Of those who correct the same draft at once, one is first and the others look
// again.
func TestCorrectionsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		policy, err := s.CreatePolicy(t.Context(), store.Policy{Title: "意见", Draft: store.JSON(`{}`)}, []byte("一"))
		require.NoError(t, err)
		outcomes := make([]error, 8)
		var all sync.WaitGroup
		for i := range outcomes {
			all.Go(func() {
				mine := policy
				mine.Draft = store.JSON(fmt.Sprintf(`{"by": %d}`, i))
				_, outcomes[i] = s.CorrectPolicy(t.Context(), mine, correction("set-document"))
			})
		}
		all.Wait()
		winner := -1
		for i, err := range outcomes {
			if err == nil {
				require.Equal(t, -1, winner, "two were first")
				winner = i
				continue
			}
			require.True(t, errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrUnavailable), "%v", err)
		}
		require.NotEqual(t, -1, winner)
		history, err := s.PolicyHistory(t.Context(), policy.ID)
		require.NoError(t, err)
		require.JSONEq(t, fmt.Sprintf(`{"by": %d}`, winner), string(history.Draft))
		require.Len(t, history.Corrections, 1)
	})
}

func TestPolicyVersions(t *testing.T) {
	eachWithClock(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		first, err := s.CreatePolicy(ctx, store.Policy{Title: "征求意见稿", Draft: store.JSON(`{"n":1}`)}, []byte("一"))
		require.NoError(t, err)
		for range 3 {
			first, err = s.CorrectPolicy(ctx, first, correction("move-task"))
			require.NoError(t, err)
		}
		history, err := s.PolicyHistory(ctx, first.ID)
		require.NoError(t, err)
		kept := []store.Correction{history.Corrections[0], history.Corrections[2]}
		kept[0].FromSeq, kept[1].FromSeq = 1, 3
		version := store.PolicyVersion{Previous: first.ID, PreviousVersion: 4, Original: store.JSON(`{"n":2}`),
			Corrections: kept, Comparison: store.JSON(`{"added":[]}`)}
		given := store.Policy{Title: "印发稿", Draft: store.JSON(`{"n":3}`), CreatedBy: "u"}

		c.move(time.Hour)
		second, err := s.CreatePolicyVersion(ctx, given, []byte("二"), version)
		require.NoError(t, err)
		require.Equal(t, &first.ID, second.PreviousID)
		require.Equal(t, 3, second.Version)
		after, err := s.PolicyHistory(ctx, second.ID)
		require.NoError(t, err)
		require.Equal(t, second, after.Policy)
		require.JSONEq(t, `{"n":3}`, string(after.Draft))
		require.JSONEq(t, `{"n":2}`, string(after.Original))
		require.Len(t, after.Corrections, 2)
		require.Equal(t, []int{1, 2}, []int{after.Corrections[0].Seq, after.Corrections[1].Seq})
		require.Equal(t, 3, after.Corrections[1].FromSeq)
		require.Equal(t, history.Corrections[2].At, after.Corrections[1].At, "made when it was made")
		comparison, err := s.PolicyComparison(ctx, second.ID)
		require.NoError(t, err)
		require.JSONEq(t, `{"added":[]}`, string(comparison))
		none, err := s.PolicyComparison(ctx, first.ID)
		require.NoError(t, err)
		require.Empty(t, none)
		_, err = s.PolicyComparison(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)

		old, err := s.PolicyHistory(ctx, first.ID)
		require.NoError(t, err)
		require.Equal(t, history, old, "the old version stays")
		page, err := s.Policies(ctx, store.PolicyFilter{Previous: first.ID})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		require.Equal(t, second.ID, page.Items[0].ID)

		third, err := s.CorrectPolicy(ctx, second, correction("add-task"))
		require.NoError(t, err)
		require.Equal(t, 4, third.Version)

		bare := store.PolicyVersion{Previous: second.ID, PreviousVersion: 4}
		fourth, err := s.CreatePolicyVersion(ctx, given, []byte("三"), bare)
		require.NoError(t, err)
		require.Equal(t, 1, fourth.Version, "nothing was carried over")
		plain, err := s.PolicyHistory(ctx, fourth.ID)
		require.NoError(t, err)
		require.JSONEq(t, `{"n":3}`, string(plain.Original))

		bare.PreviousVersion = 3
		_, err = s.CreatePolicyVersion(ctx, given, []byte("四"), bare)
		require.ErrorIs(t, err, store.ErrStale, "it was corrected meanwhile")
		bare.Previous = "nobody"
		_, err = s.CreatePolicyVersion(ctx, given, []byte("四"), bare)
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.CreatePolicyVersion(ctx, given, nil, version)
		requireInvalid(t, err, "content")
	})
}

// A policy that was imported before drafts could be corrected can be corrected
// like any other, and a step that was cut off is taken again.
func TestCorrectionsOfOlderDatabases(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		ctx := t.Context()
		older := dbtest.Open(t, store.Options{URL: url})
		policy, err := older.CreatePolicy(ctx, store.Policy{Title: "意见", Draft: store.JSON(`{"n":1}`)}, []byte("一"))
		require.NoError(t, err)
		require.NoError(t, older.DownTo(ctx, 2))
		cutOff(t, older, 3)

		s := dbtest.Open(t, store.Options{URL: url})
		found, err := s.Policy(ctx, policy.ID)
		require.NoError(t, err)
		require.Equal(t, policy, found)
		found.Draft = store.JSON(`{"n":2}`)
		_, err = s.CorrectPolicy(ctx, found, correction("set-document"))
		require.NoError(t, err)
		history, err := s.PolicyHistory(ctx, policy.ID)
		require.NoError(t, err)
		require.JSONEq(t, `{"n":1}`, string(history.Original))
		require.Equal(t, 2, history.Version)
	})
}
