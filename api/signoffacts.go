package api

import (
	"context"
	"time"

	"duban/approval"
	"duban/dispatch"
)

// The fields of what people do with a sign-off.
type (
	// opinion is what a signer says.
	opinion struct {
		Comment     string   `json:"comment,omitempty" doc:"Needed to disagree, with reservations, and to decide in someone's stead"`
		Digest      string   `json:"digest,omitempty" doc:"Of the content that was read; the opinion is refused with what changed when it is another one now"`
		Entry       int      `json:"entry,omitempty" doc:"Number of the signer that is meant, where the user may sign for several"`
		InSteadOf   string   `json:"inSteadOf,omitempty" doc:"Id of the unit for which a supervisor decides"`
		Attachments []string `json:"attachments,omitempty" doc:"Ids of uploaded files"`
	}
	returning struct {
		opinion
		ToStep *int `json:"toStep,omitempty" doc:"Index of the earlier step to return to; the initiator if left out"`
	}
	handing struct {
		Comment string    `json:"comment,omitempty"`
		Entry   int       `json:"entry,omitempty" doc:"Number of the signer that is meant; the user's own if left out"`
		To      newSigner `json:"to"`
	}
	adding struct {
		Comment string            `json:"comment,omitempty"`
		Entry   int               `json:"entry,omitempty"`
		Place   approval.Relation `json:"place" enum:"before,with,after"`
		To      []newSigner       `json:"to"`
	}
	onEntry struct {
		Comment string `json:"comment,omitempty"`
		Entry   int    `json:"entry,omitempty" doc:"Number of the signer that is meant; the user's own if left out"`
	}
	commented struct {
		Comment string `json:"comment,omitempty"`
	}
	copying struct {
		Comment string      `json:"comment,omitempty"`
		To      []newSigner `json:"to"`
	}
	prolonging struct {
		Comment string    `json:"comment"`
		DueAt   time.Time `json:"dueAt" doc:"New due moment of the open step"`
	}
	resubmitting struct {
		Comment     string   `json:"comment,omitempty" doc:"What was changed, or why nothing was"`
		Title       string   `json:"title"`
		Content     string   `json:"content,omitempty"`
		Attachments []string `json:"attachments,omitempty" doc:"Ids of uploaded files that are part of the subject"`
	}
)

// signOffActions are what people do with a sign-off. All are one command, which
// every process that hosts a sign-off takes.
func (s *server) signOffActions() actions {
	a := actions{of: "SignOff", command: dispatch.Sign}
	a.each = append(a.each,
		s.opinionAction(approval.Agree, "the signer agrees (同意)"),
		s.opinionAction(approval.AgreeReservations, "the signer agrees with reservations (有保留同意)"),
		s.opinionAction(approval.Disagree, "the signer disagrees (不同意)"),
		s.opinionAction(approval.Abstain, "the signer abstains (弃权)"),
		takesOn(approval.Return, "the signer returns the subject to its initiator or to an earlier step (退回)", deciders(), s.asReturn),
		takesOn(approval.Transfer, "the signer, or the head of his unit, has somebody else sign in his place (转办)", deciders(), s.asHanding(approval.Transfer)),
		takesOn(approval.Delegate, "the signer has somebody prepare his opinion (委派)", deciders(), s.asHanding(approval.Delegate)),
		takesOn(approval.Recall, "the signer gets back what he delegated (收回)", deciders(), asEntry(approval.Recall)),
		takesOn(approval.AddSigners, "the signer adds others before, with or after himself (加签)", deciders(), s.asAdding),
		takesOn(approval.RemoveSigner, "the initiator, or who added him, takes an open signer off the list (减签)", deciders(), asEntry(approval.RemoveSigner)),
		takesOn(approval.Retract, "the signer takes his opinion back while the step is open (撤回意见)", deciders(), asEntry(approval.Retract)),
		takesOn(approval.Withdraw, "the initiator takes the subject back (撤回)", deciders(), asComment(approval.Withdraw)),
		takesOn(approval.Resubmit, "the initiator puts a changed subject of its own to sign again (重新提交)", deciders(), s.asResubmission),
		takesOn(approval.Terminate, "the initiator or a supervisor gives the sign-off up (终止)", deciders(), asComment(approval.Terminate)),
		takesOn(approval.Urge, "whoever waits presses all who are asked (催办)", deciders(), asComment(approval.Urge)),
		takesOn(approval.CopyTo, "whoever is involved lets others know (抄送)", deciders(), s.asCopying),
		takesOn(approval.Reassign, "the supervisor has somebody else sign (改派)", supervisors(), s.asHanding(approval.Reassign)),
		takesOn(approval.Prolong, "the supervisor moves the open step's due moment (延长)", supervisors(), asProlonging),
	)
	return a
}

func (s *server) opinionAction(o approval.Opinion, meaning string) action {
	return takesOn(string(o), meaning, deciders(), func(ctx context.Context, id string, in opinion) (any, error) {
		return s.asOpinion(ctx, id, string(o), in)
	})
}

// asOpinion looks up nothing unless files are attached, so that signing goes on
// while the database is away.
func (s *server) asOpinion(ctx context.Context, id, action string, in opinion) (approval.Act, error) {
	given := approval.Act{SignOff: id, Action: action, Comment: in.Comment, Digest: in.Digest, Entry: in.Entry, InSteadOf: in.InSteadOf}
	var err error
	given.Attachments, err = s.attachments(ctx, in.Attachments)
	return given, err
}

func (s *server) asReturn(ctx context.Context, id string, in returning) (any, error) {
	given, err := s.asOpinion(ctx, id, approval.Return, in.opinion)
	given.ToStep = in.ToStep
	return given, err
}

func (s *server) asHanding(action string) func(context.Context, string, handing) (any, error) {
	return func(ctx context.Context, id string, in handing) (any, error) {
		to, err := s.lookUp(ctx, []newSigner{in.To})
		return approval.Act{SignOff: id, Action: action, Comment: in.Comment, Entry: in.Entry, To: to}, err
	}
}

func (s *server) asAdding(ctx context.Context, id string, in adding) (any, error) {
	to, err := s.lookUp(ctx, in.To)
	return approval.Act{SignOff: id, Action: approval.AddSigners, Comment: in.Comment, Entry: in.Entry, Place: in.Place, To: to}, err
}

func (s *server) asCopying(ctx context.Context, id string, in copying) (any, error) {
	to, err := s.lookUp(ctx, in.To)
	return approval.Act{SignOff: id, Action: approval.CopyTo, Comment: in.Comment, To: to}, err
}

func asEntry(action string) func(context.Context, string, onEntry) (any, error) {
	return func(_ context.Context, id string, in onEntry) (any, error) {
		return approval.Act{SignOff: id, Action: action, Comment: in.Comment, Entry: in.Entry}, nil
	}
}

func asComment(action string) func(context.Context, string, commented) (any, error) {
	return func(_ context.Context, id string, in commented) (any, error) {
		return approval.Act{SignOff: id, Action: action, Comment: in.Comment}, nil
	}
}

func asProlonging(_ context.Context, id string, in prolonging) (any, error) {
	return approval.Act{SignOff: id, Action: approval.Prolong, Comment: in.Comment, DueAt: in.DueAt}, nil
}

func (s *server) asResubmission(ctx context.Context, id string, in resubmitting) (any, error) {
	files, err := s.attachments(ctx, in.Attachments)
	return approval.Act{SignOff: id, Action: approval.Resubmit, Comment: in.Comment, Title: in.Title, Content: in.Content, Attachments: files}, err
}

// lookUp finds those who are brought into a sign-off.
func (s *server) lookUp(ctx context.Context, wanted []newSigner) ([]approval.Signer, error) {
	look, err := s.signerLookUp(ctx)
	if err != nil {
		return nil, err
	}
	found := look.signers(ctx, "to", wanted)
	return found, look.err()
}
