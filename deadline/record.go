package deadline

import (
	"slices"
	"time"
)

// record writes the same outcome for the moments and all that were joined into
// them.
func (s Schedule) record(now time.Time, outcome Outcome, moments ...Moment) Schedule {
	for _, m := range moments {
		for _, key := range m.keys() {
			s = s.write(Passage{Key: key, Round: s.Round, At: m.At, Outcome: outcome, On: now})
		}
	}
	return s
}

// delivered records a moment as delivered and those joined into it as merged,
// each with its own time.
func (s Schedule) delivered(now time.Time, m Moment, times map[string]time.Time) Schedule {
	for _, key := range m.Also {
		s = s.write(Passage{Key: key, Round: s.Round, At: times[key], Outcome: Merged, Into: m.Key, On: now})
	}
	return s.write(Passage{Key: m.Key, Round: s.Round, At: m.At, Outcome: Delivered, On: now})
}

// write appends to a record of its own, so that no other schedule sees it.
func (s Schedule) write(p Passage) Schedule {
	p.On = p.On.UTC().Round(0)
	s.Passed = append(slices.Clip(s.Passed), p)
	return s
}

// outcomes returns what became of each rung of the present due date that is in
// the record.
func (s Schedule) outcomes() map[string]Outcome {
	became := make(map[string]Outcome, len(s.Passed))
	for _, p := range s.Passed {
		if p.Round == s.Round {
			became[p.Key] = p.Outcome
		}
	}
	return became
}

// keys returns the moment's own key and those joined into it.
func (m Moment) keys() []string { return append(slices.Clone(m.Also), m.Key) }

// named returns the moment as that of the keys, of which there is at least one:
// the last is its own and the others are joined into it.
func (m Moment) named(keys []string) Moment {
	last := len(keys) - 1
	m.Key, m.Also = keys[last], nil
	if last > 0 {
		m.Also = slices.Clone(keys[:last])
	}
	return m
}

// keyTimes returns when each rung of the moments was to be sent.
func keyTimes(moments []Moment) map[string]time.Time {
	times := make(map[string]time.Time, len(moments))
	for _, m := range moments {
		for _, key := range m.keys() {
			times[key] = m.At
		}
	}
	return times
}

func anyKey(times map[string]time.Time, keys []string) bool {
	return slices.ContainsFunc(keys, func(key string) bool {
		_, found := times[key]
		return found
	})
}

// byTime returns the moments in order of time, equal ones as they came.
func byTime(moments []Moment) []Moment {
	return slices.SortedStableFunc(slices.Values(moments), func(a, b Moment) int { return a.At.Compare(b.At) })
}
