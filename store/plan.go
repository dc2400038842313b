package store

import (
	"context"
	"time"

	"duban/calendar"

	"gorm.io/gorm"
)

// PlanStatus tells whether a plan binds anyone yet.
type PlanStatus string

const (
	// PlanDraft is a plan under preparation.
	PlanDraft PlanStatus = "draft"
	// PlanPublished is a plan whose annual targets run.
	PlanPublished PlanStatus = "published"
)

// Plan (方案) is the work that came out of one policy.
type Plan struct {
	ID       string     `gorm:"primaryKey;size:64"`
	PolicyID string     `gorm:"size:64;not null;index:plans__policy_id"`
	Title    string     `gorm:"size:500;not null"`
	Status   PlanStatus `gorm:"size:16;not null"`
	// StartYear and EndYear bound the plan, both included.
	StartYear int `gorm:"not null"`
	EndYear   int `gorm:"not null"`
	// TimeZone is where the plan's days begin and end: Asia/Shanghai.
	TimeZone string `gorm:"size:64;not null"`
	// SupervisorUnitID is the unit that supervises (督查室); nil if not named yet.
	SupervisorUnitID *string `gorm:"size:64;index:plans__supervisor_unit_id"`
	// Settings are the plan's rules: ladder, lights, sign-off.
	Settings JSON
	// Version counts the changes of the plan itself and starts at 1.
	Version     int        `gorm:"not null"`
	CreatedAt   time.Time  `gorm:"precision:6;not null;index:plans__created_at"`
	PublishedAt *time.Time `gorm:"precision:6"`
	// PublishedBy is the id of the user who published it; empty for a draft.
	PublishedBy string `gorm:"size:64;not null"`
}

// Programme (工程) is a group of tasks in a plan.
type Programme struct {
	PlanID string `gorm:"primaryKey;size:64"`
	// Key is stable within the plan: "1", "2", …
	Key      string `gorm:"primaryKey;size:16"`
	Section  string `gorm:"size:300;not null"` // the part of the document it stands in
	Name     string `gorm:"size:300;not null"`
	Position int    `gorm:"not null"`
}

// PlanDetail is a plan with all that belongs to it.
type PlanDetail struct {
	Plan
	Programmes []Programme
	Tasks      []TaskDetail
}

// PlanFilter chooses plans for a list; zero fields choose all.
type PlanFilter struct {
	PageRequest
	Search   string // part of the title
	PolicyID string
	Status   PlanStatus
}

// CreatePlan keeps a new draft plan with its programmes and tasks, and returns
// it with its id. Tasks without a key are numbered in their order.
func (s *Store) CreatePlan(ctx context.Context, detail PlanDetail) (PlanDetail, error) {
	if err := checkPlan(&detail.Plan); err != nil {
		return PlanDetail{}, err
	}
	detail.ID, detail.Status, detail.Version = NewID(), PlanDraft, 1
	detail.CreatedAt, detail.PublishedAt, detail.PublishedBy = s.now(), nil, ""
	for i := range detail.Programmes {
		p := &detail.Programmes[i]
		p.PlanID, p.Position = detail.ID, i
		err := checkTexts(required("programmes.key", &p.Key, 16), optional("programmes.section", &p.Section, 300),
			required("programmes.name", &p.Name, 300))
		if err != nil {
			return PlanDetail{}, err
		}
	}
	for i := range detail.Tasks {
		t := &detail.Tasks[i]
		t.PlanID, t.Position, t.Version = detail.ID, i, 1
		if t.Key == 0 {
			t.Key = i + 1
		}
		if err := t.prepare(); err != nil {
			return PlanDetail{}, err
		}
	}
	err := s.Write(ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&detail.Plan).Error; err != nil {
			return err
		}
		if len(detail.Programmes) > 0 {
			if err := tx.Create(&detail.Programmes).Error; err != nil {
				return err
			}
		}
		return createTasks(tx, detail.Tasks)
	})
	return detail, err
}

// Plan returns a plan without what belongs to it, or ErrNotFound.
func (s *Store) Plan(ctx context.Context, id string) (Plan, error) {
	var plan Plan
	err := s.read(ctx).Take(&plan, "id = ?", id).Error
	return plan, err
}

// PlanDetail returns a plan with programmes, tasks, units and targets as they
// are at one moment, or ErrNotFound.
func (s *Store) PlanDetail(ctx context.Context, id string) (PlanDetail, error) {
	var detail PlanDetail
	err := s.read(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Take(&detail.Plan, "id = ?", id).Error; err != nil {
			return err
		}
		if err := tx.Where("plan_id = ?", id).Order("position").Find(&detail.Programmes).Error; err != nil {
			return err
		}
		var err error
		detail.Tasks, err = loadTasks(tx, id)
		return err
	})
	return detail, err
}

// Plans lists plans, newest first.
func (s *Store) Plans(ctx context.Context, filter PlanFilter) (Page[Plan], error) {
	query := containing(s.read(ctx), filter.Search, "title")
	query = equal(query, "policy_id", filter.PolicyID)
	query = equal(query, "status", filter.Status)
	return paginate(query, filter.PageRequest,
		descending("created_at", func(p *Plan) time.Time { return p.CreatedAt }),
		descending("id", func(p *Plan) string { return p.ID }))
}

// UpdatePlan changes title, years, zone, supervisor and settings of the plan
// with the id and version of plan, and returns it with its new version. It
// returns ErrStale if the plan changed since that version.
func (s *Store) UpdatePlan(ctx context.Context, plan Plan) (Plan, error) {
	if err := checkPlan(&plan); err != nil {
		return Plan{}, err
	}
	return s.changePlan(ctx, plan.ID, plan.Version, map[string]any{
		"title": plan.Title, "start_year": plan.StartYear, "end_year": plan.EndYear, "time_zone": plan.TimeZone,
		"supervisor_unit_id": plan.SupervisorUnitID, "settings": plan.Settings,
	})
}

// PublishPlan makes a draft of the given version a published plan. It returns
// ErrStale if the plan changed since that version or is published already.
func (s *Store) PublishPlan(ctx context.Context, id string, version int, by string) (Plan, error) {
	if err := checkTexts(required("publishedBy", &by, 64)); err != nil {
		return Plan{}, err
	}
	return s.changePlan(ctx, id, version, map[string]any{
		"status": PlanPublished, "published_at": s.now(), "published_by": by,
	}, "status = ?", PlanDraft)
}

// changePlan sets columns of a plan that still has the version and meets the
// further condition, if there is one.
func (s *Store) changePlan(ctx context.Context, id string, version int, columns map[string]any, condition ...any) (Plan, error) {
	columns["version"] = version + 1
	var changed Plan
	err := s.Write(ctx, func(tx *gorm.DB) error {
		query := tx.Model(&Plan{}).Where("id = ? AND version = ?", id, version)
		if len(condition) > 0 {
			query = query.Where(condition[0], condition[1:]...)
		}
		result := query.Updates(columns)
		if result.Error != nil {
			return result.Error
		}
		changed = Plan{}
		if err := tx.Take(&changed, "id = ?", id).Error; err != nil {
			return err
		}
		if result.RowsAffected == 0 {
			return ErrStale
		}
		return nil
	})
	return changed, err
}

func checkPlan(plan *Plan) error {
	err := checkTexts(required("policyId", &plan.PolicyID, 64), required("title", &plan.Title, 500),
		required("timeZone", &plan.TimeZone, 64))
	if err != nil {
		return err
	}
	if _, err := calendar.Zone(plan.TimeZone); err != nil {
		return &InvalidError{Field: "timeZone", Reason: "不是已知的时区 (not a known time zone)"}
	}
	if plan.StartYear < 1949 || plan.EndYear < plan.StartYear || plan.EndYear > 9999 {
		return &InvalidError{Field: "endYear", Reason: "起止年份不合理 (the years are out of order or range)"}
	}
	return nil
}
