// Package saved reads files in which somebody kept what a helpdesk's API answered, or what it
// exported: one file, a folder of them, or a zip, of documents, lists, or a record a line.
// What the records say, the connectors know.
package saved

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// Folder is what lies under a path.
type Folder struct {
	Path  string // that was opened
	Files []File // in order of their names
	zips  []*zip.ReadCloser
}

// File is one file of a folder, or within a zip.
type File struct {
	Name string // its path, within a zip after the zip's
	Size int64  // in bytes, as it lies there
	Time time.Time
	open func() (io.ReadCloser, error)
}

// Open lists the files under a path: the file itself, those of a folder and of the folders
// in it, those in a zip. It is to be closed.
func Open(path string) (*Folder, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("path: %w: %w", err, connectors.ErrDenied)
	}
	f := &Folder{Path: path}
	if info.IsDir() {
		err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			return f.add(p, info)
		})
	} else {
		err = f.add(path, info)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("path: %w: %w", err, connectors.ErrDenied), f.Close())
	}
	slices.SortFunc(f.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return f, nil
}

// Print tells whether the files are what they were, by their names, sizes and times.
func (f *Folder) Print() string {
	h := sha256.New()
	for _, one := range f.Files {
		_, _ = fmt.Fprintf(h, "%q %d %d\n", one.Name, one.Size, one.Time.UnixNano()) // a hash takes all
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Close closes the zips.
func (f *Folder) Close() (err error) {
	for _, z := range f.zips {
		err = errors.Join(err, z.Close())
	}
	f.zips = nil
	return err
}

func (f *Folder) add(path string, info fs.FileInfo) error {
	if strings.EqualFold(filepath.Ext(path), ".zip") {
		return f.unzip(path)
	}
	f.Files = append(f.Files, File{path, info.Size(), info.ModTime(), func() (io.ReadCloser, error) { return os.Open(path) }})
	return nil
}

func (f *Folder) unzip(path string) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	f.zips = append(f.zips, z)
	for _, e := range z.File {
		if e.Mode().IsRegular() {
			name := path + string(filepath.Separator) + filepath.FromSlash(e.Name)
			f.Files = append(f.Files, File{name, int64(e.UncompressedSize64), e.Modified, e.Open}) //nolint:gosec // no file is larger
		}
	}
	return nil
}

// Only keeps the files whose names end so, packed with gzip or not; what nobody wants of a
// folder is not looked at. The error says what was looked for.
func (f *Folder) Only(endings ...string) error {
	f.Files = slices.DeleteFunc(f.Files, func(file File) bool { return !file.Ends(endings...) })
	if len(f.Files) == 0 {
		return fmt.Errorf("path: there is no file that ends in %s: %w", strings.Join(endings, ", "), connectors.ErrDenied)
	}
	return nil
}

// Ends tells whether the name of a file ends so, packed with gzip or not.
func (f File) Ends(endings ...string) bool {
	return slices.Contains(endings, filepath.Ext(strings.TrimSuffix(strings.ToLower(f.Name), ".gz")))
}

// Open gives its bytes as they lie there.
func (f File) Open() (io.ReadCloser, error) { return f.open() }

// Unpacked gives its bytes, unpacked where it is packed with gzip, and without the mark of the
// byte order that editors put before them.
func (f File) Unpacked() (io.ReadCloser, error) {
	in, err := f.open()
	if err != nil {
		return nil, fmt.Errorf("path: %w: %w", err, connectors.ErrDenied)
	}
	var r io.Reader = bufio.NewReaderSize(in, 1<<16)
	if strings.HasSuffix(strings.ToLower(f.Name), ".gz") {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: it is no gzip file: %w: %w", f.Name, err, connectors.ErrDenied), in.Close())
		}
	}
	b := bufio.NewReader(r)
	if head, err := b.Peek(3); err == nil && string(head) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3) // they are buffered
	}
	return struct {
		io.Reader
		io.Closer
	}{b, in}, nil
}
