package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"duban/approval"

	"gorm.io/gorm"
)

// RouteTemplate is how a plan signs a kind of subject (会签流程), in one version.
// Versions are never changed: a running sign-off goes on by its own.
type RouteTemplate struct {
	PlanID    string                  `json:"plan"`
	Kind      string                  `json:"kind"`
	Version   int                     `json:"version"`
	Steps     []approval.TemplateStep `json:"steps"`
	CarryOver bool                    `json:"carryOver"`
	CopyTo    []approval.Signer       `json:"copyTo"`
	// Comment says why the version was made.
	Comment   string    `json:"comment"`
	CreatedBy string    `json:"createdBy"`
	CreatedAt time.Time `json:"createdAt"`
}

// ID names the template in all its versions.
func (t RouteTemplate) ID() string { return t.PlanID + "/" + t.Kind }

// Template is what a sign-off is started with.
func (t RouteTemplate) Template() approval.Template {
	return approval.Template{TemplateRef: approval.TemplateRef{ID: t.ID(), Version: t.Version}, Steps: t.Steps, CarryOver: t.CarryOver, CopyTo: t.CopyTo}
}

// routeTemplateRow is a template as the database keeps it.
type routeTemplateRow struct {
	PlanID    string    `gorm:"primaryKey;size:64"`
	Kind      string    `gorm:"primaryKey;size:32"`
	Version   int       `gorm:"primaryKey;autoIncrement:false"`
	Steps     string    `gorm:"type:text;not null"`
	CarryOver bool      `gorm:"not null"`
	CopyTo    string    `gorm:"type:text;not null"`
	Comment   string    `gorm:"size:1000;not null"`
	CreatedBy string    `gorm:"size:64;not null"`
	CreatedAt time.Time `gorm:"precision:6;not null"`
}

func (routeTemplateRow) TableName() string { return "route_templates" }

func (r routeTemplateRow) template() (RouteTemplate, error) {
	t := RouteTemplate{PlanID: r.PlanID, Kind: r.Kind, Version: r.Version, CarryOver: r.CarryOver, Comment: r.Comment, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt}
	if err := json.Unmarshal([]byte(r.Steps), &t.Steps); err != nil {
		return t, fmt.Errorf("steps of route %s version %d: %w", t.ID(), t.Version, err)
	}
	if err := json.Unmarshal([]byte(r.CopyTo), &t.CopyTo); err != nil {
		return t, fmt.Errorf("copies of route %s version %d: %w", t.ID(), t.Version, err)
	}
	return t, nil
}

// RouteTemplates lists all versions for a kind of subject, the newest first.
func (s *Store) RouteTemplates(ctx context.Context, plan, kind string) ([]RouteTemplate, error) {
	return routeTemplates(s.read(ctx).Where("plan_id = ? AND kind = ?", plan, kind))
}

// RouteTemplate returns the newest version, or ErrNotFound where the plan signs
// that kind of subject by default.
func (s *Store) RouteTemplate(ctx context.Context, plan, kind string) (RouteTemplate, error) {
	found, err := routeTemplates(s.read(ctx).Where("plan_id = ? AND kind = ?", plan, kind).Limit(1))
	if err != nil {
		return RouteTemplate{}, err
	}
	if len(found) == 0 {
		return RouteTemplate{}, ErrNotFound
	}
	return found[0], nil
}

func routeTemplates(query *gorm.DB) ([]RouteTemplate, error) {
	var rows []routeTemplateRow
	if err := query.Order("version DESC").Find(&rows).Error; err != nil {
		return nil, err
	}
	templates := make([]RouteTemplate, len(rows))
	for i, row := range rows {
		var err error
		if templates[i], err = row.template(); err != nil {
			return nil, err
		}
	}
	return templates, nil
}

// AddRouteTemplate keeps a new version after the one that its author has seen;
// 0 for the first. Where another was made meanwhile the error is ErrStale.
func (s *Store) AddRouteTemplate(ctx context.Context, t RouteTemplate, seen int) (RouteTemplate, error) {
	steps, err := json.Marshal(t.Steps)
	if err != nil {
		return t, fmt.Errorf("encode the steps of route %s: %w", t.ID(), err)
	}
	copyTo, err := json.Marshal(t.CopyTo)
	if err != nil {
		return t, fmt.Errorf("encode the copies of route %s: %w", t.ID(), err)
	}
	err = s.Write(ctx, func(tx *gorm.DB) error {
		var newest int
		if err := tx.Model(&routeTemplateRow{}).Where("plan_id = ? AND kind = ?", t.PlanID, t.Kind).
			Select("COALESCE(MAX(version), 0)").Scan(&newest).Error; err != nil {
			return err
		}
		if newest != seen {
			return fmt.Errorf("route %s stands at version %d: %w", t.ID(), newest, ErrStale)
		}
		t.Version, t.CreatedAt = newest+1, moment(t.CreatedAt)
		return tx.Create(&routeTemplateRow{PlanID: t.PlanID, Kind: t.Kind, Version: t.Version, Steps: string(steps), CarryOver: t.CarryOver,
			CopyTo: string(copyTo), Comment: t.Comment, CreatedBy: t.CreatedBy, CreatedAt: t.CreatedAt}).Error
	})
	return t, err
}
