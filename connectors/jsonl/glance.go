package jsonl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// A file is no file of lines if that many at its beginning are no JSON objects, and
// none is one: somebody took a JSON document, or something else, for one.
const (
	glanceSize  = 64 << 10
	glanceLines = 20
)

// glance refuses what is no file of lines, before each of its lines is set aside.
func glance(f io.ReaderAt) error {
	head := make([]byte, glanceSize)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	lines := bytes.Split(head[:n], []byte("\n"))
	seen, first := 0, ""
	for _, line := range lines[:len(lines)-1] {
		line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")))
		if len(line) == 0 {
			continue
		}
		if line[0] == '{' && json.Valid(line) {
			return nil
		}
		if seen++; seen == 1 {
			first = string(line[:min(len(line), 40)])
		}
	}
	if seen < glanceLines {
		return nil
	}
	return fmt.Errorf("this is no file of records: it begins with %q, want one JSON object a line", first)
}
