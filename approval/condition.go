package approval

import "slices"

// Condition says for which subjects a step is meant. What it names must hold;
// what it leaves out does not matter.
type Condition struct {
	// Kinds of subject: decomposition, completion, review, extension, general.
	Kinds []string `json:"kinds,omitempty"`
	// AmountAtLeast and AmountBelow bound the subject's amount, in ten-thousandths
	// of its unit of measure. A subject without an amount is not meant.
	AmountAtLeast *int64 `json:"amountAtLeast,omitempty"`
	AmountBelow   *int64 `json:"amountBelow,omitempty"`
	// UnitLevels are tiers of the initiating unit: province, city, county, town.
	UnitLevels []string `json:"unitLevels,omitempty"`
}

// Facts are what conditions may ask of a subject, beside its kind.
type Facts struct {
	Amount    *int64 `json:"amount,omitempty"` // ten-thousandths
	UnitLevel string `json:"unitLevel,omitempty"`
}

func (c Condition) empty() bool {
	return len(c.Kinds) == 0 && len(c.UnitLevels) == 0 && c.AmountAtLeast == nil && c.AmountBelow == nil
}

// holds reports whether the condition is met; a missing one always is.
func (c *Condition) holds(kind string, f Facts) bool {
	if c == nil {
		return true
	}
	if len(c.Kinds) > 0 && !slices.Contains(c.Kinds, kind) {
		return false
	}
	if len(c.UnitLevels) > 0 && !slices.Contains(c.UnitLevels, f.UnitLevel) {
		return false
	}
	if c.AmountAtLeast != nil && (f.Amount == nil || *f.Amount < *c.AmountAtLeast) {
		return false
	}
	return c.AmountBelow == nil || f.Amount != nil && *f.Amount < *c.AmountBelow
}
