package store

import (
	"duban/calendar"
	"duban/target"
)

// TaskTarget is one target of a task. Data is the whole target; the other
// columns repeat what lists are searched and summed by.
type TaskTarget struct {
	PlanID  string `gorm:"primaryKey;size:64"`
	TaskKey int    `gorm:"primaryKey;autoIncrement:false"`
	// Key is stable within the task: "1", "2", …
	Key      string         `gorm:"primaryKey;size:16"`
	Position int            `gorm:"not null"`
	Kind     target.Kind    `gorm:"size:16;not null"`
	Metric   string         `gorm:"size:500;not null"`
	Op       target.Op      `gorm:"size:4;not null"`
	Value    *target.Amount // in ten-thousandths; nil without a figure
	ValueMax *target.Amount
	Measure  string `gorm:"size:64;not null"`
	Deadline string `gorm:"size:10;not null"` // 2030-12-31, or empty
	Year     int    `gorm:"not null"`         // of a schedule entry, or 0
	Data     JSON   `gorm:"not null"`
}

// NewTaskTarget makes the row of a target; SaveTask and CreatePlan set which
// task it belongs to.
func NewTaskTarget(t target.Target) (TaskTarget, error) {
	data, err := NewJSON(t)
	if err != nil {
		return TaskTarget{}, err
	}
	return TaskTarget{
		Key: t.Key, Kind: t.Kind, Metric: t.Metric, Op: t.Op, Value: t.Value, ValueMax: t.ValueMax,
		Measure: t.Measure, Deadline: dateText(t.Deadline), Year: t.Year, Data: data,
	}, nil
}

// Target returns the target itself.
func (t TaskTarget) Target() (target.Target, error) {
	var whole target.Target
	err := t.Data.Decode(&whole)
	return whole, err
}

func dateText(d *calendar.Date) string {
	if d == nil || d.IsZero() {
		return ""
	}
	return d.String()
}
