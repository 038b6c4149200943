package rest

import (
	"strings"
	"testing"
	"time"
)

// What is no length of time is refused by the setting's name, and never counts as none:
// a run would take for never made what is being made.
func TestSettling(t *testing.T) {
	for said, want := range map[string]time.Duration{"": 2 * time.Minute, "0s": 0, "30s": 30 * time.Second, "1h": time.Hour} {
		if d, err := Settling(said); d != want || err != nil {
			t.Errorf("%q: %s, %v, want %s", said, d, err, want)
		}
	}
	for _, said := range []string{"soon", "-1s", "2"} {
		if d, err := Settling(said); d != 2*time.Minute || err == nil || !strings.HasPrefix(err.Error(), "settling: ") {
			t.Errorf("%q: %s, %v", said, d, err)
		}
	}
}
