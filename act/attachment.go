package act

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
