package revision

import "unicode"

// grams are the pairs of neighbouring letters and digits of a text: what two
// texts share of them tells how alike they are, whatever was moved within.
func grams(text string) map[[2]rune]bool {
	found := map[[2]rune]bool{}
	last := rune(0)
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		if last != 0 {
			found[[2]rune{last, r}] = true
		}
		last = r
	}
	return found
}

// alike returns the share of what two texts have in common: 1 for all, 0 for
// nothing (the coefficient of Dice over pairs of letters).
func alike(a, b string) float64 {
	left, right := grams(a), grams(b)
	common := 0
	for g := range left {
		if right[g] {
			common++
		}
	}
	return dice(common, len(left), len(right))
}

func dice(common, a, b int) float64 {
	if a+b == 0 {
		return 0
	}
	return 2 * float64(common) / float64(a+b)
}

// index finds the texts that have something in common with another without
// comparing each with each.
type index struct {
	holders map[[2]rune][]int
	sizes   []int
}

// newIndex takes the texts of the ids.
func newIndex(ids []int, text func(id int) string) index {
	x := index{holders: map[[2]rune][]int{}, sizes: make([]int, len(ids))}
	for at, id := range ids {
		all := grams(text(id))
		x.sizes[at] = len(all)
		for g := range all {
			x.holders[g] = append(x.holders[g], at)
		}
	}
	return x
}

// alike returns how alike each of the texts is to the given one.
func (x index) alike(text string) []float64 {
	common := make([]int, len(x.sizes))
	all := grams(text)
	for g := range all {
		for _, at := range x.holders[g] {
			common[at]++
		}
	}
	scores := make([]float64, len(common))
	for at, n := range common {
		scores[at] = dice(n, len(all), x.sizes[at])
	}
	return scores
}
