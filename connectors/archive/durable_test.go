package archive_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// killed copies the folder as a kill at this instant would leave it.
func killed(t *testing.T, path string) string {
	t.Helper()
	left := folderOf(t)
	if err := os.CopyFS(left, os.DirFS(path)); err != nil {
		t.Fatal(err)
	}
	return left
}

func TestKilledBeforeSync(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	big := func(i int) []byte { return bytes.Repeat([]byte{byte('a' + i)}, 70_000) }
	for i := range 20 {
		r := ticket(fmt.Sprint(i), "one", "two")
		r.Messages[1].Files = []desk.File{attachment("big", big(i)), attachment("small", []byte{byte(i)})}
		created(t, a, r)
		if i == 9 {
			synced(t, a)
		}
	}
	left := killed(t, path)
	closed(t, a)

	got := changes(t, left, desk.KindTicket, "")
	if len(got) != 10 {
		t.Fatalf("%d tickets are there, want the 10 that were synced", len(got))
	}
	for i, r := range got {
		m := r.(*desk.Ticket).Messages
		if len(m) != 2 || !bytes.Equal(readFile(t, &m[1].Files[0]), big(i)) {
			t.Fatalf("ticket %d came back in part", i)
		}
	}
	again := plain(t, left) // the same run again
	for i := range 20 {
		r := ticket(fmt.Sprint(i), "one", "two")
		r.Messages[1].Files = []desk.File{attachment("big", big(i)), attachment("small", []byte{byte(i)})}
		created(t, again, r)
	}
	closed(t, again)
	if dump(t, left) != dump(t, path) {
		t.Fatal("a killed and repeated run differs from a whole one")
	}
}

// What a killed run wrote without a commit is cut off: the tails of packs, and
// packs of which nothing was committed. Files of others stay.
func TestUncommittedBytesAreCleared(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	r := ticket("1", "x")
	r.Messages[0].Files = []desk.File{attachment("safe", make([]byte, 5000))}
	created(t, a, r)
	synced(t, a)
	r = ticket("2", "x")
	r.Messages[0].Files = []desk.File{attachment("lost", make([]byte, 7000))}
	created(t, a, r)
	left := killed(t, path)
	closed(t, a)

	for _, name := range []string{"/files/000099.pack", "/files/notes.txt"} {
		if err := os.WriteFile(left+name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := packed(t, left); got != 5000+7000+4 {
		t.Fatalf("the killed run left %d bytes", got)
	}
	closed(t, plain(t, left))
	if got := packed(t, left); got != 5000 {
		t.Errorf("%d bytes are left, want the 5000 that were synced", got)
	}
	if _, err := os.Stat(left + "/files/notes.txt"); err != nil {
		t.Errorf("a file that is not ours was removed: %v", err)
	}
}
