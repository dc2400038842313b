package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"duban/act"
	"duban/document"
	"duban/gateway"
	"duban/org"
	"duban/policy"
	"duban/store"
)

const problemType = "application/problem+json"

// Problem is an answer that is not what was asked for (RFC 9457).
type Problem struct {
	Title  string `json:"title" doc:"What kind of problem it is"`
	Status int    `json:"status" doc:"HTTP status"`
	Detail string `json:"detail" doc:"What to do, in Chinese, or in English with Accept-Language: en"`
	Code   string `json:"code" doc:"Stable name of the problem, for programs"`
	// RequestID names the request in the server's log.
	RequestID string         `json:"requestId" doc:"Names the request in the server's log"`
	Errors    []FieldProblem `json:"errors,omitempty" doc:"What is to be corrected, field by field"`

	header http.Header
}

// FieldProblem is one thing to correct in a request.
type FieldProblem struct {
	Field  string `json:"field" doc:"Path of the field, such as items[3].amount"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Error gives code and detail.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are headers that belong to the answer, such as Retry-After.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return problemType }

// failure is a problem in both languages.
type failure struct {
	status     int
	code       string
	zh, en     string
	faults     []act.Fault
	retryAfter int // seconds; 0 for none
}

// Error gives code and English text.
func (f failure) Error() string { return f.code + ": " + f.en }

func (f failure) problem(r *request) *Problem {
	p := &Problem{Status: f.status, Title: title(f.status, r.english), Code: f.code, Detail: choose(r.english, f.zh, f.en), RequestID: r.id}
	for _, fault := range f.faults {
		p.Errors = append(p.Errors, FieldProblem{Field: fault.Field, Code: fault.Code, Detail: choose(r.english, fault.Zh, fault.En)})
	}
	if f.retryAfter > 0 {
		p.header = http.Header{"Retry-After": {strconv.Itoa(f.retryAfter)}}
	}
	if f.status == http.StatusUnauthorized {
		p.header = http.Header{"Www-Authenticate": {"Bearer"}}
	}
	return p
}

// problem translates any error. What is not known here is logged with the id of
// the request, and answered without its text.
func (s *server) problem(ctx context.Context, err error) *Problem {
	f, known := translate(err)
	if !known {
		s.log.ErrorContext(ctx, "request failed", "error", err, "request", requestOf(ctx).id)
	}
	return f.problem(requestOf(ctx))
}

// translate is the one place in which errors become statuses.
func translate(err error) (f failure, known bool) {
	if direct, ok := errors.AsType[failure](err); ok {
		return direct, true
	}
	if refusal, ok := errors.AsType[*act.Refusal](err); ok {
		return fromRefusal(refusal), true
	}
	if unreadable, ok := errors.AsType[*document.Error](err); ok {
		return fromDocument(unreadable), true
	}
	if noTasks, ok := errors.AsType[*policy.NoTasksError](err); ok {
		zh, en, _ := strings.Cut(noTasks.Error(), " / ")
		return failure{status: http.StatusUnprocessableEntity, code: "no-tasks", zh: zh, en: en}, true
	}
	switch {
	case errors.Is(err, gateway.ErrUnavailable):
		return failure{status: http.StatusServiceUnavailable, code: "engine-unavailable", retryAfter: 1,
			zh: "系统暂时无法受理，请稍后用同一操作编号重试，不会重复办理。",
			en: "The engine does not answer; try again with the same Idempotency-Key, it will not be done twice."}, true
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return failure{status: http.StatusServiceUnavailable, code: "timeout", retryAfter: 1,
			zh: "处理超时，请稍后重试。", en: "It took too long; try again."}, true
	}
	return fromStore(err)
}

func fromRefusal(r *act.Refusal) failure {
	f := failure{code: r.Code, zh: r.Zh, en: r.En, faults: r.Faults}
	switch r.Kind {
	case act.Forbidden:
		f.status = http.StatusForbidden
	case act.Conflict:
		f.status = http.StatusConflict
	case act.Missing:
		f.status = http.StatusNotFound
	default:
		f.status = http.StatusUnprocessableEntity
	}
	return f
}

func fromDocument(e *document.Error) failure {
	f := failure{status: http.StatusUnprocessableEntity, code: string(e.Reason), zh: e.Chinese, en: e.English}
	switch e.Reason {
	case document.TooLarge:
		f.status = http.StatusRequestEntityTooLarge
	case document.Unsupported:
		f.status = http.StatusUnsupportedMediaType
	}
	return f
}

func fromStore(err error) (f failure, known bool) {
	if rule, ok := errors.AsType[*org.RuleError](err); ok {
		return failure{status: http.StatusUnprocessableEntity, code: rule.Code, zh: rule.Zh, en: rule.En,
			faults: []act.Fault{{Field: rule.Field, Code: rule.Code, Zh: rule.Zh, En: rule.En}}}, true
	}
	if clash, ok := errors.AsType[*org.ClashError](err); ok {
		return failure{status: http.StatusConflict, code: "name-clash",
			zh: "“" + clash.Name + "”同时指向“" + clash.First + "”和“" + clash.Second + "”，请改名。",
			en: "“" + clash.Name + "” stands for both “" + clash.First + "” and “" + clash.Second + "”; use another name."}, true
	}
	if taken, ok := errors.AsType[*store.ConflictError](err); ok {
		return failure{status: http.StatusConflict, code: "taken", zh: "已被占用，请换一个。", en: "It is taken already; choose another.",
			faults: []act.Fault{{Field: taken.Field, Code: "taken", Zh: "已被占用", En: "is taken already"}}}, true
	}
	if invalid, ok := errors.AsType[*store.InvalidError](err); ok {
		return failure{status: http.StatusUnprocessableEntity, code: "invalid", zh: "内容有误，请按提示修改。", en: "The content has faults; correct them.",
			faults: []act.Fault{{Field: invalid.Field, Code: "invalid", Zh: invalid.Reason, En: invalid.Reason}}}, true
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return missing(), true
	case errors.Is(err, store.ErrStale):
		return failure{status: http.StatusConflict, code: "stale", zh: "内容已被他人更新，请刷新后再操作。", en: "The record changed; reload and try again."}, true
	case errors.Is(err, store.ErrReference):
		return failure{status: http.StatusConflict, code: "reference", zh: "所指的对象不存在，或仍被使用，不能删除。",
			en: "It refers to something that does not exist, or is still in use."}, true
	case errors.Is(err, store.ErrConflict):
		return failure{status: http.StatusConflict, code: "taken", zh: "已被占用，请换一个。", en: "It is taken already; choose another."}, true
	case errors.Is(err, store.ErrInvalid):
		return failure{status: http.StatusUnprocessableEntity, code: "invalid", zh: "内容不能保存，请检查。", en: "The content cannot be kept; check it."}, true
	case errors.Is(err, store.ErrUnavailable):
		return failure{status: http.StatusServiceUnavailable, code: "database-unavailable", retryAfter: 2,
			zh: "数据库暂时不可用，请稍后重试。", en: "The database is away; try again."}, true
	}
	return internal(), false
}

// rewrite is a huma.Transformer: it gives the problems that the framework finds
// by itself the form of ours. What it finds is in the parameters or in how the
// body was sent; bodies are read by decode.
func (s *server) rewrite(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	f := failure{status: model.Status, code: "invalid-parameter", zh: "请求参数不正确，请按提示修改。", en: "The parameters have faults; correct them."}
	switch {
	case model.Status == http.StatusRequestEntityTooLarge:
		f.code, f.zh, f.en = "too-large", "内容超过大小限制，请精简后重试。", "The content is too large; shorten it."
	case model.Status == http.StatusRequestTimeout:
		f.code, f.zh, f.en = "slow", "请求传输超时，请重试。", "The request was sent too slowly; try again."
	case model.Status == http.StatusBadRequest:
		f.code, f.zh, f.en = "body-required", "请求内容不能为空。", "The request needs a body."
	case model.Status >= http.StatusInternalServerError:
		s.log.ErrorContext(ctx.Context(), "request failed", "error", model.Error(), "request", requestOf(ctx.Context()).id)
		return internal().problem(requestOf(ctx.Context())), nil
	default:
		for _, e := range model.Errors {
			_, field, found := strings.Cut(e.Location, ".")
			if !found {
				field = e.Location
			}
			f.faults = append(f.faults, act.Fault{Field: field, Code: "invalid", Zh: "参数不正确（" + e.Message + "）", En: e.Message})
		}
	}
	return f.problem(requestOf(ctx.Context())), nil
}

func internal() failure {
	return failure{status: http.StatusInternalServerError, code: "internal",
		zh: "系统内部错误，请重试；如仍不成功，请把请求编号告诉管理员。",
		en: "Something went wrong inside; try again, and give the request id to the administrator if it stays."}
}

func missing() failure {
	return failure{status: http.StatusNotFound, code: "not-found", zh: "没有找到，或您无权查看。", en: "There is no such thing, or you may not see it."}
}

func choose(english bool, zh, en string) string {
	if english {
		return en
	}
	return zh
}

// title names a status.
func title(status int, english bool) string {
	if english {
		return http.StatusText(status)
	}
	switch status {
	case http.StatusBadRequest:
		return "请求有误"
	case http.StatusUnauthorized:
		return "未登录"
	case http.StatusForbidden:
		return "无权操作"
	case http.StatusNotFound:
		return "没有找到"
	case http.StatusMethodNotAllowed:
		return "方法不支持"
	case http.StatusRequestTimeout:
		return "请求超时"
	case http.StatusConflict:
		return "状态冲突"
	case http.StatusRequestEntityTooLarge:
		return "内容过大"
	case http.StatusUnsupportedMediaType:
		return "格式不支持"
	case http.StatusUnprocessableEntity:
		return "内容有误"
	case http.StatusTooManyRequests:
		return "请求过多"
	case http.StatusServiceUnavailable:
		return "暂不可用"
	default:
		return "系统错误"
	}
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}
