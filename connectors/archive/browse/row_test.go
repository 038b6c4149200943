package browse

import (
	"strings"
	"testing"
)

// A subject as long as a letter would fill the list alone.
func TestListShortensSubjects(t *testing.T) {
	for subject, want := range map[string]string{
		"Printer":                            "Printer",
		strings.Repeat("ж", longSubject):     strings.Repeat("ж", longSubject),
		strings.Repeat("ж", longSubject+900): strings.Repeat("ж", longSubject) + "…",
	} {
		if got := shortened(subject); got != want {
			t.Errorf("%.20q… becomes %d bytes", subject, len(got))
		}
	}
}
