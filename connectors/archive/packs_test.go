package archive_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// packed is how many bytes lie in the packs.
func packed(t testing.TB, path string) (sum int64) {
	t.Helper()
	names, err := filepath.Glob(path + "/files/*.pack")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		sum += info.Size()
	}
	return sum
}

func withFiles(id string, contents ...[]byte) *desk.Ticket {
	r := ticket(id, "x")
	for i, b := range contents {
		r.Messages[0].Files = append(r.Messages[0].Files, attachment(fmt.Sprint(i), b))
	}
	return r
}

// Large contents are streamed to a pack before their hash is known.
func TestRepeatsAreCutOff(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	huge, small := bytes.Repeat([]byte("0123456789"), 150_000), []byte("small")
	created(t, a, withFiles("1", huge, small, huge))
	synced(t, a)
	created(t, a, withFiles("2", []byte("new"), huge, small, []byte("last")))
	closed(t, a)
	if got, want := packed(t, path), int64(len(huge)+len("small"+"new"+"last")); got != want {
		t.Errorf("%d bytes are stored, want %d", got, want)
	}
	var all []string
	for _, r := range changes(t, path, desk.KindTicket, "") {
		all = append(all, bytesOf(t, r))
	}
	if h := string(huge); all[0] != h+"small"+h || all[1] != "new"+h+"small"+"last" {
		t.Error("bytes came back different")
	}
}

// What is written can be read before it is committed, also while others write.
func TestUncommittedFilesCanBeRead(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	var g sync.WaitGroup
	for w := range 4 {
		g.Go(func() {
			for i := range 20 {
				want := bytes.Repeat(fmt.Appendf(nil, "%d-%d ", w, i), 3000)
				id := created(t, a, withFiles(fmt.Sprint(w, "-", i), want, []byte("of all"))).ID
				got, err := a.Fetch(t.Context(), desk.KindTicket, id)
				if err != nil || bytesOf(t, got) != string(want)+"of all" {
					t.Errorf("ticket %s: its bytes differ, %v", id, err)
				}
			}
		})
	}
	g.Wait()
	closed(t, a)
	if got := len(changes(t, path, desk.KindTicket, "")); got != 80 {
		t.Errorf("%d tickets of 80", got)
	}
}

func TestFilesCanBeReadInPart(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	receipt := created(t, a, withFiles("1", []byte("before"), []byte("0123456789"), []byte("after")))
	closed(t, a)
	r, size, err := library(t, path).File(t.Context(), receipt.Files[1].SHA256)
	if err != nil || size != 10 {
		t.Fatalf("size %d, %v", size, err)
	}
	defer closed(t, r)
	if _, err := r.Seek(-4, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "6789" {
		t.Errorf("got %q, %v", b, err)
	}
}

// A pack that is gone or too short costs its contents, says so, and takes nothing
// more; with a copy put back all is well.
func TestLostPack(t *testing.T) {
	for name, harm := range map[string]func(pack string) error{
		"gone":  os.Remove,
		"short": func(pack string) error { return os.Truncate(pack, 8) },
	} {
		t.Run(name, func(t *testing.T) {
			path := folderOf(t)
			a := plain(t, path)
			hash := created(t, a, withFiles("1", []byte("in the pack"))).Files[0].SHA256
			closed(t, a)
			pack := path + "/files/000001.pack"
			whole, err := os.ReadFile(pack)
			if err := errors.Join(err, harm(pack)); err != nil {
				t.Fatal(err)
			}
			l := library(t, path)
			_, _, err = l.File(t.Context(), hash)
			if !errors.Is(err, connectors.ErrNotFound) || connectors.ReasonOf(err) != connectors.ReasonVanished {
				t.Errorf("got %v", err)
			}
			for _, part := range []string{hash, filepath.FromSlash("files/000001.pack"), "put back a copy of that pack"} {
				if !strings.Contains(fmt.Sprint(err), part) {
					t.Errorf("the error does not say %q: %v", part, err)
				}
			}
			a = plain(t, path)
			created(t, a, withFiles("2", []byte("goes on")))
			closed(t, a)
			if err := os.WriteFile(pack, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			got := changes(t, path, desk.KindTicket, "")
			if len(got) != 2 || bytesOf(t, got[0]) != "in the pack" || bytesOf(t, got[1]) != "goes on" {
				t.Errorf("with the copy put back %d tickets are there, or their bytes differ", len(got))
			}
		})
	}
}

// Whatever is written, refused, synced and killed in whatever order: each ticket
// that was synced has its bytes, and the packs hold each content once and nothing
// else.
func TestPacksHoldWhatIsCommitted(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path := folderIn(t, rt)
		a := plain(t, path)
		open, safe := map[string][]int{}, map[string][]int{}
		for i := range rapid.IntRange(1, 12).Draw(rt, "steps") {
			picks := rapid.SliceOfN(rapid.IntRange(0, len(samples)-1), 0, 4).Draw(rt, "files")
			r := withFiles(fmt.Sprint(i), contentsOf(picks)...)
			switch rapid.SampledFrom([]string{"create", "create", "create", "create", "refuse", "refuse", "sync", "sync", "kill"}).Draw(rt, "step") {
			case "create":
				created(t, a, r)
				open[string(r.ID)] = picks
			case "refuse":
				r.Messages[0].Files = append(r.Messages[0].Files, desk.File{Name: "torn", Size: 1 << 30, Open: opens(samples[3])})
				if _, err := a.Create(t.Context(), r); !errors.Is(err, connectors.ErrBusy) {
					rt.Fatalf("a torn file: %v", err)
				}
			case "sync":
				synced(t, a)
				keep(safe, open)
			case "kill":
				left := killed(t, path)
				a.Hurry()
				closed(t, a)
				path, a = left, plain(t, left)
				clear(open)
			}
		}
		a.Hurry()
		closed(t, a)
		keep(safe, open)
		whatIsThere(t, rt, path, safe)
	})
}

// samples are contents small, empty, and too large for memory.
var samples = [][]byte{[]byte("one"), {}, bytes.Repeat([]byte("two"), 5000), bytes.Repeat([]byte("three"), 220_000), []byte("four")}

func contentsOf(picks []int) (list [][]byte) {
	for _, k := range picks {
		list = append(list, samples[k])
	}
	return list
}

func keep(safe, open map[string][]int) {
	for id, picks := range open {
		safe[id] = picks
	}
	clear(open)
}

func whatIsThere(t *testing.T, rt *rapid.T, path string, want map[string][]int) {
	t.Helper()
	got := changes(t, path, desk.KindTicket, "")
	if len(got) != len(want) {
		rt.Fatalf("%d tickets are there, want %d", len(got), len(want))
	}
	var sum int64
	used := map[int]bool{}
	for _, r := range got {
		picks := want[string(r.About().ID)]
		if bytesOf(t, r) != string(bytes.Join(contentsOf(picks), nil)) {
			rt.Fatalf("ticket %s: its bytes differ", r.About().ID)
		}
		for _, k := range picks {
			if !used[k] {
				used[k] = true
				sum += int64(len(samples[k]))
			}
		}
	}
	if got := packed(t, path); got != sum {
		rt.Fatalf("the packs hold %d bytes, want %d", got, sum)
	}
}
