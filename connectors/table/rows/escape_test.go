package rows

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var slashed = rapid.StringOfN(rapid.SampledFrom([]rune("ab\\\\\"\",\n Nn0é")), 0, 12, -1)

func drawRows(t *rapid.T) [][]string {
	width := rapid.IntRange(2, 4).Draw(t, "width")
	return rapid.SliceOfN(rapid.SliceOfN(slashed, width, width), 1, 8).Draw(t, "rows")
}

// What was written as MySQL does is read back, also where the buffer ends within.
func TestEscapedReadsBack(t *testing.T) {
	mysql := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", "\\\n", "\x00", `\0`)
	d := Dialect{Delim: ',', Quote: '"', Newline: '\n', Escape: BeforeAny, Null: true}
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		var b strings.Builder
		for _, r := range rows {
			for i, c := range r {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString(`"` + mysql.Replace(c) + `"`)
			}
			b.WriteByte('\n')
		}
		got, bad := splitAll(t, b.String(), 0, d, 1<<20)
		if d := cmp.Diff(rows, got); d != "" || len(bad) > 0 {
			t.Fatalf("%q: %s %v", b.String(), d, bad)
		}
		var m machine
		m.begin(d, 1<<20, false)
		for i := 0; i < b.Len() && m.state != rowDone; {
			i += m.feed([]byte(b.String()[i : i+1]))
		}
		if d := cmp.Diff(rows[0], m.cells(nil)); d != "" {
			t.Fatalf("byte by byte: %s", d)
		}
	})
}
