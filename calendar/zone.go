package calendar

import (
	"fmt"
	"time"
	_ "time/tzdata" // the zones are part of the program, whatever the machine knows
)

// Zone returns the time zone of a name of the tz database, such as Asia/Shanghai.
// "Local" and no name, which mean another zone on every machine, are refused.
func Zone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("time zone %q is not a name of the tz database", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %q is not in the tz database: %w", name, err)
	}
	return zone, nil
}
