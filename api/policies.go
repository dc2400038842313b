package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"duban/act"
	"duban/document"
	"duban/org"
	"duban/plan"
	"duban/policy"
	"duban/store"
)

// PolicyResource is an imported document without what was read out of it.
type PolicyResource struct {
	ID         string    `json:"id"`
	Title      string    `json:"title"`
	DocumentNo string    `json:"documentNo" doc:"Number it was issued under"`
	Status     string    `json:"status" doc:"How the document calls itself: 送审稿; empty once issued"`
	SourceName string    `json:"sourceName" doc:"Name of the file it came from"`
	MediaType  string    `json:"mediaType"`
	SHA256     string    `json:"sha256" doc:"Hash of the document, in hex"`
	Version    int       `json:"version" doc:"Of what was read out of it: one more with each correction"`
	PreviousID string    `json:"previousId,omitempty" doc:"The policy of which this is a newer version"`
	CreatedBy  string    `json:"createdBy"`
	CreatedAt  time.Time `json:"createdAt"`
}

// PolicyDetail is a policy with what was read out of it and corrected since, and
// what the written names of units were found to mean.
type PolicyDetail struct {
	PolicyResource
	Draft policy.Draft  `json:"draft"`
	Units []writtenName `json:"units" nullable:"false"`
}

// writtenName is a unit as the document writes it.
type writtenName struct {
	Written string        `json:"written"`
	Known   bool          `json:"known" doc:"false: nobody has registered this name; register it as a unit or as an alias"`
	Unit    *org.UnitRef  `json:"unit,omitempty"`
	Group   *org.UnitRef  `json:"group,omitempty"`
	Members []org.UnitRef `json:"members" nullable:"false" doc:"The units that act"`
	// Proposals are for a name that is not known.
	Proposals []org.Proposal `json:"proposals,omitempty" doc:"What a name that is not known may stand for, the surest first"`
}

func showPolicy(p store.Policy) PolicyResource {
	resource := PolicyResource{ID: p.ID, Title: p.Title, DocumentNo: p.DocumentNo, Status: p.Status, SourceName: p.SourceName,
		MediaType: p.MediaType, SHA256: p.SHA256, Version: p.Version, CreatedBy: p.CreatedBy, CreatedAt: p.CreatedAt}
	if p.PreviousID != nil {
		resource.PreviousID = *p.PreviousID
	}
	return resource
}

func (s *server) policyRoutes() {
	imports := operation{method: http.MethodPost, path: base + "/policies", id: "import-policy", tag: "policies", summary: "Import a policy document",
		description: "Reads tasks, units, targets and deadlines out of a document of at most 20 MB: as the form field `file`, or as plain text.",
		roles:       admins(), status: http.StatusCreated, most: store.MaxPolicyContent + 64<<10}
	register(s, imports, s.importPolicy)
	s.documentUpload(imports.path)
	register(s, operation{method: http.MethodGet, path: base + "/policies", id: "list-policies", tag: "policies", summary: "List policies, newest first",
		roles: planners()}, s.listPolicies)
	register(s, operation{method: http.MethodGet, path: base + "/policies/{id}", id: "get-policy", tag: "policies",
		summary: "Get a policy with what was read out of it", description: "Units see the policies of published plans."}, s.getPolicy)
	register(s, operation{method: http.MethodGet, path: base + "/policies/{id}/content", id: "get-policy-content", tag: "policies",
		summary: "Get the document itself, byte for byte", description: "Units see the policies of published plans."}, s.getPolicyContent)
}

// documentUpload describes the body of a path that takes a document.
func (s *server) documentUpload(path string) {
	text := &huma.Schema{Type: huma.TypeString}
	file := &huma.Schema{Type: huma.TypeObject, Required: []string{"file"},
		Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary"}}}
	s.api.OpenAPI().Paths[path].Post.RequestBody.Content = map[string]*huma.MediaType{
		"multipart/form-data": {Schema: file}, "text/plain": {Schema: text}}
}

type importInput struct {
	Name        string `query:"name" maxLength:"300" doc:"Name of the document, where the body is plain text"`
	ContentType string `header:"Content-Type"`
	RawBody     []byte
}

func (s *server) importPolicy(ctx context.Context, in *importInput) (*one[PolicyDetail], error) {
	file, err := uploaded(in)
	if err != nil {
		return nil, err
	}
	draft, err := readDraft(ctx, file)
	if err != nil {
		return nil, err
	}
	row, err := newPolicy(ctx, file, draft)
	if err != nil {
		return nil, err
	}
	if row, err = s.store.CreatePolicy(ctx, row, file.Content); err != nil {
		return nil, err
	}
	return s.policyDetail(ctx, row)
}

// readDraft reads a document as a draft plan.
func readDraft(ctx context.Context, file store.Document) (policy.Draft, error) {
	read, err := document.Read(ctx, file.SourceName, file.Content)
	if err != nil {
		return policy.Draft{}, err
	}
	return policy.Parse(read)
}

// newPolicy is what is kept of a document, as the reader imports it.
func newPolicy(ctx context.Context, file store.Document, draft policy.Draft) (store.Policy, error) {
	kept, err := store.NewJSON(draft)
	return store.Policy{Title: draft.Title, DocumentNo: draft.Number, Status: draft.Status, SourceName: file.SourceName,
		MediaType: file.MediaType, Draft: kept, CreatedBy: requestOf(ctx).user.ID}, err
}

// uploaded takes the document out of the request.
func uploaded(in *importInput) (store.Document, error) {
	// A type that cannot be read is no form: the body is the document itself.
	mediaType, parameters, _ := mime.ParseMediaType(in.ContentType)
	if mediaType != "multipart/form-data" {
		return store.Document{SourceName: in.Name, MediaType: "text/plain", Content: bytes.Clone(in.RawBody)}, nil
	}
	form := multipart.NewReader(bytes.NewReader(in.RawBody), parameters["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return store.Document{}, noFile()
		}
		if err != nil {
			return store.Document{}, brokenForm()
		}
		if part.FormName() != "file" {
			continue
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return store.Document{}, brokenForm()
		}
		return store.Document{SourceName: part.FileName(), MediaType: part.Header.Get("Content-Type"), Content: content}, nil
	}
}

func noFile() error {
	return act.Malformed("no-file", "请在表单字段 file 中选择文件。", "Send the document as the form field “file”.",
		act.Fault{Field: "file", Code: "required", Zh: "必填", En: "required"})
}

func brokenForm() error {
	return failure{status: http.StatusBadRequest, code: "malformed-form", zh: "上传的表单不完整，请重新上传。", en: "The form is broken off; upload it again."}
}

type policyListInput struct {
	Paging
	Search   string `query:"search" maxLength:"200" doc:"Part of the title or number"`
	SHA256   string `query:"sha256" maxLength:"64" doc:"Hash of a document: was it imported before?"`
	Previous string `query:"previous" maxLength:"64" doc:"Newer versions of this policy"`
}

func (s *server) listPolicies(ctx context.Context, in *policyListInput) (*page[PolicyResource], error) {
	rows, err := s.store.Policies(ctx, store.PolicyFilter{PageRequest: in.request(), Search: in.Search,
		SHA256: in.SHA256, Previous: in.Previous})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, showPolicy), nil
}

func (s *server) getPolicy(ctx context.Context, in *ByID) (*one[PolicyDetail], error) {
	row, err := s.readablePolicy(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.policyDetail(ctx, row)
}

// readablePolicy returns a policy if a plan of it is published, or the reader
// prepares plans.
func (s *server) readablePolicy(ctx context.Context, id string) (store.Policy, error) {
	row, err := s.store.Policy(ctx, id)
	if err != nil {
		return row, err
	}
	published, err := s.store.Plans(ctx, store.PlanFilter{PageRequest: store.PageRequest{Limit: 1}, PolicyID: id, Status: store.PlanPublished})
	if err != nil {
		return row, err
	}
	if !mayReadPlan(ctx, len(published.Items) > 0) {
		return row, missing()
	}
	return row, nil
}

func (s *server) policyDetail(ctx context.Context, row store.Policy) (*one[PolicyDetail], error) {
	detail := PolicyDetail{PolicyResource: showPolicy(row)}
	if err := row.Draft.Decode(&detail.Draft); err != nil {
		return nil, err
	}
	registry, err := s.store.Registry(ctx)
	if err != nil {
		return nil, err
	}
	detail.Units = writtenNames(detail.Draft, registry)
	return versioned(detail, int64(row.Version)), nil
}

// writtenNames lists the units of a draft as written, each once.
func writtenNames(draft policy.Draft, registry *org.Registry) []writtenName {
	names := []writtenName{}
	for _, task := range draft.Tasks {
		for _, entry := range task.Entries {
			if slices.ContainsFunc(names, func(n writtenName) bool { return n.Written == entry.Written }) {
				continue
			}
			named := plan.Meaning(entry.Written, registry.Resolve)
			name := writtenName{Written: named.Written, Known: named.Resolved(), Unit: named.Unit, Group: named.Group,
				Members: append([]org.UnitRef{}, named.Members...)}
			if !name.Known {
				name.Proposals = org.Propose(name.Written, registry)
			}
			names = append(names, name)
		}
	}
	return names
}

type download struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

func (s *server) getPolicyContent(ctx context.Context, in *ByID) (*download, error) {
	if _, err := s.readablePolicy(ctx, in.ID); err != nil {
		return nil, err
	}
	file, err := s.store.PolicyContent(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &download{ContentType: "application/octet-stream", Policy: "sandbox",
		Disposition: saveAs("policy", file.SourceName), Body: file.Content}, nil
}
