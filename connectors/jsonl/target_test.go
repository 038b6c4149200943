package jsonl

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

func open(t *testing.T, path string, state connectors.State) *target {
	t.Helper()
	d, err := openTarget(t.Context(), &Config{Path: path}, env(t, state))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func shelf(id, mark, name string) *desk.Group {
	return &desk.Group{Meta: desk.Meta{ID: desk.ID(id), Mark: mark}, Name: name}
}

func make1(t *testing.T, d *target, g *desk.Group) desk.ID {
	t.Helper()
	got, err := d.Create(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	return got.ID
}

func done(t *testing.T, d *target) {
	t.Helper()
	if err := errors.Join(d.Sync(t.Context()), d.Close()); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// write makes two groups and renames the first twice: four lines, two records.
func write(t *testing.T, d *target) {
	t.Helper()
	id := make1(t, d, shelf("1", "a-1", "one"))
	make1(t, d, shelf("2", "a-2", "two"))
	for _, name := range []string{"eins", "один"} {
		if _, err := d.Update(t.Context(), id, shelf("1", "a-1", name), []string{"name"}); err != nil {
			t.Fatal(err)
		}
	}
}

const compacted = `{"kind":"group","id":"2","mark":"a-2","name":"two"}
{"kind":"group","id":"1","mark":"a-1","name":"один"}
`

func TestClosedFileHasOneLineForEachRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jsonl")
	d := open(t, path, new(conntest.State))
	write(t, d)
	done(t, d)
	if got := content(t, path); got != compacted {
		t.Errorf("got:\n%s", got)
	}
}

// A kill may come after any put of a run that closes, with the file as it was
// before the compaction or as it is after it, or with a torn line behind it. The
// same run again ends with the same file.
func TestRunAgainAfterKillAtAnyPut(t *testing.T) {
	path, state := filepath.Join(t.TempDir(), "x.jsonl"), new(conntest.State)
	d := open(t, path, state)
	write(t, d)
	if err := d.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := content(t, path)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for n := range state.Len() + 1 {
		for name, left := range map[string]string{
			"nothing": "", "before": before, "after": compacted, "torn": before + `{"kind":"group","id":"2","ma`,
			"half": before[:len(before)/2],
		} {
			killed := state.At(n)
			if j, err := killed.Get(t.Context(), journalKey); err != nil || left == "" && !strings.Contains(string(j), `"length":0`) {
				continue // a file that was promised is not gone by a kill
			}
			put(t, path, left)
			if err := os.WriteFile(path+".compact", []byte("left over"), 0o600); err != nil {
				t.Fatal(err)
			}
			d := open(t, path, killed)
			write(t, d)
			done(t, d)
			lines := strings.SplitAfter(content(t, path), "\n")
			if len(lines) != 3 || !strings.Contains(compacted, lines[0]) || !strings.Contains(compacted, lines[1]) || lines[0] == lines[1] {
				t.Errorf("killed after %d of %d puts, file %s: got %q", n, state.Len(), name, lines)
			}
		}
	}
}

func TestTwoSourcesMayShareAnID(t *testing.T) {
	path, state := filepath.Join(t.TempDir(), "x.jsonl"), new(conntest.State)
	d := open(t, path, state)
	a, b := make1(t, d, shelf("1", "a-1", "one")), make1(t, d, shelf("1", "b-1", "uno"))
	if a != "1" || b == a {
		t.Fatalf("got %q and %q", a, b)
	}
	done(t, d)
	d = open(t, path, state)
	if again := make1(t, d, shelf("1", "b-1", "uno")); again != b {
		t.Errorf("%q was written again as %q", b, again)
	}
	r, err := d.Fetch(t.Context(), desk.KindGroup, b)
	if err != nil || r.(*desk.Group).Name != "uno" {
		t.Errorf("got %v, %v", r, err)
	}
	done(t, d)
}

func TestFileThatWasThereIsKeptAndAddedTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jsonl")
	put(t, path, group("1", "hers"), "", `{"kind":"group","id":"2","name":"n","extra":1}`, group("3", "last, without an end"))
	was := content(t, path)
	d := open(t, path, new(conntest.State))
	if id := make1(t, d, shelf("1", "m", "ours")); id == "1" {
		t.Error("another's id was taken")
	}
	done(t, d)
	got := content(t, path)
	if !strings.HasPrefix(got, was+"\n") || strings.Count(got, "ours") != 1 {
		t.Errorf("got:\n%s", got)
	}
}

func TestFileThatIsNoneOfOursIsRefusedAndLeftAlone(t *testing.T) {
	for name, text := range map[string]string{
		"mail":           "From alice@example.com\nSubject: hello\n\n",
		"other JSON":     `{"name": "config"}` + "\n",
		"a torn line":    group("1", "a") + "\n" + `{"id":"2","kind":"group","na`,
		"a binary":       "\x7fELF\x00\x00",
		"a JSON array":   "[\n{}\n]\n",
		"HTML, one line": "<html></html>",
	} {
		path := filepath.Join(t.TempDir(), "x.jsonl")
		put(t, path, text)
		if _, err := openTarget(t.Context(), &Config{Path: path}, env(t, new(conntest.State))); !errors.Is(err, connectors.ErrDenied) {
			t.Errorf("%s: %v, want ErrDenied", name, err)
		}
		if content(t, path) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

func TestFileThatVanishedIsNotBegunAnew(t *testing.T) {
	path, state := filepath.Join(t.TempDir(), "x.jsonl"), new(conntest.State)
	d := open(t, path, state)
	write(t, d)
	done(t, d)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := openTarget(t.Context(), &Config{Path: path}, env(t, state)); !errors.Is(err, connectors.ErrDenied) {
		t.Errorf("got %v, want ErrDenied", err)
	}
}

func TestRecordTooLongForALineIsRefused(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "x.jsonl"), new(conntest.State))
	_, err := d.Create(t.Context(), shelf("1", "m", strings.Repeat("x", maxLine)))
	if !errors.Is(err, connectors.ErrRefused) || connectors.ReasonOf(err) != connectors.ReasonTooLarge {
		t.Errorf("got %v", err)
	}
	make1(t, d, shelf("1", "m", "short"))
	done(t, d)
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	for key, c := range map[string]*Config{
		"path:":  {},
		"files:": {Path: "/a/b/x.jsonl", Files: "/a/c"},
	} {
		if err := c.Check(); err == nil || !strings.HasPrefix(err.Error(), key) {
			t.Errorf("%+v: got %v, want an error that begins with %s", c, err, key)
		}
	}
}
