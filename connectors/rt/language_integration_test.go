//go:build integration

package rt

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
)

// To an account whose language is German a real Request Tracker speaks German, and
// check tells of it.
func TestAccountOfOtherLanguageAtRealServer(t *testing.T) {
	s := rttest.StartReal(t)
	token := s.Ordinary(toWrite(t)...)
	s.Do(http.MethodPut, "user/reader", object{"Lang": "de"})
	d := targetOf(t, &Config{URL: s.URL, Token: connectors.Secret(token), Quiet: "scrips"})
	schema, err := d.Describe(t.Context())
	if err != nil || !slices.ContainsFunc(schema.Notes, func(n connectors.Note) bool { return strings.Contains(n.Text, `language in RT is "de"`) }) {
		t.Errorf("%+v, %v", schema.Notes, err)
	}
	inOtherLanguage(t, d)
	said, err := d.put(t.Context(), "ticket/"+string(create(t, d, ticketOf("9", "nine"))), map[string]any{"Subject": "new"})
	if err != nil || strings.Contains(strings.Join(said, ""), "changed from") {
		t.Errorf("RT speaks English: %q, %v", said, err)
	}
}
