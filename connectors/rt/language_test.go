package rt

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// To an account whose language is German RT speaks German. What is written is the same.
func TestAccountOfOtherLanguage(t *testing.T) {
	s := rttest.New()
	s.Words = rttest.German
	inOtherLanguage(t, targetAt(t, s, nil))
}

// inOtherLanguage writes what RT's words once decided about.
func inOtherLanguage(t *testing.T, d *Target) {
	t.Helper()
	old, into := create(t, d, ticketOf("old", "one")), create(t, d, ticketOf("into", "two"))
	r := ticketOf("old")
	r.MergedInto = desk.Ref{Kind: desk.KindTicket, Target: into}
	if _, err := d.Update(t.Context(), old, r, []string{"merged_into"}); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Errorf("merging: %v", err)
	}

	first := create(t, d, &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c1"}, Emails: []string{"a@x.test"}})
	_, err := d.Create(t.Context(), &desk.Agent{Meta: desk.Meta{ID: "2", Mark: "c2"}, Email: "a@x.test"})
	if trouble := new(connectors.Trouble); !errors.As(err, &trouble) || !strings.Contains(trouble.Hint, "one address") {
		t.Errorf("a second user of one address: %v", err)
	}
	moved := &desk.Contact{Meta: desk.Meta{ID: "1", Mark: "c1"}, Emails: []string{"b@x.test"}}
	if _, err := d.Update(t.Context(), first, moved, []string{"emails"}); err != nil {
		t.Fatal(err)
	}
	// The name a@x.test is that of somebody else now.
	if again := create(t, d, &desk.Contact{Meta: desk.Meta{ID: "3", Mark: "c3"}, Emails: []string{"a@x.test"}}); again == first || again != "c3" {
		t.Errorf("a user whose name is taken became %q", again)
	}
}

// Check tells of an account whose language is not English, and of no other.
func TestLanguageIsTold(t *testing.T) {
	for lang, want := range map[string]bool{"": false, "en": false, "en_GB": false, "de": true} {
		d := targetAt(t, rttest.New(), nil)
		if _, err := d.put(t.Context(), "user/root", map[string]any{"Lang": lang}); err != nil {
			t.Fatal(err)
		}
		schema, err := d.Describe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told := slices.ContainsFunc(schema.Notes, func(n connectors.Note) bool { return strings.Contains(n.Text, `language in RT is "de"`) })
		if told != want {
			t.Errorf("%q: %+v", lang, schema.Notes)
		}
	}
}
