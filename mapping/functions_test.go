package mapping

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/desk"
)

func TestExpressions(t *testing.T) {
	at := time.Date(2021, 2, 3, 23, 30, 0, 0, time.UTC)
	for expr, want := range map[string]any{
		`table("n", 3)`:                                        "three",
		`table("n", ticket.fields.three)`:                      "three",
		`table("n", true)`:                                     "yes",
		`table("n", "zzz", "other")`:                           "other",
		`table("n", ticket.fields.none, 7)`:                    7.0,
		`ticket.subject ?? "x"`:                                "x",
		`ticket.fields.none ?? ticket.subject ?? "y"`:          "y",
		`ticket.due ?? ticket.created`:                         "2021-02-03T23:30:00Z",
		`has_tag(ticket.tags, "vip ")`:                         true,
		`has_tag(ticket.tags, "vi")`:                           false,
		`domain("Anna <a@Firma.Example>")`:                     "firma.example",
		`domain("nobody")`:                                     "",
		`match("Re: [#123] x", "#(\\d+)")`:                     "123",
		`match("abc", "b+")`:                                   "b",
		`match("abc", "x")`:                                    "",
		`year(ticket.created)`:                                 2021.0,
		`year(ticket.due)`:                                     0.0,
		`day(ticket.created)`:                                  "2021-02-03",
		`day(ticket.due)`:                                      "",
		`ticket.requester.id + "/" + ticket.requester.kind`:    "c1/contact",
		`ticket.rating.score`:                                  "",
		`filter(ticket.messages, .note)[0].from.email`:         "anna@x.test",
		`any(ticket.messages, any(.to, .email == "b@x.test"))`: true,
		`map(ticket.messages, .text)`:                          []any{"привет"},
		`upper(ticket.messages[0].text)`:                       "ПРИВЕТ",
		`ticket.merged_into.id == ""`:                          true,
		`ticket.created > date("2020-01-01")`:                  true,
	} {
		m, err := Compile([]byte("tables: {n: {3: three, true: yes}}\ntickets:\n  set:\n    fields.out: |\n      "+expr+"\n"), "m.yaml")
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		tk := &desk.Ticket{
			Meta: desk.Meta{Created: at, Fields: map[string]any{"three": 3.0}}, Tags: []string{"VIP"}, Requester: desk.To(desk.KindContact, "c1"),
			Messages: []desk.Message{{Note: true, Text: "привет", From: desk.Address{Email: "anna@x.test"}, To: []desk.Address{{Email: "b@x.test"}}}},
		}
		if _, err := m.Apply(t.Context(), tk, Way{}); err != nil {
			t.Errorf("%s: %v", expr, err)
		} else if diff := cmp.Diff(want, tk.Fields["out"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", expr, diff)
		}
	}
}

// All expressions see the record as it came, whatever was set before.
func TestOrderOfRulesDoesNotMatter(t *testing.T) {
	m, err := Compile([]byte(`
tickets:
  set: {subject: ticket.type, type: ticket.subject, fields.a: ticket.fields.b, fields.b: ticket.fields.a}
  defaults: {channel: ticket.fields.a}
  routes: {first: {when: ticket.fields.a == "A", group: g}}
`), "m.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]any{"a": "A", "b": "B"}
	tk := &desk.Ticket{Meta: desk.Meta{Fields: fields}, Subject: "s", Type: "t"}
	v, err := m.Apply(t.Context(), tk, Way{})
	if err != nil {
		t.Fatal(err)
	}
	want := &desk.Ticket{
		Meta: desk.Meta{Fields: map[string]any{"a": "B", "b": "A"}}, Subject: "t", Type: "s", Channel: "A", Group: desk.To(desk.KindGroup, "g"),
	}
	if diff := cmp.Diff(want, tk); diff != "" || fields["a"] != "A" {
		t.Errorf("%+v (-want +got):\n%s", v, diff)
	}
}

// A value of the wrong sort that is seen only in a run puts the record aside.
func TestWrongValuesAreRefused(t *testing.T) {
	for set, want := range map[string]string{
		`subject: ticket.fields.x`:      `m.yaml:3:14: tickets.set.subject of "7": this must be a text, but it is a number – string(...) makes a text of it`,
		`status: ticket.subject`:        `m.yaml:3:13: tickets.set.status of "7": "opne" is not a status – did you mean "open"?`,
		`status: ticket.type`:           `m.yaml:3:13: tickets.set.status of "7": the status would be empty – there is new, open, pending, solved, closed`,
		`due: ticket.subject`:           `m.yaml:3:10: tickets.set.due of "7": "opne" is no time like 2024-05-01T12:00:00Z – date(...) reads others`,
		`tags: ticket.fields.list`:      `m.yaml:3:11: tickets.set.tags of "7": item 1: this must be a text, but it is a number`,
		`fields.y: ticket.fields.x.y.z`: `m.yaml:3:15: tickets.set.fields.y of "7": cannot fetch y from float64`,
		`type: lower(ticket.fields.x)`:  `m.yaml:3:11: tickets.set.type of "7": interface conversion: interface {} is float64, not string`,
	} {
		m, err := Compile([]byte("tickets:\n  set:\n    "+set+"\n"), "m.yaml")
		if err != nil {
			t.Fatal(err)
		}
		tk := &desk.Ticket{Meta: desk.Meta{ID: "7", Fields: map[string]any{"x": 5.0, "list": []any{1.0}}}, Subject: "opne"}
		if _, err := m.Apply(t.Context(), tk, Way{}); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
