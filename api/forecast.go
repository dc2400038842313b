package api

import "duban/projection"

// Forecast says whether moments that lie ahead are final.
type Forecast struct {
	Provisional      bool  `json:"provisional" doc:"A moment ahead depends on a year whose holidays are not announced yet, and may still move"`
	ProvisionalYears []int `json:"provisionalYears" nullable:"false" doc:"Which"`
}

func forecast(b projection.Basis) Forecast {
	return Forecast{Provisional: len(b.ProvisionalYears) > 0, ProvisionalYears: all(b.ProvisionalYears)}
}
