package api_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"duban/org"
)

// upload sends a file as the form field that imports take.
func (b *bundle) upload(role org.Role, path, name string, content []byte) answer {
	b.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	require.NoError(b.t, err)
	_, err = part.Write(content)
	require.NoError(b.t, err)
	require.NoError(b.t, w.Close())
	return b.call(role, http.MethodPost, path, form.String(), header{"Content-Type": w.FormDataContentType()})
}

// workbook makes a workbook of one sheet.
func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		require.NoError(t, err)
		require.NoError(t, book.SetSheetRow("Sheet1", cell, &row))
	}
	var out bytes.Buffer
	require.NoError(t, book.Write(&out))
	require.NoError(t, book.Close())
	return out.Bytes()
}

type imported struct {
	Saved  bool
	Counts struct{ New, Changed, Unchanged int }
	Units  []struct {
		Change string
		Before *org.Unit
		After  org.Unit
	}
	Groups  []struct{ Change string }
	Aliases []struct{ Change string }
	Clashes []struct{ Name, First, Second string }
}

func TestImportUnits(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	list := workbook(t, []any{"单位名称", "编号", "级别", "类别", "别名", "所属组"},
		[]any{"市教育局", "", "市", "政府", "市教委", ""}, []any{"北县", "north", "县区", "地区", "北县人民政府", "各县（区）"}, []any{"市财政局"})
	var dry, saved imported
	a := b.upload(org.Admin, "units/import?dry-run=true", "单位.xlsx", list)
	require.Equal(t, http.StatusOK, a.status, a.text)
	a.into(t, &dry)
	require.False(t, dry.Saved)
	require.Equal(t, struct{ New, Changed, Unchanged int }{3, 2, 1}, dry.Counts)
	require.Equal(t, education, dry.Units[0].After.ID)
	require.Equal(t, "changed", dry.Units[0].Change)
	require.Empty(t, dry.Units[0].Before.Level)
	require.Equal(t, "city", dry.Units[0].After.Level)
	require.Equal(t, http.StatusNotFound, b.call(org.Admin, http.MethodGet, "units/north", nil).status, "a dry run saves nothing")

	a = b.upload(org.Admin, "units/import", "单位.xlsx", list)
	require.Equal(t, http.StatusOK, a.status, a.text)
	a.into(t, &saved)
	require.True(t, saved.Saved)
	require.Equal(t, dry.Counts, saved.Counts)
	var north org.Unit
	b.get(org.Viewer, "units/north", &north)
	require.Equal(t, "county", north.Level)
	var group org.Group
	b.get(org.Viewer, "groups/counties", &group)
	require.Equal(t, []string{"east", "west", "north"}, group.Members)

	b.upload(org.Admin, "units/import", "单位.xlsx", list).into(t, &saved)
	require.Equal(t, struct{ New, Changed, Unchanged int }{0, 0, 6}, saved.Counts, "the same list again changes nothing")
}

func TestAListWithFaultsSavesNothing(t *testing.T) {
	t.Parallel()
	b := newBundle(t)
	a := b.upload(org.Admin, "units/import", "单位.csv", []byte("\ufeff单位名称,级别\r\n市水务局,市\r\n,市\r\n市林业局,天\r\n"))
	require.Equal(t, http.StatusUnprocessableEntity, a.status, a.text)
	p := a.problem(t)
	require.Equal(t, "unit-file", p.Code)
	require.Len(t, p.Errors, 2)
	require.Equal(t, "rows[3].单位名称", p.Errors[0].Field)
	require.Contains(t, p.Errors[1].Detail, "第 4 行“级别”：不认识“天”")
	require.Equal(t, "name-clash", b.upload(org.Admin, "units/import", "单位.csv", []byte("单位名称,别名\n市水务局,市财政局\n")).problem(t).Code)
	var clashing imported
	b.upload(org.Admin, "units/import?dry-run=true", "单位.csv", []byte("单位名称,别名\n市水务局,市财政局\n")).into(t, &clashing)
	require.Len(t, clashing.Clashes, 1)
	require.Equal(t, "市财政局", clashing.Clashes[0].First)
	require.Equal(t, "unit-file", b.upload(org.Admin, "units/import", "单位.txt", []byte("没有表格")).problem(t).Code)
	require.Equal(t, http.StatusUnprocessableEntity, b.upload(org.Admin, "units/import", "单位.xlsx", nil).status)
	var units struct{ Items []org.Unit }
	b.get(org.Admin, "units?search=水务", &units)
	require.Empty(t, units.Items)
}
