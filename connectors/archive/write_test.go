package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

func TestSourcesDoNotCollide(t *testing.T) {
	path := folderOf(t)
	for _, source := range []string{"u1", "u2"} {
		a := pulled(t, path, source, "mail")
		r := ticket("7", "text of "+source)
		r.Mark += source
		created(t, a, r)
		closed(t, a)
	}
	var got []string
	for _, r := range changes(t, path, desk.KindTicket, "") {
		got = append(got, string(r.About().ID)+" "+r.(*desk.Ticket).Messages[0].Text)
	}
	if want := "[mail/7 text of u1 mail-2/7 text of u2]"; fmt.Sprint(got) != want {
		t.Fatalf("got %v, want %s", got, want)
	}
}

func TestPrefixOutlivesTheName(t *testing.T) {
	path := folderOf(t)
	a := pulled(t, path, "u1", "old/name")
	created(t, a, ticket("7", "x"))
	closed(t, a)
	a = pulled(t, path, "u1", "new")
	if got := created(t, a, ticket("8", "x")).ID; got != "old-name/8" {
		t.Errorf("after renaming a new record got the id %q", got)
	}
	if got := created(t, a, ticket("7", "x")).ID; got != "old-name/7" {
		t.Errorf("after renaming the old record got the id %q", got)
	}
	closed(t, a)
}

func TestPlainIDs(t *testing.T) {
	a := plain(t, folderOf(t))
	defer closed(t, a)
	if got := created(t, a, contact("c", "one")).ID; got != "c" {
		t.Errorf("the source's id became %q", got)
	}
	other := contact("c", "two")
	other.Mark = "another"
	made := created(t, a, other).ID
	if made == "c" || made == "" {
		t.Errorf("an id taken by another mark was given again: %q", made)
	}
	if again := created(t, a, other).ID; again != made {
		t.Errorf("the same mark got %q, then %q", made, again)
	}
	nameless := contact("", "three")
	nameless.Mark = "third"
	if got := created(t, a, nameless).ID; got == "" || got == made {
		t.Errorf("a record without an id got %q", got)
	}
}

func TestReferencesAreStoredAsLinked(t *testing.T) {
	path := folderOf(t)
	a := pulled(t, path, "u1", "box")
	who := created(t, a, contact("c", "Mara")).ID
	r := ticket("1", "x")
	r.Requester = desk.Ref{Kind: desk.KindContact, ID: "c", Target: who}
	r.Participants = []desk.Ref{{Kind: desk.KindContact, ID: "never brought"}}
	r.Messages[0].Author = r.Requester
	created(t, a, r)
	closed(t, a)
	got := changes(t, path, desk.KindTicket, "")[0].(*desk.Ticket)
	if want := desk.To(desk.KindContact, "box/c"); got.Requester != want || got.Messages[0].Author != want || len(got.Participants) != 0 {
		t.Fatalf("got requester %v, author %v, participants %v", got.Requester, got.Messages[0].Author, got.Participants)
	}
}

func TestUpdateWritesNamedFieldsOnly(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	r := ticket("1", "x")
	r.Tags, r.Number = []string{"keep"}, "77"
	r.SetField("a", "old")
	r.SetField("b", "old")
	id := created(t, a, r).ID
	news := ticket("1")
	news.Subject, news.Status, news.Number = "new", desk.StatusClosed, ""
	news.SetField("a", "new")
	if _, err := a.Update(t.Context(), id, news, []string{"subject", "number", "fields.a", "fields.b"}); err != nil {
		t.Fatal(err)
	}
	closed(t, a)
	got := changes(t, path, desk.KindTicket, "")[0].(*desk.Ticket)
	if got.Subject != "new" || got.Number != "" || got.Status != desk.StatusOpen || fmt.Sprint(got.Tags, got.Fields) != "[keep] map[a:new]" || len(got.Messages) != 1 {
		t.Fatalf("got %+v", got)
	}
}

func TestDeltaIsExact(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	for i := range 5 {
		created(t, a, ticket(fmt.Sprint(i), "x"))
	}
	synced(t, a)
	cursor := lastCursor(t, path)
	created(t, a, ticket("1", "x")) // says the same
	if _, err := a.Append(t.Context(), "3", &ticket("3", "x", "more").Messages[1]); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Append(t.Context(), "2", &ticket("2", "x").Messages[0]); err != nil { // is there
		t.Fatal(err)
	}
	closed(t, a)
	got := changes(t, path, desk.KindTicket, cursor)
	if len(got) != 1 || got[0].About().ID != "3" || len(got[0].(*desk.Ticket).Messages) != 2 {
		t.Fatalf("the delta is %d records, want ticket 3 with two messages: %v", len(got), got)
	}
}

func lastCursor(t *testing.T, path string) connectors.Cursor {
	t.Helper()
	s, err := archive.OpenSource(t.Context(), archive.Config{Path: path}, connectors.Env{})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	var last connectors.Cursor
	for it, err := range s.Read(t.Context(), desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		last = it.Cursor
	}
	return last
}

func TestDeleteLeavesATombstone(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	id := created(t, a, ticket("1", "word")).ID
	synced(t, a)
	cursor := lastCursor(t, path)
	if err := a.Delete(t.Context(), desk.KindTicket, id); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Fetch(t.Context(), desk.KindTicket, id); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("a deleted ticket is fetched: %v", err)
	}
	if err := a.Delete(t.Context(), desk.KindTicket, id); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("a second delete: %v", err)
	}
	synced(t, a)
	gone := changes(t, path, desk.KindTicket, cursor)
	if len(gone) != 1 || !gone[0].About().Deleted || gone[0].About().ID != id {
		t.Fatalf("want a tombstone, got %v", gone)
	}
	if got := created(t, a, ticket("1", "word")).ID; got != id {
		t.Errorf("made again it is %q", got)
	}
	closed(t, a)
	if got := changes(t, path, desk.KindTicket, "")[0].(*desk.Ticket); got.Deleted || len(got.Messages) != 1 {
		t.Errorf("made again it reads %+v", got)
	}
}

func TestFilesAreKeptOnce(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	small, large := []byte("small"), bytes.Repeat([]byte("large "), 20_000)
	for i := range 3 {
		r := ticket(fmt.Sprint(i), "x")
		r.Messages[0].Files = []desk.File{attachment("s.txt", small), attachment("l.bin", large), attachment("empty", nil)}
		r.Messages[0].Files[1].Size = -1
		got := created(t, a, r)
		if len(got.Files) != 3 || got.Files[1].Size != int64(len(large)) || len(got.Files[1].SHA256) != 64 {
			t.Fatalf("receipt %+v", got.Files)
		}
	}
	closed(t, a)
	if got, want := packed(t, path), int64(len(small)+len(large)); got != want {
		t.Fatalf("%d bytes are stored, want each content once, %d", got, want)
	}
	for _, r := range changes(t, path, desk.KindTicket, "") {
		f := r.(*desk.Ticket).Messages[0].Files
		if !bytes.Equal(readFile(t, &f[0]), small) || !bytes.Equal(readFile(t, &f[1]), large) || len(readFile(t, &f[2])) != 0 {
			t.Fatal("bytes came back different")
		}
	}
}

func TestAFileThatCannotBeReadRefusesTheRecord(t *testing.T) {
	big := bytes.Repeat([]byte("x"), 100_000)
	broken := func(r io.Reader) func(context.Context) (io.ReadCloser, error) {
		return func(context.Context) (io.ReadCloser, error) { return io.NopCloser(r), nil }
	}
	for name, f := range map[string]desk.File{
		"fails at once":   {Name: "f", Size: -1, Open: broken(iotest.ErrReader(errors.New("line cut")))},
		"fails later":     {Name: "f", Size: -1, Open: broken(io.MultiReader(bytes.NewReader(big), iotest.ErrReader(errors.New("line cut"))))},
		"short and small": {Name: "f", Size: 10, Open: opens([]byte("five!"))},
		"short and large": {Name: "f", Size: 200_000, Open: opens(big)},
		"short and huge":  {Name: "f", Size: 5_000_000, Open: opens(bytes.Repeat(big, 20))},
		"fails very late": {Name: "f", Size: -1, Open: broken(io.MultiReader(bytes.NewReader(bytes.Repeat(big, 20)), iotest.ErrReader(errors.New("line cut"))))},
		"other bytes":     {Name: "f", Size: -1, SHA256: strings.Repeat("0", 64), Open: opens(big)},
	} {
		t.Run(name, func(t *testing.T) {
			path := folderOf(t)
			a := plain(t, path)
			r := ticket("1", "x")
			r.Messages[0].Files = []desk.File{f}
			_, err := a.Create(t.Context(), r)
			if !errors.Is(err, connectors.ErrBusy) || connectors.ReasonOf(err) != connectors.ReasonTransient {
				t.Errorf("got %v (%s)", err, connectors.ReasonOf(err))
			}
			created(t, a, ticket("2", "x")) // goes on
			closed(t, a)
			if left := packed(t, path); left != 0 || len(changes(t, path, desk.KindTicket, "")) != 1 {
				t.Errorf("%d bytes are left behind", left)
			}
		})
	}
}

func TestOneWriter(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	if _, err := archive.OpenTarget(t.Context(), archive.Config{Path: path}, connectors.Env{}); !errors.Is(err, connectors.ErrBusy) {
		t.Errorf("a second writer got %v", err)
	}
	closed(t, a)
	closed(t, plain(t, path))
}

func TestModes(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	r := ticket("1", "x")
	r.Messages[0].Files = []desk.File{attachment("big", make([]byte, 100_000))}
	created(t, a, r)
	synced(t, a)
	err := filepath.WalkDir(path, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", p, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	closed(t, a)
}

// Writers, readers and searchers at once; run with -race.
func TestConcurrency(t *testing.T) {
	path := folderOf(t)
	a := pulled(t, path, "u", "box")
	synced(t, a)
	l := library(t, path)
	var g sync.WaitGroup
	for w := range 4 {
		g.Go(func() {
			for i := range 25 {
				r := ticket(fmt.Sprint(w, "-", i), "hello", "world")
				r.Messages[0].Files = []desk.File{attachment("same", bytes.Repeat([]byte("y"), 50_000))}
				got, err := a.Create(t.Context(), r)
				if err == nil {
					_, err = a.Append(t.Context(), got.ID, &ticket(string(r.ID), "", "", "third").Messages[2])
				}
				if err == nil && i%5 == 0 {
					err = a.Sync(t.Context())
				}
				if err == nil {
					_, err = a.Fetch(t.Context(), desk.KindTicket, got.ID)
				}
				if err == nil {
					_, err = l.List(t.Context(), archive.Filter{Text: "hello"}, archive.NewestFirst, "", 5)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	g.Wait()
	closed(t, a)
	page, err := l.List(t.Context(), archive.Filter{Text: "hello third"}, archive.NewestFirst, "", 5)
	if err != nil || page.Total != 100 || page.Behind != 0 || len(page.Tickets) != 5 {
		t.Fatalf("found %d of 100, %d behind, %v", page.Total, page.Behind, err)
	}
}

func TestDryRunMakesNothing(t *testing.T) {
	path := folderOf(t)
	target, err := archive.Spec().Target(t.Context(), &archive.Config{Path: path}, connectors.Env{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := target.(connectors.Finder).Find(t.Context(), contact("c", "x")); !errors.Is(err, connectors.ErrNotFound) {
		t.Errorf("find: %v", err)
	}
	if _, err := target.Create(t.Context(), contact("c", "x")); !errors.Is(err, connectors.ErrUnsupported) {
		t.Errorf("create: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a dry run made the folder: %v", err)
	}
}
