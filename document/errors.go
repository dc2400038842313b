package document

// Reason tells why a document could not be read.
type Reason string

const (
	// Empty: there is no text in it.
	Empty Reason = "empty"
	// TooLarge: beyond MaxBytes, MaxParagraphs or what it may unpack to.
	TooLarge Reason = "too-large"
	// Unsupported: a format that is not read; saving it in another one helps.
	Unsupported Reason = "unsupported"
	// Damaged: the bytes do not hold what their format promises.
	Damaged Reason = "damaged"
)

const (
	// MaxBytes is the size of the largest file that is read.
	MaxBytes = 20 << 20
	// MaxParagraphs is the number of paragraphs, those in tables counted, of
	// the longest document that is read.
	MaxParagraphs = 100_000
)

// Error is a document that cannot be read. Chinese and English both say what
// is wrong and what to do.
type Error struct {
	Reason  Reason
	Name    string
	Chinese string
	English string
	Err     error // the cause, if there is one
}

// Error returns both messages.
func (e *Error) Error() string { return e.Name + ": " + e.Chinese + " / " + e.English }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func empty(name string) error {
	return &Error{
		Reason: Empty, Name: name,
		Chinese: "文件中没有文字。如果是扫描件或图片，请先识别成文字，另存为 .docx 后再导入。",
		English: "The file has no text. If it is a scan or a picture, recognise its text first, save it as .docx and import that.",
	}
}

func tooLarge(name string) error {
	return &Error{
		Reason: TooLarge, Name: name,
		Chinese: "文件超过 20 MB。请删去图片或附件，另存后再导入。",
		English: "The file is larger than 20 MB. Remove pictures or attachments, save it and import it again.",
	}
}

func tooManyParagraphs(name string) error {
	return &Error{
		Reason: TooLarge, Name: name,
		Chinese: "文件超过 100000 段。请拆分成几个文件后再导入。",
		English: "The file has more than 100,000 paragraphs. Split it into several files and import those.",
	}
}

func unknownEncoding(name string, cause error) error {
	return &Error{
		Reason: Damaged, Name: name, Err: cause,
		Chinese: "无法识别文字编码。请用记事本打开并另存为 UTF-8 编码的文本，或另存为 .docx 后再导入。",
		English: "The text encoding is not known. Save the file as UTF-8 text or as .docx and import it again.",
	}
}
