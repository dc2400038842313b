package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"duban/org"
	"duban/store"
)

// The roles that operations are opened to. A process decides more closely: by
// unit, by state, by the plan's supervisor.
func admins() []org.Role      { return []org.Role{org.Admin} }
func planners() []org.Role    { return []org.Role{org.Supervisor, org.Admin} }
func supervisors() []org.Role { return []org.Role{org.Supervisor} }
func workers() []org.Role     { return []org.Role{org.Operator, org.Head} }
func deciders() []org.Role    { return []org.Role{org.Operator, org.Head, org.Supervisor} }
func headsAndSupervisors() []org.Role {
	return []org.Role{org.Head, org.Supervisor}
}
func openers() []org.Role { return []org.Role{org.Operator, org.Head, org.Supervisor, org.Admin} }

// operation is one route with what its documentation and its door need.
type operation struct {
	method, path string
	id           string // operation id
	tag          string
	summary      string
	description  string
	roles        []org.Role // none: whoever is signed in
	public       bool
	status       int   // of success; 0 for 200, or 204 without a body
	conflicts    bool  // may answer 409
	most         int64 // bytes of the body; 0 for mostJSON
}

// register adds an operation. Errors of the handler are translated in problem.go.
func register[I, O any](s *server, o operation, handle func(context.Context, *I) (*O, error)) {
	_, acts := any(*new(I)).(interface{ isForOthersToo() })
	s.doors[o.id] = door{public: o.public, roles: o.roles, reads: o.method == http.MethodGet, acts: acts}
	most := o.most
	if most == 0 {
		most = mostJSON
	}
	described := huma.Operation{Method: o.method, Path: o.path, OperationID: o.id, Tags: []string{o.tag}, Summary: o.summary,
		Description: o.describe(), DefaultStatus: o.status, MaxBodyBytes: most + 1, BodyReadTimeout: 30 * time.Second,
		SkipValidateBody: true, Responses: s.failures(o)}
	if o.public {
		described.Security = []map[string][]string{{}}
	} else {
		described.Security = []map[string][]string{{"bearer": {}}}
	}
	huma.Register(s.api, described, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

func (o operation) describe() string {
	if o.public {
		return o.description
	}
	who := "whoever is signed in"
	if len(o.roles) > 0 {
		names := make([]string, len(o.roles))
		for i, role := range o.roles {
			names[i] = string(role)
		}
		who = strings.Join(names, ", ")
	}
	return strings.TrimSpace(o.description + "\n\nRoles: " + who + ".")
}

// failures documents the problems that an operation may answer with.
func (s *server) failures(o operation) map[string]*huma.Response {
	codes := []int{http.StatusInternalServerError, http.StatusServiceUnavailable}
	if !o.public {
		codes = append(codes, http.StatusUnauthorized, http.StatusForbidden)
	}
	if strings.Contains(o.path, "{") {
		codes = append(codes, http.StatusNotFound)
	}
	if o.method != http.MethodGet {
		codes = append(codes, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if o.conflicts {
		codes = append(codes, http.StatusConflict)
	}
	codes = append(codes, http.StatusUnprocessableEntity)
	slices.Sort(codes)
	schema := s.api.OpenAPI().Components.Schemas.Schema(problemSchemaType, true, "Problem")
	responses := make(map[string]*huma.Response, len(codes))
	for _, code := range codes {
		responses[strconv.Itoa(code)] = &huma.Response{Description: http.StatusText(code),
			Content: map[string]*huma.MediaType{problemType: {Schema: schema}}}
	}
	return responses
}

// Paging are the parameters of every list.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" doc:"Most items wanted; 50 if left out"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"next of the page before"`
}

func (p Paging) request() store.PageRequest {
	return store.PageRequest{Limit: p.Limit, Cursor: p.Cursor}
}

// list is a page of a list.
type list[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"cursor of the following page; absent on the last"`
}

// one and page are answers with one resource, and with a page of them.
type one[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

type page[T any] struct{ Body list[T] }

// single answers with a resource without a version.
func single[T any](resource T) *one[T] { return &one[T]{Body: resource} }

// versioned answers with a resource and its version as ETag.
func versioned[T any](resource T, version int64) *one[T] {
	return &one[T]{Body: resource, ETag: etag(version)}
}

// pageOf shows each row of a page.
func pageOf[Row, T any](rows store.Page[Row], show func(Row) T) *page[T] {
	items := make([]T, len(rows.Items))
	for i, row := range rows.Items {
		items[i] = show(row)
	}
	return &page[T]{Body: list[T]{Items: items, Next: rows.Next}}
}

// same shows a row as it is.
func same[T any](row T) T { return row }

// ByID is the input of operations on one resource.
type ByID struct {
	ID string `path:"id" maxLength:"200"`
}

func etag(version int64) string {
	if version == 0 {
		return ""
	}
	return strconv.Quote(strconv.FormatInt(version, 10))
}
