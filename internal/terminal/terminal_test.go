package terminal_test

import (
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
