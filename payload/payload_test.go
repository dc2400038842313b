package payload_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"pgregory.net/rapid"

	"duban/payload"
)

func encodingOf(p *commonpb.Payload) string {
	return string(p.GetMetadata()[converter.MetadataEncoding])
}

func TestSmallPayloadsStayAsTheyAre(t *testing.T) {
	text := strings.Repeat("会签", 1000)
	made, err := payload.Converter().ToPayload(text)
	require.NoError(t, err)
	plain, err := converter.GetDefaultDataConverter().ToPayload(text)
	require.NoError(t, err)
	require.Equal(t, plain.GetData(), made.GetData())
	require.Equal(t, "json/plain", encodingOf(made))
}

func TestLargePayloadsAreCompressed(t *testing.T) {
	text := strings.Repeat("会签单位", 100_000)
	made, err := payload.Converter().ToPayload(text)
	require.NoError(t, err)
	require.Equal(t, "binary/zstd", encodingOf(made))
	require.Less(t, len(made.GetData()), 10_000)
	var read string
	require.NoError(t, payload.Converter().FromPayload(made, &read))
	require.Equal(t, text, read)
}

func TestWhatWasWrittenBeforeIsRead(t *testing.T) {
	text := strings.Repeat("会签单位", 100_000)
	plain, err := converter.GetDefaultDataConverter().ToPayloads(text, "second")
	require.NoError(t, err)
	var read, second string
	require.NoError(t, payload.Converter().FromPayloads(plain, &read, &second))
	require.Equal(t, text, read)
	require.Equal(t, "second", second)
}

func TestWhatDoesNotShrinkStaysAsItIs(t *testing.T) {
	noise := make([]byte, 100_000)
	rand.Read(noise)
	made, err := payload.Converter().ToPayload(noise)
	require.NoError(t, err)
	require.Equal(t, "binary/plain", encodingOf(made))
}

func TestADamagedPayloadIsAnError(t *testing.T) {
	made, err := payload.Converter().ToPayload(strings.Repeat("会签单位", 100_000))
	require.NoError(t, err)
	made.Data[len(made.Data)/2] ^= 1
	var read string
	require.ErrorContains(t, payload.Converter().FromPayload(made, &read), "compressed payload")
}

func TestEverythingComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Repeat(rapid.String().Draw(t, "text"), rapid.IntRange(1, 20_000).Draw(t, "times"))
		made, err := payload.Converter().ToPayload(text)
		require.NoError(t, err)
		var read string
		require.NoError(t, payload.Converter().FromPayload(made, &read))
		require.Equal(t, text, read)
	})
}
