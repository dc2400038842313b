package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Correction (更正) is one change that a person made to the draft of a policy.
// Corrections are only ever added.
type Correction struct {
	PolicyID string `gorm:"primaryKey;size:64"`
	// Seq counts the corrections of the policy from 1. It is also the version of
	// the draft that the correction was made on.
	Seq     int    `gorm:"primaryKey;autoIncrement:false"`
	Kind    string `gorm:"size:32;not null"`
	Payload JSON   `gorm:"not null"`
	// Who made it, by id and by the names that user and unit had then.
	UserID   string    `gorm:"size:64;not null"`
	UserName string    `gorm:"size:100;not null"`
	UnitID   string    `gorm:"size:64;not null"`
	UnitName string    `gorm:"size:200;not null"`
	At       time.Time `gorm:"precision:6;not null"`
	// FromSeq is its number in the previous version of the policy, from which it
	// was carried over; 0 if it was made here.
	FromSeq int `gorm:"not null"`
}

// TableName is policy_corrections.
func (Correction) TableName() string { return "policy_corrections" }

// PolicyHistory is a policy with its draft as it was read and everything that
// was corrected since, as they are at one moment.
type PolicyHistory struct {
	Policy
	Original    JSON
	Corrections []Correction
}

// PolicyHistory returns a policy with its original draft and all corrections in
// their order, or ErrNotFound.
func (s *Store) PolicyHistory(ctx context.Context, id string) (PolicyHistory, error) {
	var history PolicyHistory
	err := s.read(ctx).Transaction(func(tx *gorm.DB) error {
		var row policyRow
		if err := tx.Omit("content", "comparison").Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		history = PolicyHistory{Policy: row.Policy, Original: row.Original}
		if len(row.Original) == 0 {
			history.Original = slices.Clone(row.Draft)
		}
		return tx.Where("policy_id = ?", id).Order("seq").Find(&history.Corrections).Error
	})
	return history, err
}

// Corrections lists the corrections of a policy in their order.
func (s *Store) Corrections(ctx context.Context, policyID string, request PageRequest) (Page[Correction], error) {
	return paginate(s.read(ctx).Where("policy_id = ?", policyID), request,
		ascending("seq", func(c *Correction) int { return c.Seq }))
}

// CorrectPolicy keeps a correction together with the title, number, status and
// draft that it leads to, and returns the policy with its new version. It
// returns ErrStale if the draft is not of policy's version any more.
func (s *Store) CorrectPolicy(ctx context.Context, policy Policy, c Correction) (Policy, error) {
	c.PolicyID, c.Seq, c.At, c.FromSeq = policy.ID, policy.Version, s.now(), 0
	if err := checkCorrection(&c); err != nil {
		return Policy{}, err
	}
	if err := checkPolicy(&policy); err != nil {
		return Policy{}, err
	}
	var changed Policy
	err := s.Write(ctx, func(tx *gorm.DB) error {
		changed = Policy{}
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&changed, "id = ?", policy.ID).Error; err != nil {
			return err
		}
		if changed.Version != policy.Version {
			return ErrStale
		}
		columns := map[string]any{"title": policy.Title, "document_no": policy.DocumentNo, "status": policy.Status,
			"draft": policy.Draft, "version": policy.Version + 1}
		if c.Seq == 1 {
			columns["original"] = changed.Draft
		}
		if err := mustAffect(tx.Model(&policyRow{}).Where("id = ?", policy.ID).Updates(columns)); err != nil {
			return err
		}
		changed.Title, changed.DocumentNo, changed.Status = policy.Title, policy.DocumentNo, policy.Status
		changed.Draft, changed.Version = policy.Draft, policy.Version+1
		return tx.Create(&c).Error
	})
	return changed, err
}

// PolicyVersion is what makes a policy a newer version of another.
type PolicyVersion struct {
	// Previous and PreviousVersion are the policy before and the version of its
	// draft that was compared.
	Previous        string
	PreviousVersion int
	// Original is the draft as it was read.
	Original JSON
	// Corrections are those that were carried over, in their order, with who
	// made them and when, and FromSeq.
	Corrections []Correction
	// Comparison is what was found; see Comparison.
	Comparison JSON
}

// CreatePolicyVersion keeps a document as a newer version of a policy. The draft
// of policy is that with the corrections carried over. It returns ErrStale if
// the policy before was corrected since it was compared.
func (s *Store) CreatePolicyVersion(ctx context.Context, policy Policy, content []byte, version PolicyVersion) (Policy, error) {
	row, err := s.newPolicy(policy, content)
	if err != nil {
		return Policy{}, err
	}
	row.PreviousID, row.Comparison = &version.Previous, version.Comparison
	corrections := slices.Clone(version.Corrections)
	if len(corrections) > 0 {
		row.Original, row.Version = version.Original, len(corrections)+1
	}
	for i := range corrections {
		corrections[i].PolicyID, corrections[i].Seq = row.ID, i+1
		if err := checkCorrection(&corrections[i]); err != nil {
			return Policy{}, err
		}
	}
	err = s.Write(ctx, func(tx *gorm.DB) error {
		var before Policy
		err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Select("version").Take(&before, "id = ?", version.Previous).Error
		if err != nil {
			return err
		}
		if before.Version != version.PreviousVersion {
			return ErrStale
		}
		if err := tx.Create(&row).Error; err != nil || len(corrections) == 0 {
			return err
		}
		return tx.CreateInBatches(&corrections, rowsPerInsert).Error
	})
	return row.Policy, err
}

// rowsPerInsert keeps a statement within the number of parameters that both
// databases take.
const rowsPerInsert = 100

// PolicyComparison returns what was found when a policy came in as a newer
// version; null for one that did not. It returns ErrNotFound without the policy.
func (s *Store) PolicyComparison(ctx context.Context, id string) (JSON, error) {
	var row policyRow
	err := s.read(ctx).Select("comparison").Take(&row, "id = ?", id).Error
	return row.Comparison, err
}

func checkCorrection(c *Correction) error {
	return checkTexts(required("kind", &c.Kind, 32), optional("userId", &c.UserID, 64), optional("userName", &c.UserName, 100),
		optional("unitId", &c.UnitID, 64), optional("unitName", &c.UnitName, 200))
}
