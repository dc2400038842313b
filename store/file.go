package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/projection"

	"gorm.io/gorm"
)

// File is an uploaded file without its content, which the file storage keeps
// under the hash.
type File struct {
	ID string `gorm:"primaryKey;size:64"`
	// SHA256 is the hash of the content, in lower-case hex.
	SHA256 string `gorm:"column:sha256;size:64;not null"`
	// Name is the name that the user gave it, with its ending.
	Name string `gorm:"size:200;not null"`
	// Size is the length of the content in bytes.
	Size      int64  `gorm:"not null"`
	MediaType string `gorm:"size:150;not null"`
	// UploadedBy is the id of the user, and UnitID his unit at that time.
	UploadedBy string    `gorm:"size:64;not null;index:files__uploaded_by__created_at,priority:1"`
	UnitID     string    `gorm:"size:64;not null"`
	CreatedAt  time.Time `gorm:"precision:6;not null;index:files__uploaded_by__created_at,priority:2"`
}

// CreateFile registers a file under the id that is given. The same file under
// the same id is returned as it was registered first; another one under that id
// is a ConflictError.
func (s *Store) CreateFile(ctx context.Context, file File) (File, error) {
	err := checkTexts(required("id", &file.ID, 64), required("sha256", &file.SHA256, 64), required("name", &file.Name, 200),
		required("mediaType", &file.MediaType, 150), required("uploadedBy", &file.UploadedBy, 64), optional("unit", &file.UnitID, 64))
	if err != nil {
		return File{}, err
	}
	file.CreatedAt = s.now()
	err = s.Write(ctx, func(tx *gorm.DB) error { return tx.Create(&file).Error })
	if !errors.Is(err, ErrConflict) {
		return file, err
	}
	var first File
	if err := s.read(ctx).Take(&first, "id = ?", file.ID).Error; err != nil {
		return File{}, fmt.Errorf("read the file of that id: %w", err)
	}
	if first.SHA256 != file.SHA256 || first.Name != file.Name || first.UploadedBy != file.UploadedBy {
		return File{}, err
	}
	return first, nil
}

// File returns a file that the user has uploaded, or that is attached to what he
// may read; ErrNotFound otherwise.
func (s *Store) File(ctx context.Context, scope Scope, user, id string) (File, error) {
	var file File
	err := s.readableFiles(ctx, scope, user).Take(&file, "id = ?", id).Error
	return file, err
}

// Files returns those of the files that the user may read as in File, in any
// order.
func (s *Store) Files(ctx context.Context, scope Scope, user string, ids []string) ([]File, error) {
	if len(ids) > mostIDs {
		return nil, &InvalidError{Field: "ids", Reason: fmt.Sprintf("超过 %d 个 (more than %d)", mostIDs, mostIDs)}
	}
	var files []File
	err := s.readableFiles(ctx, scope, user).Where("id IN ?", ids).Find(&files).Error
	return files, err
}

func (s *Store) readableFiles(ctx context.Context, scope Scope, user string) *gorm.DB {
	query := s.read(ctx).Model(&File{})
	if scope.All {
		return query
	}
	attached := scope.of(s.read(ctx).Model(&projection.Attachment{}).Select("1").Where("attachments.file_id = files.id"), "attachments")
	return query.Where("uploaded_by = ? OR EXISTS (?)", user, attached)
}

// UploadedSince returns how many bytes a user has uploaded since a moment.
func (s *Store) UploadedSince(ctx context.Context, user string, since time.Time) (int64, error) {
	var bytes int64
	err := s.read(ctx).Model(&File{}).Where("uploaded_by = ? AND created_at >= ?", user, since).
		Select("COALESCE(SUM(size), 0)").Scan(&bytes).Error
	return bytes, err
}

// AttachmentFilter chooses attachments for a list; zero fields choose all.
type AttachmentFilter struct {
	PageRequest
	Instance   string
	AttachedTo string // id of the row
}

// Attachments lists what is attached, row by row, each in its order.
func (s *Store) Attachments(ctx context.Context, scope Scope, filter AttachmentFilter) (Page[projection.Attachment], error) {
	query := scope.of(s.read(ctx), "attachments")
	query = equal(query, "instance", filter.Instance)
	query = equal(query, "attached_to", filter.AttachedTo)
	return paginate(query, filter.PageRequest,
		ascending("attached_to", func(a *projection.Attachment) string { return a.AttachedTo }),
		ascending("n", func(a *projection.Attachment) int { return a.N }),
		ascending("id", func(a *projection.Attachment) string { return a.ID }))
}
