package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// files compares the files of a message: how many, what they are called, how long they
// are and, unless it is to be quick, every byte.
func (i *inspection) files(ctx context.Context, want, got *desk.Message) error {
	if !i.keepsFiles() {
		return nil // told once, in the plan: there is no room for files
	}
	pairs, free := i.pair(want, got.Files)
	for _, p := range pairs {
		switch {
		case p.excused:
			continue
		case p.got == nil:
			i.looked.count(desk.KindFile, Checked{Expected: 1})
			i.tellFile(want, p.want, Finding{Class: Gone, Detail: "the file is not with its message"})
			continue
		}
		i.looked.count(desk.KindFile, Checked{Expected: 1})
		read, err := i.file(ctx, want, p)
		if err != nil {
			return err
		}
		if read {
			i.looked.count(desk.KindFile, Checked{There: 1})
		}
	}
	i.again(want, pairs, free)
	i.bothFiles(want, pairs)
	return nil
}

func (i *inspection) keepsFiles() bool {
	return i.Writes.Keeps(desk.KindMessage, "files") && i.Writes.Keeps(desk.KindFile, "bytes")
}

// due counts the files that should be with a message that is not there.
func (i *inspection) due(m *desk.Message) {
	if !i.keepsFiles() {
		return
	}
	pairs, _ := i.pair(m, nil)
	for _, p := range pairs {
		if !p.excused {
			i.looked.count(desk.KindFile, Checked{Expected: 1})
		}
	}
}

// again tells of files that the message has and that are there once more.
func (i *inspection) again(m *desk.Message, pairs []*filePair, free []desk.File) {
	for n := range free {
		for _, p := range pairs {
			if p.got != nil && p.got.Name == free[n].Name && p.got.Size == free[n].Size {
				i.tellFile(m, p.want, Finding{Class: Twice, Detail: "the file is with its message again"})
				break
			}
		}
	}
}

// file compares one file. It tells whether the target has it.
func (i *inspection) file(ctx context.Context, m *desk.Message, p *filePair) (has bool, err error) {
	want, got := p.want, p.got
	for _, c := range [...]struct {
		field     string
		want, got string
	}{
		{"type", want.Type, got.Type}, {"cid", want.CID, got.CID},
	} {
		if c.want == c.got || !i.Writes.Keeps(desk.KindFile, c.field) || c.field == "cid" && idle(m, c.want, c.got) {
			continue
		}
		if !i.lost.takeFile(m.ID, want.Name, "file."+c.field) {
			i.tellFile(m, want, Finding{Class: Differs, Field: c.field, Want: c.want, Got: c.got})
		}
	}
	stands := got.Size // as the target's record of it says
	if got.Stat != nil {
		if stands, err = got.Stat(ctx); err != nil {
			return i.unread(m, want, err), ctx.Err()
		}
	}
	if want.Size >= 0 && stands >= 0 && want.Size != stands {
		i.tellFile(m, want, Finding{Class: Differs, Field: "size", Want: fmt.Sprint(want.Size), Got: fmt.Sprint(stands)})
		return true, nil
	}
	if i.check.Quick {
		return true, nil
	}
	return i.bytes(ctx, m, p)
}

// idle tells of a Content-ID that did not stay, and that no text refers to: it says
// nothing. A system that shows images by their addresses keeps those alone.
func idle(m *desk.Message, want, got string) bool {
	return got == "" && !strings.Contains(m.HTML, want)
}

// bytes compares what the files hold.
func (i *inspection) bytes(ctx context.Context, m *desk.Message, p *filePair) (has bool, err error) {
	want, got := p.want, p.got
	w, wn, err := sum(ctx, want)
	if err != nil {
		i.tellFile(m, want, Finding{Class: Unseen, Detail: fmt.Sprintf("the source's file cannot be read: %v", err)})
		return true, ctx.Err()
	}
	var g string
	var gn int64
	err = i.patiently(ctx, func() (err error) {
		g, gn, err = sum(ctx, got)
		return err
	})
	switch {
	case errors.Is(err, errStop):
		return false, err
	case err != nil:
		return i.unread(m, want, err), nil
	}
	p.sum, p.sumThere = w, g
	if w != g {
		i.tellFile(m, want, Finding{Class: Differs, Field: "bytes", Want: fmt.Sprintf("%d bytes, SHA-256 %s", wn, w), Got: fmt.Sprintf("%d bytes, SHA-256 %s", gn, g)})
	}
	return true, nil
}

// unread tells of a file that the target's record names and whose bytes do not come. It
// tells whether there are any.
func (i *inspection) unread(m *desk.Message, want *desk.File, err error) (has bool) {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, connectors.ErrNotFound):
		i.tellFile(m, want, Finding{Class: Gone, Detail: fmt.Sprintf("the message names the file, and it is not there: %v", err)})
	case connectors.ReasonOf(err) == connectors.ReasonUnreadable:
		i.tellFile(m, want, Finding{Class: Differs, Field: "bytes", Want: "what the source has", Got: err.Error()})
		return true
	default:
		i.tellFile(m, want, Finding{Class: Unseen, Detail: fmt.Sprintf("the file could not be read back: %v", err)})
	}
	return false
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

// fileName is how a file of a message is called in a finding.
func fileName(m *desk.Message, f *desk.File) desk.ID {
	return desk.ID(fmt.Sprintf("%s/%s", m.ID, f.Name))
}
