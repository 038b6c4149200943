package jsonl

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// written is a file with two groups, closed in order.
func written(t *testing.T) (string, *conntest.State) {
	t.Helper()
	path, state := filepath.Join(t.TempDir(), "x.jsonl"), new(conntest.State)
	d := open(t, path, state)
	write(t, d)
	done(t, d)
	return path, state
}

func add(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content(t, path)+text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const (
	byHand = `{"kind":"group","id":"77","name":"by hand"}`
	torn   = `{"kind":"group","id":"3","mark":"a-3","na`
)

// Lines that somebody has appended stay, through writes and compactions, and are told once.
func TestLinesThatSomebodyAppendedStay(t *testing.T) {
	for name, text := range map[string]string{"whole": byHand + "\n", "without a line end": byHand, "and no record": byHand + "\n# a remark\n"} {
		t.Run(name, func(t *testing.T) {
			path, state := written(t)
			var told bytes.Buffer
			e := env(t, state)
			e.Log = slog.New(slog.NewTextHandler(&told, nil))
			add(t, path, text)
			for n := range 3 { // nothing new, something new, an update and with it a compaction
				d, err := openTarget(t.Context(), &Config{Path: path}, e)
				if err != nil {
					t.Fatal(err)
				}
				switch n {
				case 1:
					make1(t, d, shelf("3", "a-3", "three"))
				case 2:
					if _, err := d.Update(t.Context(), "2", shelf("2", "a-2", "zwei"), []string{"name"}); err != nil {
						t.Fatal(err)
					}
				}
				if r, err := d.Fetch(t.Context(), desk.KindGroup, "77"); err != nil || r.(*desk.Group).Name != "by hand" {
					t.Errorf("got %v, %v", r, err)
				}
				done(t, d)
			}
			got := content(t, path)
			if !strings.Contains(got, strings.TrimSuffix(text, "\n")+"\n") || strings.Count(got, "\n") != 3+strings.Count(strings.TrimSuffix(text, "\n")+"\n", "\n") {
				t.Errorf("got:\n%s", got)
			}
			if n := strings.Count(told.String(), "somebody else has added"); n != 1 {
				t.Errorf("told %d times: %s", n, &told)
			}
		})
	}
}

// What a killed run left is cut off behind lines that somebody had appended before it.
func TestOnlyWhatAKilledRunLeftIsCut(t *testing.T) {
	path, state := written(t)
	mine := `{"kind":"group","id":"9","mark":"a-9","name":"ours"}`
	for n, left := range []string{mine + "\n", mine + "\n" + torn, torn, mine, torn[:5]} {
		foreign := fmt.Sprintf(`{"kind":"group","id":"f%d","name":"by hand"}`+"\n", n)
		stays := content(t, path) + foreign
		add(t, path, foreign+left)
		done(t, open(t, path, state))
		if got := content(t, path); got != stays {
			t.Errorf("behind %q:\n%s", left, got)
		}
	}
}

// A line that can be neither kept nor cut off stops the run before anything is changed.
func TestLinesThatCannotBeKeptAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ lines, says string }{
		"torn and not ours": {"hello, wor", "its last line is torn"},
		"behind ours":       {`{"kind":"group","id":"9","mark":"a-9","name":"ours"}` + "\n" + byHand + "\n", "follows lines that an interrupted run did not finish"},
	} {
		t.Run(name, func(t *testing.T) {
			path, state := written(t)
			add(t, path, c.lines)
			before := content(t, path)
			_, err := openTarget(t.Context(), &Config{Path: path}, env(t, state))
			if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "x.jsonl: byte ") {
				t.Errorf("says %v", err)
			}
			if content(t, path) != before {
				t.Error("the file was changed")
			}
		})
	}
}

// A run that was killed may have written a line again as it stands, behind others of its own:
// all of that is cut off.
func TestKilledOverALineThatRepeats(t *testing.T) {
	path, state := written(t)
	was := content(t, path)
	first, _, _ := strings.Cut(was, "\n")
	add(t, path, `{"kind":"group","id":"9","mark":"a-9","name":"ours"}`+"\n"+first+"\n")
	d, err := openTarget(t.Context(), &Config{Path: path}, env(t, state))
	if err != nil {
		t.Fatal(err)
	}
	done(t, d)
	if got := content(t, path); got != was {
		t.Errorf("got:\n%s", got)
	}
}
