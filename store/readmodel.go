package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"duban/org"
	"duban/projection"

	"gorm.io/gorm"
)

// The errors of a projection. Both mean that the read model was left as it was.
var (
	// ErrGap says that a change comes before one that is still missing: the one
	// before must be applied first.
	ErrGap = errors.New("a change before this one is missing")
	// ErrChain says that the read model holds a course of events that the process
	// did not take, such as a change that was written for an act that did not
	// become durable. The process is right: see Rebase.
	ErrChain = errors.New("the record took another course than the process")
)

// Instance is the head of what one process shows: how far it got.
type Instance struct {
	ID      string `json:"id" gorm:"primaryKey;size:128"` // workflow id
	Kind    string `json:"kind" gorm:"size:32;not null"`  // target, assignment, supervision, signoff
	PlanID  string `json:"plan" gorm:"size:64;not null"`  // empty for a sign-off on its own subject
	Version int64  `json:"version" gorm:"not null"`
	// Seq and Hash are those of the last event.
	Seq    int64  `json:"seq" gorm:"not null"`
	Hash   string `json:"hash" gorm:"size:64;not null"`
	Closed bool   `json:"closed" gorm:"not null"`
	// UpdatedAt is the moment of the last change by the process's own clock.
	UpdatedAt time.Time `json:"updatedAt" gorm:"precision:6;not null;autoUpdateTime:false"`
}

// InstanceFilter chooses instances for a list; zero fields choose all.
type InstanceFilter struct {
	PageRequest
	Kind   string
	PlanID string
	Closed *bool
}

// Instance returns the head of one process, or ErrNotFound.
func (s *Store) Instance(ctx context.Context, id string) (Instance, error) {
	var instance Instance
	err := s.read(ctx).Take(&instance, "id = ?", id).Error
	return instance, err
}

// Instances lists processes by id.
func (s *Store) Instances(ctx context.Context, filter InstanceFilter) (Page[Instance], error) {
	query := equal(s.read(ctx), "kind", filter.Kind)
	query = equal(query, "plan_id", filter.PlanID)
	if filter.Closed != nil {
		query = query.Where("closed = ?", *filter.Closed)
	}
	return paginate(query, filter.PageRequest, ascending("id", func(i *Instance) string { return i.ID }))
}

// Scope says which instances a reader may see: all, as supervisors and
// administrators do, or those that concern a unit or whoever holds a role.
type Scope struct {
	All   bool
	Units []string // ids
	Roles []org.Role
}

// of keeps the rows of a table whose instance is in the scope.
func (s Scope) of(query *gorm.DB, table string) *gorm.DB {
	if s.All {
		return query
	}
	// A party has a unit or a role and leaves the other empty.
	return query.Where("EXISTS (SELECT 1 FROM parties WHERE parties.unit_id IN ? AND parties.role IN ? AND parties.instance = "+quote(table+".instance")+")",
		append([]string{""}, s.Units...), append([]org.Role{""}, s.Roles...))
}

// atOneMoment runs queries that see one state of the database.
func (s *Store) atOneMoment(ctx context.Context, fn func(tx *gorm.DB) error) error {
	return translate(s.read(ctx).Transaction(fn, &sql.TxOptions{ReadOnly: true}))
}

// versionOf returns the version of an instance.
func versionOf(tx *gorm.DB, instance string) (int64, error) {
	var head Instance
	err := tx.Take(&head, "id = ?", instance).Error
	return head.Version, err
}

// The rows as tables keep them: what is shown, and the process that shows it.
type (
	targetRow struct {
		projection.AnnualTarget `gorm:"embedded"`
		Instance                string `gorm:"size:128;not null"`
	}
	itemRow struct {
		projection.Item `gorm:"embedded"`
		Instance        string `gorm:"size:128;not null"`
	}
	assignmentRow struct {
		projection.Assignment `gorm:"embedded"`
		Instance              string `gorm:"size:128;not null"`
	}
	reportRow struct {
		projection.Report `gorm:"embedded"`
		Instance          string `gorm:"size:128;not null"`
	}
	extensionRow struct {
		projection.Extension `gorm:"embedded"`
		Instance             string `gorm:"size:128;not null"`
	}
	supervisionRow struct {
		projection.Supervision `gorm:"embedded"`
		Instance               string `gorm:"size:128;not null"`
	}
	signerRow struct {
		projection.Signer `gorm:"embedded"`
		Instance          string `gorm:"size:128;not null"`
	}
	copyRow struct {
		projection.Copy `gorm:"embedded"`
		Instance        string `gorm:"size:128;not null"`
	}
	// todoRow has a date to order by also where nothing is due.
	todoRow struct {
		projection.Todo `gorm:"embedded"`
		DueOrder        time.Time `gorm:"precision:6;not null"`
	}
)

func (targetRow) TableName() string      { return "annual_targets" }
func (itemRow) TableName() string        { return "items" }
func (assignmentRow) TableName() string  { return "assignments" }
func (reportRow) TableName() string      { return "reports" }
func (extensionRow) TableName() string   { return "extensions" }
func (supervisionRow) TableName() string { return "supervisions" }
func (signerRow) TableName() string      { return "signers" }
func (copyRow) TableName() string        { return "copies" }
func (todoRow) TableName() string        { return "todos" }

// readModels returns one empty row of every table of the read model.
func readModels() []any {
	return []any{
		&Instance{}, &targetRow{}, &itemRow{}, &assignmentRow{}, &reportRow{}, &extensionRow{},
		&supervisionRow{}, &supervisionNumber{}, &projection.SignOff{}, &signerRow{}, &copyRow{}, &copyRead{}, &todoRow{}, &projection.Party{},
		&projection.Attachment{}, &roundRow{}, &sheetRow{}, &sectionRow{}, &KeptEvent{}, &Notice{}, &outboxRow{}, &Message{}, &Delivery{},
	}
}
