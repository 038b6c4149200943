package sheets

import (
	"strconv"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
)

func TestNovelForgetsNothing(t *testing.T) {
	state := conntest.Memory{}
	n, err := newNovel(t.Context(), state)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		key := strconv.Itoa(i)
		if b, err := n.Get(t.Context(), key); b != nil || err != nil {
			t.Fatal(b, err)
		}
		if err := n.Put(t.Context(), key, []byte(key)); err != nil {
			t.Fatal(err)
		}
		if b, err := n.Get(t.Context(), key); string(b) != key || err != nil {
			t.Fatal(b, err)
		}
	}
	if !n.never("1000") {
		t.Error("it asks for a key that was never put")
	}
	later, err := newNovel(t.Context(), state)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := later.Get(t.Context(), "7"); string(b) != "7" || err != nil {
		t.Errorf("what an earlier run put is not found: %q %v", b, err)
	}
}
