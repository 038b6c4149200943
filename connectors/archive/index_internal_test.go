package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func foundIn(t *testing.T, path, text string) (ids []string, err error) {
	t.Helper()
	l, err := OpenLibrary(t.Context(), path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return foundBy(t, l, text)
}

func foundBy(t *testing.T, l *Library, text string) (ids []string, err error) {
	t.Helper()
	p, err := l.List(t.Context(), Filter{Text: text}, NewestFirst, "", 0)
	for _, s := range p.Tickets {
		ids = append(ids, string(s.ID))
	}
	slices.Sort(ids)
	return ids, err
}

// damage changes bytes in every block of the index.
func damage(t *testing.T, path string) {
	t.Helper()
	db, err := openIndex(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "UPDATE block SET docs = zeroblob(length(docs)), places = zeroblob(length(places))")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func say(id, text string) *desk.Ticket {
	return &desk.Ticket{Meta: desk.Meta{ID: desk.ID(id), Mark: id}, Messages: []desk.Message{{Mark: id, Text: text}}}
}

// Whoever meets a damaged index says so; the next look at it, or run, builds it anew.
func TestADamagedIndexIsBuiltAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk")
	a := opened(t, path)
	if _, err := a.Create(t.Context(), say("1", "howling turbine")); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, path)
	if _, err := foundIn(t, path, "turbine"); !errors.Is(err, ErrNoIndex) {
		t.Fatalf("a damaged index was read: %v", err)
	}
	if _, err := OpenLibrary(t.Context(), path); !errors.Is(err, ErrNoIndex) {
		t.Fatalf("a damaged index was opened again: %v", err)
	}
	if err := Reindex(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if ids, err := foundIn(t, path, "howling turbine"); err != nil || len(ids) != 1 {
		t.Fatalf("found %v, %v", ids, err)
	}
}

// A writer that meets damage while it merges begins again by itself.
func TestAWriterStartsOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk")
	a := opened(t, path)
	for i := range 12 { // more segments than stay apart
		if i == 7 {
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			damage(t, path)
			a = opened(t, path)
		}
		_, err := a.Create(t.Context(), say(fmt.Sprint(i), "turbine"))
		if err := errors.Join(err, a.Sync(t.Context()), a.Wait(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if ids, err := foundIn(t, path, "turbine"); err != nil || len(ids) != 12 {
		t.Fatalf("found %v, %v", ids, err)
	}
}

// indexed lists all that the index holds of tickets, by asking for every word.
func indexed(t *testing.T, path string, asked []string) string {
	t.Helper()
	l, err := OpenLibrary(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	var all string
	for _, text := range asked {
		ids, err := foundBy(t, l, text)
		if err != nil {
			t.Fatal(err)
		}
		all += fmt.Sprintf("%s: %v\n", text, ids)
	}
	p, err := l.List(t.Context(), Filter{}, OldestFirst, "", 500)
	f, err2 := l.Facets(t.Context(), Filter{})
	if err := errors.Join(err, err2, l.Close()); err != nil {
		t.Fatal(err)
	}
	return all + fmt.Sprintf("%+v\n%+v", p.Tickets, f)
}

// An index that followed a run, by what was handed over and what it read back, is the
// one that is made of the archive alone. Phrases are asked within a line: what stands
// next to a line that is not indexed again depends on when its message came.
func TestAnIndexThatFollowedIsOneMadeAnew(t *testing.T) {
	word := rapid.SampledFrom([]string{"turbine", "roof", "howls", "крыша", "返金", "north-east", "a line that is long enough to be told once"})
	rapid.Check(t, func(rt *rapid.T) {
		path := filepath.Join(t.TempDir(), "desk")
		a := opened(t, path)
		var asked []string
		for range rapid.IntRange(1, 7).Draw(rt, "steps") {
			id := fmt.Sprint(rapid.IntRange(0, 5).Draw(rt, "id"))
			r := &desk.Ticket{Meta: desk.Meta{ID: desk.ID(id), Mark: id, Created: day(2)}, Subject: word.Draw(rt, "subject"), Tags: []string{word.Draw(rt, "tag")}}
			for i := range rapid.IntRange(0, 4).Draw(rt, "messages") {
				text := word.Draw(rt, "text") + "\n" + word.Draw(rt, "more") + "\n"
				mark := fmt.Sprint(id, "/", rapid.IntRange(0, 3).Draw(rt, "mark")) // some are one message
				r.Messages = append(r.Messages, desk.Message{Mark: mark, Text: text, At: day(3 + i), Subject: word.Draw(rt, "subject"), From: desk.Address{Email: "mara@example.com"}})
			}
			asked = append(asked, r.Subject, `"`+word.Draw(rt, "phrase")+`"`, "-"+r.Tags[0])
			a = step(t, rt, a, r, path)
		}
		if err := a.Close(); err != nil {
			rt.Fatal(err)
		}
		followed := indexed(t, path, asked)
		remove(t, path)
		if err := Reindex(t.Context(), path); err != nil {
			rt.Fatal(err)
		}
		if anew := indexed(t, path, asked); anew != followed {
			rt.Fatalf("followed:\n%s\nanew:\n%s", followed, anew)
		}
	})
}

// step does one thing to the archive, and returns it as it is open then.
func step(t *testing.T, rt *rapid.T, a *Target, r *desk.Ticket, path string) *Target {
	_, err := a.Create(t.Context(), r)
	switch rapid.IntRange(0, 4).Draw(rt, "then") {
	case 0:
		err = errors.Join(err, a.Sync(t.Context()), a.Wait(t.Context()))
	case 1:
		err = errors.Join(err, a.Sync(t.Context()))
	case 2:
		err = errors.Join(err, a.Sync(t.Context()), a.Delete(t.Context(), desk.KindTicket, r.ID))
	case 3: // the disk fails: what was not synced is lost, and its numbers are given again
		a.mu.Lock()
		_ = a.fail(context.WithoutCancel(t.Context()), "test", errors.New("disk"))
		a.mu.Unlock()
		if a.Sync(t.Context()) == nil {
			rt.Fatal("a lost write was not told")
		}
		if a.Close() == nil {
			rt.Fatal("after a failed sync the archive closed in peace")
		}
		return opened(t, path)
	}
	if err != nil && !errors.Is(err, connectors.ErrNotFound) {
		rt.Fatal(err)
	}
	return a
}

func remove(t *testing.T, path string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(filepath.Join(path, searchFile+suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

func day(n int) time.Time { return time.Date(2024, 3, n, 9, 30, 0, 0, time.UTC) }
