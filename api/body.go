package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"duban/act"
)

// mostJSON is the size of the largest JSON body, in bytes.
const mostJSON = 1 << 20

// body is a JSON body that the framework hands over as it came. Its content is
// documented as T and read by decode, strictly and with our own messages.
type body[T any] struct{ text []byte }

// Schema documents the body as T.
func (body[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

func (b *body[T]) capture(text []byte) { b.text = bytes.Clone(text) }

// decode reads the body; a body that was left out is the zero value.
func (b body[T]) decode() (T, error) {
	var v T
	if len(b.text) == 0 {
		return v, nil
	}
	return v, decodeJSON(b.text, &v)
}

// jsonFormat writes JSON and hands request bodies over unread.
func jsonFormat() huma.Format {
	return huma.Format{Marshal: writeJSON, Unmarshal: func(text []byte, v any) error {
		if captured, ok := v.(interface{ capture(text []byte) }); ok {
			captured.capture(text)
			return nil
		}
		return json.Unmarshal(text, v)
	}}
}

// decodeJSON reads exactly one JSON value into v. Fields that v does not have
// are refused, so that nothing that somebody wrote is silently ignored.
func decodeJSON(text []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return misread(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return malformed()
	}
	return nil
}

// misread tells a text that is not JSON from one whose fields are wrong.
func misread(err error) error {
	if _, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return malformed()
	}
	fault := act.Fault{Code: "invalid", Zh: "格式不正确", En: "has a wrong format"}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		fault.Field, fault.Code, fault.Zh, fault.En = wrong.Field, "type", "类型不正确", "has a wrong type"
	} else if name, found := strings.CutPrefix(err.Error(), `json: unknown field "`); found {
		fault = act.Fault{Field: strings.TrimSuffix(name, `"`), Code: "unknown-field", Zh: "没有这个字段", En: "is not a field"}
	}
	return act.Malformed("invalid", "提交的内容格式有误，请按提示修改。", "The content has a wrong format; correct it.", fault)
}

func malformed() failure {
	return failure{status: http.StatusBadRequest, code: "malformed-json", zh: "提交的内容不是正确的 JSON，请检查。", en: "The body is not well-formed JSON."}
}

// acceptsBody refuses bodies of a type that the operation does not take.
func (s *server) acceptsBody(ctx huma.Context, next func(huma.Context)) {
	expected := ctx.Operation().RequestBody
	given := ctx.Header("Content-Type")
	if expected == nil || given == "" {
		next(ctx)
		return
	}
	mediaType, _, err := mime.ParseMediaType(given)
	if _, takes := expected.Content[mediaType]; err != nil || !takes {
		s.refuse(ctx, failure{status: http.StatusUnsupportedMediaType, code: "media-type",
			zh: "不支持这种内容类型。", en: "This content type is not taken here."})
		return
	}
	next(ctx)
}
