package api

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"duban/act"
	"duban/files"
)

const (
	// formExtra is how much longer than its file a form may be, in bytes.
	formExtra = 64 << 10
	// slowestLine is the slowest line over which a file can be sent, in bytes a
	// second.
	slowestLine = 64 << 10
	// mostDrained bounds what is read of an upload that was refused, in bytes:
	// browsers read an answer only after they have sent all.
	mostDrained = 64 << 20
)

// streamed is the input of an operation that reads or writes its body as it
// comes or goes, instead of holding it in memory.
type streamed struct{ gin *gin.Context }

// Resolve takes the request from the framework.
func (s *streamed) Resolve(ctx huma.Context) []error {
	s.gin = humagin.Unwrap(ctx)
	return nil
}

// allow gives the transfer of so many bytes the time that it needs.
func (s *streamed) allow(size int64) error {
	until := time.Now().Add(30*time.Second + time.Duration(size/slowestLine)*time.Second)
	connection := http.NewResponseController(s.gin.Writer)
	err := errors.Join(connection.SetReadDeadline(until), connection.SetWriteDeadline(until.Add(30*time.Second)))
	if errors.Is(err, http.ErrNotSupported) {
		return nil // a test without a connection
	}
	return err
}

// drain reads on for a while without keeping anything, unless the sender waits
// for leave to send.
func (s *streamed) drain() {
	request := s.gin.Request
	if request.ContentLength > mostDrained || request.Header.Get("Expect") != "" {
		return
	}
	// The request is answered with a refusal, whatever becomes of its rest.
	_, _ = io.CopyN(io.Discard, request.Body, mostDrained)
}

// upload is a file on its way in.
type upload struct {
	name    string
	content *bufio.Reader
	form    *multipart.Reader // nil where the body is the file itself
}

// upload finds a file of at most so many bytes in the request: the form field
// "file", or the body under a name that is given beside it.
func (s *streamed) upload(name string, most int64) (upload, error) {
	body := http.MaxBytesReader(s.gin.Writer, s.gin.Request.Body, most+formExtra)
	// A type that cannot be read is no form: the body is the file itself.
	mediaType, parameters, _ := mime.ParseMediaType(s.gin.GetHeader("Content-Type"))
	if mediaType != "multipart/form-data" {
		return upload{name: name, content: incoming(body)}, nil
	}
	form := multipart.NewReader(body, parameters["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return upload{}, noFile()
		}
		if err != nil {
			return upload{}, brokenUpload{err}
		}
		if part.FormName() == "file" {
			return upload{name: fileName(part), content: incoming(part), form: form}, nil
		}
	}
}

// fileName is the name as it was sent, of which the standard library would hide
// a path.
func fileName(part *multipart.Part) string {
	_, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return part.FileName()
	}
	return parameters["filename"]
}

// head is the beginning of the file.
func (u upload) head() ([]byte, error) {
	head, err := u.content.Peek(files.HeadSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head, nil
}

// end checks that the form ends with its file.
func (u upload) end() error {
	if u.form == nil {
		return nil
	}
	_, err := u.form.NextPart()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return brokenUpload{err}
	}
	return act.Malformed("one-file", "一次只能上传一个文件，且文件须为表单的最后一项。", "Upload one file at a time, as the last field of the form.",
		act.Fault{Field: "file", Code: "one-file", Zh: "只能有一个", En: "only one"})
}

// brokenUpload says that an upload could not be read to its end: the sender's
// trouble and not ours.
type brokenUpload struct{ error }

// Unwrap gives what happened.
func (b brokenUpload) Unwrap() error { return b.error }

// sender reads what is sent, and marks its errors.
type sender struct{ from io.Reader }

func incoming(from io.Reader) *bufio.Reader { return bufio.NewReaderSize(sender{from}, files.HeadSize) }

// Read reads from the connection.
func (s sender) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = brokenUpload{err}
	}
	return n, err
}
