package verify

import (
	"fmt"
	"strings"
)

// Kind is the kind of a finding.
type Kind string

const (
	// Missing is a row or an event that should be there.
	Missing Kind = "missing"
	// Extra is a row or an event that should not be there.
	Extra Kind = "extra"
	// Different is a row that is not as its process shows it.
	Different Kind = "different"
	// Tampered is an event that does not fit its hash, its predecessor or the
	// columns beside it.
	Tampered Kind = "tampered"
	// ProcessMissing is an open instance that the engine does not know.
	ProcessMissing Kind = "process-missing"
)

// Finding is one thing that is wrong.
type Finding struct {
	Kind     Kind   `json:"kind"`
	Instance string `json:"instance"`
	Table    string `json:"table,omitempty"`
	// ID is that of the row; of events it is the place in the record, or the
	// first and the last place of several: "4-6".
	ID     string   `json:"id,omitempty"`
	Fields []string `json:"fields,omitempty"` // that differ
	// Repairable says that projecting again puts it right; Repaired that this
	// was done.
	Repairable bool `json:"repairable"`
	Repaired   bool `json:"repaired"`
}

// Report is what a verification found.
type Report struct {
	// Clean says that nothing was wrong.
	Clean     bool `json:"clean"`
	Instances int  `json:"instances"` // that were verified
	Events    int  `json:"events"`    // whose hash was computed
	// Forgotten are closed instances that the engine no longer keeps: their
	// record was verified, and their rows have nothing to be compared with.
	Forgotten int       `json:"forgotten"`
	Repaired  int       `json:"repaired"` // findings that were put right
	Findings  []Finding `json:"findings"`
}

// Text is the report for people: each finding on a line in Chinese and one in
// English.
func (r Report) Text() string {
	var text strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	line("核验 %d 个事项、%d 条记录；其中 %d 个已办结事项超出引擎保留期，仅核验记录。", r.Instances, r.Events, r.Forgotten)
	line("Verified %d instances and %d events; %d closed instances are past the engine's retention: only their record was verified.",
		r.Instances, r.Events, r.Forgotten)
	for _, f := range r.Findings {
		line("%s", f.zh())
		line("  %s", f.en())
	}
	switch {
	case r.Clean:
		line("结论：一致。")
		line("Result: clean.")
	default:
		line("结论：发现 %d 处问题，已修复 %d 处。", len(r.Findings), r.Repaired)
		line("Result: %d findings, %d repaired.", len(r.Findings), r.Repaired)
	}
	return text.String()
}

func (f Finding) zh() string {
	var what string
	switch f.Kind {
	case Missing:
		what = fmt.Sprintf("%s 缺少 %s %s", f.Instance, f.Table, f.ID)
	case Extra:
		what = fmt.Sprintf("%s 多出 %s %s", f.Instance, f.Table, f.ID)
	case Different:
		what = fmt.Sprintf("%s 的 %s %s 与流程不一致：%s", f.Instance, f.Table, f.ID, strings.Join(f.Fields, "、"))
	case Tampered:
		what = fmt.Sprintf("%s 的 %s %s 被改动：%s", f.Instance, f.Table, f.ID, strings.Join(f.Fields, "、"))
	case ProcessMissing:
		what = fmt.Sprintf("%s 未办结，但引擎中没有该流程", f.Instance)
	}
	switch {
	case f.Repaired:
		return what + "（已修复）。"
	case f.Repairable:
		return what + "（可用 --repair 修复）。"
	default:
		return what + "（无法自动修复，请从备份核对）。"
	}
}

func (f Finding) en() string {
	var what string
	switch f.Kind {
	case Missing:
		what = fmt.Sprintf("%s lacks %s %s", f.Instance, f.Table, f.ID)
	case Extra:
		what = fmt.Sprintf("%s has %s %s too much", f.Instance, f.Table, f.ID)
	case Different:
		what = fmt.Sprintf("%s: %s %s differs from the process in %s", f.Instance, f.Table, f.ID, strings.Join(f.Fields, ", "))
	case Tampered:
		what = fmt.Sprintf("%s: %s %s was changed in %s", f.Instance, f.Table, f.ID, strings.Join(f.Fields, ", "))
	case ProcessMissing:
		what = fmt.Sprintf("%s is open and the engine does not know its process", f.Instance)
	}
	switch {
	case f.Repaired:
		return what + " (repaired)."
	case f.Repairable:
		return what + " (--repair puts it right)."
	default:
		return what + " (cannot be repaired: compare with a backup)."
	}
}
