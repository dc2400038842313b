// Package payload makes what large processes send through the engine small
// enough for it: the engine takes no more than 2 MB at once, and a sign-off with
// thousands of signers says more than that. See docs/decisions/large-sign-offs.md.
package payload

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

const (
	// compressFrom is the size in bytes from which on a payload is compressed.
	// Nearly all are smaller, and stay readable as they are.
	compressFrom = 32 << 10
	// encoding marks a compressed payload. It stands in histories that are kept
	// for years and never changes.
	encoding = "binary/zstd"
	// window is how far back a repetition is found, in bytes: the second round of
	// a sign-off repeats the units and people of the first.
	window = 8 << 20
	// most bounds what a payload may grow to when it is read, in bytes.
	most = 256 << 20
)

// Converter returns the data converter that every client of the engine uses. It
// reads what was written without it.
func Converter() converter.DataConverter {
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec{})
}

type codec struct{}

// Encode compresses the payloads that are large.
func (codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, func(p *commonpb.Payload) (*commonpb.Payload, error) {
		if len(p.GetData()) < compressFrom {
			return p, nil
		}
		return compress(p)
	})
}

// Decode restores the payloads that are compressed.
func (codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, func(p *commonpb.Payload) (*commonpb.Payload, error) {
		if string(p.GetMetadata()[converter.MetadataEncoding]) != encoding {
			return p, nil
		}
		return restore(p)
	})
}

func each(payloads []*commonpb.Payload, change func(*commonpb.Payload) (*commonpb.Payload, error)) ([]*commonpb.Payload, error) {
	changed := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		var err error
		if changed[i], err = change(p); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

func compress(p *commonpb.Payload) (*commonpb.Payload, error) {
	text, err := proto.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("encode a payload: %w", err)
	}
	// Made anew each time, as it holds tens of megabytes and is rarely needed.
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression),
		zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window))
	if err != nil {
		return nil, fmt.Errorf("compress a payload: %w", err)
	}
	small := encoder.EncodeAll(text, nil)
	if len(small) >= len(text) {
		return p, nil
	}
	return &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding)}, Data: small}, nil
}

func restore(p *commonpb.Payload) (*commonpb.Payload, error) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(most))
	if err != nil {
		return nil, fmt.Errorf("read a compressed payload: %w", err)
	}
	defer decoder.Close()
	text, err := decoder.DecodeAll(p.GetData(), nil)
	if err != nil {
		return nil, fmt.Errorf("read a compressed payload: %w", err)
	}
	var restored commonpb.Payload
	if err := proto.Unmarshal(text, &restored); err != nil {
		return nil, fmt.Errorf("decode a payload: %w", err)
	}
	return &restored, nil
}

// Size is how many bytes a value takes when it is sent through the engine.
func Size(value any) (int, error) {
	made, err := Converter().ToPayload(value)
	if err != nil {
		return 0, fmt.Errorf("encode %T: %w", value, err)
	}
	return proto.Size(made), nil
}
