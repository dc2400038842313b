package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"duban/policy"
	"duban/revision"
	"duban/store"
)

// policyComparison is what was found when a document came in as a newer version
// of a policy. It is kept as it was found.
type policyComparison struct {
	PreviousID      string              `json:"previousId"`
	PreviousVersion int                 `json:"previousVersion" doc:"Of the draft whose corrections were carried over"`
	Difference      revision.Difference `json:"difference" doc:"Between what was read out of both documents, before any correction"`
	Carried         []carriedCorrection `json:"carried" nullable:"false" doc:"Corrections that hold in the new version as well"`
	Open            []openCorrection    `json:"open" nullable:"false" doc:"Corrections that no longer fit; a person decides"`
}

// carriedCorrection is a correction that was taken over into a newer version.
type carriedCorrection struct {
	FromSeq int           `json:"fromSeq" doc:"Its number in the previous version"`
	Seq     int           `json:"seq" doc:"Its number in the new one"`
	Action  revision.Kind `json:"action"`
}

// openCorrection is a correction that was not taken over.
type openCorrection struct {
	FromSeq  int             `json:"fromSeq" doc:"Its number in the previous version"`
	Action   revision.Kind   `json:"action"`
	Payload  json.RawMessage `json:"payload" doc:"The fields of the action, with the keys of the previous version"`
	Why      revision.Why    `json:"why" enum:"removed,changed,already,maybe-read,depends,refused"`
	Reason   string          `json:"reason"`
	ReasonEn string          `json:"reasonEn"`
}

// policyVersion is a policy with what was found when it came in.
type policyVersion struct {
	PolicyDetail
	Comparison policyComparison `json:"comparison"`
}

func (s *server) versionRoutes() {
	imports := operation{method: http.MethodPost, path: base + "/policies/{id}/versions", id: "import-policy-version", tag: "policies",
		summary: "Import a newer version of a policy document",
		description: "Takes a document as import-policy does, compares it with the policy, and carries the corrections over where the document says the same " +
			"about what was corrected. The policy itself stays as it is.",
		roles: admins(), status: http.StatusCreated, most: store.MaxPolicyContent + 64<<10, conflicts: true}
	register(s, imports, s.importVersion)
	s.documentUpload(imports.path)
	register(s, operation{method: http.MethodGet, path: base + "/policies/{id}/comparison", id: "get-policy-comparison", tag: "policies",
		summary: "Get what was found when a policy came in as a newer version", description: "404 for a policy that is nobody's newer version.",
		roles: planners()}, s.getComparison)
}

type versionInput struct {
	ByID
	Name        string `query:"name" maxLength:"300" doc:"Name of the document, where the body is plain text"`
	ContentType string `header:"Content-Type"`
	Match       string `header:"If-Match" doc:"The version of the previous draft that was read, as its ETag"`
	RawBody     []byte
}

func (s *server) importVersion(ctx context.Context, in *versionInput) (*one[policyVersion], error) {
	file, err := uploaded(&importInput{Name: in.Name, ContentType: in.ContentType, RawBody: in.RawBody})
	if err != nil {
		return nil, err
	}
	before, err := s.store.PolicyHistory(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if version, err := versionOr(in.Match, before.Version); err != nil || version != before.Version {
		return nil, orStale(err)
	}
	read, err := readDraft(ctx, file)
	if err != nil {
		return nil, err
	}
	found, version, draft, err := carryOver(before, read)
	if err != nil {
		return nil, err
	}
	row, err := newPolicy(ctx, file, draft)
	if err != nil {
		return nil, err
	}
	if row, err = s.store.CreatePolicyVersion(ctx, row, file.Content, version); err != nil {
		return nil, err
	}
	detail, err := s.policyDetail(ctx, row)
	if err != nil {
		return nil, err
	}
	return versioned(policyVersion{PolicyDetail: detail.Body, Comparison: found}, int64(row.Version)), nil
}

// orStale is the error, or that the draft changed.
func orStale(err error) error {
	if err != nil {
		return err
	}
	return store.ErrStale
}

// carryOver compares a new reading with a policy and takes its corrections over
// as far as they fit.
func carryOver(before store.PolicyHistory, read policy.Draft) (policyComparison, store.PolicyVersion, policy.Draft, error) {
	found := policyComparison{PreviousID: before.ID, PreviousVersion: before.Version, Carried: []carriedCorrection{}, Open: []openCorrection{}}
	version := store.PolicyVersion{Previous: before.ID, PreviousVersion: before.Version}
	fail := func(err error) (policyComparison, store.PolicyVersion, policy.Draft, error) {
		return found, version, read, err
	}
	var original policy.Draft
	if err := before.Original.Decode(&original); err != nil {
		return fail(err)
	}
	made, err := changesOf(before.Corrections)
	if err != nil {
		return fail(err)
	}
	carried, err := revision.Carry(original, read, made)
	if err != nil {
		return fail(inconsistent(err))
	}
	found.Difference = revision.Compare(original, read)
	for _, k := range carried.Kept {
		kept := before.Corrections[k.From-1]
		if kept.Payload, err = store.NewJSON(k.Change); err != nil {
			return fail(err)
		}
		kept.FromSeq = k.From
		version.Corrections = append(version.Corrections, kept)
		found.Carried = append(found.Carried, carriedCorrection{FromSeq: k.From, Seq: k.Seq, Action: k.Kind})
	}
	for _, o := range carried.Open {
		found.Open = append(found.Open, openCorrection{FromSeq: o.Seq, Action: o.Kind, Payload: json.RawMessage(before.Corrections[o.Seq-1].Payload),
			Why: o.Why, Reason: o.Reason, ReasonEn: o.ReasonEn})
	}
	if version.Original, err = store.NewJSON(read); err != nil {
		return fail(err)
	}
	version.Comparison, err = store.NewJSON(found)
	return found, version, carried.Draft, err
}

// changesOf reads the corrections of a policy.
func changesOf(rows []store.Correction) ([]revision.Correction, error) {
	made := make([]revision.Correction, len(rows))
	for i, row := range rows {
		change, err := revision.Decode(revision.Kind(row.Kind), row.Payload)
		if err != nil {
			return nil, inconsistent(err)
		}
		made[i] = revision.Correction{Seq: row.Seq, Kind: revision.Kind(row.Kind), Change: change}
	}
	return made, nil
}

// inconsistent says that what is kept does not fit together. It hides refusals,
// as nothing that was asked for is refused.
func inconsistent(err error) error {
	return fmt.Errorf("the corrections that are kept do not fit the draft: %s", err.Error())
}

func (s *server) getComparison(ctx context.Context, in *ByID) (*one[policyComparison], error) {
	kept, err := s.store.PolicyComparison(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if len(kept) == 0 {
		return nil, missing()
	}
	var found policyComparison
	if err := kept.Decode(&found); err != nil {
		return nil, err
	}
	return single(found), nil
}
