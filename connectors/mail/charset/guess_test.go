package charset

import (
	"fmt"
	"testing"
)

// One field or mail asks the detector only so often, and the answer is the same
// each time.
func TestDetectiveStops(t *testing.T) {
	var d Detective
	for i := range 10 * maxGuesses {
		s, _ := d.Text(fmt.Appendf(nil, "caf\xe9 na\xefve %d", i), "")
		if want := fmt.Sprintf("café naïve %d", i); s != want {
			t.Fatalf("%q, want %q", s, want)
		}
	}
	if d.asked > maxGuesses {
		t.Errorf("asked %d times", d.asked)
	}
	greek := []byte("\xca\xe1\xeb\xe7\xec\xdd\xf1\xe1 \xf3\xe1\xf2")
	first, _ := new(Detective).Text(greek, "")
	for range 50 {
		if s, _ := new(Detective).Text(greek, ""); s != first {
			t.Fatalf("%q and then %q", first, s)
		}
	}
}
