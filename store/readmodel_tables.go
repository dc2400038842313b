package store

import (
	"fmt"
	"slices"
	"time"

	"duban/projection"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// table moves the rows of one kind between views and the database.
type table interface {
	// name is that of the table in the database.
	name() string
	// upsert writes the rows of the view for the instance.
	upsert(tx *gorm.DB, instance string, view *projection.View) error
	// load reads the rows of the instance into the view, by id.
	load(tx *gorm.DB, instance string, view *projection.View) error
}

// tableOf is the table of rows that are shown as P and kept as R.
type tableOf[P, R any] struct {
	title string
	rows  func(*projection.View) *[]P // where a view holds them
	keep  func(row P, instance string) R
}

func (t tableOf[P, R]) name() string { return t.title }

func (t tableOf[P, R]) upsert(tx *gorm.DB, instance string, view *projection.View) error {
	shown := *t.rows(view)
	if len(shown) == 0 {
		return nil
	}
	kept := make([]R, len(shown))
	for i, row := range shown {
		kept[i] = t.keep(row, instance)
	}
	changes, err := onConflict(tx, &kept)
	if err != nil {
		return err
	}
	if err := tx.Clauses(changes).Create(&kept).Error; err != nil {
		return fmt.Errorf("write %s of %s: %w", t.title, instance, err)
	}
	return nil
}

// decidedByID are the columns that never differ between two rows with the same
// id: to what the row belongs, and its place there.
func decidedByID() []string {
	return []string{"id", "instance", "plan_id", "target_id", "assignment_id", "sign_off_id", "task_key", "item_key", "year", "n"}
}

// onConflict says what is written where a row is there already: all but what its
// id decides, so that the indexes of those columns are left alone.
func onConflict(tx *gorm.DB, rows any) (clause.OnConflict, error) {
	statement := &gorm.Statement{DB: tx}
	if err := statement.Parse(rows); err != nil {
		return clause.OnConflict{}, fmt.Errorf("read the columns of %T: %w", rows, err)
	}
	columns := slices.DeleteFunc(slices.Clone(statement.Schema.DBNames), func(name string) bool {
		return slices.Contains(decidedByID(), name)
	})
	return clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns(columns)}, nil
}

func (t tableOf[P, R]) load(tx *gorm.DB, instance string, view *projection.View) error {
	if err := tx.Table(t.title).Where("instance = ?", instance).Order("id").Find(t.rows(view)).Error; err != nil {
		return fmt.Errorf("read %s of %s: %w", t.title, instance, err)
	}
	return nil
}

// tables returns the tables that a view is kept in.
func tables() []table {
	return []table{
		tableOf[projection.AnnualTarget, targetRow]{"annual_targets",
			func(v *projection.View) *[]projection.AnnualTarget { return &v.Targets },
			func(r projection.AnnualTarget, instance string) targetRow { return targetRow{r, instance} }},
		tableOf[projection.Item, itemRow]{"items",
			func(v *projection.View) *[]projection.Item { return &v.Items },
			func(r projection.Item, instance string) itemRow { return itemRow{r, instance} }},
		tableOf[projection.Assignment, assignmentRow]{"assignments",
			func(v *projection.View) *[]projection.Assignment { return &v.Assignments },
			func(r projection.Assignment, instance string) assignmentRow { return assignmentRow{r, instance} }},
		tableOf[projection.Report, reportRow]{"reports",
			func(v *projection.View) *[]projection.Report { return &v.Reports },
			func(r projection.Report, instance string) reportRow { return reportRow{r, instance} }},
		tableOf[projection.Extension, extensionRow]{"extensions",
			func(v *projection.View) *[]projection.Extension { return &v.Extensions },
			func(r projection.Extension, instance string) extensionRow { return extensionRow{r, instance} }},
		tableOf[projection.Supervision, supervisionRow]{"supervisions",
			func(v *projection.View) *[]projection.Supervision { return &v.Supervisions },
			func(r projection.Supervision, instance string) supervisionRow { return supervisionRow{r, instance} }},
		tableOf[projection.SignOff, projection.SignOff]{"sign_offs",
			func(v *projection.View) *[]projection.SignOff { return &v.SignOffs },
			func(r projection.SignOff, instance string) projection.SignOff { r.Instance = instance; return r }},
		tableOf[projection.Signer, signerRow]{"signers",
			func(v *projection.View) *[]projection.Signer { return &v.Signers },
			func(r projection.Signer, instance string) signerRow { return signerRow{r, instance} }},
		tableOf[projection.Copy, copyRow]{"copies",
			func(v *projection.View) *[]projection.Copy { return &v.Copies },
			func(r projection.Copy, instance string) copyRow { return copyRow{r, instance} }},
		tableOf[projection.Todo, todoRow]{"todos",
			func(v *projection.View) *[]projection.Todo { return &v.Todos }, keepTodo},
		tableOf[projection.Party, projection.Party]{"parties",
			func(v *projection.View) *[]projection.Party { return &v.Parties },
			func(r projection.Party, instance string) projection.Party { r.Instance = instance; return r }},
		tableOf[projection.Attachment, projection.Attachment]{"attachments",
			func(v *projection.View) *[]projection.Attachment { return &v.Attachments },
			func(r projection.Attachment, instance string) projection.Attachment { r.Instance = instance; return r }},
		tableOf[projection.Round, roundRow]{"rounds",
			func(v *projection.View) *[]projection.Round { return &v.Rounds },
			func(r projection.Round, instance string) roundRow { return roundRow{r, instance} }},
		tableOf[projection.Sheet, sheetRow]{"round_sheets",
			func(v *projection.View) *[]projection.Sheet { return &v.Sheets },
			func(r projection.Sheet, instance string) sheetRow { return sheetRow{r, instance} }},
		tableOf[projection.Section, sectionRow]{"round_sections",
			func(v *projection.View) *[]projection.Section { return &v.Sections },
			func(r projection.Section, instance string) sectionRow { return sectionRow{r, instance} }},
	}
}

func keepTodo(t projection.Todo, instance string) todoRow {
	t.Instance = instance
	row := todoRow{Todo: t, DueOrder: endOfTime()}
	if t.DueAt != nil {
		row.DueOrder = *t.DueAt
	}
	return row
}

// endOfTime is after every due moment that a database can hold.
func endOfTime() time.Time { return time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC) }

// mostIDs bounds how many ids one statement names.
const mostIDs = 500

// removeRows deletes rows of an instance by id.
func removeRows(tx *gorm.DB, table, instance string, ids []string) error {
	for some := range slices.Chunk(ids, mostIDs) {
		if err := tx.Exec("DELETE FROM "+quote(table)+" WHERE id IN ? AND instance = ?", some, instance).Error; err != nil {
			return fmt.Errorf("remove %s of %s: %w", table, instance, err)
		}
	}
	return nil
}
