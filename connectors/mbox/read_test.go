package mbox

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// box writes mails number from to (excluded) as an mbox.
func boxText(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "From j@example.test Mon Jun  3 10:%02d:00 2019\nMessage-ID: <%d@example.test>\nDate: Mon, 3 Jun 2019 10:%02d:00 +0000\n"+
			"From: Jo <j@example.test>\nSubject: Pump %d\n\nText %d.\n>From here on.\n\n", i%60, i, i%60, i, i)
	}
	return b.String()
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDelta(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "support.mbox"), boxText(0, 20))
	r := newRig(t, path)
	expect := func(what string, tickets, asides int) haul {
		t.Helper()
		h := r.run()
		if len(h.tickets) != tickets || len(h.asides) != asides {
			t.Fatalf("%s: %d tickets and %d asides, want %d and %d", what, len(h.tickets), len(h.asides), tickets, asides)
		}
		return h
	}
	h := expect("first", 20, 0)
	if text := h.tickets[0].Messages[0].Text; !strings.HasSuffix(strings.TrimSpace(text), "\nFrom here on.") {
		t.Errorf("quoting is left in %q", text)
	}
	expect("idle", 0, 0)
	write(t, path, boxText(0, 30))
	expect("ten more", 10, 0)
	write(t, path, boxText(5, 30)) // compacted
	expect("compacted", 0, 0)
	write(t, path, boxText(5, 12)+boxText(13, 31))
	if h := expect("rewritten, one more", 1, 0); h.tickets[0].ID != "30@example.test" {
		t.Errorf("got %s", h.tickets[0].ID)
	}
	write(t, path, boxText(5, 12)+boxText(13, 31)+boxText(20, 21))
	if h := expect("a second copy", 1, 1); h.asides[0].Reason != connectors.ReasonDuplicate {
		t.Errorf("aside: %v", *h.asides[0])
	}
	write(t, path, boxText(6, 12)+boxText(13, 31)+boxText(20, 21))
	expect("compacted with the copy", 0, 0)
	write(t, path, "")
	expect("emptied", 0, 0)
	write(t, path, boxText(29, 32))
	expect("filled again", 1, 0)
}

func TestTornLastMessageIsReadWhole(t *testing.T) {
	whole := boxText(0, 3)
	for cut := strings.LastIndex(whole, "From j@") + 8; cut < len(whole); cut += 5 {
		path := write(t, filepath.Join(t.TempDir(), "support.mbox"), whole[:cut])
		r := newRig(t, path)
		first := r.run()
		write(t, path, whole)
		second := r.run()
		texts := map[string]string{}
		for _, h := range append(first.tickets, second.tickets...) {
			texts[string(h.ID)] = strings.TrimSpace(h.Messages[0].Text)
		}
		if want := "Text 2.\nFrom here on."; texts["2@example.test"] != want || len(texts) != 3 {
			if !strings.Contains(whole[:cut], "<2@example.test>\n") && len(texts) == 4 {
				t.Errorf("cut at %d: torn in its header and read: %q", cut, texts)
				continue
			}
			t.Errorf("cut at %d: %q", cut, texts)
		}
	}
}

func TestRewrittenWhileRead(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "support.mbox"), boxText(0, 40))
	r := newRig(t, path)
	src, err := r.source()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for item, err := range src.Read(t.Context(), "ticket", "") {
		if err != nil {
			t.Fatal(err)
		}
		if item.Aside != nil {
			t.Fatalf("aside: %v", *item.Aside)
		}
		if n++; n == 1 {
			write(t, path, boxText(0, 3)+strings.ReplaceAll(boxText(3, 40), "\nSubject:", "\nStatus: RO\nSubject:"))
		}
	}
	if n != 40 {
		t.Errorf("%d tickets, want 40", n)
	}
}

func TestFolderOfFiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "Inbox.sbd"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "Inbox"), boxText(0, 2))
	write(t, filepath.Join(dir, "Inbox.msf"), "no mail")
	write(t, filepath.Join(dir, "Inbox.sbd", "Счета"), boxText(2, 3))
	write(t, filepath.Join(dir, "broken.mbox"), "PK\x03\x04")
	h := newRig(t, dir).run()
	if len(h.tickets) != 3 || h.of(connectors.ReasonUnreadable) != 1 {
		t.Fatalf("%d tickets, %d asides", len(h.tickets), len(h.asides))
	}
	if got := h.tickets[2].Category.ID; got != "Inbox/Счета" {
		t.Errorf("category %q", got)
	}
}

func TestWhatIsNoMbox(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ path, want string }{
		"missing": {filepath.Join(dir, "none"), "no such file"},
		"no mbox": {write(t, filepath.Join(dir, "x.pdf"), "%PDF-1.4 and so on"), `begins with "%PDF-1.4`},
		"packed":  {write(t, filepath.Join(dir, "x.mbox.gz"), "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"), "packed with gzip: unpack it first"},
		"a pipe":  {os.DevNull, "no file but a pipe or a device"}, // reading a pipe would wait for ever
		"a mail":  {write(t, filepath.Join(dir, "x.eml"), "Subject: x\n\ntext"), "this is no mbox"},
	} {
		if _, err := newRig(t, c.path).try(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestSeparators(t *testing.T) {
	for line, want := range map[string]bool{
		"From j@example.test Mon Jun  3 10:00:00 2019":         true,
		"From MAILER-DAEMON Fri Jul  8 12:08:34 2011":          true,
		"From j at example.test  Mon Jun  3 10:00:00 2019":     true,
		"From j@example.test Mon Jun  3 10:00:00 MST 2019":     true,
		"From - Mon, 03 Jun 2019 10:00:00 +0200":               true,
		"From  Mon Jun  3 10:00 2019":                          true,
		"From here on it gets worse":                           false,
		"From June 2019 on, at 10:00, we close":                false,
		"From " + strings.Repeat("x", 600) + " Jun 10:00 2019": false,
	} {
		if got := isSeparator([]byte(line), []byte("Subject: x\n"), true); got != want {
			t.Errorf("%q: %v", line, got)
		}
		if got := isSeparator([]byte(line), []byte("we wrote this down\n"), true); got {
			t.Errorf("%q followed by text passes", line)
		}
	}
	if at := fromDate([]byte("From j at x.test  Mon Jun  3 10:00:00 2019")); at.Unix() != 1559556000 {
		t.Errorf("date %v", at)
	}
}

// A mail that is read in pieces is the same as one read at once.
func TestLargeMailIsUnquotedAlike(t *testing.T) {
	text := strings.Repeat("line\n>From a\n>>From b\n>no\n", 30)
	c, err := newCutReader(strings.NewReader(text), 0, int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(io.NewSectionReader(c, 0, c.Size()))
	if err != nil {
		t.Fatal(err)
	}
	if want := unquote([]byte(text)); !bytes.Equal(got, want) || bytes.Contains(want, []byte("\n>From")) == false {
		t.Errorf("got %.60q, want %.60q", got, want)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add([]byte(boxText(0, 3)))
	f.Add([]byte("From x Mon Jun  3 10:00:00 2019\r\n\r\nFrom y\n\nFrom x Mon Jun  3 10:00:00 2019\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		start, err := firstSeparator(bytes.NewReader(b))
		if err != nil || start < 0 {
			return
		}
		at := start
		err = split(t.Context(), bytes.NewReader(b), start, int64(len(b)), func(p piece) bool {
			if p.start != at || p.end <= p.start || !bytes.HasPrefix(b[p.start:], fromWord) {
				t.Fatalf("piece %d to %d after %d", p.start, p.end, at)
			}
			at = p.end
			return true
		})
		if err != nil || at != int64(len(b)) {
			t.Fatalf("ends at %d of %d: %v", at, len(b), err)
		}
	})
}

// git format-patch writes one and the same date into every separator.
func TestSeparatorDoesNotOverruleADate(t *testing.T) {
	r := newRig(t, write(t, filepath.Join(t.TempDir(), "patches.mbox"),
		"From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: Jo <j@example.test>\n"+
			"Date: Mon, 3 Jun 2019 10:00:00 +0000\nSubject: [PATCH] pump\n\nText.\n"))
	h := r.run()
	if len(h.tickets) != 1 || h.tickets[0].Created.Format("2006-01-02") != "2019-06-03" {
		t.Errorf("got %v", h.tickets)
	}
}
