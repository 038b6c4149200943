package maildir

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// reader reads one Maildir run after run.
type reader struct {
	t      *testing.T
	root   string
	state  *conntest.State
	cursor connectors.Cursor
}

func newReader(t *testing.T, root string) *reader {
	return &reader{t: t, root: root, state: new(conntest.State)}
}

func (r *reader) open() (connectors.Source, error) {
	c := Spec().Config().(*Config)
	c.Path = r.root
	return Spec().Source(r.t.Context(), c, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: r.state, Temp: r.t.TempDir(), Now: time.Now,
	})
}

// run returns "ID in CATEGORY" of the tickets that changed, sorted, and the asides.
func (r *reader) run() (tickets []string, asides []*connectors.Aside) {
	r.t.Helper()
	src, err := r.open()
	if err != nil {
		r.t.Fatal(err)
	}
	for item, err := range src.Read(r.t.Context(), desk.KindTicket, r.cursor) {
		if err != nil {
			r.t.Fatal(err)
		}
		r.cursor = item.Cursor
		if item.Aside != nil {
			asides = append(asides, item.Aside)
			continue
		}
		t := item.Record.(*desk.Ticket)
		tickets = append(tickets, string(t.ID)+" in "+string(t.Category.ID))
	}
	slices.Sort(tickets)
	return tickets, asides
}

func put(t *testing.T, path, id string) {
	t.Helper()
	text := fmt.Sprintf("Message-ID: <%s>\nDate: Mon, 3 Jun 2019 10:00:00 +0000\nFrom: j@example.test\nSubject: %s\n\ntext\n", id, id)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMaildirDelta(t *testing.T) {
	root := t.TempDir()
	put(t, root+"/new/1559556000.M1.host", "a@x.test")
	put(t, root+"/cur/1559556001.M2.host,S=120,W=125:2,S", "b@x.test")
	put(t, root+"/.&BBAEQARFBDgEMg-.2019/cur/1559556002.M3.host:2,RS", "c@x.test")
	put(t, root+"/Lists/Pumps/cur/1559556003.M4.host:2,", "d@x.test")
	r := newReader(t, root)
	tickets, asides := r.run()
	want := []string{"a@x.test in INBOX", "b@x.test in INBOX", "c@x.test in Архив/2019", "d@x.test in Lists/Pumps"}
	if !slices.Equal(tickets, want) || len(asides) != 0 {
		t.Fatalf("got %q and %d asides, want %q", tickets, len(asides), want)
	}
	rename := func(from, to string) {
		if err := os.Rename(root+from, root+to); err != nil {
			t.Fatal(err)
		}
	}
	rename("/new/1559556000.M1.host", "/cur/1559556000.M1.host:2,S")
	rename("/cur/1559556001.M2.host,S=120,W=125:2,S", "/cur/1559556001.M2.host,S=120,W=125:2,FS")
	if tickets, asides = r.run(); len(tickets)+len(asides) != 0 {
		t.Errorf("flags changed: %q, %d asides", tickets, len(asides))
	}
	put(t, root+"/new/1559556009.M9.host", "e@x.test")
	put(t, root+"/.Sent/cur/1559556010.M9.host", "e@x.test")
	if tickets, asides = r.run(); !slices.Equal(tickets, []string{"e@x.test in INBOX"}) || len(asides) != 1 {
		t.Errorf("one new mail and its copy: %q, %d asides", tickets, len(asides))
	}
	rename("/cur/1559556000.M1.host:2,S", "/.Sent/cur/1559556000.M1.host:2,S")
	if tickets, asides = r.run(); !slices.Equal(tickets, []string{"a@x.test in Sent"}) || len(asides) != 0 {
		t.Errorf("moved to another folder: %q, %d asides", tickets, len(asides))
	}
}

func TestWhatIsNoMaildir(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "x")
	put(t, file, "x")
	for path, want := range map[string]string{
		dir: "no folder cur or new", file: "is a file", filepath.Join(dir, "none"): "no such file",
	} {
		if _, err := newReader(t, path).open(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

func TestUnreadableMessageIsAside(t *testing.T) {
	root := t.TempDir()
	put(t, root+"/cur/1.a.host", "a@x.test")
	if err := os.WriteFile(root+"/cur/2.b.host", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(root+"/cur/3.c.host", 0o700); err != nil {
		t.Fatal(err)
	}
	tickets, asides := newReader(t, root).run()
	if len(tickets) != 1 || len(asides) != 2 || asides[0].Reason != connectors.ReasonUnreadable || !strings.Contains(asides[0].Detail, "2.b.host") {
		t.Errorf("%q, %d asides", tickets, len(asides))
	}
}

func TestReadFolderNames(t *testing.T) {
	for rel, want := range map[string]string{
		"": "INBOX", ".Sent": "Sent", ".A.B.C": "A/B/C", "lists/pumps": "lists/pumps", ".Tom &- Co": "Tom & Co",
		".&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-": "Отправленные", ".&broken": "&broken", ".&!!-": "&!!-",
	} {
		if got := readName(rel); got != want {
			t.Errorf("%q: got %q, want %q", rel, got, want)
		}
	}
}

func FuzzDecodeFolder(f *testing.F) {
	f.Add("&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-")
	f.Add("a&-b&")
	f.Fuzz(func(t *testing.T, name string) {
		got := decodeFolder(name)
		if !strings.Contains(name, "&") && got != name {
			t.Errorf("%q became %q", name, got)
		}
	})
}
