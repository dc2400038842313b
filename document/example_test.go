package document_test

import (
	"context"
	"errors"
	"fmt"

	"duban/document"
)

func ExampleRead() {
	text := "一、主要任务\n任务\t牵头单位\n建设学校\t市教育局\n"
	doc, err := document.Read(context.Background(), "方案.txt", []byte(text))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(doc.Blocks[0].Paragraph.Text)
	fmt.Println(doc.Blocks[1].Table.Rows[1].Cells[1].Text())
	// Output:
	// 一、主要任务
	// 市教育局
}

func ExampleRead_refused() {
	_, err := document.Read(context.Background(), "方案.doc", []byte(`{\rtf1}`))
	if e := (*document.Error)(nil); errors.As(err, &e) {
		fmt.Println(e.Reason)
		fmt.Println(e.Chinese)
	}
	// Output:
	// unsupported
	// 不能读取 RTF 文件（扩展名可能是 .doc）。请用 Word 或 WPS 打开，另存为 .docx 后再导入，也可以直接粘贴文字。
}
