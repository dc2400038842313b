// Package client speaks Duban's HTTP API, for the demo, the benchmark and the
// end-to-end tests.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Client is one user's access to a server.
type Client struct {
	base  string // http://host:port
	token string
	http  *http.Client
}

// New returns a client that acts as the owner of the token.
func New(base, token string) Client {
	return Client{base: strings.TrimSuffix(base, "/"), token: token, http: shared}
}

// shared keeps enough connections for many users at the same time.
var shared = &http.Client{
	Timeout:   2 * time.Minute,
	Transport: &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 512, IdleConnTimeout: time.Minute},
}

// Problem is an answer that is not what was asked for (RFC 9457).
type Problem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
	Errors []struct {
		Field  string `json:"field"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
	} `json:"errors"`
}

// Error gives status, code and detail with all that is to be corrected.
func (p *Problem) Error() string {
	text := fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail)
	for _, e := range p.Errors {
		text += fmt.Sprintf("\n  %s: %s", e.Field, e.Detail)
	}
	return text
}

// IsProblem reports whether err is a problem with that status.
func IsProblem(err error, status int) bool {
	problem, ok := errors.AsType[*Problem](err)
	return ok && problem.Status == status
}

// Option changes a request.
type Option func(*http.Request)

// Key names the act, so that a repetition is recognised.
func Key(key string) Option {
	return func(r *http.Request) { r.Header.Set("Idempotency-Key", key) }
}

// IfVersion makes the act one on that version of the resource.
func IfVersion(version int64) Option {
	return func(r *http.Request) { r.Header.Set("If-Match", strconv.Quote(strconv.FormatInt(version, 10))) }
}

// OnBehalfOf says for whom the owner of the token stands in.
func OnBehalfOf(user string) Option {
	return func(r *http.Request) { r.Header.Set("On-Behalf-Of", user) }
}

// Get reads path below /api/v1 into out.
func (c Client) Get(ctx context.Context, path string, out any) error {
	_, err := c.Do(ctx, http.MethodGet, path, nil, out)
	return err
}

// Post sends in to path and reads the answer into out, which may be nil.
func (c Client) Post(ctx context.Context, path string, in, out any, options ...Option) error {
	_, err := c.Do(ctx, http.MethodPost, path, in, out, options...)
	return err
}

// PostText sends a text document to path and reads the answer into out.
func (c Client) PostText(ctx context.Context, path, text string, out any) error {
	request, err := c.request(ctx, http.MethodPost, path, strings.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "text/plain; charset=utf-8")
	_, err = c.send(request, out)
	return err
}

// Upload sends a file under its name and reads what is known of it into out. It
// needs a Key.
func (c Client) Upload(ctx context.Context, name string, content io.Reader, out any, options ...Option) error {
	request, err := c.request(ctx, http.MethodPost, "files?name="+url.QueryEscape(name), content)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/octet-stream")
	for _, change := range options {
		change(request)
	}
	_, err = c.send(request, out)
	return err
}

// Download returns what path below /api/v1 holds, byte for byte.
func (c Client) Download(ctx context.Context, path string) ([]byte, error) {
	request, err := c.request(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	_, body, err := c.exchange(request)
	return body, err
}

// Put sends in to path and reads the answer into out, which may be nil.
func (c Client) Put(ctx context.Context, path string, in, out any, options ...Option) error {
	_, err := c.Do(ctx, http.MethodPut, path, in, out, options...)
	return err
}

// Do sends a request and returns the status of the answer. An answer of 400 or
// more is a *Problem.
func (c Client) Do(ctx context.Context, method, path string, in, out any, options ...Option) (int, error) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return 0, fmt.Errorf("encode the request to %s: %w", path, err)
		}
		body = bytes.NewReader(text)
	}
	request, err := c.request(ctx, method, path, body)
	if err != nil {
		return 0, err
	}
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, change := range options {
		change(request)
	}
	return c.send(request, out)
}

func (c Client) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1/"+strings.TrimPrefix(path, "/"), body)
	if err != nil {
		return nil, fmt.Errorf("request %s %s: %w", method, path, err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	return request, nil
}

// send sends a request and reads the answer into out, which may be nil.
func (c Client) send(request *http.Request, out any) (status int, err error) {
	status, text, err := c.exchange(request)
	if err != nil || out == nil || len(text) == 0 {
		return status, err
	}
	if err := json.Unmarshal(text, out); err != nil {
		return status, fmt.Errorf("read the answer to %s: %w", request.URL.Path, err)
	}
	return status, nil
}

// exchange sends a request and returns the body of the answer as it came.
func (c Client) exchange(request *http.Request) (status int, body []byte, err error) {
	response, err := c.http.Do(request)
	if err != nil {
		return 0, nil, fmt.Errorf("%s %s: %w", request.Method, request.URL.Path, err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	body, err = io.ReadAll(response.Body)
	if err != nil {
		return response.StatusCode, nil, fmt.Errorf("read the answer to %s: %w", request.URL.Path, err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		problem := &Problem{Status: response.StatusCode, Detail: string(body)}
		if json.Unmarshal(body, problem) != nil {
			problem.Code = "not-a-problem"
		}
		return response.StatusCode, nil, problem
	}
	return response.StatusCode, body, nil
}
