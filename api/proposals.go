package api

import (
	"context"
	"net/http"

	"duban/org"
)

// proposalList is what an unknown name may stand for.
type proposalList struct {
	Written   string         `json:"written"`
	Known     bool           `json:"known" doc:"true: the name is registered already and needs no alias"`
	Proposals []org.Proposal `json:"proposals" nullable:"false" doc:"The surest first; a person accepts one by saving the name as an alias"`
}

func (s *server) proposalRoutes() {
	register(s, operation{method: http.MethodGet, path: base + "/aliases/proposals", id: "propose-aliases", tag: "registry",
		summary:     "What may an unknown name stand for?",
		description: "Compares the name with those of units and groups as offices shorten them: 市发改局 for 市发展改革局. Nothing is saved.",
		roles:       planners()}, s.proposeAliases)
}

type proposalInput struct {
	Written string `query:"written" required:"true" minLength:"1" maxLength:"200" doc:"The name as a document writes it"`
}

func (s *server) proposeAliases(ctx context.Context, in *proposalInput) (*one[proposalList], error) {
	registry, err := s.store.Registry(ctx)
	if err != nil {
		return nil, err
	}
	_, known := registry.Resolve(in.Written)
	return single(proposalList{Written: in.Written, Known: known, Proposals: org.Propose(in.Written, registry)}), nil
}
