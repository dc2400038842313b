package document

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// readText reads plain text in UTF-8, UTF-16 or GB18030, one paragraph a line.
// Lines that are divided into columns by bars or tabs become tables.
func readText(ctx context.Context, name string, data []byte) (Document, error) {
	text, err := decode(data)
	if err != nil {
		return Document{}, unknownEncoding(name, err)
	}
	b := builder{doc: Document{Name: name}}
	text = normalLines(text)
	if strings.Count(text, "\n") > MaxParagraphs {
		return Document{}, tooManyParagraphs(name)
	}
	var grid gridLines
	lines := strings.Split(text, "\n")
	for at, checked := 0, 0; at < len(lines); {
		if at >= checked+1024 || at == 0 {
			if err := b.check(ctx); err != nil {
				return Document{}, err
			}
			checked = at
		}
		used := grid.take(at+1, lines[at:])
		if used == 0 {
			grid.flush(&b)
			used = grid.take(at+1, lines[at:])
		}
		if used == 0 {
			b.paragraph(Paragraph{Text: lines[at], Line: at + 1})
			used = 1
		}
		at += used
	}
	grid.flush(&b)
	return b.document(ctx)
}

// ReadPasted reads text that a person pasted.
func ReadPasted(ctx context.Context, name, text string) (Document, error) {
	if len(text) > MaxBytes {
		return Document{}, tooLarge(name)
	}
	return readText(ctx, name, []byte(text))
}

// normalLines returns text whose lines all end in a line feed.
func normalLines(text string) string { return lineFeeds.Replace(text) }

var lineFeeds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u2028", "\n", "\u2029", "\n")

var errEncoding = errors.New("neither UTF-8 nor UTF-16 nor GB18030")

// decode returns data as text. A byte order mark decides; without one valid
// UTF-8 is UTF-8, zero bytes mean UTF-16, and the rest must be GB18030.
func decode(data []byte) (string, error) {
	switch {
	case hasPrefix(data, 0xef, 0xbb, 0xbf):
		data = data[3:]
		if !utf8.Valid(data) {
			return "", errEncoding
		}
		return string(data), nil
	case hasPrefix(data, 0xff, 0xfe):
		return decode16(data[2:], binary.LittleEndian)
	case hasPrefix(data, 0xfe, 0xff):
		return decode16(data[2:], binary.BigEndian)
	}
	zeros := bytes.IndexByte(data, 0) >= 0
	if utf8.Valid(data) && !zeros {
		return string(data), nil
	}
	if zeros {
		return decodeUnmarked16(data)
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil {
		return "", errors.Join(errEncoding, err)
	}
	if s := string(text); !strings.ContainsRune(s, utf8.RuneError) {
		return s, nil
	}
	return decodeUnmarked16(data)
}

// decode16 decodes UTF-16 whose byte order is known.
func decode16(data []byte, order binary.ByteOrder) (string, error) {
	if len(data)%2 != 0 {
		return "", errEncoding
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	text := string(utf16.Decode(units))
	if strings.ContainsRune(text, utf8.RuneError) || strings.ContainsRune(text, 0) {
		return "", errEncoding
	}
	return text, nil
}

// decodeUnmarked16 decodes UTF-16 without a byte order mark in the order that
// gives Chinese.
func decodeUnmarked16(data []byte) (string, error) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		text, err := decode16(data, order)
		if err == nil && mostlyChinese(text) {
			return text, nil
		}
	}
	return "", errEncoding
}

// mostlyChinese reports whether nine of ten runes are such as an official
// document is made of.
func mostlyChinese(text string) bool {
	total, known := 0, 0
	for _, r := range text {
		total++
		if r < unicode.MaxASCII || unicode.Is(unicode.Han, r) || r >= 0x2010 && r <= 0x2030 || r >= 0x3000 && r <= 0x303f || r >= 0xff01 && r <= 0xff5e {
			known++
		}
	}
	return total > 0 && known*10 >= total*9
}

func hasPrefix(data []byte, prefix ...byte) bool { return bytes.HasPrefix(data, prefix) }
