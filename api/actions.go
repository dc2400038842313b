package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"duban/act"
	"duban/org"
)

// action is one act that a resource takes: {"action": "report", "text": …}. Its
// name is that of the command, in the engine and in the record.
type action struct {
	name    string
	meaning string
	roles   []org.Role
	fields  reflect.Type // the payload, whose fields stand beside "action"
	// payload reads what stands beside "action" into the command's payload.
	payload func(ctx context.Context, id string, fields json.RawMessage) (any, error)
}

// takes makes an action whose fields are those of the command's payload T.
func takes[T any](name, meaning string, roles []org.Role) action {
	return takesAs(name, meaning, roles, func(_ context.Context, fields T) (any, error) { return fields, nil })
}

// takesAs makes an action whose fields T are completed into the payload.
func takesAs[T any](name, meaning string, roles []org.Role, complete func(context.Context, T) (any, error)) action {
	return takesOn(name, meaning, roles, func(ctx context.Context, _ string, fields T) (any, error) { return complete(ctx, fields) })
}

// takesOn makes an action whose fields T are completed into the payload by what
// is known of the record with the id.
func takesOn[T any](name, meaning string, roles []org.Role, complete func(ctx context.Context, id string, fields T) (any, error)) action {
	return action{name: name, meaning: meaning, roles: roles, fields: reflect.TypeFor[T](),
		payload: func(ctx context.Context, id string, raw json.RawMessage) (any, error) {
			var fields T
			if err := decodeJSON(raw, &fields); err != nil {
				return nil, err
			}
			return complete(ctx, id, fields)
		}}
}

// nothing are the fields of an action that says all by its name.
type nothing struct{}

// actions are what one kind of resource takes.
type actions struct {
	of   string // name of the resource in the documentation
	each []action
	// command carries all actions of the resource; empty where each is a command of
	// its own.
	command string
}

// roles are those that open one of the actions.
func (a actions) roles() []org.Role {
	var all []org.Role
	for _, one := range a.each {
		all = append(all, one.roles...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// read finds the action of a body, checks the role and reads the payload.
func (a actions) read(ctx context.Context, id string, text []byte) (name string, payload any, err error) {
	var fields map[string]json.RawMessage
	if err := decodeJSON(text, &fields); err != nil {
		return "", nil, err
	}
	if err := json.Unmarshal(fields["action"], &name); err != nil && len(fields["action"]) > 0 {
		return "", nil, a.unknown()
	}
	i := slices.IndexFunc(a.each, func(one action) bool { return one.name == name })
	if i < 0 {
		return "", nil, a.unknown()
	}
	if !(door{roles: a.each[i].roles}).opensTo(actor(ctx).Roles) {
		return "", nil, act.NotAllowed("role", "您的角色不能进行此操作，如有需要请联系管理员。",
			"Your roles do not allow this; ask the administrator if you need it.")
	}
	delete(fields, "action")
	rest, err := json.Marshal(fields)
	if err != nil {
		return "", nil, fmt.Errorf("encode the fields of %s: %w", name, err)
	}
	payload, err = a.each[i].payload(ctx, id, rest)
	return name, payload, err
}

func (a actions) unknown() error {
	names := make([]string, len(a.each))
	for i, one := range a.each {
		names[i] = one.name
	}
	list := strings.Join(names, ", ")
	return act.Malformed("unknown-action", "不支持的操作，可用："+list, "Unknown action; use one of "+list,
		act.Fault{Field: "action", Code: "unknown", Zh: "可用：" + list, En: "use one of " + list})
}

// actionBody is the body of an action, as it came.
type actionBody struct{ text []byte }

func (b *actionBody) capture(text []byte) { b.text = bytes.Clone(text) }

// Schema is replaced by that of the resource's actions.
func (actionBody) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeObject} }

type actOn struct {
	ByID
	Acting
	Body actionBody
}

// registerActions adds POST path/{id}/actions. to says where an act on an id goes.
func (s *server) registerActions(o operation, a actions, to func(id string) (destination, error)) {
	o.method, o.path, o.conflicts, o.roles = http.MethodPost, o.path+"/{id}/actions", true, a.roles()
	o.description = a.describe()
	do := s.performer(a, to)
	register(s, o, func(ctx context.Context, in *actOn) (*done, error) { return do(ctx, in.ID, in.Acting, in.Body.text) })
	s.documentActions(o.path, a)
}

// registerBulkActions adds POST path/actions, for many of the same acts at once.
func (s *server) registerBulkActions(o operation, a actions, to func(id string) (destination, error)) {
	o.roles = a.roles()
	s.registerBatch(o, s.schemaOf(a), s.performer(a, to))
}

// performer does the actions on records that to finds.
func (s *server) performer(a actions, to func(id string) (destination, error)) perform {
	return func(ctx context.Context, id string, in Acting, text []byte) (*done, error) {
		where, err := to(id)
		if err != nil {
			return nil, err
		}
		name, payload, err := a.read(ctx, id, text)
		if err != nil {
			return nil, err
		}
		c, err := command(ctx, in, cmp.Or(a.command, name), payload)
		if err != nil {
			return nil, err
		}
		return s.send(ctx, where, c)
	}
}

func (a actions) describe() string {
	var text strings.Builder
	text.WriteString("Does one of:\n")
	for _, one := range a.each {
		names := make([]string, len(one.roles))
		for i, role := range one.roles {
			names[i] = string(role)
		}
		fmt.Fprintf(&text, "\n- `%s`: %s (%s)", one.name, one.meaning, strings.Join(names, ", "))
	}
	return text.String()
}

// documentActions describes the body of a path by its actions.
func (s *server) documentActions(path string, a actions) {
	s.api.OpenAPI().Paths[path].Post.RequestBody.Content["application/json"].Schema = s.schemaOf(a)
}

// schemaOf is one schema per action, told apart by the action's name.
func (s *server) schemaOf(a actions) *huma.Schema {
	registry := s.api.OpenAPI().Components.Schemas
	choice := &huma.Schema{Discriminator: &huma.Discriminator{PropertyName: "action", Mapping: map[string]string{}}}
	for _, one := range a.each {
		fields := huma.SchemaFromType(registry, one.fields)
		schema := &huma.Schema{Type: huma.TypeObject, Description: one.meaning, AdditionalProperties: false,
			Properties: map[string]*huma.Schema{"action": {Type: huma.TypeString, Enum: []any{one.name}}},
			Required:   append([]string{"action"}, fields.Required...)}
		for name, property := range fields.Properties {
			schema.Properties[name] = property
		}
		name := a.of + pascal(one.name)
		registry.Map()[name] = schema
		ref := "#/components/schemas/" + name
		choice.OneOf = append(choice.OneOf, &huma.Schema{Ref: ref})
		choice.Discriminator.Mapping[one.name] = ref
	}
	return choice
}

// pascal writes send-back as SendBack.
func pascal(name string) string {
	var text strings.Builder
	for _, word := range strings.Split(name, "-") {
		text.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return text.String()
}
