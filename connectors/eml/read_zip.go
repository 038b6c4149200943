package eml

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors/mail"
)

// archive is a .zip of messages. Its list is read once and again when the file
// has changed.
type archive struct {
	path, temp string

	mu      sync.Mutex
	info    fs.FileInfo
	reader  *zip.ReadCloser
	sorted  []*zip.File
	retired []*zip.ReadCloser
}

// load returns the archive's files, by name.
func (a *archive) load() ([]*zip.File, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	info, err := os.Stat(a.path)
	if err != nil {
		return nil, err
	}
	if a.reader != nil && a.info.Size() == info.Size() && a.info.ModTime().Equal(info.ModTime()) {
		return a.sorted, nil
	}
	r, err := zip.OpenReader(a.path)
	if err != nil {
		return nil, fmt.Errorf("eml: %s: %w: is it a complete .zip?", a.path, err)
	}
	if a.reader != nil {
		a.retired = append(a.retired, a.reader)
	}
	a.info, a.reader, a.sorted = info, r, slices.Clone(r.File)
	slices.SortStableFunc(a.sorted, func(f, g *zip.File) int { return cmp.Compare(nameOf(f), nameOf(g)) })
	return a.sorted, nil
}

// Close closes the archive.
func (a *archive) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var errs []error
	for _, r := range append(a.retired, a.reader) {
		if r != nil {
			errs = append(errs, r.Close())
		}
	}
	a.reader, a.retired = nil, nil
	return errors.Join(errs...)
}

// nameOf is a file's name with "/" between levels; some programs write "\".
func nameOf(f *zip.File) string { return strings.Trim(strings.ReplaceAll(f.Name, `\`, "/"), "/") }

func (a *archive) files(ctx context.Context, wanted func(string) bool) iter.Seq2[mailFile, error] {
	return func(yield func(mailFile, error) bool) {
		list, err := a.load()
		if err != nil {
			yield(mailFile{}, err)
			return
		}
		for _, f := range list {
			if ctx.Err() != nil {
				yield(mailFile{}, ctx.Err())
				return
			}
			if f.FileInfo().IsDir() || strings.HasPrefix(nameOf(f), "__MACOSX/") || !wanted(nameOf(f)) {
				continue
			}
			m := mailFile{
				name: nameOf(f), size: int64(min(f.UncompressedSize64, 1<<40)),
				stamp: strconv.FormatUint(f.UncompressedSize64, 36) + "/" + strconv.FormatUint(uint64(f.CRC32), 36),
				open:  func() (mail.Opened, error) { return a.open(f) },
			}
			if !yield(m, nil) {
				return
			}
		}
	}
}

func (a *archive) openName(name string) (mail.Opened, error) {
	list, err := a.load()
	if err != nil {
		return nil, err
	}
	i, ok := slices.BinarySearchFunc(list, name, func(f *zip.File, name string) int { return cmp.Compare(nameOf(f), name) })
	if !ok {
		return nil, fmt.Errorf("%s in %s: %w", name, a.path, os.ErrNotExist)
	}
	return a.open(list[i])
}

// inMemory is up to how many bytes a message is unpacked into memory; a larger
// one is unpacked into a temporary file.
const inMemory = 4 << 20

// mostUnpacked is the largest message that is unpacked: a few packed bytes may be
// without end. No mail system takes one a tenth of it.
const mostUnpacked = 2 << 30

func (a *archive) open(f *zip.File) (mail.Opened, error) {
	if f.UncompressedSize64 > mostUnpacked {
		return nil, fmt.Errorf("%s in %s: it says that it has %d MiB, unpacked: no message is so large", f.Name, a.path, f.UncompressedSize64>>20)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s in %s: %w", f.Name, a.path, err)
	}
	o, err := a.unpack(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("%s in %s: %w", f.Name, a.path, err)
	}
	return o, nil
}

func (a *archive) unpack(r io.Reader) (mail.Opened, error) {
	b, err := io.ReadAll(io.LimitReader(r, inMemory+1))
	if err != nil {
		return nil, err
	}
	if len(b) <= inMemory {
		return opened{bytes.NewReader(b), int64(len(b)), func() error { return nil }}, nil
	}
	t, err := os.CreateTemp(a.temp, "eml-*")
	if err != nil {
		return nil, err
	}
	drop := func() error { return errors.Join(t.Close(), os.Remove(t.Name())) }
	size, err := io.Copy(t, io.MultiReader(bytes.NewReader(b), r))
	if err != nil {
		return nil, errors.Join(err, drop())
	}
	return opened{t, size, drop}, nil
}
