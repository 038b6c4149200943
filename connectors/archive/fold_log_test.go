package archive_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The log does not wait for the end to be folded in: a long run would else leave
// all of it to whoever comes after a kill.
func TestLogIsFoldedInBesideTheWriter(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	defer closed(t, a)
	long := strings.Repeat("many words ", 100_000)
	for i := range 20 {
		created(t, a, ticket(fmt.Sprint(i), long))
	}
	synced(t, a)
	var size int64
	for range 100 {
		info, err := os.Stat(filepath.Join(path, "archive.db"))
		if err != nil {
			t.Fatal(err)
		}
		if size = info.Size(); size > 20<<20 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("22 MB were committed, %d bytes are in archive.db", size)
}
