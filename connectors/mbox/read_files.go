package mbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// boxFile is one file of messages.
type boxFile struct {
	path   string // absolute, or as configured
	rel    string // with "/", names it in state and messages
	folder string // for people
}

// files lists the mbox files of the store in the order of their names. In a
// folder the content decides what is an mbox; other files are passed over.
func (s *store) files(ctx context.Context) ([]boxFile, error) {
	info, err := os.Stat(s.root)
	if err != nil {
		return nil, fmt.Errorf("mbox: %w: give the file or folder in path", err)
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("mbox: %s is no file but a pipe or a device: write what comes out of it into a file first", s.root)
	}
	if !info.IsDir() {
		base := filepath.Base(s.root)
		return []boxFile{{s.root, base, folderName(base)}}, nil
	}
	var files []boxFile
	err = filepath.WalkDir(s.root, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && path != s.root
		if d.IsDir() && hidden {
			return filepath.SkipDir
		}
		if d.IsDir() || hidden || !d.Type().IsRegular() {
			return nil
		}
		rel, err := filepath.Rel(s.root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if named := isBoxName(rel); named || beginsAsBox(path) {
			files = append(files, boxFile{path, rel, folderName(rel)})
		}
		return nil
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("mbox: no file in %s begins as an mbox does, with %q: is it a Maildir or a folder of .eml files?", s.root, "From ")
	}
	slices.SortFunc(files, func(a, b boxFile) int { return strings.Compare(a.rel, b.rel) })
	return files, err
}

func isBoxName(rel string) bool {
	ext := strings.ToLower(filepath.Ext(rel))
	return ext == ".mbox" || ext == ".mbx"
}

// folderName makes a folder's name of a path: Thunderbird keeps the children of
// Inbox in Inbox.sbd, Apple Mail writes Inbox.mbox/mbox.
func folderName(rel string) string {
	parts := strings.Split(rel, "/")
	for i, p := range parts {
		for _, ext := range []string{".sbd", ".mbox", ".mbx"} {
			if strings.HasSuffix(strings.ToLower(p), ext) && len(p) > len(ext) {
				p = p[:len(p)-len(ext)]
			}
		}
		parts[i] = p
	}
	if n := len(parts); n > 1 && parts[n-1] == "mbox" {
		parts = parts[:n-1]
	}
	return strings.Join(parts, "/")
}

func beginsAsBox(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only read
	at, err := firstSeparator(f)
	return err == nil && at >= 0
}

// notBox says that a file is no mbox.
type notBox struct{ begins []byte }

func (e *notBox) Error() string {
	for magic, packed := range map[string]string{
		"\x1f\x8b": "gzip", "BZh": "bzip2", "\xfd7zXZ\x00": "xz", "PK\x03\x04": "zip", "\x28\xb5\x2f\xfd": "zstd", "7z\xbc\xaf": "7-Zip",
	} {
		if bytes.HasPrefix(e.begins, []byte(magic)) {
			return "this is no mbox but a file packed with " + packed + ": unpack it first"
		}
	}
	if bytes.ContainsFunc(e.begins, func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' }) {
		return "this is no mbox, and no text"
	}
	return fmt.Sprintf("this is no mbox: it begins with %q instead of \"From \"", e.begins)
}

// firstSeparator finds where the first message begins: at the beginning, a byte
// order mark and blank lines aside. -1 means that the file is empty.
func firstSeparator(r io.ReaderAt) (int64, error) {
	b := make([]byte, 4<<10)
	n, err := r.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	b = b[:n]
	rest := bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), "\r\n")
	if len(rest) == 0 {
		return -1, nil
	}
	line, next, _ := bytes.Cut(rest, []byte("\n"))
	if !bytes.HasPrefix(line, fromWord) || !hasDate(line[len(fromWord):]) && !isField(next) {
		return 0, &notBox{bytes.Clone(rest[:min(len(rest), 40)])}
	}
	return int64(n - len(rest)), nil
}
