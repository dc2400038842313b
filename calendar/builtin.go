package calendar

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
)

//go:embed years/*.json
var years embed.FS

// Builtin returns the years that the product knows without being told, in
// ascending order. Later years are provisional until they are loaded.
func Builtin() []Year {
	known, err := readYears(years)
	if err != nil {
		// The files are part of the binary and covered by the tests.
		panic(err)
	}
	return known
}

func readYears(files embed.FS) ([]Year, error) {
	entries, err := files.ReadDir("years")
	if err != nil {
		return nil, fmt.Errorf("list the built-in calendars: %w", err)
	}
	known := make([]Year, 0, len(entries))
	for _, entry := range entries {
		data, err := files.ReadFile(path.Join("years", entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the built-in calendar: %w", err)
		}
		var y Year
		if err := json.Unmarshal(data, &y); err != nil {
			return nil, fmt.Errorf("read the built-in calendar %s: %w", entry.Name(), err)
		}
		known = append(known, y)
	}
	return known, nil
}
