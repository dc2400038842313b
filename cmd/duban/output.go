package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// writable refuses a format that no terminal shows when no file is named, and a
// file that exists.
func writable(path, format string) error {
	switch {
	case path == "" && (format == "xlsx" || format == "docx"):
		return fmt.Errorf("请用 -o 指定要写入的文件 / name the file to write to with -o, such as -o plan.%s", format)
	case path == "":
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		return exists(path, fs.ErrExist)
	}
	return nil
}

func exists(path string, err error) error {
	return fmt.Errorf("%s 已存在，请换一个文件名 / exists already; choose another name: %w", path, err)
}

// deliver writes to the file at path, or to out if there is none. A file is
// complete or not there at all, and never takes the place of another.
func deliver(out io.Writer, path string, write func(io.Writer) error) error {
	if path == "" {
		return write(out)
	}
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return exists(path, err)
	}
	if err != nil {
		return fmt.Errorf("create the file: %w", err)
	}
	if _, err := file.Write(content.Bytes()); err != nil {
		return errors.Join(fmt.Errorf("write the file: %w", err), file.Close(), os.Remove(path))
	}
	return file.Close()
}
