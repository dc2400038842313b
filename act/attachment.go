package act

import "fmt"

// MostAttachments bounds how many files one act may add.
const MostAttachments = 20

// Attachment is a file that somebody adds to what he says or submits (附件): to
// an opinion, a report, the subject of a sign-off. Commands and events carry it.
// The bytes are kept elsewhere, under their hash; as the event that carries the
// hash is itself sealed, a file cannot be exchanged later without being noticed.
type Attachment struct {
	// File is the id under which the file was uploaded.
	File string `json:"file"`
	// Name is the name that the person gave the file, with its ending.
	Name string `json:"name"`
	// Size is the length of the content in bytes.
	Size int64 `json:"size"`
	// SHA256 is the hash of the content, in lower-case hex.
	SHA256 string `json:"sha256"`
}

// FewFiles refuses an act with more files than one may add.
func FewFiles(files []Attachment) error {
	if len(files) <= MostAttachments {
		return nil
	}
	return Malformed("too-many", fmt.Sprintf("附件最多 %d 个。", MostAttachments), fmt.Sprintf("At most %d attachments are allowed.", MostAttachments),
		Fault{Field: "attachments", Code: "too-many", Zh: fmt.Sprintf("最多 %d 个", MostAttachments), En: fmt.Sprintf("at most %d", MostAttachments)})
}
