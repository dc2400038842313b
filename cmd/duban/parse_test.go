package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duban/internal/terminal"
	"duban/policy"

	"github.com/stretchr/testify/require"
)

// written puts text into a file and returns its path.
func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const twoTasks = `某市推进工作方案
一、主要任务
（一）建设平台。2027年底前建成3个数据平台。（牵头单位：市政务和数据局，配合单位：各县（区）人民政府（管委会）、市财政局）
（二）完善制度。研究相关制度。（市发展改革局、市司法局负责）
`

const someUnits = `{"units":[
 {"id":"a","name":"甲县","aliases":["甲县人民政府"]},{"id":"b","name":"乙区"},
 {"id":"data","name":"市政务和数据局"},{"id":"fin","name":"市财政局"}],
 "groups":[{"id":"g","name":"各县（区）","members":["a","b"],"aliases":["各县（区）人民政府（管委会）"]}]}`

func TestParsePrintsJSON(t *testing.T) {
	var out bytes.Buffer
	command := parseCommand{File: written(t, "方案.txt", twoTasks), Format: "json"}
	require.NoError(t, command.Run(t.Context(), &out))
	var got struct {
		Title, Status string
		Tasks         []map[string]any
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	require.Equal(t, "某市推进工作方案", got.Title)
	require.Len(t, got.Tasks, 2)
	first := got.Tasks[0]
	require.Equal(t, "（一）", first["no"])
	require.Equal(t, "一、主要任务", first["section"])
	require.Equal(t, []any{"市政务和数据局"}, first["lead"])
	require.Equal(t, []any{"各县（区）人民政府（管委会）", "市财政局"}, first["support"])
	require.Equal(t, "2027-12-31", first["deadline"])
	require.Len(t, first["targets"], 1)
	require.NotContains(t, first, "units", "without a registry only the written forms are printed")
	second := got.Tasks[1]
	require.Equal(t, "joint", second["mode"])
	require.Equal(t, []any{"市发展改革局", "市司法局"}, second["lead"])
	require.Equal(t, []any{}, second["support"], "an empty list is no null")
	require.Equal(t, []any{}, second["targets"])
	require.Nil(t, second["deadline"])
	require.NotEmpty(t, second["decide"])
}

func TestParseResolvesNames(t *testing.T) {
	var out bytes.Buffer
	command := parseCommand{File: written(t, "方案.txt", twoTasks), Format: "json", Units: written(t, "units.json", someUnits)}
	require.NoError(t, command.Run(t.Context(), &out))
	var got parsedPolicy
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	require.Equal(t, []parsedUnit{
		{Written: "市政务和数据局", Role: policy.Lead, Known: true, Name: "市政务和数据局"},
		{Written: "各县（区）人民政府（管委会）", Role: policy.Support, Known: true, Name: "各县（区）", Members: []string{"甲县", "乙区"}},
		{Written: "市财政局", Role: policy.Support, Known: true, Name: "市财政局"},
	}, got.Tasks[0].Units)
	require.False(t, got.Tasks[1].Units[0].Known)

	out.Reset()
	command.Format = "table"
	require.NoError(t, command.Run(t.Context(), &out))
	require.Contains(t, out.String(), "各县（区）人民政府（管委会）[2]")
	require.Contains(t, out.String(), "未登记 unknown: （二） 完善制度: 市司法局")
}

func TestParseTableIsAligned(t *testing.T) {
	var out bytes.Buffer
	command := parseCommand{File: written(t, "方案.txt", twoTasks), Format: "table"}
	require.NoError(t, command.Run(t.Context(), &out))
	var starts []int
	for line := range strings.Lines(out.String()) {
		for _, lead := range []string{"牵头 Lead", "市政务和数据局", "共同 joint"} {
			if at := strings.Index(line, lead); at >= 0 && len(starts) < 3 {
				starts = append(starts, terminal.Columns(line[:at]))
			}
		}
	}
	require.Len(t, starts, 3)
	require.Equal(t, starts[0], starts[1])
	require.Equal(t, starts[0], starts[2])
}

func TestParseRefusesADocumentWithoutTasks(t *testing.T) {
	var out bytes.Buffer
	err := parseCommand{File: written(t, "a.txt", "今天天气很好。\n"), Format: "table"}.Run(t.Context(), &out)
	var none *policy.NoTasksError
	require.ErrorAs(t, err, &none)
	require.Contains(t, err.Error(), "牵头单位")
	require.Empty(t, out.String())
}

func TestParseRefusesUnitsThatAreNone(t *testing.T) {
	command := parseCommand{File: written(t, "a.txt", twoTasks), Format: "json", Units: written(t, "units.json", "[1]")}
	require.ErrorContains(t, command.Run(t.Context(), &bytes.Buffer{}), "units")
}

func TestParseWritesFiles(t *testing.T) {
	source := written(t, "方案.txt", twoTasks)
	for _, format := range []string{"xlsx", "docx", "csv"} {
		path := filepath.Join(t.TempDir(), "任务分解表."+format)
		command := parseCommand{File: source, Format: format, Output: path}
		require.NoError(t, command.Run(t.Context(), &bytes.Buffer{}))
		var out bytes.Buffer
		require.NoError(t, parseCommand{File: path, Format: "json"}.Run(t.Context(), &out))
		var got struct{ Tasks []struct{ Title string } }
		require.NoError(t, json.Unmarshal(out.Bytes(), &got))
		require.Len(t, got.Tasks, 2)
		require.Equal(t, "建设平台", got.Tasks[0].Title)
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		require.ErrorContains(t, command.Run(t.Context(), &bytes.Buffer{}), "已存在")
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, before, after, "a file that is there stays as it is")
	}
	require.ErrorContains(t, parseCommand{File: source, Format: "xlsx"}.Run(t.Context(), &bytes.Buffer{}), "-o plan.xlsx")
	var out bytes.Buffer
	require.NoError(t, parseCommand{File: source, Format: "csv"}.Run(t.Context(), &out))
	require.Contains(t, out.String(), `"重点任务"`)
}
