package store

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// MaxJSON bounds a JSON document, in bytes.
const MaxJSON = 16 << 20

// JSON is a document kept as text. The zero value is NULL in the database and
// null in JSON.
type JSON []byte

// NewJSON encodes a value.
func NewJSON(value any) (JSON, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}
	return data, nil
}

// Decode reads the document into target; the zero value leaves it alone.
func (j JSON) Decode(target any) error {
	if len(j) == 0 {
		return nil
	}
	if err := json.Unmarshal(j, target); err != nil {
		return fmt.Errorf("decode JSON: %w", err)
	}
	return nil
}

// GormDataType makes the column text of any length.
func (JSON) GormDataType() string { return "string" }

// Value writes text, not bytes: SQLite tells them apart. What is not JSON, or
// more than MaxJSON, is refused with ErrInvalid.
func (j JSON) Value() (driver.Value, error) {
	switch {
	case len(j) == 0:
		return nil, nil
	case len(j) > MaxJSON:
		return nil, &InvalidError{Field: "json", Reason: fmt.Sprintf("超过 %d MB (larger than %d MB)", MaxJSON>>20, MaxJSON>>20)}
	case !utf8.Valid(j) || !json.Valid(j):
		return nil, &InvalidError{Field: "json", Reason: "不是 JSON 文本 (is not JSON text)"}
	default:
		return string(j), nil
	}
}

// Scan reads text or bytes.
func (j *JSON) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*j = nil
	case string:
		*j = JSON(v)
	case []byte:
		*j = bytes.Clone(v)
	default:
		return fmt.Errorf("JSON column holds a %T", value)
	}
	return nil
}

// MarshalJSON gives the document itself.
func (j JSON) MarshalJSON() ([]byte, error) {
	if len(j) == 0 {
		return []byte("null"), nil
	}
	return j, nil
}

// UnmarshalJSON keeps the document as it came.
func (j *JSON) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*j = nil
		return nil
	}
	*j = bytes.Clone(data)
	return nil
}
