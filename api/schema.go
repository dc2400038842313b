package api

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"duban/calendar"
	"duban/org"
	"duban/target"
)

// Types of the pure packages that write themselves in JSON in their own way.
var (
	amountType        = reflect.TypeFor[target.Amount]()
	amountSchemaType  = reflect.TypeFor[amountSchema]()
	dateType          = reflect.TypeFor[calendar.Date]()
	dateSchemaType    = reflect.TypeFor[dateSchema]()
	problemSchemaType = reflect.TypeFor[Problem]()
)

type amountSchema struct{}

// Schema is a decimal number with at most four decimal places.
func (amountSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Description: "Decimal number with at most four decimal places"}
}

type dateSchema struct{}

// Schema is a day without a time.
func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-11-30"}}
}

// unitID is a unit that a request names: by its id, or by the object that reads
// give, of which only the id counts.
type unitID string

// UnmarshalJSON reads an id or an object with an id.
func (u *unitID) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '{' {
		var ref org.UnitRef
		if err := decodeJSON(text, &ref); err != nil {
			return err
		}
		*u = unitID(ref.ID)
		return nil
	}
	return json.Unmarshal(text, (*string)(u))
}

// Schema documents both forms.
func (unitID) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "A unit: its id, or an object with it as reads give it",
		OneOf: []*huma.Schema{{Type: huma.TypeString}, r.Schema(reflect.TypeFor[org.UnitRef](), true, "")}}
}
