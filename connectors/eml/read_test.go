package eml

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func mailText(id string) string {
	return fmt.Sprintf("Message-ID: <%s>\nDate: Mon, 3 Jun 2019 10:00:00 +0000\nFrom: j@example.test\nSubject: %s\n\ntext\n", id, id)
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFolderDelta(t *testing.T) {
	root := t.TempDir()
	put(t, root+"/a.eml", mailText("a@x.test"))
	put(t, root+"/Счета/b.EML", mailText("b@x.test"))
	put(t, root+"/Счета/notes.txt", "no mail")
	put(t, root+"/c.eml", "")
	r := newReader(t, root)
	tickets, asides := r.run()
	if want := []string{"a@x.test", "b@x.test"}; !slices.Equal(tickets, want) || len(asides) != 1 {
		t.Fatalf("got %q and %d asides, want %q and the empty file", tickets, len(asides), want)
	}
	if tickets, asides = r.run(); len(tickets)+len(asides) != 0 {
		t.Errorf("idle: %q, %d asides", tickets, len(asides))
	}
	put(t, root+"/d.eml", mailText("d@x.test"))
	put(t, root+"/a.eml", mailText("a@x.test")+"and more\n")
	if tickets, _ = r.run(); !slices.Equal(tickets, []string{"a@x.test", "d@x.test"}) {
		t.Errorf("one new, one edited: %q", tickets)
	}
}

func TestZip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, text := range map[string]string{
		"b/2.eml": mailText("b@x.test"), "1.eml": mailText("a@x.test"), "large.eml": mailText("l@x.test") + strings.Repeat("long\n", inMemory/4),
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	r := newReader(t, path)
	if tickets, _ := r.run(); !slices.Equal(tickets, []string{"a@x.test", "b@x.test", "l@x.test"}) {
		t.Errorf("got %q", tickets)
	}
}

// A message that says that it unpacks to more than any has is put aside, unopened; the
// others come.
func TestZipWithoutEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	w, err := z.Create("1.eml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(mailText("a@x.test"))); err != nil {
		t.Fatal(err)
	}
	if _, err := z.CreateRaw(&zip.FileHeader{Name: "2.eml", Method: zip.Deflate, UncompressedSize64: mostUnpacked + 1, CompressedSize64: 0}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	tickets, asides := newReader(t, path).run()
	if !slices.Equal(tickets, []string{"a@x.test"}) || len(asides) != 1 || asides[0].Reason != connectors.ReasonUnreadable || !strings.Contains(asides[0].Detail, "no message is so large") {
		t.Errorf("%q, %+v", tickets, asides)
	}
}

func TestWhatIsNoFolderOfMail(t *testing.T) {
	dir := t.TempDir()
	put(t, dir+"/x.txt", "x")
	put(t, dir+"/bad.zip", "x")
	for path, want := range map[string]string{
		dir: "is called like *.eml", dir + "/x.txt": "neither a folder nor a .zip", dir + "/bad.zip": "complete .zip", dir + "/none": "no such file",
	} {
		if _, err := newReader(t, path).open(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

func TestFilesLeftOutAreTold(t *testing.T) {
	root := t.TempDir()
	put(t, root+"/a.eml", mailText("a@x.test"))
	put(t, root+"/Inbox/1559556001.", mailText("b@x.test"))
	put(t, root+"/Inbox/.DS_Store", "x")
	notes := func(files ...string) (out []string, messages int64) {
		r := newReader(t, root)
		r.files = files
		src, err := r.open()
		if err != nil {
			t.Fatal(err)
		}
		schema, err := src.(connectors.Describer).Describe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range schema.Notes {
			if strings.Contains(n.Text, "left out") {
				out = append(out, n.Level+": "+n.Text)
			}
		}
		return out, schema.Counts[desk.KindMessage]
	}
	out, messages := notes()
	if len(out) != 1 || !strings.HasPrefix(out[0], "warning: 1 of 2 files") || !strings.Contains(out[0], "Inbox/1559556001.") || messages != 1 {
		t.Errorf("%q, %d messages", out, messages)
	}
	if out, messages = notes("*"); len(out) != 0 || messages != 2 {
		t.Errorf("all files: %q, %d messages", out, messages)
	}
}
