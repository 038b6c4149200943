package mapping

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/desk"
)

func TestLintComparesBothSystems(t *testing.T) {
	m, err := Compile([]byte(`tables:
  state: {open: open, wait: pending}
  kind: {bug: incident, ask: questoin}
  unused: {a: b}
tickets:
  keep: ticket.fields.vipp != true
  set:
    status: table("state", ticket.fields.state)
    type: table("kind", ticket.type)
    fields.origin: '"old"'
    channel: table("state", ticket.channel, "email")
  routes: {all: {group: g9, category: c1}}
people:
  agents: {old@x.test: new@y.test, odl@x.test: b@y.test}
`), "m.yaml")
	if err != nil {
		t.Fatal(err)
	}
	source := System{
		Fields: map[desk.Kind][]Field{desk.KindTicket: {
			{Name: "fields.state", Options: []string{"open", "Wait", "lost"}},
			{Name: "fields.vip"},
			{Name: "channel", Options: []string{"fax"}},
			{Name: "type", Options: []string{"bug"}},
		}},
		Agents: []string{"old@x.test"}, Groups: []string{"g1"}, Categories: []string{"c1"},
	}
	target := System{
		Fields: map[desk.Kind][]Field{desk.KindTicket: {
			{Name: "status"}, {Name: "type", Options: []string{"incident", "question"}}, {Name: "channel"}, {Name: "priority", Required: true},
		}},
		Agents: []string{"new@y.test"},
	}
	want := []string{
		`m.yaml:3:30 severe: the target's type has no option "questoin" – did you mean "question"?`,
		`m.yaml:4:3 : table "unused" is used by no expression`,
		`m.yaml:6:9 : the source's tickets have no fields.vipp – did you mean "fields.vip"?`,
		`m.yaml:8:13 severe: the source has the fields.state "Wait", but table "state" lists "wait", but not "Wait" – add it`,
		`m.yaml:8:13 severe: the source has the fields.state "lost", but table "state" does not list "lost" – add it, or "*" for all others`,
		`m.yaml:10:20 : the target has no field fields.origin of tickets, so it will be lost – there is status, type, channel, priority`,
		`m.yaml:12:12 severe: route "all" leads to the group "g9", which the source does not have – there is g1`,
		`m.yaml:14:36 : the source has no agent odl@x.test – did you mean old@x.test?`,
		`m.yaml:14:48 severe: the target has no agent b@y.test`,
		`mapping severe: the target requires priority of tickets, which the source does not have – set it under tickets.set`,
	}
	var got []string
	for _, f := range m.Lint(source, target) {
		severe := ""
		if f.Severe {
			severe = "severe"
		}
		got = append(got, fmt.Sprintf("%s %s: %s", f.Place, severe, f.Text))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var none *Mapping
	if found := append(none.Lint(System{}, System{}), m.Lint(System{}, System{})...); len(found) != 1 {
		t.Error("what is unknown was checked", found)
	}
}

// A field that is taken away is no loss to tell of.
func TestLintOfWhatIsTakenAway(t *testing.T) {
	m, err := Compile([]byte("tickets: {set: {fields.old: {value: null}, fields.new: 'ticket.fields[\"old\"]'}}"), "m.yaml")
	if err != nil {
		t.Fatal(err)
	}
	target := System{Fields: map[desk.Kind][]Field{desk.KindTicket: {{Name: "fields.new"}}}}
	if found := m.Lint(System{}, target); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}
