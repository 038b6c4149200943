package mapping

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/desk"
)

// The numbers are the test numbers that card schemes publish.
func TestCardNumbersAreFound(t *testing.T) {
	for in, want := range map[string]string{
		"4111111111111111":              "[redacted]",
		"(4111-1111 1111.1111)":         "([redacted])",
		"Amex 3782 822463 10005, danke": "Amex [redacted], danke",
		"４１１１　１１１１　１１１１　１１１１です":                 "[redacted]です",
		"٤١١١١١١١١١١١١١١١":                      "[redacted]",
		"<b>4111&nbsp;1111&nbsp;1111&nbsp;1111": "<b>[redacted]",
		"4111 1111 1111 1111 05/27":             "[redacted] 05/27",
		"12 4111 1111 1111 1111":                "12 [redacted]",
		"5500005555555559 4111111111111111":     "[redacted] [redacted]",
		"4111111111111112":                      "4111111111111112",        // the check digit is wrong
		"41111111111111110000000":               "41111111111111110000000", // too long
		"9111111111111111":                      "9111111111111111",        // no card begins with 9
		"4111 1111, 1111 1111":                  "4111 1111, 1111 1111",    // two things
		"+49 30 901820, 2024-05-01 12:00":       "+49 30 901820, 2024-05-01 12:00",
	} {
		if got := (&scrubber{by: presets()}).text("x", in); got != want {
			t.Errorf("%q\ngot  %q\nwant %q", in, got, want)
		}
	}
}

func TestScrubbingIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"4111 1111 1111 1111", "5500-0055-5555-5559", " ", "-", "1"}))
		in := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		m := desk.Message{Text: in, Folds: []desk.Fold{{Start: 0, End: len(in)}}}
		s := &scrubber{by: presets()}
		s.message(&m)
		if utf8.ValidString(in) && !utf8.ValidString(m.Text) {
			t.Fatal("a letter was cut in two")
		}
		if f := m.Folds[0]; f.Start != 0 || f.End != len(m.Text) {
			t.Fatalf("the fold over all of %q became %v of %d", in, f, len(m.Text))
		}
		twice := m.Text
		if again := s.text("x", twice); again != twice && !strings.ContainsAny(in, "0123456789") {
			t.Fatalf("%q was redacted without a digit", in)
		}
	})
}

// Redaction reaches every text of a record, and no other record.
func TestRedactionReachesEveryText(t *testing.T) {
	m, err := Compile([]byte(`redact: [{match: 'geheim', with: '***'}]`), "m.yaml")
	if err != nil {
		t.Fatal(err)
	}
	shared := map[string]any{"inner": []any{"geheim"}}
	orig := &desk.Ticket{
		Meta: desk.Meta{Fields: map[string]any{"a": "geheim", "b": shared}}, Subject: "geheim", Rating: &desk.Rating{Comment: "geheim"},
		Messages: []desk.Message{{
			Subject: "geheim", Text: "geheim", HTML: "<p>geheim", Note: true, Files: []desk.File{{Name: "geheim.pdf"}},
			Fields: map[string]any{"x": "geheim"},
		}},
	}
	records := []desk.Record{desk.Clone(orig), &desk.Contact{Note: "geheim"}, &desk.Organization{Note: "geheim"}}
	gone := desk.Clone(orig)
	gone.About().Deleted = true
	for _, r := range append(records, gone) {
		if _, err := m.Apply(t.Context(), r, Way{}); err != nil {
			t.Fatal(err)
		}
		line, err := desk.Marshal(r)
		if err != nil || strings.Contains(string(line), "geheim") {
			t.Errorf("%s, %v", line, err)
		}
	}
	if !cmp.Equal(shared, map[string]any{"inner": []any{"geheim"}}) || orig.Subject != "geheim" {
		t.Error("another record was changed")
	}
}
