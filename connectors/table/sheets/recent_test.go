package sheets

import (
	"strconv"
	"testing"
)

// However many keys come, the slots are as many, and no key gets another's value.
func TestRecentNeverGrowsAndNeverMixes(t *testing.T) {
	r := newRecent[int](64)
	for i := range 10_000 {
		r.put(strconv.Itoa(i), i)
		if v, ok := r.get(strconv.Itoa(i)); !ok || v != i {
			t.Fatalf("%d: %d %v", i, v, ok)
		}
	}
	kept := 0
	for i := range 10_000 {
		v, ok := r.get(strconv.Itoa(i))
		if ok {
			kept++
		}
		if ok && v != i {
			t.Fatalf("%d has the value of %d", i, v)
		}
	}
	if len(r.slots) != 64 || kept == 0 || kept > 64 {
		t.Errorf("%d slots, %d kept", len(r.slots), kept)
	}
	r.drop("9999")
	if _, ok := r.get("9999"); ok {
		t.Error("a key that was dropped is found")
	}
	if _, ok := r.get(""); ok {
		t.Error("the empty key is found")
	}
}
