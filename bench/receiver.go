package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"duban/deadline"
	"duban/notify"
)

// Receiver takes what is posted by the webhook and counts the reminders in it.
type Receiver struct {
	url    string
	server *http.Server
	ended  chan error

	mu       sync.Mutex
	messages map[string]int             // how often each with a reminder was posted, by id
	notices  map[string]map[string]bool // the messages in which each came to a user
	last     time.Time                  // when the last message came
}

// Receive starts a receiver on this machine.
func Receive(ctx context.Context) (*Receiver, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for messages: %w", err)
	}
	r := &Receiver{url: "http://" + listener.Addr().String(), ended: make(chan error, 1), messages: map[string]int{}, notices: map[string]map[string]bool{}}
	r.server = &http.Server{Handler: http.HandlerFunc(r.take), ReadHeaderTimeout: time.Minute}
	go func() { r.ended <- r.server.Serve(listener) }()
	return r, nil
}

// Settings make notices go to the receiver.
func (r *Receiver) Settings() notify.Settings {
	return notify.Settings{Hook: notify.Hook{URL: r.url, Secret: "only for a measurement"}}
}

// Close ends the receiver.
func (r *Receiver) Close() error {
	err := r.server.Close()
	if served := <-r.ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

func (r *Receiver) take(w http.ResponseWriter, request *http.Request) {
	var message struct {
		ID      string                      `json:"id"`
		To      struct{ User string }       `json:"to"`
		Notices []struct{ ID, Kind string } `json:"notices"`
	}
	if err := json.NewDecoder(request.Body).Decode(&message); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	reminds := false
	for _, n := range message.Notices {
		if n.Kind != string(deadline.Remind) {
			continue
		}
		reminds = true
		key := n.ID + " " + message.To.User
		if r.notices[key] == nil {
			r.notices[key] = map[string]bool{}
		}
		r.notices[key][message.ID] = true
	}
	if reminds {
		r.messages[message.ID]++
		r.last = time.Now()
	}
}

// received is what has come in: reminders, those of them that came in two messages,
// the messages that they came in, those of them that were posted twice, and when
// the last one came.
type received struct {
	reminders, twice, messages, repeated int
	last                                 time.Time
}

func (r *Receiver) received() received {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := received{reminders: len(r.notices), messages: len(r.messages), last: r.last}
	for _, in := range r.notices {
		if len(in) > 1 {
			found.twice++
		}
	}
	for _, times := range r.messages {
		if times > 1 {
			found.repeated++
		}
	}
	return found
}
