package conntest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func fileRules() []rule {
	on := []need{aTarget, tickets, keepsFiles}
	return []rule{
		{"OddFiles", "Files come back with their bytes, names and order: of no bytes, of one name, inline with a Content-ID, with names of any language, with slashes, dots and line ends.", on, oddFiles},
		{"BigFile", "A large file is taken as a stream and comes back whole.", on, bigFile},
		{"TornFile", "A file that cannot be opened, or breaks off half way, refuses the whole record or message: nothing of it is left, and a later attempt succeeds.", on, tornFile},
		{"MaxFile", "Caps.MaxFile: a larger file is refused with ErrRefused and the reason too_large.", on, maxFile},
	}
}

func oddFiles(ctx context.Context, r *rig) error {
	t := simple("files", "with files")
	t.Messages[0].HTML = `<img src="cid:a@b.test"><img src="cid:c%20d@b.test">`
	t.Messages[0].Files = []desk.File{
		Bytes("empty.txt", "text/plain", nil),
		Bytes("same.txt", "text/plain", []byte("one")),
		Bytes("same.txt", "text/plain", []byte("two")),
		inline(Bytes("a.png", "image/png", []byte{1, 2, 3}), "a@b.test"),
		inline(Bytes("c.png", "image/png", []byte{4, 5}), "c d@b.test"),
		Bytes("../../etc/passwd", "text/plain", []byte("up")),
		Bytes("/abs/o/lute", "text/plain", []byte("root")),
		Bytes(`C:\Windows\файл.txt`, "text/plain", []byte("drive")),
		Bytes("two\nlines\r.txt", "text/plain", []byte("lines")),
		Bytes("日本語 – עברית 👍.txt", "text/plain", []byte("world")),
		Bytes("", "application/octet-stream", []byte("nameless")),
		Bytes("CON", "application/octet-stream", []byte("device")),
		Bytes(".", "application/octet-stream", []byte("dot")),
		Bytes("message.eml", "message/rfc822", []byte("Subject: inner\r\n\r\nFrom here\r\n")),
		Bytes("from.txt", "text/plain", []byte("From x\nFrom y\n\x00\xff\xfe\r\n\r")),
	}
	got, want, err := r.makeTicket(ctx, t)
	if err != nil {
		return err
	}
	back, err := r.backTicket(ctx, got.ID, want)
	if err != nil {
		return err
	}
	return same(ctx, r.writes, want, back)
}

// pattern is n bytes that are the same each time and do not repeat soon. It
// breaks with err after cut bytes, if cut is not negative.
type pattern struct {
	n, at, cut int64
	err        error
}

func (p *pattern) Read(b []byte) (int, error) {
	if p.cut >= 0 && p.at >= p.cut {
		return 0, p.err
	}
	if p.at >= p.n {
		return 0, io.EOF
	}
	left := p.n - p.at
	if p.cut >= 0 {
		left = min(left, p.cut-p.at)
	}
	n := min(int64(len(b)), left)
	for i := range b[:n] {
		at := p.at + int64(i)
		b[i] = byte(at*at>>3 ^ at>>11)
	}
	p.at += n
	return int(n), nil
}

func (p *pattern) Close() error { return nil }

// streamed is a file of n bytes whose size and hash are not told beforehand.
func streamed(name string, n int64) desk.File {
	return desk.File{Name: name, Type: "application/octet-stream", Size: -1, Open: func(context.Context) (io.ReadCloser, error) {
		return &pattern{n: n, cut: -1}, nil
	}}
}

func sum(r io.Reader) (string, int64, error) {
	h := sha256.New()
	n, err := io.Copy(h, r)
	return hex.EncodeToString(h.Sum(nil)), n, err
}

func bigFile(ctx context.Context, r *rig) error {
	size := int64(5 << 20)
	if r.writes.MaxFile > 0 {
		size = min(size, r.writes.MaxFile)
	}
	t := simple("big", "with a big file")
	t.Messages[0].Files = []desk.File{streamed("groß.bin", size)}
	got, want, err := r.makeTicket(ctx, t)
	if err != nil {
		return err
	}
	back, err := r.backTicket(ctx, got.ID, want)
	if err != nil {
		return err
	}
	if len(back.Messages) != 1 || len(back.Messages[0].Files) != 1 {
		return errors.New("one message with one file was written and did not come back so")
	}
	f := &back.Messages[0].Files[0]
	rc, err := f.Open(ctx)
	if err != nil {
		return err
	}
	gotSum, n, err := sum(rc)
	if err = errors.Join(err, rc.Close()); err != nil {
		return err
	}
	wantSum, _, err := sum(&pattern{n: size, cut: -1})
	if gotSum != wantSum || n != size || f.Size != -1 && f.Size != size {
		return fmt.Errorf("%d bytes were written, %d came back, or others; its size says %d (%s)", size, n, f.Size, said(err))
	}
	return nil
}

var errTorn = errors.New("conntest: the line broke")

func tornFile(ctx context.Context, r *rig) error {
	torn := map[string]func(context.Context) (io.ReadCloser, error){
		"unopenable": func(context.Context) (io.ReadCloser, error) { return nil, errTorn },
		"torn": func(context.Context) (io.ReadCloser, error) {
			return &pattern{n: 200_000, cut: 100_000, err: errTorn}, nil
		},
	}
	if err := r.makeOthers(ctx); err != nil {
		return err
	}
	for name, open := range torn {
		if err := r.refusesHalf(ctx, desk.ID(name), open); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return r.noneTwice(ctx)
}

func (r *rig) refusesHalf(ctx context.Context, id desk.ID, open func(context.Context) (io.ReadCloser, error)) error {
	whole, broken := simple(id, "first"), simple(id, "first")
	good := streamed("b.bin", 200_000)
	bad := good
	bad.Open = open
	whole.Messages[0].Files = []desk.File{Bytes("a.txt", "text/plain", []byte("a")), good}
	broken.Messages[0].Files = []desk.File{Bytes("a.txt", "text/plain", []byte("a")), bad}
	d, err := r.open(ctx)
	if err != nil {
		return err
	}
	if _, err := d.Create(ctx, r.link(broken)); err == nil {
		return errors.New("a ticket whose file breaks off was taken")
	}
	got, want, err := r.create(ctx, whole)
	if err != nil {
		return fmt.Errorf("after a file that broke off: %w", err)
	}
	t := want.(*desk.Ticket)
	if !r.writes.CreateOnly {
		m := lateMessage()
		m.ID, m.Mark, m.MessageID = id+"-late", mark(desk.KindMessage, id+"-late"), string(id)+"-late@crowd.example.com"
		m.Files = []desk.File{bad}
		if _, err := d.Append(ctx, got.ID, &m); err == nil {
			return errors.New("a message whose file breaks off was taken")
		}
		m.Files = []desk.File{good}
		if _, err := d.Append(ctx, got.ID, &m); err != nil {
			return fmt.Errorf("append after a file that broke off: %w", err)
		}
		t.Messages = append(t.Messages, m)
	}
	back, err := r.backTicket(ctx, got.ID, t)
	if err != nil {
		return err
	}
	return same(ctx, r.writes, t, back)
}

func maxFile(ctx context.Context, r *rig) error {
	if r.writes.MaxFile == 0 || r.writes.MaxFile > 64<<20 {
		return skipped("needs Writes.MaxFile of at most 64 MiB")
	}
	t := simple("too big", "with too big a file")
	t.Messages[0].Files = []desk.File{streamed("x.bin", r.writes.MaxFile+1)}
	_, _, err := r.makeTicket(ctx, t)
	if !errors.Is(err, connectors.ErrRefused) || connectors.ReasonOf(err) != connectors.ReasonTooLarge {
		return fmt.Errorf("create said %v, want ErrRefused for the reason too_large", said(err))
	}
	return nil
}
