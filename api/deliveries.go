package api

import (
	"context"

	"duban/dispatch"
	"duban/target"
)

// progressFields are those of a progress report.
type progressFields struct {
	Text        string         `json:"text"`
	Percent     int            `json:"percent" minimum:"0" maximum:"100"`
	Amount      *target.Amount `json:"amount,omitempty"`
	Attachments []string       `json:"attachments,omitempty" doc:"Ids of uploaded files"`
}

func (s *server) progress(ctx context.Context, _ string, fields progressFields) (any, error) {
	files, err := s.attachments(ctx, fields.Attachments)
	return dispatch.Progress{Text: fields.Text, Percent: fields.Percent, Amount: fields.Amount, Attachments: files}, err
}

// submissionFields are those of what a unit delivered.
type submissionFields struct {
	Evidence    string         `json:"evidence"`
	Amount      *target.Amount `json:"amount,omitempty"`
	Attachments []string       `json:"attachments,omitempty" doc:"Ids of uploaded files"`
}

func (s *server) submission(ctx context.Context, id string, fields submissionFields) (any, error) {
	signing, err := s.signing(ctx, planOfTarget(id), "review")
	if err != nil {
		return nil, err
	}
	files, err := s.attachments(ctx, fields.Attachments)
	return dispatch.Submission{Evidence: fields.Evidence, Amount: fields.Amount, Attachments: files, Signing: signing}, err
}

func (s *server) extensionAsking(ctx context.Context, id string, fields dispatch.ExtensionRequest) (any, error) {
	signing, err := s.signing(ctx, planOfTarget(id), "extension")
	return dispatch.ExtensionAsking{ExtensionRequest: fields, Signing: signing}, err
}
