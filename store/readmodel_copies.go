package store

import (
	"context"
	"time"

	"duban/org"
	"duban/projection"

	"gorm.io/gorm"
)

// copyRead says when a user read a copy for the first time. It is kept beside the
// processes: people also read when all is decided and the process has ended.
type copyRead struct {
	CopyID string    `gorm:"primaryKey;size:160"`
	UserID string    `gorm:"primaryKey;size:64"`
	ReadAt time.Time `gorm:"precision:6;not null"`
}

func (copyRead) TableName() string { return "copy_reads" }

// CopyWithReads is a copy with who has read it.
type CopyWithReads struct {
	projection.Copy
	Reads []CopyRead `json:"reads"`
}

// CopyRead is one reader of a copy.
type CopyRead struct {
	UserID string    `json:"user"`
	ReadAt time.Time `json:"readAt"`
}

// Copies lists the copies of a sign-off in their order with their readers, or
// returns ErrNotFound as SignOff does.
func (s *Store) Copies(ctx context.Context, scope Scope, signOff string) ([]CopyWithReads, error) {
	if err := scope.of(s.read(ctx), "sign_offs").Take(&projection.SignOff{}, "id = ?", signOff).Error; err != nil {
		return nil, err
	}
	var rows []copyRow
	if err := s.read(ctx).Where("sign_off_id = ?", signOff).Order("n").Find(&rows).Error; err != nil {
		return nil, err
	}
	var reads []copyRead
	err := s.read(ctx).Where("copy_id IN (?)", s.read(ctx).Model(&copyRow{}).Select("id").Where("sign_off_id = ?", signOff)).
		Order("read_at, user_id").Find(&reads).Error
	if err != nil {
		return nil, err
	}
	copies := make([]CopyWithReads, len(rows))
	at := make(map[string]int, len(rows))
	for i, row := range rows {
		copies[i] = CopyWithReads{Copy: row.Copy, Reads: []CopyRead{}}
		at[row.ID] = i
	}
	for _, r := range reads {
		c := &copies[at[r.CopyID]]
		c.Reads = append(c.Reads, CopyRead{UserID: r.UserID, ReadAt: r.ReadAt})
	}
	return copies, nil
}

// CopyReader is whose copies are meant: those to himself, and to his units with
// one of the roles.
type CopyReader struct {
	User  string
	Units []string
	Roles []org.Role
}

// theirs chooses the copies of a reader.
func (r CopyReader) theirs(query *gorm.DB) *gorm.DB {
	return query.Where("copies.user_id = ? OR (copies.user_id = '' AND copies.role IN ? AND copies.unit_id IN ?)",
		r.User, r.Roles, append([]string{""}, r.Units...))
}

// CopiesTo lists the copies that a reader was sent, newest first; unread ones
// only where that is asked for.
func (s *Store) CopiesTo(ctx context.Context, reader CopyReader, unread bool, request PageRequest) (Page[projection.Copy], error) {
	query := reader.theirs(s.read(ctx))
	if unread {
		query = query.Where("NOT EXISTS (?)", s.read(ctx).Model(&copyRead{}).Select("1").
			Where("copy_reads.copy_id = copies.id AND copy_reads.user_id = ?", reader.User))
	}
	page, err := paginate(query, request,
		descending("at", func(r *copyRow) time.Time { return r.At }),
		descending("id", func(r *copyRow) string { return r.ID }))
	if err != nil {
		return Page[projection.Copy]{}, err
	}
	return Page[projection.Copy]{Items: convert(page.Items, func(r copyRow) projection.Copy { return r.Copy }), Next: page.Next}, nil
}

// ReadCopies marks the reader's copies of a sign-off as read by him and returns
// how many there are. What is read already keeps its first time.
func (s *Store) ReadCopies(ctx context.Context, reader CopyReader, signOff string, at time.Time) (int, error) {
	n := 0
	err := s.Write(ctx, func(tx *gorm.DB) error {
		var rows []copyRow
		if err := reader.theirs(tx).Where("sign_off_id = ?", signOff).Find(&rows).Error; err != nil {
			return err
		}
		n = len(rows)
		for _, row := range rows {
			var read []copyRead
			if err := tx.Where("copy_id = ? AND user_id = ?", row.ID, reader.User).Find(&read).Error; err != nil {
				return err
			}
			if len(read) > 0 {
				continue
			}
			if err := tx.Create(&copyRead{CopyID: row.ID, UserID: reader.User, ReadAt: moment(at)}).Error; err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
