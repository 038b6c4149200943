package okdesk

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
)

// Names are taken apart and joined again in the order that is configured.
func TestNames(t *testing.T) {
	for _, order := range []string{"", firstLast} {
		c := &Config{Names: order}
		for _, name := range []string{"Cher", "Петрова Ольга", "Петрова Ольга Игоревна", "Оглы Али Мамед Второй", "田中 Aiko"} {
			first, last, patronymic := c.part(name)
			if got := c.join(personShape{First: first, Last: last, Patronymic: patronymic}); got != name || first == "" || last == "" {
				t.Errorf("%q in the order %q: %q (%q, %q, %q)", name, order, got, first, last, patronymic)
			}
		}
	}
}

// An error is told in Okdesk's own words, however deep they lie, and a list of errors that
// comes with a status of success is none.
func TestErrorsAreExplained(t *testing.T) {
	for body, want := range map[string]string{
		`{"errors":["Нет доступа"]}`: "Нет доступа", `{"errors":"Нет"}`: "Нет", `{"errors":{"page":{"size":["мало"]},"observer_ids":{"1":["не число"]}}}`: "observer_ids.1: не число; page.size: мало",
		`[]`: "", `<html>`: "", `{"id":1}`: "",
	} {
		if got, _ := explain(422, []byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	s, _ := desk1()
	s.Fault = func(*http.Request) okdesktest.Fault {
		return okdesktest.Fault{Status: 200, Body: `{"errors":["Ключ авторизации не найден"]}`}
	}
	a := targetOf(t, configOf(s), envOf(t, s.Transport()))
	if _, err := a.Describe(t.Context()); !errors.Is(err, connectors.ErrDenied) {
		t.Errorf("a wrong key that is told with 200: %v", err)
	}
}

// An id may be spelt as a text.
func TestIDsAreReadEitherWay(t *testing.T) {
	var v struct{ A, B, C number }
	if err := json.Unmarshal([]byte(`{"A":7,"B":"8","C":null}`), &v); err != nil || v.A != 7 || v.B != 8 || v.C != 0 {
		t.Error(v, err)
	}
	if json.Unmarshal([]byte(`{"A":"x"}`), &v) == nil {
		t.Error("a word was taken for a number")
	}
}
