package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"duban/act"
	"duban/api"
	"duban/files"
	"duban/org"
	"duban/projection"
	"duban/store"
)

// fileResource is a file as the API shows it.
type fileResource struct {
	ID, Name, MediaType, SHA256, UploadedBy, Unit string
	Size                                          int64
}

// online is a bundle behind a real server.
type online struct {
	*bundle
	server *httptest.Server
	folder string
}

func newOnline(t *testing.T, limit int64) online {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "files")
	kept, err := files.OpenFolder(folder)
	require.NoError(t, err)
	b := newBundle(t, func(c *api.Config) { c.Files, c.FileLimit = kept, limit })
	server := httptest.NewServer(b.handler)
	t.Cleanup(server.Close)
	return online{bundle: b, server: server, folder: folder}
}

// send makes a request over the network.
func (o online) send(role org.Role, method, path string, body io.Reader, headers ...header) answer {
	o.t.Helper()
	request, err := http.NewRequestWithContext(o.t.Context(), method, o.server.URL+"/api/v1/"+path, body)
	require.NoError(o.t, err)
	request.Header.Set("Authorization", "Bearer "+o.tokens[role])
	for _, h := range headers {
		for name, value := range h {
			request.Header.Set(name, value)
		}
	}
	response, err := o.server.Client().Do(request)
	require.NoError(o.t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(o.t, errors.Join(err, response.Body.Close()))
	return answer{status: response.StatusCode, header: response.Header, text: string(text)}
}

// field is one field of a form; it is a file if it has a file name.
type field struct{ name, file, content string }

func form(t *testing.T, fields ...field) (io.Reader, header) {
	t.Helper()
	var text bytes.Buffer
	writer := multipart.NewWriter(&text)
	for _, f := range fields {
		disposition := `form-data; name="` + f.name + `"`
		if f.file != "" {
			disposition += `; filename="` + f.file + `"`
		}
		part, err := writer.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {"text/html"}})
		require.NoError(t, err)
		_, err = io.WriteString(part, f.content)
		require.NoError(t, err)
	}
	require.NoError(t, writer.Close())
	return &text, header{"Content-Type": writer.FormDataContentType()}
}

// upload sends one file in a form.
func (o online) upload(role org.Role, idempotency, name, content string) answer {
	o.t.Helper()
	body, contentType := form(o.t, field{"file", name, content})
	return o.send(role, http.MethodPost, "files", body, contentType, key(idempotency))
}

func (o online) uploaded(role org.Role, idempotency, name, content string) fileResource {
	o.t.Helper()
	a := o.upload(role, idempotency, name, content)
	require.Equal(o.t, http.StatusCreated, a.status, a.text)
	var file fileResource
	a.into(o.t, &file)
	require.Equal(o.t, "/api/v1/files/"+file.ID, a.header.Get("Location"))
	return file
}

// stored lists the files in the storage, those under way as well.
func (o online) stored() []string {
	o.t.Helper()
	found, err := filepath.Glob(filepath.Join(o.folder, "*", "*"))
	require.NoError(o.t, err)
	return found
}

// fileDay is when files are attached in these tests.
var fileDay = time.Date(2026, 5, 6, 1, 0, 0, 0, time.UTC)

const pdf = "%PDF-1.7\n一、总体要求\x00\xff"

func TestUploadAndDownload(t *testing.T) {
	t.Parallel()
	o := newOnline(t, 0)
	const name = `关于报送2026年 “共同体”建设情况的函+附表(1);'%41.pdf`
	file := o.uploaded(org.Operator, "k", name, pdf)
	require.Equal(t, fileResource{ID: file.ID, Name: name, MediaType: "application/pdf", SHA256: file.SHA256, UploadedBy: "u-operator",
		Unit: education, Size: int64(len(pdf))}, file)
	var read fileResource
	o.get(org.Operator, "files/"+file.ID, &read)
	require.Equal(t, file, read)

	a := o.send(org.Operator, http.MethodGet, "files/"+file.ID+"/content", nil)
	require.Equal(t, http.StatusOK, a.status, a.text)
	require.Equal(t, pdf, a.text)
	require.Equal(t, "application/pdf", a.header.Get("Content-Type"))
	require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
	require.Equal(t, "sandbox", a.header.Get("Content-Security-Policy"))
	require.NotContains(t, a.header.Get("Content-Disposition"), "关")
	disposition, parameters, err := mime.ParseMediaType(a.header.Get("Content-Disposition"))
	require.NoError(t, err)
	require.Equal(t, "attachment", disposition)
	require.Equal(t, name, parameters["filename"])
	require.Contains(t, a.header.Get("Content-Disposition"), `filename="file.pdf"`, "for old browsers")

	raw := o.send(org.Operator, http.MethodPost, "files?name=%E7%85%A7%E7%89%87.png", strings.NewReader("\x89PNG"), key("raw"),
		header{"Content-Type": "application/octet-stream"})
	require.Equal(t, http.StatusCreated, raw.status, raw.text)
	raw.into(t, &read)
	require.Equal(t, "照片.png", read.Name)
	require.Equal(t, "\x89PNG", o.send(org.Operator, http.MethodGet, "files/"+read.ID+"/content", nil).text)
}

// attach shows a file as attached to an assignment that concerns a unit.
func (o online) attach(file fileResource, unit string) {
	o.t.Helper()
	const instance = "assignment/a"
	ledger, events, err := act.Ledger{Instance: instance}.Record(act.Command{ID: "c", Actor: act.Process()},
		[]act.Event{act.Happened("assignment.reported", nil)}, fileDay)
	require.NoError(o.t, err)
	require.NoError(o.t, o.store.Project(o.t.Context(), projection.Change{Instance: instance, Kind: "assignment", PlanID: "p", To: 1,
		Seq: ledger.Seq, Hash: ledger.Hash, At: fileDay, Events: events, Upserts: projection.View{
			Parties: []projection.Party{{ID: instance + "/" + unit, Instance: instance, UnitID: unit}},
			Attachments: []projection.Attachment{{ID: "a/1#1", Instance: instance, AttachedTo: "a/1", Kind: "report", N: 1, FileID: file.ID,
				SHA256: file.SHA256, Name: file.Name, Size: file.Size}},
		}}))
}

// Who has uploaded a file may read it, who reads everything, and who may read
// what it is attached to.
func TestFilesAreReadByWhomTheyConcern(t *testing.T) {
	t.Parallel()
	o := newOnline(t, 0)
	file := o.uploaded(org.Operator, "k", "佐证.pdf", pdf)
	requireReaders := func(readers ...org.Role) {
		t.Helper()
		for _, role := range org.Roles() {
			status := http.StatusNotFound
			if slices.Contains(readers, role) {
				status = http.StatusOK
			}
			require.Equal(t, status, o.send(role, http.MethodGet, "files/"+file.ID, nil).status, role)
			content := o.send(role, http.MethodGet, "files/"+file.ID+"/content", nil)
			require.Equal(t, status, content.status, role)
			require.Equal(t, status == http.StatusOK, content.text == pdf, role)
		}
	}
	requireReaders(org.Operator, org.Supervisor, org.Admin)
	o.attach(file, finance)
	requireReaders(org.Operator, org.Supervisor, org.Admin, org.Viewer)

	var list struct{ Items []map[string]any }
	o.get(org.Viewer, "attachments?attachedTo=a/1", &list)
	require.Len(t, list.Items, 1)
	require.Equal(t, file.ID, list.Items[0]["file"])
	o.get(org.Viewer, "attachments?instance=assignment/b", &list)
	require.Empty(t, list.Items)
	o.get(org.Head, "attachments", &list)
	require.Empty(t, list.Items, "it does not concern education")
}

func TestUploadIsDoneOnce(t *testing.T) {
	t.Parallel()
	o := newOnline(t, 0)
	first := o.uploaded(org.Operator, "k", "佐证.pdf", pdf)
	require.Equal(t, first, o.uploaded(org.Operator, "k", "佐证.pdf", pdf))
	other := o.upload(org.Operator, "k", "佐证.pdf", pdf+"改")
	require.Equal(t, http.StatusUnprocessableEntity, other.status)
	require.Equal(t, "id-reused", other.problem(t).Code)
	require.NotEqual(t, first.ID, o.uploaded(org.Operator, "k2", "佐证.pdf", pdf).ID)
	require.NotEqual(t, first.ID, o.uploaded(org.Head, "k", "佐证.pdf", pdf).ID, "keys belong to their users")
	missing := o.upload(org.Operator, "", "佐证.pdf", pdf)
	require.Equal(t, http.StatusBadRequest, missing.status)
	require.Equal(t, "idempotency-key", missing.problem(t).Code)
}

func TestUploadsThatAreRefused(t *testing.T) {
	t.Parallel()
	o := newOnline(t, 0)
	for name, c := range map[string]struct {
		fields []field
		status int
		code   string
	}{
		"a program":               {[]field{{"file", "安装.exe", "MZ\x00"}}, http.StatusUnprocessableEntity, "file-kind"},
		"a program in disguise":   {[]field{{"file", "通知.pdf", "MZ\x90\x00"}}, http.StatusUnprocessableEntity, "file-executable"},
		"a path":                  {[]field{{"file", "../a.pdf", pdf}}, http.StatusUnprocessableEntity, "file-name"},
		"a path of Windows":       {[]field{{"file", `C:\\a.pdf`, pdf}}, http.StatusUnprocessableEntity, "file-name"},
		"a long name":             {[]field{{"file", strings.Repeat("长", 197) + ".pdf", pdf}}, http.StatusUnprocessableEntity, "file-name"},
		"empty":                   {[]field{{"file", "a.pdf", ""}}, http.StatusUnprocessableEntity, "file-empty"},
		"no file":                 {[]field{{"other", "a.pdf", pdf}}, http.StatusUnprocessableEntity, "no-file"},
		"two files":               {[]field{{"file", "a.pdf", pdf}, {"file", "b.pdf", pdf}}, http.StatusUnprocessableEntity, "one-file"},
		"a field that is no file": {[]field{{"file", "", pdf}}, http.StatusUnprocessableEntity, "file-name"},
	} {
		t.Run(name, func(t *testing.T) {
			body, contentType := form(t, c.fields...)
			a := o.send(org.Operator, http.MethodPost, "files", body, contentType, key("k"), header{"Accept-Language": "en"})
			require.Equal(t, c.status, a.status, a.text)
			require.Equal(t, c.code, a.problem(t).Code)
			require.NotEmpty(t, a.problem(t).Errors)
		})
	}
	body, contentType := form(t, field{"note", "", "注"}, field{"file", "a.pdf", pdf})
	require.Equal(t, http.StatusCreated, o.send(org.Operator, http.MethodPost, "files", body, contentType, key("note")).status)
	body, contentType = form(t, field{"file", "a.pdf", pdf})
	whole, err := io.ReadAll(body)
	require.NoError(t, err)
	cut := o.send(org.Operator, http.MethodPost, "files", bytes.NewReader(whole[:len(whole)-10]), contentType, key("cut"))
	require.Equal(t, http.StatusBadRequest, cut.status)
	require.Equal(t, "malformed-form", cut.problem(t).Code)
	require.Equal(t, http.StatusUnsupportedMediaType,
		o.send(org.Operator, http.MethodPost, "files?name=a.pdf", strings.NewReader("{}"), header{"Content-Type": "application/json"}, key("json")).status)
	require.Len(t, o.stored(), 1, "nothing but the one that was taken")
}

// The bound holds exactly, however the file is sent.
func TestUploadAtTheBound(t *testing.T) {
	t.Parallel()
	const limit = 300_000
	o := newOnline(t, limit)
	text := strings.Repeat("a", limit)
	for name, send := range map[string]func(content string) answer{
		"form": func(content string) answer { return o.upload(org.Operator, rand.Text(), "a.txt", content) },
		"body": func(content string) answer {
			return o.send(org.Operator, http.MethodPost, "files?name=a.txt", strings.NewReader(content), key(rand.Text()))
		},
		"body of unknown length": func(content string) answer {
			return o.send(org.Operator, http.MethodPost, "files?name=a.txt", io.MultiReader(strings.NewReader(content)), key(rand.Text()))
		},
	} {
		require.Equal(t, http.StatusCreated, send(text).status, name)
		for _, more := range []int{1, formFields, limit} {
			a := send(text + strings.Repeat("a", more))
			require.Equal(t, http.StatusRequestEntityTooLarge, a.status, "%s: %s", name, a.text)
			require.Equal(t, "too-large", a.problem(t).Code)
		}
	}
	require.Len(t, o.stored(), 1, "the same content is stored once")
	body, contentType := form(t, field{"note", "", text + text}, field{"file", "a.txt", "a"})
	require.Equal(t, http.StatusRequestEntityTooLarge, o.send(org.Operator, http.MethodPost, "files", body, contentType, key("note")).status)
}

// formFields is more than a form may be longer than its file.
const formFields = 100_000

// A file of 50 MB is refused, announced or not, and takes no memory. The test
// does not run beside others, as it counts what is allocated.
func TestLargeUploadTakesNoMemory(t *testing.T) {
	o := newOnline(t, 0)
	const size = 50 << 20
	o.uploaded(org.Operator, "warm", "a.pdf", pdf)
	for name, length := range map[string]int64{"announced": size, "not announced": -1} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.server.URL+"/api/v1/files?name=a.txt", io.LimitReader(letters{}, size))
		require.NoError(t, err)
		request.ContentLength = length
		request.Header.Set("Authorization", "Bearer "+o.tokens[org.Operator])
		request.Header.Set("Idempotency-Key", "k")
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		response, err := o.server.Client().Do(request)
		runtime.ReadMemStats(&after)
		require.NoError(t, err, name)
		text, err := io.ReadAll(response.Body)
		require.NoError(t, errors.Join(err, response.Body.Close()))
		require.Equal(t, http.StatusRequestEntityTooLarge, response.StatusCode, "%s: %s", name, text)
		require.Contains(t, string(text), "20 MB")
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2<<20), name)
	}
	require.Len(t, o.stored(), 1, "only the small one")
}

// letters is a text without an end.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestDamagedFile(t *testing.T) {
	t.Parallel()
	o := newOnline(t, 0)
	file := o.uploaded(org.Operator, "k", "佐证.pdf", pdf)
	path := filepath.Join(o.folder, file.SHA256[:2], file.SHA256)
	for _, damage := range []func() error{
		func() error { return os.WriteFile(path, []byte(pdf[1:]+"x"), 0o600) },
		func() error { return os.Remove(path) },
	} {
		require.NoError(t, damage())
		a := o.send(org.Operator, http.MethodGet, "files/"+file.ID+"/content", nil)
		require.Equal(t, http.StatusInternalServerError, a.status)
		require.Equal(t, "file-damaged", a.problem(t).Code)
		require.Contains(t, o.log.String(), file.SHA256, "the administrator is told which")
		require.Equal(t, file, o.uploaded(org.Operator, "k", "佐证.pdf", pdf))
		require.Equal(t, pdf, o.send(org.Operator, http.MethodGet, "files/"+file.ID+"/content", nil).text)
	}
}

// Whatever is registered, no browser is told to open a page.
func TestPagesAreServedAsFilesToSave(t *testing.T) {
	t.Parallel()
	o := newOnline(t, 0)
	file := o.uploaded(org.Operator, "k", "佐证.txt", "<script>")
	_, err := o.store.CreateFile(t.Context(), store.File{ID: "page", SHA256: file.SHA256, Name: "a.html", Size: file.Size,
		MediaType: "text/html", UploadedBy: "u-operator", UnitID: education})
	require.NoError(t, err)
	a := o.send(org.Operator, http.MethodGet, "files/page/content", nil)
	require.Equal(t, http.StatusOK, a.status)
	require.Equal(t, "application/octet-stream", a.header.Get("Content-Type"))
	require.Contains(t, a.header.Get("Content-Disposition"), `filename="file.bin"`)
}

func TestUploadsOfADayAreBounded(t *testing.T) {
	t.Parallel()
	o := newOnline(t, 0)
	_, err := o.store.CreateFile(t.Context(), store.File{ID: "f", SHA256: strings.Repeat("0", 64), Name: "a.pdf", Size: 2 << 30,
		MediaType: "application/pdf", UploadedBy: "u-operator", UnitID: education})
	require.NoError(t, err)
	a := o.upload(org.Operator, "k", "佐证.pdf", pdf)
	require.Equal(t, http.StatusTooManyRequests, a.status)
	require.Equal(t, "too-many-uploads", a.problem(t).Code)
	require.NotEmpty(t, a.header.Get("Retry-After"))
	o.uploaded(org.Head, "k", "佐证.pdf", pdf)
}

// full is a storage whose disk is full.
type full struct{ files.Storage }

func (full) Put(context.Context, io.Reader, int64) (files.Stored, error) {
	return files.Stored{}, fmt.Errorf("%w: inner words", files.ErrFull)
}

func TestFullStorage(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(c *api.Config) { c.Files = full{c.Files} })
	a := b.call(org.Operator, http.MethodPost, "files?name=a.txt", "x", key("k"), header{"Content-Type": "application/octet-stream"})
	require.Equal(t, http.StatusServiceUnavailable, a.status, a.text)
	require.Equal(t, "storage-full", a.problem(t).Code)
	require.NotContains(t, a.text, "inner words")
	require.Contains(t, b.log.String(), "inner words")
}
