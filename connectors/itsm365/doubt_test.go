package itsm365

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/desk"
)

// What is answered as a refusal, and was made all the same, is in doubt and not refused: a
// retry would make it twice.
func TestRefusedAndMade(t *testing.T) {
	s, c := installation()
	d := targetOf(t, s, c)
	ticket := asks(t, d)
	ticket.Status, ticket.Messages[0].Files = desk.StatusNew, nil
	s.Fault = func(r *http.Request) (f itsm365test.Fault) {
		if strings.Contains(r.URL.Path, "/create-m2m/") {
			f.Code, f.Lie = http.StatusInternalServerError, func([]byte) []byte {
				return []byte("Не заполнены обязательные атрибуты: x")
			}
		}
		return f
	}
	if _, err := d.Create(t.Context(), ticket); !errors.Is(err, connectors.ErrUnsure) || errors.Is(err, connectors.ErrRefused) {
		t.Errorf("a ticket: %v", err)
	}
	id, err := d.Find(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Append(t.Context(), id, &desk.Message{ID: "n", Mark: aMark + "n", Text: "x"}); !errors.Is(err, connectors.ErrUnsure) || errors.Is(err, connectors.ErrRefused) {
		t.Errorf("a comment: %v", err)
	}
}
