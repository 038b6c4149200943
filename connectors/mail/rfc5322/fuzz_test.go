package rfc5322

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// seedMails are the awkward mails of the table tests and a few more.
func seedMails() [][]byte {
	var seeds [][]byte
	for _, c := range awkward {
		seeds = append(seeds, []byte(c.mail))
	}
	return seeds
}

func FuzzParse(f *testing.F) {
	for _, s := range seedMails() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		lim := Limits{MaxText: 64 << 10, MaxParts: 100, MaxDepth: 20, MaxInner: 64 << 10}
		m, err := Parse(Bytes(b), lim)
		if err != nil {
			t.Fatal(err)
		}
		checkMessage(t, b, m, true)
		inner := 0
		for _, p := range m.Parts {
			inner += len(p.Inner)
		}
		if len(m.Parts) > 5*lim.MaxParts+len(b)/8 || len(m.Problems) > maxProblems {
			t.Errorf("%d parts, %d problems of %d bytes", len(m.Parts), len(m.Problems), len(b))
		}
		if inner > 2*lim.MaxInner {
			t.Errorf("%d bytes are held in memory", inner)
		}
	})
}

func FuzzHeader(f *testing.F) {
	for _, s := range seedMails() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, body, err := ReadHeader(Bytes(b))
		if err != nil {
			t.Fatal(err)
		}
		if body < 0 || body > int64(len(b)) {
			t.Errorf("the body begins at %d of %d", body, len(b))
		}
		n := 0
		for _, f := range h.Fields {
			n += len(f.Name) + len(f.Value)
			if f.Name == "" || strings.ContainsAny(f.Name, ": \n\r") || strings.Contains(f.Value, "\n") {
				t.Errorf("field %q", f)
			}
			h.IDs(f.Name)
			splitParams(f.Value)
		}
		if n > len(b) {
			t.Errorf("%d bytes of fields from %d", n, len(b))
		}
	})
}

func FuzzAddresses(f *testing.F) {
	for _, s := range []string{"a@example.com", `"Doe, J" <j@example.test>, Team: x@example.com;`, "Doe, John <j@example.com>", "=?utf-8?q?a=2Cb?= <a@b>", "user at host", "\xcf\xf0 <p@example.com>", `"a`, "((a) <<b@c>>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h := Header{Fields: []HeaderField{{Name: "To", Value: s}}}
		all := h.Addresses("to")
		if len(all) > len(s)+1 {
			t.Errorf("%d addresses from %d bytes", len(all), len(s))
		}
		for _, a := range all {
			if !utf8.ValidString(a.Name) || !utf8.ValidString(a.Email) || a.Name == "" && a.Email == "" || strings.ContainsAny(a.Name+a.Email, "\r\n\x00") {
				t.Errorf("address %q", a)
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, c := range dateCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := parseDate(s)
		if !ok {
			return
		}
		if loose, ok := looseDate(s); !ok || !loose.Equal(at) {
			t.Errorf("word by word this is %v, else %v", loose, at)
		}
		if at.Location() != time.UTC || at.Year() < -1 || at.Year() > 10000 {
			t.Errorf("date %v", at)
		}
		if again, ok := parseDate(at.Format(time.RFC1123Z)); at.Year() >= 1900 && at.Year() <= 9999 && (!ok || !again.Equal(at.Truncate(time.Second))) {
			t.Errorf("%v reads as %v", at, again)
		}
	})
}
