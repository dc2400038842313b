package org_test

import (
	"fmt"
	"strings"
	"testing"

	"duban/org"
)

// A province has some thousands of units; a document may name dozens that are
// not known.
func BenchmarkProposeInAProvince(b *testing.B) {
	var names []string
	for i := range 3000 {
		names = append(names, fmt.Sprintf("%s（%d）", bureaus[i%len(bureaus)], i), fmt.Sprintf("第%d县%s", i, strings.TrimPrefix(bureaus[i%len(bureaus)], "市")))
	}
	r := city(b, append(names, bureaus...)...)
	for b.Loop() {
		if len(org.Propose("市发改局", r)) != 1 {
			b.Fatal("the unit was not found")
		}
	}
}
