package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// MaxTaskText bounds the text of a task, in characters.
const MaxTaskText = 100_000

// Task (重点任务) is one numbered item of a plan.
type Task struct {
	PlanID string `gorm:"primaryKey;size:64;index:tasks__plan_id__programme_key,priority:1"`
	// Key is stable within the plan and counts from 1.
	Key int `gorm:"primaryKey;autoIncrement:false"`
	// ProgrammeKey is the programme it belongs to; nil if it stands alone.
	ProgrammeKey *string `gorm:"size:16;index:tasks__plan_id__programme_key,priority:2"`
	No           string  `gorm:"size:32;not null"` // as printed: 1, （一）, （一）-2
	Section      string  `gorm:"size:300;not null"`
	Title        string  `gorm:"size:500;not null"`
	Text         string  `gorm:"not null"` // title and body, without the note
	// Mode is "joint" where nothing says who leads; empty otherwise.
	Mode string `gorm:"size:16;not null"`
	// Deadline is the last day (2030-12-31) that the document sets for the whole
	// task; empty if it sets none.
	Deadline string `gorm:"size:10;not null"`
	Position int    `gorm:"not null"`
	// Version counts the changes of the task and what belongs to it, from 1.
	Version int `gorm:"not null"`
}

// TaskRole is a unit's part in a task.
type TaskRole string

const (
	// Lead (牵头) answers for the task.
	Lead TaskRole = "lead"
	// Support (配合) does a part of it.
	Support TaskRole = "support"
	// Guide (指导) advises.
	Guide TaskRole = "guide"
)

// TaskUnit is a unit or group that the document names for a task.
type TaskUnit struct {
	PlanID   string   `gorm:"primaryKey;size:64"`
	TaskKey  int      `gorm:"primaryKey;autoIncrement:false"`
	Role     TaskRole `gorm:"primaryKey;size:16"`
	Position int      `gorm:"primaryKey;autoIncrement:false"`
	// Written is the name as the document writes it.
	Written string `gorm:"size:300;not null"`
	// UnitID or GroupID is what the name was found to mean; both are nil while
	// it is open, and never both set.
	UnitID  *string `gorm:"size:64;index:task_units__unit_id"`
	GroupID *string `gorm:"size:64;index:task_units__group_id"`
}

// TaskDetail is a task with its units and targets, each in order.
type TaskDetail struct {
	Task
	Units   []TaskUnit
	Targets []TaskTarget
}

// Task returns one task with units and targets, or ErrNotFound.
func (s *Store) Task(ctx context.Context, planID string, key int) (TaskDetail, error) {
	var detail TaskDetail
	err := s.read(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Take(&detail.Task, "plan_id = ? AND `key` = ?", planID, key).Error; err != nil {
			return err
		}
		tasks := []TaskDetail{detail}
		err := loadTaskParts(tx, planID, tasks)
		detail = tasks[0]
		return err
	})
	return detail, err
}

// SaveTask changes the task that has the plan, key and version of detail, with
// its units and targets, and returns it with its new version; it returns
// ErrStale if the task changed since. With version 0 the task is new, and is
// given the next key.
func (s *Store) SaveTask(ctx context.Context, detail TaskDetail) (TaskDetail, error) {
	if detail.Version == 0 {
		return s.addTask(ctx, detail)
	}
	expected := detail.Version
	detail.Version++
	if err := detail.prepare(); err != nil {
		return TaskDetail{}, err
	}
	err := s.Write(ctx, func(tx *gorm.DB) error {
		result := tx.Model(&Task{}).Where("plan_id = ? AND `key` = ? AND version = ?", detail.PlanID, detail.Key, expected).
			Select("*").Omit("plan_id", "key").Updates(&detail.Task)
		if result.Error != nil {
			return result.Error
		}
		if result.RowsAffected == 0 {
			if err := tx.Take(&Task{}, "plan_id = ? AND `key` = ?", detail.PlanID, detail.Key).Error; err != nil {
				return err
			}
			return ErrStale
		}
		for _, part := range []any{&TaskUnit{}, &TaskTarget{}} {
			if err := tx.Delete(part, "plan_id = ? AND task_key = ?", detail.PlanID, detail.Key).Error; err != nil {
				return err
			}
		}
		return createTaskParts(tx, detail.Units, detail.Targets)
	})
	return detail, err
}

// DeleteTask removes a task of the given version with what belongs to it. It
// returns ErrStale if the task changed since.
func (s *Store) DeleteTask(ctx context.Context, planID string, key, version int) error {
	return s.Write(ctx, func(tx *gorm.DB) error {
		var task Task
		if err := tx.Take(&task, "plan_id = ? AND `key` = ?", planID, key).Error; err != nil {
			return err
		}
		result := tx.Delete(&Task{}, "plan_id = ? AND `key` = ? AND version = ?", planID, key, version)
		if result.Error == nil && result.RowsAffected == 0 {
			return ErrStale
		}
		return result.Error // units and targets go with their task
	})
}

func (s *Store) addTask(ctx context.Context, detail TaskDetail) (TaskDetail, error) {
	detail.Version = 1
	err := s.Write(ctx, func(tx *gorm.DB) error {
		var last struct{ Key, Position int }
		// The plan's row is locked first, so that two new tasks get two keys.
		if err := lockPlan(tx, detail.PlanID); err != nil {
			return err
		}
		err := tx.Model(&Task{}).Select("COALESCE(MAX(`key`), 0) AS `key`, COALESCE(MAX(position), -1) AS position").
			Where("plan_id = ?", detail.PlanID).Scan(&last).Error
		if err != nil {
			return err
		}
		detail.Key, detail.Position = last.Key+1, last.Position+1
		if err := detail.prepare(); err != nil {
			return err
		}
		return createTasks(tx, []TaskDetail{detail})
	})
	return detail, err
}

// prepare checks the task and numbers its units and targets.
func (d *TaskDetail) prepare() error {
	err := checkTexts(required("planId", &d.PlanID, 64), optional("no", &d.No, 32), optional("section", &d.Section, 300),
		required("title", &d.Title, 500), optional("text", &d.Text, MaxTaskText),
		optional("mode", &d.Mode, 16), optional("deadline", &d.Deadline, 10))
	if err != nil {
		return err
	}
	if d.Deadline != "" {
		if _, err := time.Parse(time.DateOnly, d.Deadline); err != nil {
			return &InvalidError{Field: "deadline", Reason: "须为 2030-12-31 这样的日期 (must be a date such as 2030-12-31)"}
		}
	}
	position := map[TaskRole]int{}
	for i := range d.Units {
		u := &d.Units[i]
		u.PlanID, u.TaskKey, u.Position = d.PlanID, d.Key, position[u.Role]
		position[u.Role]++
		if err := checkTexts(required("units.written", &u.Written, 300)); err != nil {
			return err
		}
		if err := oneOf("units.role", u.Role, Lead, Support, Guide); err != nil {
			return err
		}
		if u.UnitID != nil && u.GroupID != nil {
			return &InvalidError{Field: "units", Reason: "不能既是单位又是单位组 (cannot be both a unit and a group): " + u.Written}
		}
	}
	for i := range d.Targets {
		t := &d.Targets[i]
		t.PlanID, t.TaskKey, t.Position = d.PlanID, d.Key, i
		err := checkTexts(
			required("targets.key", &t.Key, 16), required("targets.kind", (*string)(&t.Kind), 16),
			optional("targets.metric", &t.Metric, 500), optional("targets.op", (*string)(&t.Op), 4),
			optional("targets.measure", &t.Measure, 64), optional("targets.deadline", &t.Deadline, 10))
		if err != nil {
			return err
		}
	}
	return nil
}

func createTasks(tx *gorm.DB, details []TaskDetail) error {
	if len(details) == 0 {
		return nil
	}
	var (
		tasks   []Task
		units   []TaskUnit
		targets []TaskTarget
	)
	for _, d := range details {
		tasks = append(tasks, d.Task)
		units = append(units, d.Units...)
		targets = append(targets, d.Targets...)
	}
	if err := tx.Create(&tasks).Error; err != nil {
		return err
	}
	return createTaskParts(tx, units, targets)
}

func createTaskParts(tx *gorm.DB, units []TaskUnit, targets []TaskTarget) error {
	if len(units) > 0 {
		if err := tx.Create(&units).Error; err != nil {
			return err
		}
	}
	if len(targets) > 0 {
		return tx.Create(&targets).Error
	}
	return nil
}

// loadTasks reads all tasks of a plan with their parts, in three queries.
func loadTasks(tx *gorm.DB, planID string) ([]TaskDetail, error) {
	var tasks []Task
	if err := tx.Where("plan_id = ?", planID).Order("position, `key`").Find(&tasks).Error; err != nil {
		return nil, err
	}
	details := convert(tasks, func(t Task) TaskDetail { return TaskDetail{Task: t} })
	return details, loadTaskParts(tx, planID, details)
}

// loadTaskParts fills in units and targets of tasks of one plan.
func loadTaskParts(tx *gorm.DB, planID string, details []TaskDetail) error {
	index := make(map[int]*TaskDetail, len(details))
	keys := make([]int, len(details))
	for i := range details {
		index[details[i].Key], keys[i] = &details[i], details[i].Key
	}
	parts := tx.Where("plan_id = ? AND task_key IN ?", planID, keys).Session(&gorm.Session{})
	var units []TaskUnit
	// Lead before support before guide, as the alphabet does not have it.
	order := "task_key, CASE role WHEN 'lead' THEN 0 WHEN 'support' THEN 1 ELSE 2 END, position"
	if err := parts.Order(order).Find(&units).Error; err != nil {
		return err
	}
	for _, u := range units {
		index[u.TaskKey].Units = append(index[u.TaskKey].Units, u)
	}
	var targets []TaskTarget
	if err := parts.Order("task_key, position").Find(&targets).Error; err != nil {
		return err
	}
	for _, t := range targets {
		index[t.TaskKey].Targets = append(index[t.TaskKey].Targets, t)
	}
	return nil
}

// lockPlan keeps others from adding to the plan until the transaction ends.
func lockPlan(tx *gorm.DB, id string) error {
	result := tx.Model(&Plan{}).Where("id = ?", id).Update("id", id)
	if err := mustAffect(result); err != nil {
		return fmt.Errorf("plan %s: %w", id, err)
	}
	return nil
}
