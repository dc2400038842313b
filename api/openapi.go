package api

import (
	"path"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// openAPI is what the documentation says before the operations are added.
func openAPI(version string) huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "督办 Duban", Version: version, Description: "从政策文件到可执行、会签、督办的工作。" +
				"Turns a policy document into running, signed-off, supervised work.\n\n" +
				"Every act carries an `Idempotency-Key`: send it again with the same key and it is done once. " +
				"Lists are `{\"items\": […], \"next\": \"cursor\"}`. Problems are `application/problem+json` with a stable `code`."},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}},
			},
			Tags: []*huma.Tag{
				{Name: "policies", Description: "政策文件"}, {Name: "plans", Description: "方案"}, {Name: "tasks", Description: "重点任务"},
				{Name: "annual-targets", Description: "年度目标"}, {Name: "assignments", Description: "任务单"},
				{Name: "sign-offs", Description: "会签"}, {Name: "supervisions", Description: "督办单"},
				{Name: "inbox", Description: "待办、通知与记录"},
				{Name: "files", Description: "附件"}, {Name: "registry", Description: "单位、单位组与别名"},
				{Name: "users", Description: "用户与令牌"}, {Name: "health", Description: "运行状态"},
			},
		},
		OpenAPIPath:   "/openapi",
		Formats:       map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()},
		DefaultFormat: "application/json",
	}
}

// schemaName keeps apart types of one name: what is read out of a document and
// what a plan has, who is asked by a route and who has signed.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return name
	}
	switch path.Base(t.PkgPath()) {
	case "policy", "document":
		return "Read" + name
	case "revision":
		return "Revision" + name
	case "approval":
		return "Route" + name
	case "act":
		return "Recorded" + name
	default:
		return name
	}
}

// finishOpenAPI completes what the framework cannot know.
func (s *server) finishOpenAPI() {
	described := s.api.OpenAPI()
	for _, item := range described.Paths {
		for _, o := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if o == nil {
				continue
			}
			for _, parameter := range o.Parameters {
				// Checked by hand, as its absence is answered with 400.
				if parameter.Name == "Idempotency-Key" {
					parameter.Required = true
				}
			}
		}
	}
	// The framework's own form of errors is never sent; see rewrite.
	delete(described.Components.Schemas.Map(), "ErrorModel")
	delete(described.Components.Schemas.Map(), "ErrorDetail")
}
