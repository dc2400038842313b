package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/approval"
	"duban/dispatch"
	"duban/org"
	"duban/projection"
	"duban/store"
)

// host plays the process of a sign-off on its own subject: it decides commands
// and writes what follows to the read model.
type host struct {
	b      *bundle
	state  dispatch.GeneralSignOff
	ledger act.Ledger
	now    time.Time
}

// takes carries out the last command that reached the gateway.
func (h *host) takes() {
	t := h.b.t
	t.Helper()
	sent := h.b.gateway.last(t)
	h.ledger.Instance = sent.workflow
	before := h.state.View()
	next, out, err := h.state.Apply(sent.command, h.now)
	require.NoError(t, err)
	ledger, events, err := h.ledger.Record(sent.command, out.Events, h.now)
	require.NoError(t, err)
	upserts, gone := projection.Diff(before, next.View())
	require.NoError(t, h.b.store.Project(t.Context(), projection.Change{Instance: sent.workflow, Kind: dispatch.KindSignOff, From: h.ledger.Version,
		To: ledger.Version, Seq: ledger.Seq, Hash: ledger.Hash, At: h.now, Upserts: upserts, Gone: gone, Events: events}))
	h.state, h.ledger = next, ledger
}

// opened puts a text to the heads of education and of the eastern county.
func opened(t *testing.T) *host {
	t.Helper()
	h := &host{b: newBundle(t), now: time.Date(2026, 5, 6, 1, 0, 0, 0, time.UTC)}
	a := h.b.call(org.Operator, http.MethodPost, "sign-offs", `{"title":"关于经费的函","content":"一、金额\n二、用途","supervisor":"office","copyTo":[{"user":"u-viewer"}],
		"route":[{"name":"会签","mode":"all","onDisagree":"collect","then":"return","signers":[{"unit":"education","role":"head"},{"unit":"east","role":"head"}]}]}`, key("open"))
	require.Equal(t, http.StatusCreated, a.status, a.text)
	h.takes()
	return h
}

func (h *host) path(below string) string { return "sign-offs/" + h.state.SignOff.ID + below }

func (h *host) does(role org.Role, in string) {
	h.b.t.Helper()
	a := h.b.call(role, http.MethodPost, h.path("/actions"), in, key(fmt.Sprint(h.ledger.Version)))
	require.Equal(h.b.t, http.StatusOK, a.status, a.text)
	h.takes()
}

func TestEachActReachesItsProcess(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	east := `{"unit":"east","role":"head"}`
	found := approval.Signer{Party: org.Party{Unit: "east", Role: org.Head}, Name: "东县"}
	two := 2
	for in, want := range map[string]approval.Act{
		`{"action":"return","comment":"退","toStep":2,"digest":"d"}`:                         {Action: "return", Comment: "退", Digest: "d", ToStep: &two},
		`{"action":"transfer","to":` + east + `,"comment":"转","entry":3}`:                   {Action: "transfer", Comment: "转", Entry: 3, To: []approval.Signer{found}},
		`{"action":"delegate","to":` + east + `}`:                                           {Action: "delegate", To: []approval.Signer{found}},
		`{"action":"recall","entry":4}`:                                                     {Action: "recall", Entry: 4},
		`{"action":"add-signers","place":"before","to":[` + east + `,{"user":"u-viewer"}]}`: {Action: "add-signers", Place: approval.Before, To: []approval.Signer{found, {Party: org.Party{Unit: finance, User: "u-viewer"}, Name: "市财政局 某viewer"}}},
		`{"action":"remove-signer","entry":2,"comment":"无关"}`:                               {Action: "remove-signer", Entry: 2, Comment: "无关"},
		`{"action":"retract"}`:                                                              {Action: "retract"},
		`{"action":"withdraw","comment":"有误"}`:                                              {Action: "withdraw", Comment: "有误"},
		`{"action":"terminate","comment":"不办"}`:                                             {Action: "terminate", Comment: "不办"},
		`{"action":"urge"}`:                                                                 {Action: "urge"},
		`{"action":"copy","to":[{"role":"supervisor"}]}`:                                    {Action: "copy", To: []approval.Signer{{Party: org.Party{Role: org.Supervisor}, Name: "督查人员"}}},
		`{"action":"resubmit","title":"题","content":"文","comment":"改"}`:                     {Action: "resubmit", Title: "题", Content: "文", Comment: "改"},
		`{"action":"reassign","entry":1,"comment":"改派","to":` + east + `}`:                  {Action: "reassign", Entry: 1, Comment: "改派", To: []approval.Signer{found}},
		`{"action":"prolong","comment":"汛期","dueAt":"2026-06-01T00:00:00+08:00"}`:           {Action: "prolong", Comment: "汛期", DueAt: time.Date(2026, 6, 1, 0, 0, 0, 0, time.FixedZone("", 8*3600))},
		`{"action":"disagree","comment":"不行","inSteadOf":"east"}`:                           {Action: "disagree", Comment: "不行", InSteadOf: "east"},
	} {
		role := org.Supervisor
		a := b.call(role, http.MethodPost, "sign-offs/signoff.x.1/actions", in, key("k"))
		require.Equal(t, http.StatusOK, a.status, "%s: %s", in, a.text)
		sent := b.gateway.last(t)
		require.Equal(t, dispatch.Sign, sent.command.Name)
		var got approval.Act
		require.NoError(t, sent.command.Decode(&got))
		want.SignOff = "signoff.x.1"
		wanted, err := json.Marshal(want)
		require.NoError(t, err)
		require.JSONEq(t, string(wanted), string(sent.command.Payload), in)
	}
	for in, field := range map[string]string{
		`{"action":"transfer","to":{"unit":"nowhere","role":"head"}}`: "to[0].unit",
		`{"action":"transfer","to":{"unit":"closed","role":"head"}}`:  "to[0].unit",
		`{"action":"transfer","to":{"user":"nobody"}}`:                "to[0].user",
		`{"action":"transfer","to":{"user":"u-head","role":"head"}}`:  "to[0].user",
		`{"action":"transfer","to":{}}`:                               "to[0]",
	} {
		p := b.call(org.Head, http.MethodPost, "sign-offs/signoff.x.1/actions", in, key("bad")).problem(t)
		require.Equal(t, http.StatusUnprocessableEntity, p.Status, in)
		require.Equal(t, field, p.Errors[0].Field, in)
	}
}

func TestChangesBetweenRounds(t *testing.T) {
	t.Parallel()
	h := opened(t)
	h.does(org.Head, `{"action":"disagree","comment":"金额偏高"}`)
	h.does(org.Operator, `{"action":"resubmit","title":"关于经费的函","content":"一、金额减半\n二、用途","comment":"已减半"}`)
	var contents []struct {
		Round   int    `json:"round"`
		Content string `json:"content"`
	}
	h.b.get(org.Head, h.path("/contents"), &contents)
	require.Len(t, contents, 2)
	require.Equal(t, "一、金额\n二、用途", contents[0].Content, "what was signed first can still be read")
	var changes struct {
		Differences []approval.Difference `json:"differences"`
		Text        string                `json:"text"`
	}
	h.b.get(org.Head, h.path("/changes"), &changes)
	require.Equal(t, []approval.Difference{{Key: "", Name: "正文", Change: approval.PartChanged}}, changes.Differences)
	require.Contains(t, changes.Text, "-一、金额\n+一、金额减半\n 二、用途\n")
	h.b.get(org.Head, h.path("/changes?from=2&to=2"), &changes)
	require.Empty(t, changes.Text)
	require.Equal(t, http.StatusNotFound, h.b.call(org.Head, http.MethodGet, "sign-offs/signoff.other.1/changes", nil).status)
}

func TestSignersSayHowTheyCameToBeAsked(t *testing.T) {
	t.Parallel()
	h := opened(t)
	h.does(org.Head, `{"action":"add-signers","place":"after","to":[{"unit":"west","role":"head"}]}`)
	h.does(org.Supervisor, `{"action":"agree","inSteadOf":"education","comment":"多次催办"}`)
	var page struct {
		Items []projection.Signer `json:"items"`
	}
	h.b.get(org.Supervisor, h.path("/signers"), &page)
	require.Len(t, page.Items, 3)
	require.True(t, page.Items[0].InStead)
	require.Equal(t, "after", page.Items[2].Relation)
	require.Equal(t, 1, page.Items[2].Origin)
	require.Equal(t, "某head", page.Items[2].AddedBy)
	require.Equal(t, "waiting", page.Items[2].Status)
}

func TestCopiesAreMarkedAsRead(t *testing.T) {
	t.Parallel()
	h := opened(t)
	var mine struct{ Items []projection.Copy }
	h.b.get(org.Viewer, "copies?unread=true", &mine)
	require.Len(t, mine.Items, 1)
	require.Equal(t, http.StatusOK, h.b.call(org.Viewer, http.MethodGet, h.path(""), nil).status, "a copy may be read")
	require.Equal(t, http.StatusOK, h.b.call(org.Viewer, http.MethodPost, h.path("/read"), nil).status)
	h.b.get(org.Viewer, "copies?unread=true", &mine)
	require.Empty(t, mine.Items)
	var copies []store.CopyWithReads
	h.b.get(org.Operator, h.path("/copies"), &copies)
	require.Len(t, copies[0].Reads, 1)
	require.Equal(t, "u-viewer", copies[0].Reads[0].UserID)
	require.Equal(t, http.StatusNotFound, h.b.call(org.Head, http.MethodPost, h.path("/read"), nil).status, "who got no copy has none to read")
}

func TestPreview(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	var preview struct {
		Steps []struct {
			Name    string            `json:"name"`
			Skipped bool              `json:"skipped"`
			Needed  int               `json:"needed"`
			DueBy   string            `json:"dueBy"`
			Signers []approval.Signer `json:"signers"`
		} `json:"steps"`
	}
	a := b.call(org.Operator, http.MethodPost, "sign-offs/preview", `{"title":"函","content":"x","amount":50000,"route":[
		{"name":"票签","mode":"quorum","percent":60,"onDisagree":"collect","then":"return","within":{"days":3,"working":true},"onTimeout":"consent","signers":[{"unit":"east","role":"head","weight":2},{"unit":"west","role":"head"}]},
		{"name":"大额","mode":"any","onDisagree":"veto","then":"reject","when":{"amountAtLeast":100000},"signers":[{"role":"supervisor"}]}]}`)
	require.Equal(t, http.StatusOK, a.status, a.text)
	a.into(t, &preview)
	require.Equal(t, 2, preview.Steps[0].Needed)
	require.NotEmpty(t, preview.Steps[0].DueBy)
	require.Equal(t, "东县", preview.Steps[0].Signers[0].Name)
	require.True(t, preview.Steps[1].Skipped)
	require.Empty(t, b.gateway.sent, "nothing is started")
	p := b.call(org.Operator, http.MethodPost, "sign-offs/preview", `{"title":"函","content":"x","route":[{"name":"空","mode":"all","onDisagree":"veto","then":"return","signers":[]}]}`).problem(t)
	require.Equal(t, "no-signers", p.Errors[0].Code)
}

func TestSigningManyAtOnce(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	a := b.call(org.Head, http.MethodPost, "sign-offs/actions", `{"acts":[{"id":"signoff.a.1","key":"k1","act":{"action":"agree"}},
		{"id":"nonsense","key":"k2","act":{"action":"agree"}},{"id":"signoff.b.1","key":"k3","act":{"action":"reassign","comment":"x","to":{"unit":"east","role":"head"}}}]}`)
	require.Equal(t, http.StatusOK, a.status, a.text)
	var answers struct {
		Done    int `json:"done"`
		Failed  int `json:"failed"`
		Results []struct {
			Status int `json:"status"`
		} `json:"results"`
	}
	a.into(t, &answers)
	require.Equal(t, 1, answers.Done)
	require.Equal(t, []int{200, 404, 403}, []int{answers.Results[0].Status, answers.Results[1].Status, answers.Results[2].Status})
}

func TestOpinionsWithFiles(t *testing.T) {
	t.Parallel()
	o := newOnline(t, 0)
	file := o.uploaded(org.Head, "k", "意见.pdf", pdf)
	in := `{"action":"agree","attachments":["` + file.ID + `"]}`
	a := o.call(org.Head, http.MethodPost, "sign-offs/signoff.x.1/actions", in, key("a"))
	require.Equal(t, http.StatusOK, a.status, a.text)
	var sent approval.Act
	require.NoError(t, o.gateway.last(t).command.Decode(&sent))
	require.Equal(t, []act.Attachment{{File: file.ID, Name: "意见.pdf", Size: int64(len(pdf)), SHA256: file.SHA256}}, sent.Attachments)
	p := o.call(org.Operator, http.MethodPost, "sign-offs/signoff.x.1/actions", in, key("b")).problem(t)
	require.Equal(t, "unknown-file", p.Code, "another's file, which he may not read, cannot be used")
	for path, body := range map[string]string{
		"sign-offs":                      `{"title":"函","attachments":["` + file.ID + `"],"route":[{"name":"会签","mode":"all","onDisagree":"veto","then":"return","signers":[{"unit":"east","role":"head"}]}]}`,
		"assignments/p-1-2026-1/actions": `{"action":"report","text":"过半","percent":50,"attachments":["` + file.ID + `"]}`,
	} {
		a := o.call(org.Head, http.MethodPost, path, body, key(path))
		require.Less(t, a.status, 300, a.text)
		require.Contains(t, string(o.gateway.last(t).command.Payload), file.SHA256)
	}
}

// Who leaves a unit has lost the right to sign for it with his next request; the
// unit's entry stays open for its other heads.
func TestWhoLeftAUnitSignsForItNoMore(t *testing.T) {
	t.Parallel()
	h := opened(t)
	require.Equal(t, http.StatusOK, h.b.call(org.Head, http.MethodGet, h.path(""), nil).status)
	a := h.b.call(org.Admin, http.MethodPut, "users/u-head", `{"login":"head","name":"某head","unit":"west","roles":["head"]}`)
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Equal(t, http.StatusNotFound, h.b.call(org.Head, http.MethodGet, h.path(""), nil).status, "nor may he read it")
	h.b.call(org.Head, http.MethodPost, h.path("/actions"), `{"action":"agree"}`, key("late"))
	_, _, err := h.state.Apply(h.b.gateway.last(t).command, h.now)
	var refusal *act.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "not-a-signer", refusal.Code)
	successor, err := h.b.store.SaveUsers(t.Context(), []store.User{{Login: "new", Name: "新任", UnitID: education, Active: true, Roles: []org.Role{org.Head}}})
	require.NoError(t, err)
	h.b.tokens[org.Head], err = h.b.store.CreateToken(t.Context(), successor[0].ID, "test", time.Hour)
	require.NoError(t, err)
	h.does(org.Head, `{"action":"agree"}`)
	require.Equal(t, "新任", h.state.SignOff.Entries[0].By.Name)
}
