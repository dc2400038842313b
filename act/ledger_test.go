package act_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
)

func TestRecordChainsEvents(t *testing.T) {
	now := time.Date(2026, 5, 6, 1, 2, 3, 456789123, time.FixedZone("CST", 8*3600))
	l := act.Ledger{Instance: "target/p/1/2026"}
	var record []act.Event
	for i := range 5 {
		var events []act.Event
		var err error
		l, events, err = l.Record(act.Command{ID: fmt.Sprint(i), Actor: act.Actor{User: "u"}}, []act.Event{
			act.Happened("one", map[string]string{"名称": "<35个>"}), act.Happened("two", nil)}, now)
		require.NoError(t, err)
		record = append(record, events...)
	}
	require.EqualValues(t, 5, l.Version, "one change, one version")
	require.EqualValues(t, 10, l.Seq)
	prev := ""
	for i, e := range record {
		require.EqualValues(t, i+1, e.Seq)
		require.Equal(t, prev, e.Prev)
		text, err := json.Marshal(e)
		require.NoError(t, err)
		var read act.Event
		require.NoError(t, json.Unmarshal(text, &read))
		hash, err := read.Seal()
		require.NoError(t, err)
		require.Equal(t, e.Hash, hash, "an event keeps its hash over storage")
		read.Type = "forged"
		forged, err := read.Seal()
		require.NoError(t, err)
		require.NotEqual(t, e.Hash, forged)
		prev = e.Hash
	}
	require.Equal(t, prev, l.Hash)
}

func TestRecallIsBounded(t *testing.T) {
	l := act.Ledger{Instance: "i"}
	for i := range 1000 {
		var err error
		l, _, err = l.Record(act.Command{ID: fmt.Sprint(i)}, []act.Event{act.Happened("x", nil)}, time.Now())
		require.NoError(t, err)
	}
	_, known := l.Recall("999")
	require.True(t, known)
	answer, known := l.Recall("900")
	require.True(t, known)
	require.EqualValues(t, 901, answer.Version)
	_, known = l.Recall("1")
	require.False(t, known)
	require.LessOrEqual(t, len(l.Done), 256)
}

func TestAdmit(t *testing.T) {
	l := act.Ledger{Version: 3}
	require.NoError(t, l.Admit(act.Command{}))
	require.NoError(t, l.Admit(act.Command{ExpectedVersion: 3}))
	var refusal *act.Refusal
	require.ErrorAs(t, l.Admit(act.Command{ExpectedVersion: 2}), &refusal)
	require.Equal(t, act.Conflict, refusal.Kind)
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	type in struct {
		Reason string `json:"reason"`
	}
	for payload, good := range map[string]bool{
		`{"reason":"x"}`: true, `{}`: true, `{"raison":"x"}`: false, `{"reason":"x"} {}`: false, `[]`: false, ``: false,
	} {
		var v in
		err := act.Command{Payload: json.RawMessage(payload)}.Decode(&v)
		require.Equal(t, good, err == nil, payload)
	}
}

func TestDigestTellsContentsApart(t *testing.T) {
	a := act.Command{ID: "1", Name: "sign", Payload: json.RawMessage(`{"action":"agree"}`)}
	b := a
	b.ID = "2"
	require.Equal(t, a.Digest(), b.Digest())
	b.Payload = json.RawMessage(`{"action":"disagree"}`)
	require.NotEqual(t, a.Digest(), b.Digest())
}
