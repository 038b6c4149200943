package rows

import (
	"bytes"
	stdcsv "encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func splitAll(t interface{ Fatal(...any) }, text string, want int, d Dialect, limit int64) (good [][]string, bad []Row) {
	s := New(strings.NewReader(text), int64(len(text)), d, limit)
	s.Want = want
	for {
		r, err := s.Next()
		if errors.Is(err, io.EOF) {
			return good, bad
		}
		if err != nil {
			t.Fatal(err)
		}
		if r.Bad != "" {
			bad = append(bad, r)
			continue
		}
		good = append(good, append([]string(nil), r.Cells...))
	}
}

var comma = Dialect{Delim: ',', Quote: '"', Newline: '\n'}

func TestSplitRecovers(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       int
		good       [][]string
		lost       [][2]int64 // first and last line of each bad stretch
	}{
		{"plain", "a,b\n1,2\r\n\n3,4", 2, [][]string{{"a", "b"}, {"1", "2"}, {"3", "4"}}, nil},
		{"line breaks in cells", "\"x\r\ny\nz\",2\n", 2, [][]string{{"x\r\ny\nz", "2"}}, nil},
		{"doubled quotes", `"a ""b"" c",2` + "\n", 2, [][]string{{`a "b" c`, "2"}}, nil},
		{"quotes inside plain cells", "37'8\"N,2\n", 2, [][]string{{`37'8"N`, "2"}}, nil},
		{"quotes not doubled", `"the "best" one",2` + "\n", 2, [][]string{{`the "best" one`, "2"}}, nil},
		{"too few and too many", "1,2\n3\n4,5,6\n7,8\n", 2, [][]string{{"1", "2"}, {"7", "8"}}, [][2]int64{{2, 2}, {3, 3}}},
		{"empty cells too many", "1,2,,\n", 2, [][]string{{"1", "2"}}, nil},
		{"open quote swallows nothing", "1,\"open\n2,b\n3,c\n4,\"q\"\n", 2, [][]string{{"2", "b"}, {"3", "c"}, {"4", "q"}}, [][2]int64{{1, 1}}},
		{"open quote to the end", "1,a\n2,\"open\nx\ny", 2, [][]string{{"1", "a"}}, [][2]int64{{2, 4}}},
		{"open quote, rows behind", "1,\"open\n2,b\n3,c", 2, [][]string{{"2", "b"}, {"3", "c"}}, [][2]int64{{1, 1}}},
		{"empty quoted only cell", "\"\"\n", 1, [][]string{{""}}, nil},
		{"trailing empty cell at the end", "1,", 2, [][]string{{"1", ""}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			good, bad := splitAll(t, c.text, c.want, comma, 1<<20)
			if d := cmp.Diff(c.good, good); d != "" {
				t.Error(d)
			}
			var lost [][2]int64
			for _, r := range bad {
				lost = append(lost, [2]int64{r.Line, r.Last})
			}
			if d := cmp.Diff(c.lost, lost); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSplitLargeRowIsLeftOutAndTheNextRead(t *testing.T) {
	text := "1,\"" + strings.Repeat("long\n", 1000) + "\"\n2,b\n3," + strings.Repeat("x", 5000) + "\n4,d\n"
	good, bad := splitAll(t, text, 2, comma, 1000)
	if d := cmp.Diff([][]string{{"2", "b"}, {"4", "d"}}, good); d != "" {
		t.Error(d)
	}
	if len(bad) != 2 || bad[0].Reason != "too_large" || bad[0].Last != 1001 || bad[1].Line != 1003 {
		t.Errorf("bad = %+v", bad)
	}
}

func TestSplitLoneCR(t *testing.T) {
	good, _ := splitAll(t, "a,b\r\"x\ry\",2\r", 2, Dialect{Delim: ',', Quote: '"', Newline: '\r'}, 100)
	if d := cmp.Diff([][]string{{"a", "b"}, {"x\ry", "2"}}, good); d != "" {
		t.Error(d)
	}
}

// What encoding/csv reads, we read alike, but for CRLF within quotes, which it
// folds to LF and we keep.
func TestSplitAgreesWithEncodingCSV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab,\"\"\n\r\né ")), 0, 60, -1).Draw(t, "text")
		std := stdcsv.NewReader(strings.NewReader(text))
		std.FieldsPerRecord = -1
		want, err := std.ReadAll()
		if err != nil {
			return // what it refuses is for TestSplitRecovers
		}
		if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
			return // it takes a lone CR within a cell in ways of its own
		}
		got, bad := splitAll(t, text, 0, comma, 1<<20)
		for _, r := range got {
			for i := range r {
				r[i] = strings.ReplaceAll(r[i], "\r\n", "\n")
			}
		}
		if len(got) == 0 {
			got = nil
		}
		if d := cmp.Diff(want, got); d != "" && len(bad) == 0 || len(bad) > 0 {
			t.Fatalf("%q: %s %v", text, d, bad)
		}
	})
}

// Every byte lies in a row, in a stretch that was set aside, or in empty lines.
func FuzzRows(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a,b\n\"1,2\n3,4\n", "\"\"\"\r\n", "a,\"b\"c\n,\n\n\n\"x", "\x00,\xff\n"} {
		f.Add([]byte(s), byte(2))
	}
	f.Add([]byte("\"a\\\"b\",\\N\n\\,\\\n,\\"), byte(2+8*2+128))
	f.Add([]byte("\"a\\\"b\",\\N\n\\\",\\\n,\\"), byte(2+8))
	f.Fuzz(func(t *testing.T, b []byte, want byte) {
		d := comma
		d.Escape, d.Null = Escaping(want/8%3), want >= 128
		s := New(bytes.NewReader(b), int64(len(b)), d, 1000)
		s.Want = int(want % 8)
		at := int64(0)
		for {
			r, err := s.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.Off < at || r.End <= r.Off || r.Last < r.Line {
				t.Fatalf("row %+v after %d", r, at)
			}
			if gap := strings.Trim(string(b[at:r.Off]), "\r\n"); gap != "" {
				t.Fatalf("%q is neither in a row nor aside", gap)
			}
			if r.Bad == "" && s.Want > 0 && len(r.Cells) != s.Want {
				t.Fatalf("%d cells, want %d", len(r.Cells), s.Want)
			}
			at = r.End
		}
		if gap := strings.Trim(string(b[at:]), "\r\n"); gap != "" {
			t.Fatalf("%q at the end is neither in a row nor aside", gap)
		}
	})
}

func TestShortRowsArePaddedBetweenGoodOnes(t *testing.T) {
	for text, want := range map[string]string{
		"1,a,b,c\n2,a\n3,a,b,c\n":                "1abc 2a 3abc",
		"1,a,b,c\n2,a\n":                         "1abc 2a",
		"1,a,b,c\n2,a":                           "1abc !",        // torn
		"1,a,b,c\n2\n3,a,b,c\n":                  "1abc ! 3abc",   // too little to tell
		"1,a,b,c\n2,it is\non fire,b\n3,a,b,c\n": "1abc ! ! 3abc", // one row on two lines
	} {
		s := New(strings.NewReader(text), int64(len(text)), comma, 1<<20)
		s.Want, s.Pad = 4, true
		var got []string
		for r, err := s.Next(); err == nil; r, err = s.Next() {
			if r.Bad != "" {
				got = append(got, "!")
				continue
			}
			if len(r.Cells) != 4 {
				t.Errorf("%q: %d cells", text, len(r.Cells))
			}
			got = append(got, strings.Join(r.Cells, ""))
		}
		if all := strings.Join(got, " "); all != want {
			t.Errorf("%q: %s, want %s", text, all, want)
		}
	}
}

// A row that an escape breaks says what to do.
func TestBrokenQuotesNameTheEscape(t *testing.T) {
	_, bad := splitAll(t, `1,"say \"hi\", Ann",b`+"\n", 3, comma, 1<<20)
	if len(bad) != 1 || !strings.Contains(bad[0].Bad, "escape: backslash") {
		t.Errorf("%+v", bad)
	}
}
