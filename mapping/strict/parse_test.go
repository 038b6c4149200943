package strict

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lines writes a tree as PATH LINE:COL KIND VALUE.
func lines(n *Node, path string) []string {
	if n == nil {
		return []string{"no tree"}
	}
	out := []string{strings.TrimSpace(path + " " + n.String()[2:] + " " + n.Kind.String() + " " + n.Value)}
	for _, p := range n.Pairs {
		out = append(out, lines(p.Value, path+"/"+p.Key.Value)...)
	}
	for _, item := range n.Items {
		out = append(out, lines(item, path+"/-")...)
	}
	return out
}

func TestPlacesOfValues(t *testing.T) {
	src := "\ufeff# comment\r\na: 1\r\nимя: {b: 'it''s', \"c\": [x, 2.5]}\r\nlist:\r\n  - one\r\n  - two: true\r\n3:\r\ntext: |\r\n  first\r\n  second\r\n"
	var bad Mistakes
	want := []string{
		"2:1 a map", "/a 2:4 a whole number 1", "/имя 3:7 a map", "/имя/b 3:10 a text it's", "/имя/c 3:24 a list", "/имя/c/- 3:25 a text x",
		"/имя/c/- 3:28 a number 2.5", "/list 5:3 a list", "/list/- 5:5 a text one", "/list/- 6:5 a map", "/list/-/two 6:10 true or false true",
		"/3 7:1 nothing", "/text 8:7 a text first\nsecond",
	}
	got := lines(Parse("f", []byte(src), &bad), "")
	if diff := cmp.Diff(want, got); diff != "" || bad.Len() > 0 {
		t.Errorf("%v (-want +got):\n%s", bad.Err(), diff)
	}
}

// A flag that ends with a colon is not followed by another.
func TestPlaceWithColon(t *testing.T) {
	m := Mistake{Place: Place{File: "--from rt:"}, Text: "url: missing"}
	if got := m.Error(); got != "--from rt: url: missing" {
		t.Errorf("it says %q", got)
	}
}

func TestPlacesInsideTexts(t *testing.T) {
	src := "plain: abc X\nsingle: 'a''b X'\ndouble: \"a\\\"b X\"\nblock: |\n    abc\n    de X\nцвет: 'красный X'\n"
	var bad Mistakes
	n := Parse("f", []byte(src), &bad)
	for key, want := range map[string]string{"plain": "f:1:12", "single": "f:2:15", "double": "f:3:15", "block": "f:6:8", "цвет": "f:7:16"} {
		v := n.Get(key)
		before, _, _ := strings.Cut(v.Value, "X")
		line := 1 + strings.Count(before, "\n")
		col := len([]rune(before[strings.LastIndex(before, "\n")+1:]))
		if got := v.Inside(line, col).String(); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
}

func TestWhatIsNotPlainYAMLIsRefused(t *testing.T) {
	for src, want := range map[string]string{
		"a: &x 1\nb: *x\n": "f:1:4: anchors (&), aliases (*) and merges (<<) are not read here – write the value out, or put it in quotes if it is a text\n" +
			"f:2:4: anchors (&), aliases (*) and merges (<<) are not read here – write the value out, or put it in quotes if it is a text",
		"a: !!str 1\n":            "f:1:4: YAML tags (!) are not read here – put the value in quotes if it is a text",
		"a: 1\nb: 2\na: 3\n":      `f:3:1: the key "a" is given twice, first on line 1 – keep one`,
		"a: 1\nb: \xff\n":         "f:2:4: this is not UTF-8 – save the file as UTF-8",
		strings.Repeat("[", 3000): "f:1:1: lists and maps are nested more than 60 deep",
		strings.Repeat("[", 90) + strings.Repeat("]", 90): "f:1:62: lists and maps are nested more than 60 deep",
		strings.Repeat("- ", 2000):                        "f:1:1: lists and maps are nested more than 60 deep",
		strings.Repeat("a", 2<<20):                        "f:1:1: the file is larger than 262144 bytes",
	} {
		var bad Mistakes
		Parse("f", []byte(src), &bad)
		if err := bad.Err(); err == nil || err.Error() != want {
			t.Errorf("%.40q\ngot  %v\nwant %s", src, err, want)
		}
	}
}

func TestSuggestions(t *testing.T) {
	known := []string{"address", "path", "status", "priority", "merged_into", "Письма"}
	for word, want := range map[string]string{
		"adddress": "address", "Path": "path", "pth": "path", "statsu": "status", "into_merged": "merged_into", "mergedinto": "merged_into",
		"письмо": "Письма", "": "", "zzz": "", "x": "",
	} {
		if got := Suggest(word, known); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: 1\nb: {c: [d, 'e']}\nt: |\n  x\n"))
	f.Add([]byte("? a\n: b\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		var bad Mistakes
		n := Parse("f", src, &bad)
		if n == nil && bad.Len() == 0 {
			t.Error("neither a tree nor a mistake")
		}
		for _, m := range bad.Sorted() {
			if m.Line < 1 || m.Col < 1 {
				t.Errorf("a mistake without a place: %v", m)
			}
		}
	})
}

// An empty word may be a choice; it is none to suggest.
func TestDidYouMeanNamesNoEmptyWord(t *testing.T) {
	if got := DidYouMean("foo", []string{"", "new", "open", "new"}); got != " – there is new, open" {
		t.Errorf("%q", got)
	}
}
