package archive

import (
	"strings"
	"testing"
)

func TestRepeats(t *testing.T) {
	for name, c := range map[string]struct {
		said []string
		want string
	}{
		"new":             {[]string{"Nobody has said this before.\n"}, "Nobody has said this before.\n"},
		"quoted":          {[]string{"Nobody has said this before.\n", "Indeed.\n> Nobody has said this before.\n"}, "Indeed.\n"},
		"quoted twice":    {[]string{"Nobody has said this before.\r\n", ">> > Nobody has said this before.\r\n"}, ""},
		"short":           {[]string{"Yes.\n", "> Yes.\n"}, "> Yes.\n"},
		"within one":      {[]string{"the same line again\nthe same line again\nand more"}, "the same line again\nand more"},
		"between":         {[]string{"one line that is long\n", "before\n> one line that is long\nafter"}, "before\nafter"},
		"cut differently": {[]string{"one line that is long\n", "> one line that\n> is long"}, "> one line that\n> is long"},
		"empty":           {[]string{""}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepeats()
			var got strings.Builder
			for _, text := range c.said {
				got.Reset()
				r.news(text, func(s string) { got.WriteString(s) })
			}
			if got.String() != c.want {
				t.Errorf("got %q, want %q", got.String(), c.want)
			}
			r.next()
			got.Reset()
			r.news(c.said[0], func(s string) { got.WriteString(s) })
			if c.said[0] != "" && got.Len() == 0 {
				t.Error("another ticket's lines are still known")
			}
		})
	}
}
