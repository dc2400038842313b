package deadline

// ForPromise returns the ladder of a date that a unit has promised in its answer
// to an order: a reminder on the working day before it, at the plan's time of
// sending. What follows when it passes is the supervisor's matter.
func (l Ladder) ForPromise() Ladder {
	return Ladder{SendAt: l.SendAt, Rungs: []Rung{
		{Key: "promise-1", Days: -1, Working: true, Action: Remind, To: []Audience{ResponsibleOperator, ResponsibleHead}},
	}}
}
