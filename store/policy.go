package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// MaxPolicyContent bounds an imported document, in bytes.
const MaxPolicyContent = 20 << 20

// Policy (政策文件) is an imported document without its content, which may be
// large: see PolicyContent.
type Policy struct {
	ID    string `gorm:"primaryKey;size:64"`
	Title string `gorm:"size:500;not null"`
	// DocumentNo is the number it was issued under: 国发〔2018〕39号.
	DocumentNo string `gorm:"size:200;not null"`
	// Status is how the document calls itself: 送审稿; empty once issued.
	Status string `gorm:"size:64;not null"`
	// SourceName is the name of the file it came from.
	SourceName string `gorm:"size:300;not null"`
	MediaType  string `gorm:"size:150;not null"`
	// SHA256 is the hash of the content, in hex.
	SHA256 string `gorm:"column:sha256;size:64;not null;index:policies__sha256"`
	// Draft is what was read out of the document, as corrected since.
	Draft JSON
	// Version counts the states of the draft from 1: one more with each correction.
	Version int `gorm:"not null"`
	// PreviousID is the policy of which this is a newer version; nil if none.
	PreviousID *string `gorm:"size:64;index:policies__previous_id"`
	// CreatedBy is the id of the user who imported it; empty on the command line.
	CreatedBy string    `gorm:"size:64;not null"`
	CreatedAt time.Time `gorm:"precision:6;not null;index:policies__created_at"`
}

// policyRow is the whole row. What Policy does not have is large and seldom
// wanted, and written once.
type policyRow struct {
	Policy  `gorm:"embedded"`
	Content []byte `gorm:"not null"`
	// Original is the draft as it was read, once somebody has corrected it.
	Original JSON
	// Comparison is what was found when the policy came in as a newer version.
	Comparison JSON
}

func (policyRow) TableName() string { return "policies" }

// Document is the content of a policy, byte for byte as it came.
type Document struct {
	SourceName string
	MediaType  string
	Content    []byte
}

// PolicyFilter chooses policies for a list; zero fields choose all.
type PolicyFilter struct {
	PageRequest
	Search string // part of the title or document number
	SHA256 string // of the content: was this file imported before?
	// Previous is the policy of which newer versions are wanted.
	Previous string
}

// CreatePolicy keeps a document with what was read out of it, and returns it
// with id, hash and time of creation.
func (s *Store) CreatePolicy(ctx context.Context, policy Policy, content []byte) (Policy, error) {
	row, err := s.newPolicy(policy, content)
	if err != nil {
		return Policy{}, err
	}
	row.PreviousID = nil
	err = s.Write(ctx, func(tx *gorm.DB) error { return tx.Create(&row).Error })
	return row.Policy, err
}

// newPolicy checks a document and makes the row of its first version.
func (s *Store) newPolicy(policy Policy, content []byte) (policyRow, error) {
	if err := checkPolicy(&policy); err != nil {
		return policyRow{}, err
	}
	if len(content) == 0 || len(content) > MaxPolicyContent {
		return policyRow{}, &InvalidError{Field: "content", Reason: fmt.Sprintf(
			"文件须为 1 字节至 %d MB (must have between 1 byte and %d MB)", MaxPolicyContent>>20, MaxPolicyContent>>20)}
	}
	sum := sha256.Sum256(content)
	policy.ID, policy.SHA256, policy.CreatedAt, policy.Version = NewID(), hex.EncodeToString(sum[:]), s.now(), 1
	return policyRow{Policy: policy, Content: content}, nil
}

func checkPolicy(policy *Policy) error {
	return checkTexts(
		required("title", &policy.Title, 500), optional("documentNo", &policy.DocumentNo, 200),
		optional("status", &policy.Status, 64), optional("sourceName", &policy.SourceName, 300),
		optional("mediaType", &policy.MediaType, 150), optional("createdBy", &policy.CreatedBy, 64))
}

// Policy returns one policy with its draft, or ErrNotFound.
func (s *Store) Policy(ctx context.Context, id string) (Policy, error) {
	var policy Policy
	err := s.read(ctx).Take(&policy, "id = ?", id).Error
	return policy, err
}

// PolicyContent returns the document itself, or ErrNotFound.
func (s *Store) PolicyContent(ctx context.Context, id string) (Document, error) {
	var document Document
	err := s.read(ctx).Model(&policyRow{}).Take(&document, "id = ?", id).Error
	return document, err
}

// Policies lists policies without their drafts, newest first.
func (s *Store) Policies(ctx context.Context, filter PolicyFilter) (Page[Policy], error) {
	query := containing(s.read(ctx), filter.Search, "title", "document_no")
	query = equal(query, "sha256", filter.SHA256)
	query = equal(query, "previous_id", filter.Previous).Omit("draft")
	return paginate(query, filter.PageRequest,
		descending("created_at", func(p *Policy) time.Time { return p.CreatedAt }),
		descending("id", func(p *Policy) string { return p.ID }))
}
