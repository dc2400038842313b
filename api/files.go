package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"duban/act"
	"duban/files"
	"duban/store"
)

// mostPerDay bounds what one user uploads within 24 hours, in bytes: the disk
// belongs to everybody.
const mostPerDay = 2 << 30

// File is an uploaded file without its content.
type File struct {
	ID         string    `json:"id" doc:"Names the file in the attachments of an act"`
	Name       string    `json:"name"`
	Size       int64     `json:"size" doc:"Bytes"`
	MediaType  string    `json:"mediaType" doc:"By the ending of the name"`
	SHA256     string    `json:"sha256" doc:"Hash of the content, in hex"`
	UploadedBy string    `json:"uploadedBy" doc:"Id of the user"`
	Unit       string    `json:"unit" doc:"Id of the user's unit when he uploaded it"`
	CreatedAt  time.Time `json:"createdAt"`
}

func showFile(f store.File) File {
	return File{ID: f.ID, Name: f.Name, Size: f.Size, MediaType: f.MediaType, SHA256: f.SHA256, UploadedBy: f.UploadedBy,
		Unit: f.UnitID, CreatedAt: f.CreatedAt}
}

func (s *server) fileRoutes() {
	const readers = "Whoever uploaded the file may read it, whoever may read what it is attached to, supervisors and administrators."
	path := base + "/files"
	register(s, operation{method: http.MethodPost, path: path, id: "upload-file", tag: "files", summary: "Upload a file to attach",
		description: fmt.Sprintf("Takes a document, an image or an archive of at most %s: as the only form field `file`, or as the body with its `name` beside it. "+
			"Name the id of the answer in the attachments of an act. The same file under the same key is kept once.", inMB(s.mostFile)),
		roles: openers(), status: http.StatusCreated, conflicts: true}, s.uploadFile)
	register(s, operation{method: http.MethodGet, path: path + "/{id}", id: "get-file", tag: "files", summary: "Get what is known of a file",
		description: readers}, s.getFile)
	register(s, operation{method: http.MethodGet, path: path + "/{id}/content", id: "get-file-content", tag: "files",
		summary: "Get the file itself, byte for byte", description: readers + " The content is compared with its hash before it is sent."}, s.getFileContent)
	s.documentFiles(path)
}

// documentFiles describes bodies that the framework does not see.
func (s *server) documentFiles(path string) {
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	form := &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": binary}}
	paths := s.api.OpenAPI().Paths
	paths[path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: form}, "application/octet-stream": {Schema: binary}}}
	paths[path+"/{id}/content"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/octet-stream": {Schema: binary}}
}

type uploadInput struct {
	streamed
	Idempotency string `header:"Idempotency-Key" doc:"Names the upload: 1 to 128 visible ASCII characters, new for every file, the same on every retry"`
	Name        string `query:"name" doc:"Name of the file, where the body is the file itself"`
}

type uploadAnswer struct {
	Location string `header:"Location"`
	Body     File
}

func (s *server) uploadFile(ctx context.Context, in *uploadInput) (*uploadAnswer, error) {
	kept, err := s.receive(ctx, in)
	if err != nil {
		in.drain()
		return nil, s.uploadFailure(ctx, err)
	}
	return &uploadAnswer{Location: base + "/files/" + kept.ID, Body: showFile(kept)}, nil
}

// receive checks an upload as it comes, and keeps it.
func (s *server) receive(ctx context.Context, in *uploadInput) (store.File, error) {
	if err := checkKey(in.Idempotency); err != nil {
		return store.File{}, err
	}
	if in.gin.Request.ContentLength > s.mostFile+formExtra {
		return store.File{}, files.ErrTooLarge
	}
	user := requestOf(ctx).user
	if err := s.withinDay(ctx, user.ID); err != nil {
		return store.File{}, err
	}
	if err := in.allow(s.mostFile); err != nil {
		return store.File{}, err
	}
	file, err := in.upload(in.Name, s.mostFile)
	if err != nil {
		return store.File{}, err
	}
	head, err := file.head()
	if err != nil {
		return store.File{}, err
	}
	mediaType, err := files.Check(file.name, head)
	if err != nil {
		return store.File{}, err
	}
	stored, err := s.files.Put(ctx, file.content, s.mostFile)
	if err != nil {
		return store.File{}, err
	}
	if err := file.end(); err != nil {
		return store.File{}, err
	}
	return s.store.CreateFile(ctx, store.File{ID: idOf(act.Command{ID: user.ID + "/" + in.Idempotency}), SHA256: stored.SHA256, Name: file.name,
		Size: stored.Size, MediaType: mediaType, UploadedBy: user.ID, UnitID: user.UnitID})
}

// withinDay refuses a user who fills the disk.
func (s *server) withinDay(ctx context.Context, user string) error {
	bytes, err := s.store.UploadedSince(ctx, user, time.Now().Add(-24*time.Hour))
	if err != nil || bytes < mostPerDay {
		return err
	}
	return failure{status: http.StatusTooManyRequests, code: "too-many-uploads", retryAfter: 3600,
		zh: "您在 24 小时内上传的文件过多，请稍后再传，或联系管理员。", en: "You have uploaded too much within 24 hours; go on later, or ask the administrator."}
}

// uploadFailure says why a file was not taken.
func (s *server) uploadFailure(ctx context.Context, err error) error {
	_, tooLong := errors.AsType[*http.MaxBytesError](err)
	_, broken := errors.AsType[brokenUpload](err)
	_, taken := errors.AsType[*store.ConflictError](err)
	switch {
	case tooLong, errors.Is(err, files.ErrTooLarge):
		return failure{status: http.StatusRequestEntityTooLarge, code: "too-large",
			zh: fmt.Sprintf("文件超过 %s，请压缩图片、拆分文件或只上传必要部分后重试。", inMB(s.mostFile)),
			en: fmt.Sprintf("The file is larger than %s; compress its pictures, split it, or upload only what is needed.", inMB(s.mostFile))}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return failure{status: http.StatusRequestTimeout, code: "slow", zh: "请求传输超时，请重试。", en: "The request was sent too slowly; try again."}
	case broken:
		return brokenForm()
	case taken:
		return act.IDReused()
	case errors.Is(err, files.ErrFull):
		s.log.ErrorContext(ctx, "the file storage is full", "error", err, "request", requestOf(ctx).id)
		return failure{status: http.StatusServiceUnavailable, code: "storage-full", retryAfter: 600,
			zh: "文件存储空间不足，请联系管理员后重试。", en: "The file storage is full; tell the administrator and try again."}
	}
	return err
}

// inMB writes a number of bytes as people know it from their file managers.
func inMB(bytes int64) string { return fmt.Sprintf("%d MB", bytes>>20) }

func (s *server) getFile(ctx context.Context, in *ByID) (*one[File], error) {
	row, err := s.store.File(ctx, scope(ctx), requestOf(ctx).user.ID, in.ID)
	if err != nil {
		return nil, err
	}
	return single(showFile(row)), nil
}

type contentInput struct {
	streamed
	ByID
}

type fileContent struct {
	ContentType string `header:"Content-Type"`
	Length      int64  `header:"Content-Length"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy"`
	Body        func(huma.Context)
}

func (s *server) getFileContent(ctx context.Context, in *contentInput) (*fileContent, error) {
	row, err := s.store.File(ctx, scope(ctx), requestOf(ctx).user.ID, in.ID)
	if err != nil {
		return nil, err
	}
	opened, err := s.files.Open(ctx, row.SHA256)
	if err != nil {
		return nil, s.contentFailure(ctx, row, err)
	}
	send := func(to huma.Context) {
		_, err := io.Copy(to.BodyWriter(), opened)
		// What is sent is shorter than was announced if this fails, and the
		// receiver notices.
		if err = errors.Join(err, opened.Close()); err != nil {
			s.log.WarnContext(ctx, "send a file", "error", err, "request", requestOf(ctx).id)
		}
	}
	if err := in.allow(row.Size); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return &fileContent{ContentType: files.Served(row.MediaType), Length: row.Size, Policy: "sandbox",
		Disposition: saveAs("file."+files.Ending(row.Name), row.Name), Body: send}, nil
}

// contentFailure says that a file which is registered cannot be read: the
// storage has lost or damaged it.
func (s *server) contentFailure(ctx context.Context, row store.File, err error) error {
	if !errors.Is(err, files.ErrNotFound) && !errors.Is(err, files.ErrDamaged) {
		return err
	}
	s.log.ErrorContext(ctx, "an uploaded file is lost or damaged", "error", err, "file", row.ID, "sha256", row.SHA256, "request", requestOf(ctx).id)
	return failure{status: http.StatusInternalServerError, code: "file-damaged",
		zh: "文件内容在存储中缺失或已损坏，请联系管理员从备份恢复，或由上传人重新上传同一文件。",
		en: "The content is missing or damaged in the storage; ask the administrator to restore it from a back-up, or whoever uploaded it to upload the same file again."}
}
