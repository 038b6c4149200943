package pipeline_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
)

// cutter is a target whose tickets come back with something done to them.
type cutter struct {
	*mem.Desk
	do func(*desk.Ticket)
}

func (c cutter) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	r, err := c.Desk.Fetch(ctx, kind, id)
	if x, ok := r.(*desk.Ticket); ok && err == nil {
		c.do(x)
	}
	return r, err
}

// fileLoser leaves the first file of each new ticket out, and tells it.
type fileLoser struct {
	*mem.Desk
	tells connectors.Loss
}

func (l fileLoser) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	x, ok := r.(*desk.Ticket)
	if !ok {
		return l.Desk.Create(ctx, r)
	}
	c := desk.Clone(x).(*desk.Ticket)
	c.Messages[0].Files = c.Messages[0].Files[1:]
	got, err := l.Desk.Create(ctx, c)
	got.Losses = append(got.Losses, l.tells)
	return got, err
}

// withFiles is a ticket of two messages, the first with two files of one name.
func withFiles() *desk.Ticket {
	x := tk("1", "one", msg("a", "first", 1), msg("ab", "second", 2))
	x.Messages[0].Files = []desk.File{conntest.Bytes("scan.pdf", "text/plain", []byte("0123456789abcdef")), conntest.Bytes("scan.pdf", "text/plain", []byte("abc"))}
	x.Messages[1].Files = []desk.File{conntest.Bytes("scan.pdf", "text/plain", []byte("xyz"))}
	return x
}

// The loss of one file that was told excuses that one: neither another of its message nor
// one of the next, whatever they are called.
func TestALostFileExcusesNoOther(t *testing.T) {
	words := `file "scan.pdf" of message a is not taken`
	for name, tells := range map[string]connectors.Loss{
		"named":    {Field: "file", Message: "a", File: "scan.pdf", Detail: words},
		"in words": {Field: "file", Detail: words},
	} {
		t.Run(name, func(t *testing.T) {
			src, dst := new(mem.Desk), new(mem.Desk)
			src.Seed(withFiles())
			h := newHop(t, src, mem.Spec().Reads, fileLoser{dst, tells}, mem.Spec().Writes)
			h.run(t)
			sum, found := h.verified(t)
			if n := sum.Counts[desk.KindFile]; len(found) != 1 || found[0].Class != pipeline.Lost || found[0].Field != "file" || n.Expected != 2 || n.There != 2 {
				t.Errorf("%+v, %+v", n, found)
			}
			for which := range 2 {
				h.Target = cutter{dst, func(x *desk.Ticket) { x.Messages[which].Files = nil }}
				sum, found := h.verified(t)
				if n := sum.Counts[desk.KindFile]; len(differences(found)) != 1 || n.Expected != 2 || n.There != 1 {
					t.Errorf("without those of message %d: %+v, %+v", which, n, found)
				}
			}
		})
	}
}

// A file that is larger than the target takes excuses no other.
func TestALargeFileExcusesNoOther(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	dst.MaxFile = 10
	_, w := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
	src.Seed(withFiles())
	h := newHop(t, src, mem.Spec().Reads, dst, w)
	h.run(t)
	if len(h.losses) != 1 || h.losses[0].Kind != desk.KindMessage || h.losses[0].ID != "a" {
		t.Errorf("%+v", h.losses)
	}
	if _, found := h.verified(t); len(found) != 1 || found[0].Class != pipeline.Lost {
		t.Errorf("%+v", found)
	}
	h.Target = cutter{dst, func(x *desk.Ticket) { x.Messages[0].Files = nil }}
	if _, found := h.verified(t); len(differences(found)) != 1 {
		t.Errorf("%+v", found)
	}
}

// What was told of the ticket about one message says nothing of another.
func TestALossOfOneMessageExcusesNoOther(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	src.Seed(withFiles())
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	h.Ledger.Lose(checkpoints.Loss{Kind: desk.KindTicket, ID: "1", Field: "message.text", Detail: "the text of message a: cut", Run: 1})
	for at, want := range []int{0, 1} {
		h.Target = cutter{dst, func(x *desk.Ticket) { x.Messages[at].Text = "quite something else" }}
		if _, found := h.verified(t); len(differences(found)) != want {
			t.Errorf("message %d: %+v", at, found)
		}
	}
}

// A file that is with its message twice is told.
func TestVerifyFindsAFileTwice(t *testing.T) {
	src, dst := verifiable(), new(mem.Desk)
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	h.run(t)
	h.Target = cutter{dst, func(x *desk.Ticket) { x.Messages[0].Files = append(x.Messages[0].Files, x.Messages[0].Files[0]) }}
	if _, found := h.verified(t); len(differences(found)) != 4 || found[0].Class != pipeline.Twice || found[0].Kind != desk.KindFile {
		t.Errorf("%+v", found)
	}
}

// Of files on a disk it is seen that they are gone or cut, at once, and without reading
// them as well.
func TestVerifySeesFilesOnDisk(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"csv", "jsonl", "archive"} {
		for what, damage := range map[string]func(path string) error{
			"gone": os.Remove,
			"cut":  func(path string) error { return os.Truncate(path, 5) },
		} {
			for _, quick := range []bool{false, true} {
				t.Run(name+" "+what, func(t *testing.T) {
					d := new(mem.Desk)
					x := tk("1", "one", msg("a", "first", 1))
					x.Messages[0].Files = []desk.File{conntest.Bytes("scan.pdf", "text/plain", []byte("0123456789"))}
					d.Seed(x)
					from, to := endInMemory(d), endIn(t, name, t.TempDir())
					h := move(t, from, to)
					if err := damage(bytesIn(t, to.folder, "0123456789")); err != nil {
						t.Fatal(err)
					}
					h.connect(t, from, to)
					defer h.disconnect(t)
					v := h.verification("files")
					v.Quick, v.Patience = quick, time.Hour
					if err := v.Go(t.Context()); err != nil {
						t.Fatal(err)
					}
					sum, found := seen(t, v.Journal)
					class, there := pipeline.Gone, int64(0)
					if what == "cut" && name != "archive" {
						class, there = pipeline.Differs, 1
					}
					if n := sum.Counts[desk.KindFile]; len(found) != 1 || found[0].Class != class || found[0].Kind != desk.KindFile || n.Expected != 1 || n.There != there {
						t.Errorf("quick %t: %+v, %+v", quick, n, found)
					}
				})
			}
		}
	}
}

// bytesIn is the file below a folder that holds those bytes, among others perhaps.
func bytesIn(t *testing.T, folder, bytes string) (path string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(at string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && filepath.Ext(at) != ".db" {
			var b []byte
			if b, err = os.ReadFile(at); err == nil && len(b) >= 10 && string(b[len(b)-10:]) == bytes {
				path = at
			}
		}
		return err
	})
	if err != nil || path == "" {
		t.Fatalf("nothing in %s holds them: %v", folder, err)
	}
	return path
}

// What belongs to a message or ticket that is gone is expected as well: its files, and
// what of it is in quarantine.
func TestVerifyCountsWhatShouldBeThere(t *testing.T) {
	for name, gone := range map[string]func(*testing.T, *mem.Desk){
		"a message": func(t *testing.T, d *mem.Desk) {
			x := only(t, d)
			x.Messages = slices.DeleteFunc(x.Messages, func(m desk.Message) bool { return len(m.Files) == 2 })
			d.Seed(x)
		},
		"the ticket": func(t *testing.T, d *mem.Desk) {
			if err := d.Delete(t.Context(), desk.KindTicket, only(t, d).ID); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			src, dst := new(mem.Desk), new(mem.Desk)
			dst.MaxText = 10
			_, w := dst.Caps(mem.Spec().Reads, mem.Spec().Writes)
			x := withFiles()
			x.Messages[1].Text = "much too long a text"
			src.Seed(x)
			h := newHop(t, src, mem.Spec().Reads, dst, w)
			h.run(t)
			gone(t, dst)
			sum, found := h.verified(t)
			m, f := sum.Counts[desk.KindMessage], sum.Counts[desk.KindFile]
			if m.Expected != 2 || m.There != 0 || f.Expected != 3 || f.There != 0 {
				t.Errorf("messages %+v, files %+v", m, f)
			}
			if !slices.ContainsFunc(found, func(f pipeline.Finding) bool { return f.Class == pipeline.Aside && f.ID == "ab" }) {
				t.Errorf("one is in quarantine: %+v", found)
			}
		})
	}
}

// What belongs to a ticket that was refused is expected.
func TestVerifyCountsATicketInQuarantine(t *testing.T) {
	src, dst := new(mem.Desk), new(mem.Desk)
	src.Seed(withFiles())
	h := newHop(t, src, mem.Spec().Reads, dst, mem.Spec().Writes)
	dst.Fail = func(verb string, _ any) (before, after error) {
		if verb == "create" {
			return connectors.Refuse(connectors.ReasonRefused, "", "no"), nil
		}
		return nil, nil
	}
	h.run(t)
	sum, found := h.verified(t)
	if m, f := sum.Counts[desk.KindMessage], sum.Counts[desk.KindFile]; m.Expected != 2 || f.Expected != 3 || len(found) != 1 {
		t.Errorf("messages %+v, files %+v, %+v", m, f, found)
	}
}
