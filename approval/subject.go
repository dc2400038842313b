package approval

import (
	"slices"

	"duban/act"
)

// Part is one part of a subject that somebody answers for. Its key is the id of
// the unit that it concerns; a part without a key concerns everybody.
type Part struct {
	Key    string `json:"key"`
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// Content is what a subject said from one round on.
type Content struct {
	Round  int    `json:"round"`
	Title  string `json:"title"`
	Digest string `json:"digest"`
	Parts  []Part `json:"parts,omitempty"`
}

// Difference is one part that two contents do not share.
type Difference struct {
	Key    string `json:"key"`
	Name   string `json:"name"`
	Change string `json:"change"` // added, removed, changed
}

// Kinds of difference.
const (
	PartAdded   = "added"
	PartRemoved = "removed"
	PartChanged = "changed"
)

// Differences lists what was added, removed and changed, in the order of the
// later content, the removed parts last.
func Differences(before, after []Part) []Difference {
	var found []Difference
	for _, part := range after {
		i := slices.IndexFunc(before, func(p Part) bool { return p.Key == part.Key })
		switch {
		case i < 0:
			found = append(found, Difference{part.Key, part.Name, PartAdded})
		case before[i].Digest != part.Digest:
			found = append(found, Difference{part.Key, part.Name, PartChanged})
		}
	}
	for _, part := range before {
		if !slices.ContainsFunc(after, func(p Part) bool { return p.Key == part.Key }) {
			found = append(found, Difference{part.Key, part.Name, PartRemoved})
		}
	}
	return found
}

// same reports whether what concerns a unit is alike in two contents: its own
// part and what concerns everybody. A unit without a part of its own, such as
// the supervisor, is concerned by the whole.
func same(a, b Content, unit string) bool {
	if a.Digest == b.Digest {
		return true
	}
	concerns := func(parts []Part) (own []Part, has bool) {
		for _, p := range parts {
			if p.Key == unit || p.Key == "" {
				own = append(own, Part{Key: p.Key, Digest: p.Digest})
			}
			has = has || p.Key == unit
		}
		return own, has
	}
	ownA, hasA := concerns(a.Parts)
	ownB, hasB := concerns(b.Parts)
	return hasA && hasB && slices.Equal(ownA, ownB)
}

// content is what is to be signed now.
func (s SignOff) content() Content {
	return Content{Round: s.Round, Title: s.Title, Digest: s.Digest, Parts: s.Parts}
}

// contentOf is the content that had a digest; false where none had.
func (s SignOff) contentOf(digest string) (Content, bool) {
	for _, c := range slices.Backward(s.Contents) {
		if c.Digest == digest {
			return c, true
		}
	}
	return Content{}, false
}

// changedSince refuses an opinion on another content than the present one and
// says which parts have changed.
func (s SignOff) changedSince(digest string) error {
	refusal := act.NotNow("subject-changed",
		"会签内容已变更，请查看最新内容后再签署。",
		"The subject was changed; read it again before signing.")
	seen, known := s.contentOf(digest)
	if !known {
		return refusal
	}
	for _, d := range Differences(seen.Parts, s.Parts) {
		refusal.Faults = append(refusal.Faults, act.Fault{Field: "parts." + d.Key, Code: d.Change,
			Zh: "“" + d.Name + "”" + changeZh(d.Change), En: d.Name + ": " + d.Change})
	}
	return refusal
}

func changeZh(change string) string {
	switch change {
	case PartAdded:
		return "为新增内容"
	case PartRemoved:
		return "已删除"
	default:
		return "已修改"
	}
}
