package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"duban/act"
	"duban/deadline"
	"duban/store"
)

// contact is how a user is reached outside his inbox.
type contact struct {
	Email    string   `json:"email"`
	Channels []string `json:"channels" nullable:"false" enum:"email,webhook" doc:"By which he is told, as far as the installation has them"`
	Digest   bool     `json:"digest" doc:"Reminders of the clock for one moment come as one message"`
}

// contactChange changes a contact; what is left out stays.
type contactChange struct {
	Email    *string   `json:"email,omitempty" doc:"Empty for none"`
	Channels *[]string `json:"channels,omitempty" enum:"email,webhook"`
	Digest   *bool     `json:"digest,omitempty"`
}

// outside are the channels beside the inbox.
func outside() []string { return []string{deadline.Email, deadline.Webhook} }

func (s *server) contactRoutes() {
	register(s, operation{method: http.MethodPatch, path: base + "/me", id: "change-me", tag: "inbox", summary: "Change how one is reached",
		description: "Address, channels and digest of the signed-in user. What is left out stays."}, s.changeMe)
	register(s, operation{method: http.MethodPatch, path: base + "/users/{id}", id: "change-user", tag: "users", summary: "Change how a user is reached",
		description: "What is left out stays.", roles: admins()}, s.changeUser)
	register(s, operation{method: http.MethodGet, path: base + "/messages", id: "list-messages", tag: "users", summary: "List messages to users outside their inboxes, newest first",
		description: "Mails and webhook calls: which have gone out, which wait, which failed and why.", roles: admins()}, s.listMessages)
}

func showContact(c store.Contact) contact {
	return contact{Email: c.Email, Digest: !c.SingleNotices, Channels: slices.DeleteFunc(outside(), c.Declines)}
}

func (s *server) changeMe(ctx context.Context, in *struct{ Body body[contactChange] }) (*one[me], error) {
	changed, err := s.changeContact(ctx, requestOf(ctx).user.ID, in.Body)
	if err != nil {
		return nil, err
	}
	return single(showMe(ctx, changed)), nil
}

type contactInput struct {
	ByID
	Body body[contactChange]
}

func (s *server) changeUser(ctx context.Context, in *contactInput) (*one[user], error) {
	changed, err := s.changeContact(ctx, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	return single(showUser(changed)), nil
}

func (s *server) changeContact(ctx context.Context, id string, given body[contactChange]) (store.User, error) {
	change, err := given.decode()
	if err != nil {
		return store.User{}, err
	}
	row, err := s.store.User(ctx, id)
	if err != nil {
		return store.User{}, err
	}
	wanted := row.Contact
	set(&wanted.Email, change.Email)
	if change.Channels != nil {
		if wanted.DeclinedChannels, err = declined(*change.Channels); err != nil {
			return store.User{}, err
		}
	}
	if change.Digest != nil {
		wanted.SingleNotices = !*change.Digest
	}
	return s.store.SetContact(ctx, id, wanted)
}

// declined are the channels that are not wanted, joined by commas.
func declined(wanted []string) (string, error) {
	for i, channel := range wanted {
		if !slices.Contains(outside(), channel) {
			known := strings.Join(outside(), ", ")
			return "", act.Malformed("unknown-channel", "没有这种通知渠道，可用："+known, "There is no such channel; use "+known,
				act.Fault{Field: fmt.Sprintf("channels[%d]", i), Code: "unknown", Zh: "可用：" + known, En: "use one of " + known})
		}
	}
	return strings.Join(slices.DeleteFunc(outside(), func(c string) bool { return slices.Contains(wanted, c) }), ","), nil
}

// message is one on its way, or gone out, to a user.
type message struct {
	ID        string             `json:"id" doc:"Also the id that the receiver knows it by"`
	User      string             `json:"user"`
	Channel   string             `json:"channel" enum:"email,webhook"`
	Digest    bool               `json:"digest"`
	State     store.MessageState `json:"state" enum:"waiting,sent,failed,dropped"`
	NextAt    *time.Time         `json:"nextAt" doc:"When it is tried, or tried again; absent when it is over"`
	Attempts  int                `json:"attempts"`
	SentAt    *time.Time         `json:"sentAt"`
	Error     string             `json:"error,omitempty" doc:"Of the last attempt"`
	CreatedAt time.Time          `json:"createdAt"`
}

type messageListInput struct {
	Paging
	State string `query:"state" enum:"waiting,sent,failed,dropped"`
	User  string `query:"user" maxLength:"64"`
}

func (s *server) listMessages(ctx context.Context, in *messageListInput) (*page[message], error) {
	rows, err := s.store.Messages(ctx, store.MessageFilter{PageRequest: in.request(), State: store.MessageState(in.State), UserID: in.User})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, func(m store.Message) message {
		shown := message{ID: m.ID, User: m.UserID, Channel: m.Channel, Digest: m.Digest, State: m.State, Attempts: m.Attempts,
			SentAt: m.SentAt, Error: m.Error, CreatedAt: m.CreatedAt}
		if m.State == store.MessageWaiting {
			shown.NextAt = &m.NextAt
		}
		return shown
	}), nil
}
