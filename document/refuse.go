package document

// refusal is what is said of a format that is not read.
type refusal struct{ chinese, english string }

// refusals say what to do instead; every one ends in a file that can be read.
var refusals = map[format]refusal{
	wordFormat: {
		"不能读取旧版 Word（.doc）或 WPS（.wps）文件。请用 Word 或 WPS 打开，另存为 .docx 后再导入，也可以直接粘贴文字。",
		"Old Word (.doc) and WPS (.wps) files are not read. Open it in Word or WPS, save it as .docx and import that, or paste its text.",
	},
	excelFormat: {
		"不能读取 Excel 的 .xls、.xlsb 文件和 WPS 表格的 .et 文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。",
		"Files of the kinds .xls, .xlsb and .et are not read. Open it in Excel or WPS, save it as .xlsx and import that.",
	},
	slidesFormat: {
		"不能读取演示文稿。请把文字另存为 .docx 后再导入，也可以直接粘贴文字。",
		"Presentations are not read. Save the text as .docx and import that, or paste it.",
	},
	lockedFormat: {
		"文件设有密码。请用 Word 或 WPS 打开，取消密码，另存为 .docx 后再导入。",
		"The file is locked with a password. Open it in Word or WPS, remove the password, save it as .docx and import that.",
	},
	pdfFormat: {
		"不能读取 PDF 文件。请用原稿另存为 .docx 后再导入；没有原稿的，请在 PDF 阅读器中复制文字后直接粘贴；扫描件请先识别成文字。",
		"PDF files are not read. Save the original as .docx and import that; without the original, copy the text in a PDF reader and paste it; recognise the text of a scan first.",
	},
	rtfFormat: {
		"不能读取 RTF 文件（扩展名可能是 .doc）。请用 Word 或 WPS 打开，另存为 .docx 后再导入，也可以直接粘贴文字。",
		"RTF files, which may be called .doc, are not read. Open it in Word or WPS, save it as .docx and import that, or paste its text.",
	},
	ofdFormat: {
		"不能读取 OFD 版式文件。请用原稿另存为 .docx 后再导入，或在 OFD 阅读器中复制文字后直接粘贴。",
		"OFD files are not read. Save the original as .docx and import that, or copy the text in an OFD reader and paste it.",
	},
	openFormat: {
		"不能读取 OpenDocument（.odt、.ods）文件。请另存为 .docx 或 .xlsx 后再导入，也可以直接粘贴文字。",
		"OpenDocument files (.odt, .ods) are not read. Save it as .docx or .xlsx and import that, or paste its text.",
	},
	mailFormat: {
		"不能读取单个文件网页（.mht，扩展名可能是 .doc）。请用 Word 或 WPS 打开，另存为 .docx 后再导入，也可以直接粘贴文字。",
		"Single-file web pages (.mht), which may be called .doc, are not read. Open it in Word or WPS, save it as .docx and import that, or paste its text.",
	},
	wordXMLFormat: {
		"不能读取 Office 2003 的 XML 文件。请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后再导入。",
		"XML files of Office 2003 are not read. Open it in Word, Excel or WPS, save it as .docx or .xlsx and import that.",
	},
	pictureFormat: {
		"文件是图片，没有文字可读。请先识别成文字，另存为 .docx 后再导入，也可以直接粘贴文字。",
		"The file is a picture and has no text. Recognise its text first, save it as .docx and import that, or paste the text.",
	},
	packedFormat: {
		"文件是压缩包。请先解压，再逐个导入其中的 .docx、.xlsx 等文件。",
		"The file is an archive. Unpack it and import the .docx or .xlsx files in it one by one.",
	},
	unknownBinaries: {
		"无法识别文件格式。请另存为 .docx 后再导入，也可以直接粘贴文字。",
		"The file's format is not known. Save it as .docx and import that, or paste its text.",
	},
}

// refuse returns the error for a format that is not read.
func refuse(name string, f format) error {
	r, ok := refusals[f]
	if !ok {
		r = refusals[unknownBinaries]
	}
	return &Error{Reason: Unsupported, Name: name, Chinese: r.chinese, English: r.english}
}
