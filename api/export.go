package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	"duban/export"
	"duban/policy"
)

// exportFormat is a file that a plan can be written to.
type exportFormat struct {
	mediaType string
	write     func(policy.Draft, io.Writer) error
}

func exportFormats() map[string]exportFormat {
	return map[string]exportFormat{
		"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", export.Excel},
		"docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", export.Word},
		"csv":  {"text/csv; charset=utf-8", export.CSV},
		"json": {"application/json", func(d policy.Draft, w io.Writer) error { return writeJSON(w, d) }},
	}
}

func (s *server) exportRoutes() {
	register(s, operation{method: http.MethodGet, path: base + "/policies/{id}/export", id: "export-policy", tag: "policies",
		summary:     "Get what was read out of a policy as a file",
		description: "The table of tasks (任务分解表) as a workbook, a Word document, text in columns or JSON; a workbook and a Word document can be imported again. Units see the policies of published plans."},
		s.exportPolicy)
}

type exportInput struct {
	ByID
	Format string `query:"format" enum:"xlsx,docx,csv,json" default:"xlsx" doc:"What the file is"`
}

func (s *server) exportPolicy(ctx context.Context, in *exportInput) (*download, error) {
	row, err := s.readablePolicy(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var draft policy.Draft
	if err := row.Draft.Decode(&draft); err != nil {
		return nil, err
	}
	format := exportFormats()[in.Format]
	var file bytes.Buffer
	if err := format.write(draft, &file); err != nil {
		return nil, exportFailure(err)
	}
	return &download{ContentType: format.mediaType, Policy: "sandbox", Disposition: attachment(exportName(row.Title, row.SourceName), in.Format),
		Body: file.Bytes()}, nil
}

// exportFailure tells what to do about a text that the format cannot hold.
func exportFailure(err error) error {
	long, ok := errors.AsType[*export.CellTooLongError](err)
	if !ok {
		return err
	}
	zh, en, _ := strings.Cut(long.Error(), " / ")
	return failure{status: http.StatusUnprocessableEntity, code: "cell-too-long", zh: zh, en: en}
}

// exportName names the file after the policy or, if that has no title, after the
// file that it came from.
func exportName(title, source string) string {
	if title == "" {
		title = strings.TrimSuffix(source, path.Ext(source))
	}
	return title + "任务分解表"
}

// attachment is a header that gives an exported file a name.
func attachment(name, ending string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	return saveAs("tasks."+ending, name+"."+ending)
}

// saveAs is a header that has a browser of any age save a file, under the name
// or, if it is old, under the plain one.
func saveAs(plain, name string) string {
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
