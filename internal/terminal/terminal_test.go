package terminal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"duban/internal/terminal"
)

func TestAlign(t *testing.T) {
	require.Equal(t, "单位      件\n市教育局  3\nab        12  x\n", terminal.Align([][]string{{"单位", "件"}, {"市教育局", "3"}, {"ab", "12", "x"}}))
	require.Empty(t, terminal.Align(nil))
}

func TestClip(t *testing.T) {
	require.Equal(t, "市教育局", terminal.Clip(" 市教育局 ", 8))
	require.Equal(t, "市教…", terminal.Clip("市教育局", 6))
	require.Equal(t, "督办…", terminal.Clip("督办系统", 5))
	require.Equal(t, 11, terminal.Columns("督办，Duban"))
	require.Equal(t, "a b", terminal.Clip("a\n b", 10))
}

func TestClipLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("市教ab，c d\n"))).Draw(t, "text")
		limit := rapid.IntRange(1, 20).Draw(t, "limit")
		clipped := terminal.Clip(text, limit)
		require.LessOrEqual(t, terminal.Columns(clipped), limit)
		require.True(t, strings.HasPrefix(strings.Join(strings.Fields(text), " "), strings.TrimSuffix(clipped, "…")))
	})
}

func TestFit(t *testing.T) {
	rows := [][]string{{"单位", "件", "内容"}, {"市教育局", "3", "落实本任务的年度工作"}, {"市委", "12"}}
	terminal.Fit(rows, 26)
	require.Equal(t, "单位      件  内容\n市教育局  3   落实本任务…\n市委      12\n", terminal.Align(rows))
	terminal.Fit(rows, 5)
	require.Equal(t, "落实本任…", rows[1][2], "some of it stays")
}

func TestWrap(t *testing.T) {
	words := []string{"提醒 19", "逾期 2", "催办 2"}
	require.Equal(t, "提醒 19，逾期 2，催办 2", terminal.Wrap(words, "，", 6, 0, 2))
	require.Equal(t, "提醒 19，\n  逾期 2，催办 2", terminal.Wrap(words, "，", 6, 18, 2))
	require.Equal(t, "a, b,\nc", terminal.Wrap([]string{"a", "b", "c"}, ", ", 0, 6, 0))
	require.Empty(t, terminal.Wrap(nil, ", ", 0, 6, 0))
}

func TestWrapLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringOfN(rapid.RuneFrom([]rune("市教ab")), 1, 5, -1)).Draw(t, "words")
		at, indent, columns := rapid.IntRange(0, 8).Draw(t, "at"), rapid.IntRange(0, 8).Draw(t, "indent"), rapid.IntRange(20, 40).Draw(t, "columns")
		wrapped := strings.Repeat(" ", at) + terminal.Wrap(words, ", ", at, columns, indent)
		for line := range strings.Lines(wrapped) {
			require.LessOrEqual(t, terminal.Columns(strings.TrimSuffix(line, "\n")), columns)
		}
		require.Equal(t, strings.Join(words, ", "), strings.Join(strings.Fields(wrapped), " "), "nothing is lost")
	})
}

func TestWidth(t *testing.T) {
	require.Zero(t, terminal.Width(&strings.Builder{}), "no terminal has no bound")
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	require.Zero(t, terminal.Width(file))
}
