//go:build integration

package rt

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// named are the rights that the guide names in the lines of these beginnings.
func named(t *testing.T, beginnings ...string) (rights []string) {
	t.Helper()
	for _, beginning := range beginnings {
		i := slices.IndexFunc(guide.Access, func(line string) bool { return strings.HasPrefix(line, beginning) })
		if i < 0 {
			t.Fatalf("the guide has no line %q", beginning)
		}
		for _, m := range regexp.MustCompile(`\*([A-Z]\w+)\*`).FindAllStringSubmatch(guide.Access[i], -1) {
			rights = append(rights, m[1])
		}
	}
	slices.Sort(rights)
	return slices.Compact(rights) // RT refuses to give one twice
}

// toRead and toWrite are the rights that the guide says an account needs.
func toRead(t *testing.T) []string  { return named(t, "A token", "To read:") }
func toWrite(t *testing.T) []string { return named(t, "A token", "To read:", "To write besides:") }
