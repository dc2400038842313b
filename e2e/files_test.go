package e2e_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"duban/app"
	"duban/client"
	"duban/example"
	"duban/org"
	"duban/setup"
)

// TestFilesOutliveTheServer uploads files to one server and reads them from two
// others that share its folders, one after the other.
func TestFilesOutliveTheServer(t *testing.T) {
	ctx := within(t)
	data, shared := t.TempDir(), filepath.Join(t.TempDir(), "shared")
	first := serve(t, func(c *app.Config) { c.DataDir = data })
	plan, err := example.Load()
	require.NoError(t, err)
	people, err := setup.Register(ctx, first.Store, plan)
	require.NoError(t, err)

	content := make([]byte, 5<<20)
	_, err = rand.Read(content)
	require.NoError(t, err)
	var file struct {
		ID     string `json:"id"`
		SHA256 string `json:"sha256"`
	}
	operator := func(url string) client.Client { return newOffice(t, url, people).as(lead, org.Operator) }
	require.NoError(t, operator(first.URL()).Upload(ctx, "现场照片.zip", bytes.NewReader(content), &file, client.Key("photos")))
	require.FileExists(t, filepath.Join(data, "files", file.SHA256[:2], file.SHA256))
	require.NoError(t, first.Stop(ctx))

	second := serve(t, func(c *app.Config) { c.DataDir = data })
	read, err := operator(second.URL()).Download(ctx, "files/"+file.ID+"/content")
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, read))
	_, err = newOffice(t, second.URL(), people).as(inspectors, org.Supervisor).Download(ctx, "files/"+file.ID+"/content")
	require.NoError(t, err)
	_, err = newOffice(t, second.URL(), people).as("shi-caizhengju", org.Operator).Download(ctx, "files/"+file.ID+"/content")
	require.True(t, client.IsProblem(err, http.StatusNotFound), "another unit: %v", err)
	require.NoError(t, second.Stop(ctx))

	third := serve(t, func(c *app.Config) { c.DataDir, c.Files, c.FileLimit = data, shared, 1<<20 })
	err = operator(third.URL()).Upload(ctx, "a.txt", io.LimitReader(strings.NewReader(strings.Repeat("a", 3<<20)), 3<<20), nil, client.Key("large"))
	require.True(t, client.IsProblem(err, http.StatusRequestEntityTooLarge), "%v", err)
	require.NoError(t, operator(third.URL()).Upload(ctx, "a.txt", strings.NewReader("一"), &file, client.Key("small")))
	require.FileExists(t, filepath.Join(shared, file.SHA256[:2], file.SHA256))
}
