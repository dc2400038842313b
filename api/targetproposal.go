package api

import (
	"duban/dispatch"
	"duban/projection"
	"duban/target"
)

// targetProposal is with what the turn of the year proposed an annual target.
type targetProposal struct {
	Reached map[string]target.Amount `json:"reached" doc:"What earlier years are expected to have reached, by the key of the target"`
	Carried int                      `json:"carried" doc:"How many of the items come from an earlier year, which did not finish them; they are the first"`
	Items   []target.Item            `json:"items" nullable:"false"`
	Due     string                   `json:"due" doc:"The last day to confirm"`
	Forecast
}

func showProposal(p *dispatch.Proposal) *targetProposal {
	if p == nil {
		return nil
	}
	shown := targetProposal{Reached: p.Reached, Carried: p.Carried, Items: all(p.Items), Due: p.Armed.Due.String(), Forecast: forecast(projection.Basis{})}
	if p.Armed.Counted != nil {
		shown.Forecast = forecast(projection.Basis{ProvisionalYears: p.Armed.Counted.Provisional})
	}
	return &shown
}
