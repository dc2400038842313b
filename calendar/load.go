package calendar

// Load names one load of a year's calendar: why moments that had been computed
// before it are computed anew.
type Load struct {
	Year    int    `json:"year"`
	Unit    string `json:"unit,omitempty"` // whose own days were loaded; empty for the notice
	Version int64  `json:"version"`        // number of the load
	Source  string `json:"source"`         // the notice
}
