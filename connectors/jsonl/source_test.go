package jsonl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
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

func env(t *testing.T, state connectors.State) connectors.Env {
	return connectors.Env{Log: slog.New(slog.DiscardHandler), State: state, Temp: t.TempDir(), Now: time.Now, Name: "lines"}
}

func put(t *testing.T, path string, lines ...string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// told is what a read yields, one word an item, and the last cursor.
func told(t *testing.T, seq iter.Seq2[connectors.Item, error]) (words []string, last connectors.Cursor) {
	t.Helper()
	for it, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		switch last = it.Cursor; {
		case it.Aside != nil:
			words = append(words, fmt.Sprintf("aside %s %s", it.Aside.ID, it.Aside.Reason))
		case it.Record.About().Deleted:
			words = append(words, "gone "+string(it.Record.About().ID))
		default:
			words = append(words, string(it.Record.About().ID))
		}
	}
	return words, last
}

func group(id, name string) string {
	return fmt.Sprintf(`{"kind":"group","id":%q,"name":%q}`, id, name)
}

// readGroups opens the source anew and reads its groups.
func readGroups(t *testing.T, path string, state connectors.State, after connectors.Cursor) ([]string, connectors.Cursor) {
	t.Helper()
	s, err := openSource(&Config{Path: path}, env(t, state))
	if err != nil {
		t.Fatal(err)
	}
	return told(t, s.Read(t.Context(), desk.KindGroup, after))
}

func TestReadGoesOnWhereItStopped(t *testing.T) {
	path, state := filepath.Join(t.TempDir(), "x.jsonl"), new(conntest.State)
	steps := []struct {
		name  string
		lines []string
		want  []string
	}{
		{"from the beginning", []string{group("1", "Eins"), group("2", "Два"), ""}, []string{"1", "2"}},
		{"nothing new", []string{group("1", "Eins"), group("2", "Два"), ""}, nil},
		{"appended", []string{group("1", "Eins"), group("2", "Два"), group("3", "三"), ""}, []string{"3"}},
		{"a newer version", []string{group("1", "Eins"), group("2", "Два"), group("3", "三"), group("1", "One"), ""}, []string{"1"}},
		{"compacted: the same lines, fewer", []string{group("2", "Два"), group("3", "三"), group("1", "One"), ""}, nil},
		{"rewritten, one changed", []string{group("2", "Zwei"), group("3", "三"), group("1", "One"), ""}, []string{"2"}},
		{"rewritten and appended", []string{group("4", "Vier"), group("2", "Zwei"), group("3", "三"), ""}, []string{"4"}},
		{"a tombstone", []string{group("4", "Vier"), group("2", "Zwei"), group("3", "三"), `{"kind":"group","id":"3","deleted":true,"name":""}`, ""}, []string{"gone 3"}},
	}
	var at connectors.Cursor
	for _, step := range steps {
		put(t, path, step.lines...)
		got, last := readGroups(t, path, state, at)
		if !slices.Equal(got, step.want) {
			t.Fatalf("%s: got %q, want %q", step.name, got, step.want)
		}
		if len(got) > 0 {
			at = last
		}
	}
}

// A kill may leave state ahead of the cursor. Lines that were seen but not taken
// must then be read again, though the file was rewritten meanwhile.
func TestReadOfRewrittenFileLosesNothingThatWasOnlySeen(t *testing.T) {
	path, state := filepath.Join(t.TempDir(), "x.jsonl"), new(conntest.State)
	put(t, path, group("1", "a"), group("2", "b"), group("3", "c"), "")
	s, err := openSource(&Config{Path: path}, env(t, state))
	if err != nil {
		t.Fatal(err)
	}
	var first connectors.Cursor
	for it, err := range s.Read(t.Context(), desk.KindGroup, "") {
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = it.Cursor // the only one that became durable
		}
	}
	put(t, path, group("3", "c"), group("2", "b"), group("1", "a"), "")
	if got, _ := readGroups(t, path, state, first); !slices.Equal(got, []string{"3", "2"}) {
		t.Errorf("got %q", got)
	}
}

func TestTornLastLineIsReadWhenItIsWhole(t *testing.T) {
	path, state := filepath.Join(t.TempDir(), "x.jsonl"), new(conntest.State)
	put(t, path, group("1", "a"), group("2", "b")[:20])
	got, at := readGroups(t, path, state, "")
	if !slices.Equal(got, []string{"1", "aside line 2 unreadable"}) && !slices.Equal(got, []string{"1", "aside 2 unreadable"}) {
		t.Fatalf("got %q", got)
	}
	put(t, path, group("1", "a"), group("2", "b"), group("3", "c"))
	if got, _ := readGroups(t, path, state, at); !slices.Equal(got, []string{"2", "3"}) {
		t.Errorf("then %q", got)
	}
}

func TestWhatIsNoRecordIsPutAside(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":                `{"kind":"group","id":"x",`,
		"words":                  `hello`,
		"an unknown name":        `{"kind":"group","id":"x","name":"n","naam":"n"}`,
		"a wrong type":           `{"kind":"group","id":"x","name":7}`,
		"no id":                  `{"kind":"group","name":"n"}`,
		"an unknown kind":        `{"kind":"team","id":"x","name":"n"}`,
		"kind in capitals":       `{"KIND":"group","id":"x","name":"n"}`,
		"two kinds":              `{"kind":"group","kind":"agent","id":"x","name":"n"}`,
		"an array":               `[1,2]`,
		"null":                   `null`,
		"invalid UTF-8":          "{\"kind\":\"group\",\"id\":\"x\",\"name\":\"\xff\"}",
		"NUL":                    "\x00\x00\x00",
		"two values":             group("x", "n") + group("y", "n"),
		"a reference to nothing": `{"kind":"contact","id":"x","name":"n","org":{"kind":"planet","id":"1"}}`,
		"a path that leads up":   `{"kind":"ticket","id":"x","subject":"","status":"","messages":[{"files":[{"name":"f","size":1,"path":"../secret"}]}]}`,
		"an absolute path":       `{"kind":"ticket","id":"x","subject":"","status":"","messages":[{"files":[{"name":"f","size":1,"path":"/etc/passwd"}]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.jsonl")
			put(t, path, group("1", "before"), text, group("2", "after"), "")
			s, err := openSource(&Config{Path: path}, env(t, new(conntest.State)))
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, kind := range desk.Kinds {
				words, _ := told(t, s.Read(t.Context(), kind, ""))
				all = append(all, words...)
			}
			asides := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return !strings.HasPrefix(w, "aside") })
			if len(all) != 3 || len(asides) != 1 || !slices.Contains(all, "2") {
				t.Errorf("got %q, want two groups and one aside", all)
			}
		})
	}
}

// endless is a line of n bytes, made as it is read.
type endless struct{ n int64 }

func (e *endless) Read(b []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(b)), e.n))
	for i := range b[:n] {
		b[i] = 'x'
	}
	e.n -= int64(n)
	return n, nil
}

func TestLineTooLongIsPassedOver(t *testing.T) {
	in := io.MultiReader(strings.NewReader(group("1", "a")+"\n{\"kind\":\"group\",\"id\":\"2\",\"name\":\""), &endless{200 << 20}, strings.NewReader("\"}\n"+group("3", "c")))
	ls := newLines(in, 0, 0)
	var seen []string
	for {
		ln, err := ls.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, fmt.Sprintf("%d %s long=%v torn=%v", ln.n, kindOf(ln.text), ln.long, ln.torn))
	}
	want := []string{"1 group long=false torn=false", "2 group long=true torn=false", "3 group long=false torn=true"}
	if !slices.Equal(seen, want) {
		t.Errorf("got %q", seen)
	}
	if cap(ls.buf) > 3*maxLine {
		t.Errorf("%d bytes were kept in memory", cap(ls.buf))
	}
}

func TestFileThatIsNotWhatItsLineSaysBreaksOff(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.jsonl")
	put(t, filepath.Join(dir, "bytes"), "four")
	for name, file := range map[string]string{
		"another size": `{"name":"f","size":5,"path":"bytes"}`,
		"another hash": `{"name":"f","size":4,"sha256":"00","path":"bytes"}`,
		"not there":    `{"name":"f","size":4,"path":"none"}`,
	} {
		put(t, path, `{"kind":"ticket","id":"1","subject":"","status":"open","messages":[{"id":"m","files":[`+file+`]}]}`, "")
		s, err := openSource(&Config{Path: path}, env(t, new(conntest.State)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Fetch(t.Context(), desk.KindTicket, "1")
		if err != nil {
			t.Fatal(err)
		}
		rc, err := r.(*desk.Ticket).Messages[0].Files[0].Open(context.Background())
		if err == nil {
			_, err = io.ReadAll(rc)
		}
		if err == nil {
			t.Errorf("%s: it was read as if all were well", name)
		}
	}
}

func TestFileWithoutBytesIsToldAndTheTicketGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jsonl")
	put(t, path, `{"kind":"ticket","id":"1","subject":"","status":"open","messages":[{"id":"m","files":[{"name":"f","size":4}]}]}`, "")
	s, err := openSource(&Config{Path: path}, env(t, new(conntest.State)))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := told(t, s.Read(t.Context(), desk.KindTicket, "")); !slices.Equal(got, []string{"aside 1/m/1 unreadable", "1"}) {
		t.Errorf("got %q", got)
	}
}

// A status that no system knows would stop a ticket at the last target only.
func TestReadRefusesUnknownWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jsonl")
	put(t, path, `{"kind":"ticket","id":"1","subject":"a","status":"open","priority":"high"}`, `{"kind":"ticket","id":"2","subject":"b","status":""}`,
		`{"kind":"ticket","id":"3","subject":"c","status":"banana"}`, `{"kind":"ticket","id":"4","subject":"d","priority":"High"}`, "")
	s, err := openSource(&Config{Path: path}, env(t, new(conntest.State)))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := told(t, s.Read(t.Context(), desk.KindTicket, ""))
	if want := []string{"1", "2", "aside 3 unreadable", "aside 4 unreadable"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A JSON document is refused as a whole; some bad lines at the beginning are not.
func TestReadRefusesWhatIsNoFileOfLines(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"a document":            {"{\n" + strings.Repeat(" \"a\": 1,\n", 30) + "\"b\": 2}\n", false},
		"bytes":                 {strings.Repeat("\x01\xff\n", 30), false},
		"a few bad lines":       {strings.Repeat("oops\n", 5), true},
		"a record after many":   {strings.Repeat("oops\n", 30) + group("1", "a") + "\n", true},
		"one line without end":  {group("1", "a"), true},
		"nothing":               {"", true},
		"empty lines, a record": {strings.Repeat("\n", 30) + group("1", "a") + "\n", true},
	} {
		path := filepath.Join(t.TempDir(), "x.jsonl")
		put(t, path, c.text)
		s, err := openSource(&Config{Path: path}, env(t, new(conntest.State)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range s.Read(t.Context(), desk.KindGroup, "") {
			err = errors.Join(err, e)
		}
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
