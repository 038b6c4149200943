package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/desk"
)

// files compares the files of a message: how many, what they are called, how long they
// are and, unless it is to be quick, every byte.
func (i *inspection) files(ctx context.Context, want, got *desk.Message) error {
	if !i.Writes.Keeps(desk.KindMessage, "files") || !i.Writes.Keeps(desk.KindFile, "bytes") {
		return nil // told once, in the plan: there is no room for files
	}
	free := got.Files
	for n := range want.Files {
		w := &want.Files[n]
		if i.Writes.MaxFile > 0 && w.Size > i.Writes.MaxFile {
			if !i.planned(want.ID, "file") {
				i.tellFile(want, w, Finding{Class: Lost, Detail: fmt.Sprintf("it is %s large, the target takes %s", size(w.Size), size(i.Writes.MaxFile))})
			}
			continue
		}
		i.looked.count(desk.KindFile, Checked{Expected: 1})
		at := matchFile(w, free)
		if at < 0 {
			if !i.planned(want.ID, "file") {
				i.tellFile(want, w, Finding{Class: Gone, Detail: "the file is not with its message"})
			}
			continue
		}
		g := free[at]
		free = append(free[:at:at], free[at+1:]...)
		i.looked.count(desk.KindFile, Checked{There: 1})
		if err := i.file(ctx, want, w, &g); err != nil {
			return err
		}
	}
	return nil
}

// matchFile finds a file by its name and length, else by its name, else takes the first.
func matchFile(want *desk.File, among []desk.File) int {
	named := -1
	for n := range among {
		if among[n].Name != want.Name {
			continue
		}
		if among[n].Size == want.Size {
			return n
		}
		if named < 0 {
			named = n
		}
	}
	if named < 0 && len(among) > 0 && want.Name == "" {
		return 0
	}
	return named
}

func (i *inspection) file(ctx context.Context, m *desk.Message, want, got *desk.File) error {
	for _, c := range [...]struct {
		field     string
		want, got string
	}{
		{"type", want.Type, got.Type}, {"cid", want.CID, got.CID},
	} {
		if c.want == c.got || !i.Writes.Keeps(desk.KindFile, c.field) {
			continue
		}
		if !i.planned(m.ID, "file."+c.field) {
			i.tellFile(m, want, Finding{Class: Differs, Field: c.field, Want: c.want, Got: c.got})
		}
	}
	if want.Size >= 0 && got.Size >= 0 && want.Size != got.Size {
		i.tellFile(m, want, Finding{Class: Differs, Field: "size", Want: fmt.Sprint(want.Size), Got: fmt.Sprint(got.Size)})
		return nil
	}
	if i.check.Quick {
		return nil
	}
	return i.bytes(ctx, m, want, got)
}

// bytes compares what the files hold.
func (i *inspection) bytes(ctx context.Context, m *desk.Message, want, got *desk.File) error {
	w, wn, err := sum(ctx, want)
	if err != nil {
		i.tellFile(m, want, Finding{Class: Unseen, Detail: fmt.Sprintf("the source's file cannot be read: %v", err)})
		return ctx.Err()
	}
	var g string
	var gn int64
	err = i.patiently(ctx, func() (err error) {
		g, gn, err = sum(ctx, got)
		return err
	})
	switch {
	case errors.Is(err, errStop):
		return err
	case err != nil:
		i.tellFile(m, want, Finding{Class: Unseen, Detail: fmt.Sprintf("the file could not be read back: %v", err)})
		return nil
	}
	if w != g {
		i.tellFile(m, want, Finding{Class: Differs, Field: "bytes", Want: fmt.Sprintf("%d bytes, SHA-256 %s", wn, w), Got: fmt.Sprintf("%d bytes, SHA-256 %s", gn, g)})
	}
	return nil
}

// sum is the SHA-256 of a file and its length.
func sum(ctx context.Context, f *desk.File) (digest string, n int64, err error) {
	if f.Open == nil {
		return "", 0, errors.New("it cannot be opened")
	}
	r, err := f.Open(ctx)
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	n, err = io.Copy(h, r)
	return hex.EncodeToString(h.Sum(nil)), n, errors.Join(err, r.Close())
}

func (i *inspection) tellFile(m *desk.Message, file *desk.File, f Finding) {
	f.Kind, f.ID = desk.KindFile, fileName(m, file)
	i.tell(m, f)
}
