package jsonl

import (
	"bytes"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// Any bytes are a record or an error, and a record written and read again is the
// same line.
func FuzzLine(f *testing.F) {
	for _, r := range conntest.Sample() {
		b, err := desk.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"kind":"ticket","id":"1","subject":"","status":"","messages":[{"files":[{"path":"../x"}]}]}`))
	f.Add([]byte(`{"id":"1","kind":"group","deleted":true}`))
	f.Add([]byte(`{"Kind":"group","id":"1"}`))
	f.Add([]byte(`{"kind":"group","kind":"agent","id":"1"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		_ = kindOf(text)
		r, err := decode(text)
		if err != nil {
			return
		}
		if k := kindOf(text); k != r.Kind() {
			t.Fatalf("a %s was taken for a %s", r.Kind(), k)
		}
		once, err := desk.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decode(once)
		if err != nil {
			t.Fatalf("%s: %v", once, err)
		}
		twice, err := desk.Marshal(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s became %s (%v)", once, twice, err)
		}
	})
}
