package approval_test

import (
	"testing"

	"duban/approval"
)

// One opinion among 5,000, as it is tried and then carried out.
func BenchmarkSignAmongThousands(b *testing.B) {
	s := start(b, all(approval.Collect, approval.MaxSigners))
	for i := 0; b.Loop(); i++ {
		if _, _, err := s.Do(head(i%approval.MaxSigners), approval.Act{Action: "agree"}, noon); err != nil {
			b.Fatal(err)
		}
	}
}
