// Package act is the common language of everything that happens in Duban: who
// acts, with which command, what is answered or refused, and which events are
// written down.
package act

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"duban/org"
)

// Actor is who acts. An actor without a user is the clock or the process
// itself, and everything decided by it is labelled so.
type Actor struct {
	User  string      `json:"user,omitempty"` // id of the user
	Name  string      `json:"name,omitempty"` // name of the user when he acted
	Unit  org.UnitRef `json:"unit"`           // the unit he acts for
	Roles []org.Role  `json:"roles,omitempty"`
	// Merged are the ids of units that were merged into his: he acts for them too.
	Merged []string `json:"merged,omitempty"`
	// OnBehalfOf is the id of the user for whom a stand-in acts; unit and roles
	// are then those of that user.
	OnBehalfOf string `json:"onBehalfOf,omitempty"`
}

// Clock returns the actor of what is done by the passing of time.
func Clock() Actor { return Actor{Name: "clock"} }

// Process returns the actor of what one process does to another.
func Process() Actor { return Actor{Name: "process"} }

// IsClock reports whether the passing of time acts.
func (a Actor) IsClock() bool { return a.User == "" && a.Name == Clock().Name }

// IsPerson reports whether a user acts.
func (a Actor) IsPerson() bool { return a.User != "" }

// Has reports whether the actor holds the role.
func (a Actor) Has(role org.Role) bool { return slices.Contains(a.Roles, role) }

// For is the actor as he stands in for another: with the other's unit and those
// of his roles that can be represented.
func (a Actor) For(other Actor) Actor {
	return Actor{User: a.User, Name: a.Name, Unit: other.Unit, Roles: org.Representable(other.Roles), Merged: other.Merged, OnBehalfOf: other.User}
}

// Principal is the id of the user whose rights are used: the actor's own, or
// those of the user for whom he stands in.
func (a Actor) Principal() string { return cmp.Or(a.OnBehalfOf, a.User) }

// In reports whether the actor acts for the unit, or for the one that it was
// merged into.
func (a Actor) In(unit string) bool { return a.Unit.ID == unit || slices.Contains(a.Merged, unit) }

// Is reports whether the actor belongs to the party.
func (a Actor) Is(p org.Party) bool {
	if p.User != "" {
		return a.IsPerson() && a.Principal() == p.User && a.In(p.Unit)
	}
	return (p.Unit == "" || a.In(p.Unit)) && a.Has(p.Role)
}

// WorksFor reports whether the actor may act for the unit as its operator or
// its head.
func (a Actor) WorksFor(unit string) bool {
	return a.In(unit) && (a.Has(org.Operator) || a.Has(org.Head))
}

// Command is one act that is asked for. It is decided by a process exactly
// once, whatever the number of times that it arrives.
type Command struct {
	// ID is the id of the act: unique per user, the same on every retry.
	ID    string `json:"id"`
	Name  string `json:"name"`
	Actor Actor  `json:"actor"`
	// ExpectedVersion is the version of the instance that the actor has seen;
	// 0 when he did not say.
	ExpectedVersion int64           `json:"expectedVersion,omitempty"`
	Payload         json.RawMessage `json:"payload,omitempty"`
}

// Digest identifies what a command asks for and for whom, so that the same id
// with another content is noticed.
func (c Command) Digest() string {
	sum := sha256.New()
	parts := []string{c.Name, c.Actor.User, c.Actor.Unit.ID, string(c.Payload)}
	if c.Actor.IsPerson() && c.Actor.OnBehalfOf != "" {
		parts = append(parts, c.Actor.OnBehalfOf)
	}
	for _, part := range parts {
		sum.Write([]byte(part))
		sum.Write([]byte{0})
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// Decode reads the payload into v. Unknown or malformed fields are refused.
func (c Command) Decode(v any) error {
	decoder := json.NewDecoder(bytes.NewReader(c.Payload))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(v)
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		}
	}
	return Malformed("payload",
		"操作内容的格式不正确，请检查后重试。",
		"The content of the action is malformed; check it and try again.")
}

// Answer is what a process answers to an accepted command.
type Answer struct {
	// Version of the instance after the act.
	Version int64 `json:"version"`
	// Digest of the command that was carried out.
	Digest string `json:"digest"`
}

// Event is one line of the record of an instance. Events are appended and
// never changed; each one carries the hash of the one before.
type Event struct {
	Instance string    `json:"instance"` // workflow id
	Seq      int64     `json:"seq"`      // 1, 2, … within the instance
	Version  int64     `json:"version"`  // version of the instance after the act
	Type     string    `json:"type"`     // what happened, such as "assignment.submitted"
	At       time.Time `json:"at"`
	Actor    Actor     `json:"actor"`
	// Command is the id of the act that caused the event, empty for the clock.
	Command string          `json:"command,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
	Notices []Notice        `json:"notices,omitempty"`
	Prev    string          `json:"prev"`
	Hash    string          `json:"hash"`
}

// Notice tells a party that something happened. It is delivered once.
type Notice struct {
	To      org.Party `json:"to"`
	Kind    string    `json:"kind"`    // such as "reminder", "urge", "supervision"
	Title   string    `json:"title"`   // one Chinese sentence
	TitleEn string    `json:"titleEn"` // the same in English
	// Channels are those by which the notice goes out beside the inbox; none for
	// all that a person has, "inbox" for none of them.
	Channels []string `json:"channels,omitempty"`
}
