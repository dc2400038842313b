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

func unpacksTooLarge(name string, cause error) error {
	return &Error{
		Reason: TooLarge, Name: name, Err: cause,
		Chinese: "文件解压后过大，已拒绝读取。请删去图片、附件和空白行列，另存后再导入。",
		English: "The file unpacks to too much and was refused. Remove pictures, attachments and blank rows, save it and import it again.",
	}
}

func tooManyCells(name string) error {
	return &Error{
		Reason: TooLarge, Name: name,
		Chinese: "文件中的表格过大。请删去空白行列，或拆分成几个文件后再导入。",
		English: "The tables in the file are too large. Remove blank rows and columns or split the file and import the parts.",
	}
}

func tooSlow(name string, cause error) error {
	return &Error{
		Reason: TooLarge, Name: name, Err: cause,
		Chinese: "读取文件超过 30 秒，已停止。请拆分成几个文件，或另存为 .docx 后再导入。",
		English: "Reading the file took more than 30 seconds and was stopped. Split it into several files, or save it as .docx and import that.",
	}
}

func damaged(name string, cause error) error {
	return &Error{
		Reason: Damaged, Name: name, Err: cause,
		Chinese: "文件已损坏或不完整，无法读取。请用 Word、WPS 或 Excel 打开并另存后再导入，也可以直接粘贴文字。",
		English: "The file is damaged or incomplete. Open it in Word, WPS or Excel, save it again and import that, or paste its text.",
	}
}

func embeddedDocument(name string) error {
	return &Error{
		Reason: Unsupported, Name: name,
		Chinese: "文件中嵌有另一个文件，其中的文字无法读取。请用 Word 或 WPS 打开，另存为 .docx 后再导入。",
		English: "Another file is embedded in this one and cannot be read. Open it in Word or WPS, save it as .docx and import that.",
	}
}
