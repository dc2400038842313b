package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"duban/act"
	"duban/projection"
	"duban/store"
)

func (s *server) attachmentRoutes() {
	register(s, operation{method: http.MethodGet, path: base + "/attachments", id: "list-attachments", tag: "files",
		summary: "List which files are attached to what", description: "Units see what concerns them."}, s.listAttachments)
}

type attachmentListInput struct {
	Paging
	Instance   string `query:"instance" maxLength:"128" doc:"Process, as events name it"`
	AttachedTo string `query:"attachedTo" maxLength:"160" doc:"Id of the signer, report or sign-off"`
}

func (s *server) listAttachments(ctx context.Context, in *attachmentListInput) (*page[projection.Attachment], error) {
	rows, err := s.store.Attachments(ctx, scope(ctx), store.AttachmentFilter{PageRequest: in.request(), Instance: in.Instance, AttachedTo: in.AttachedTo})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, same[projection.Attachment]), nil
}

// attachments completes the files that an act names by their ids, in that order,
// in the field "attachments". Files that the user may not read
// are unknown to him.
func (s *server) attachments(ctx context.Context, ids []string) ([]act.Attachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) > act.MostAttachments {
		zh, en := fmt.Sprintf("附件最多 %d 个", act.MostAttachments), fmt.Sprintf("at most %d files", act.MostAttachments)
		return nil, act.Malformed("too-many-files", zh+"，请打包后上传。", "Attach "+en+"; pack them into an archive.", act.Fault{Field: "attachments", Code: "too-many-files", Zh: zh, En: en})
	}
	rows, err := s.store.Files(ctx, scope(ctx), requestOf(ctx).user.ID, ids)
	if err != nil {
		return nil, err
	}
	known := make(map[string]store.File, len(rows))
	for _, row := range rows {
		known[row.ID] = row
	}
	var faults []act.Fault
	attached := make([]act.Attachment, 0, len(ids))
	for i, id := range ids {
		row, is := known[id]
		if !is {
			faults = append(faults, act.Fault{Field: fmt.Sprintf("attachments[%d]", i), Code: "unknown-file", Zh: "没有这个文件", En: "is no file that you may read"})
		}
		if slices.Contains(ids[:i], id) {
			faults = append(faults, act.Fault{Field: fmt.Sprintf("attachments[%d]", i), Code: "twice", Zh: "重复", En: "is named twice"})
		}
		attached = append(attached, act.Attachment{File: row.ID, Name: row.Name, Size: row.Size, SHA256: row.SHA256})
	}
	if len(faults) > 0 {
		return nil, act.Malformed("unknown-file", "附件中有未上传或您无权查看的文件，请重新上传后再提交。", "An attachment was not uploaded, or you may not read it; upload it and try again.", faults...)
	}
	return attached, nil
}
