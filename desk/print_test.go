package desk_test

import (
	"crypto/sha256"
	"encoding/hex"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/desk"
)

func sample() *desk.Ticket {
	return &desk.Ticket{
		Meta:    desk.Meta{ID: "1", Created: time.Unix(1, 0), Fields: map[string]any{"plan": "gold", "seats": 3.0}},
		Subject: "Привет", Status: desk.StatusOpen, Tags: []string{"b", "a"}, Requester: desk.To(desk.KindContact, "7"),
		Participants: []desk.Ref{desk.To(desk.KindContact, "9"), desk.To(desk.KindContact, "8")},
		Messages:     []desk.Message{{ID: "m", Text: "hi"}},
	}
}

// What changes which fingerprint, and what changes none.
func TestPrintsChanged(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*desk.Ticket)
		want   []string
	}{
		"nothing":                   {func(*desk.Ticket) {}, nil},
		"the id":                    {func(t *desk.Ticket) { t.ID = "2" }, nil},
		"the mark":                  {func(t *desk.Ticket) { t.Mark = "x" }, nil},
		"when the source updated":   {func(t *desk.Ticket) { t.Updated = time.Now() }, nil},
		"the source's version":      {func(t *desk.Ticket) { t.Version = "9" }, nil},
		"messages":                  {func(t *desk.Ticket) { t.Messages = nil }, nil},
		"the order of tags":         {func(t *desk.Ticket) { t.Tags = []string{"a", "b"} }, nil},
		"the order of participants": {func(t *desk.Ticket) { slices.Reverse(t.Participants) }, nil},
		"the zone of a time":        {func(t *desk.Ticket) { t.Created = t.Created.In(time.FixedZone("", 3600)) }, nil},
		"a tag":                     {func(t *desk.Ticket) { t.Tags = []string{"a"} }, []string{"tags"}},
		"the subject":               {func(t *desk.Ticket) { t.Subject = "" }, []string{"subject"}},
		"two fields":                {func(t *desk.Ticket) { t.Status, t.Number = "new", "4" }, []string{"number", "status"}},
		"a custom field":            {func(t *desk.Ticket) { t.Fields["seats"] = 4.0 }, []string{"fields.seats"}},
		"a custom field gone":       {func(t *desk.Ticket) { delete(t.Fields, "plan") }, []string{"fields.plan"}},
		"linking":                   {func(t *desk.Ticket) { t.Requester.Target = "70" }, []string{"requester"}},
		"a rating":                  {func(t *desk.Ticket) { t.Rating = &desk.Rating{Score: "good"} }, []string{"rating"}},
		"a tombstone":               {func(t *desk.Ticket) { t.Deleted = true }, []string{"deleted"}},
	} {
		was, now := sample(), sample()
		tt.change(now)
		if d := cmp.Diff(tt.want, desk.PrintsOf(now).Changed(desk.PrintsOf(was))); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// What was written, with the ids of both sides, and its copy as the target gives it back
// have one print, in whatever order the source's ids stand.
func TestPrintsOfWhatWasWritten(t *testing.T) {
	written := &desk.Ticket{Participants: []desk.Ref{{Kind: desk.KindContact, ID: "adam", Target: "2"}, {Kind: desk.KindContact, ID: "zoe", Target: "1"}}}
	copied := &desk.Ticket{Participants: []desk.Ref{{Kind: desk.KindContact, ID: "1", Target: "1"}, {Kind: desk.KindContact, ID: "2", Target: "2"}}}
	if d := desk.PrintsOf(written).Changed(desk.PrintsOf(copied)); len(d) > 0 {
		t.Errorf("differ in %q", d)
	}
}

// Fields that stand beside each other must not be taken for one another.
func TestMessagePrint(t *testing.T) {
	a := []desk.Address{{Email: "a@x.test"}}
	base := desk.Message{Text: "hi", To: a}
	for name, other := range map[string]desk.Message{
		"to and cc":   {Text: "hi", CC: a},
		"text, html":  {HTML: "hi", To: a},
		"note":        {Text: "hi", To: a, Note: true},
		"file":        {Text: "hi", To: a, Files: []desk.File{{Name: "x"}}},
		"two in text": {Text: "hi", To: []desk.Address{{Name: "a", Email: "@x.test"}}},
	} {
		if base.Print() == other.Print() {
			t.Errorf("%s: one fingerprint for two messages", name)
		}
	}
	known := base
	known.Files = []desk.File{{Name: "x", Size: -1}}
	read := base
	read.Files = []desk.File{{Name: "x", Size: 7, SHA256: "00"}}
	if known.Print() != read.Print() {
		t.Error("learning a file's size changes the message")
	}
}

// Encoded and decoded, prints are the same; whatever bytes come, nothing panics.
func TestPrintsEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tk := &desk.Ticket{Subject: rapid.String().Draw(t, "subject"), Tags: rapid.SliceOf(rapid.String()).Draw(t, "tags")}
		for _, name := range rapid.SliceOfDistinct(rapid.String(), rapid.ID[string]).Draw(t, "fields") {
			tk.SetField(name, rapid.String().Draw(t, "value"))
		}
		want := desk.PrintsOf(tk)
		got, err := desk.DecodePrints(want.Encode())
		if err != nil || len(got.Changed(want)) != 0 || len(got) != len(want) {
			t.Fatalf("%v\n%v\n%v", err, got, want)
		}
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		_, _ = desk.DecodePrints(b)
		_, _ = desk.DecodePrints(append([]byte{1}, b...))
	})
}

// A stored fingerprint must mean the same for ever: a change here makes every
// ledger update every record once.
func TestPrintsAreStable(t *testing.T) {
	const want = "3a66b83f"
	sum := uint32(0)
	for _, b := range desk.PrintsOf(sample()).Encode() {
		sum = sum*16777619 ^ uint32(b)
	}
	if got := hex32(sum); got != want {
		t.Errorf("the fingerprints of the sample are %s, were %s", got, want)
	}
}

// The same of messages, of every field and of texts of every length.
func TestMessagePrintsAreStable(t *testing.T) {
	const want = "4eeeffde"
	at := time.Date(2024, 1, 2, 3, 4, 5, 6, time.UTC)
	m := desk.Message{
		ID: "m", Mark: "k", Author: desk.Ref{Kind: desk.KindAgent, ID: "1", Target: "2"}, From: desk.Address{Name: "Zoë", Email: "z@x.test"},
		To: []desk.Address{{Email: "a@x.test"}, {Email: "b@x.test"}}, CC: []desk.Address{{Name: "c"}}, BCC: []desk.Address{{Email: "d"}},
		At: at, Note: true, Channel: "web", Subject: "Привет", MessageID: "1@x", InReplyTo: "0@x", References: []string{"0@x", ""},
		Fields: map[string]any{"b": 1.0, "a": []any{"x", nil}},
		Files:  []desk.File{{Name: "f", Type: "text/plain", CID: "c"}, {Name: "g"}},
	}
	all := m.Print()
	for size := 0; size < 9000; size += 500 {
		m.Text, m.HTML = strings.Repeat("ю", size), strings.Repeat("x", 2*size+1)
		all += m.Print()
	}
	sum := sha256.Sum256([]byte(all))
	if got := hex.EncodeToString(sum[:4]); got != want {
		t.Errorf("the fingerprints of messages are %s, were %s", got, want)
	}
}

// A fingerprint costs the memory of no text, however long.
func TestPrintIsSmall(t *testing.T) {
	m := desk.Message{Text: strings.Repeat("x", 1<<20)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10 {
		m.Print()
	}
	runtime.ReadMemStats(&after)
	if got := (after.TotalAlloc - before.TotalAlloc) / 10; got > 1<<16 {
		t.Errorf("a message of 1 MiB takes %d bytes to fingerprint", got)
	}
}

func hex32(n uint32) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 8)
	for i := range out {
		out[7-i] = digits[n&15]
		n >>= 4
	}
	return string(out)
}

// Values say the same as they are printed; what says nothing says the same.
func TestSameValue(t *testing.T) {
	for _, c := range []struct {
		a, b any
		want bool
	}{
		{"gold", "gold", true},
		{"gold", "Gold", false},
		{4.5, "4.5", false},
		{float64(7), int64(7), true},
		{nil, "", true},
		{false, nil, true},
		{true, "true", false},
		{[]any{"a", "b"}, []any{"a", "b"}, true},
		{[]any{"a", "b"}, "a, b", false},
	} {
		if got := desk.SameValue(c.a, c.b); got != c.want {
			t.Errorf("%#v and %#v: %v", c.a, c.b, got)
		}
	}
}
