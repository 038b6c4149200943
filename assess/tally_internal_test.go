package assess

import (
	"fmt"
	"os"
	"testing"
)

// What was counted before it was saved and after is one; nothing is left of it in the end.
func TestTallyOverManySaves(t *testing.T) {
	folder := t.TempDir()
	c, err := newTally(folder)
	if err != nil {
		t.Fatal(err)
	}
	const keys = 500
	c.most = 120
	for round := range 3 {
		for i := range keys {
			c.add("kind", fmt.Sprint(i), entry{n: 1, bytes: 2, last: int64(round), name: []string{"first", "", "last"}[round]})
			if err := c.full(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		c.add("kind", "7", entry{n: 5})
		if err := c.flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := c.top(t.Context(), "kind", 2)
	if err != nil || len(rows) != 2 || rows[0].key != "7" || rows[0].n != 18 || rows[0].bytes != 6 || rows[0].last != 2 || rows[0].name != "last" || rows[1].n != 3 {
		t.Errorf("%+v, %v", rows, err)
	}
	if n, err := c.number(t.Context(), "SELECT COUNT(*) FROM tally"); err != nil || n != keys {
		t.Errorf("%d, %v", n, err)
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
