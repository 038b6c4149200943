package compare_test

import (
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// Who has no name is called by the address in one system and not at all in another.
func TestAddressIsNoName(t *testing.T) {
	caps := connectors.Caps{} // keeps everything
	contact := func(name string) *desk.Contact {
		return &desk.Contact{Name: name, Emails: []string{"ann@customer.test", "c4@customer.test"}}
	}
	agent := func(name string) *desk.Agent { return &desk.Agent{Name: name, Email: "ann@desk.test"} }
	for _, x := range []struct {
		want, got desk.Record
		differ    int
	}{
		{contact("c4@customer.test"), contact(""), 0},
		{contact(""), contact("C4@Customer.test"), 0},
		{contact("c5@customer.test"), contact(""), 1},
		{contact("Ann"), contact("c4@customer.test"), 1},
		{agent("ann@desk.test"), agent(""), 0},
		{agent("Ann"), agent("ann@desk.test"), 1},
	} {
		if d := compare.Fields(x.want, x.got, caps); len(d) != x.differ {
			t.Errorf("%+v and %+v: %+v", x.want, x.got, d)
		}
	}
}

// A target that has room for one body was given the text of a page that says no more.
func TestPageThatSaysNoMore(t *testing.T) {
	for page, differ := range map[string]int{
		`<div>It shines <a href="https://lamp.test">again</a>.<br></div>`: 0, `<p>It <b>shines</b> again.</p>`: 1, `<p>It shines again.<img src="cid:1"></p>`: 1,
	} {
		want, oneBody := &desk.Message{ID: "m", Text: "It shines again.", HTML: page}, connectors.Caps{OneBody: true}
		if d := compare.Message(want, &desk.Message{ID: "m", Text: "It shines again.\n"}, oneBody); len(d) != differ {
			t.Errorf("%s: %+v", page, d)
		}
		if d := compare.Message(want, &desk.Message{ID: "m", Text: "It shines."}, oneBody); len(d) == 0 {
			t.Errorf("%s: the text is another, and no word of it", page)
		}
	}
}

// A text that stands beside the HTML is its own: that somebody changed it is a difference.
// Where the system makes the text of the HTML, it is not.
func TestTextBesideHTML(t *testing.T) {
	want := &desk.Message{ID: "m", Text: "It shines again.", HTML: "<p>It <b>shines</b> again.</p>"}
	got := &desk.Message{ID: "m", Text: "It never shines.", HTML: want.HTML}
	if d := compare.Message(want, got, connectors.Caps{}); len(d) != 1 || d[0].Field != "text" {
		t.Errorf("%+v", d)
	}
	if d := compare.Message(want, got, connectors.Caps{OneBody: true}); len(d) > 0 {
		t.Errorf("%+v", d)
	}
	if d := compare.Message(want, &desk.Message{ID: "m", Text: want.Text}, connectors.Caps{}); len(d) != 1 || d[0].Field != "html" {
		t.Errorf("%+v", d)
	}
}

// A target that sets the times of messages itself may keep those of tickets: one that has
// another there is a difference, but for what it cuts off.
func TestDateThatIsKeptAmongOthersThatAreNot(t *testing.T) {
	at := time.Date(2021, 1, 1, 10, 0, 0, 750e6, time.UTC)
	ticket := func(made time.Time) *desk.Ticket {
		return &desk.Ticket{Meta: desk.Meta{ID: "t", Created: made}, Due: made}
	}
	fields := func(names ...string) map[desk.Kind][]string { return map[desk.Kind][]string{desk.KindTicket: names} }
	for _, x := range []struct {
		caps   connectors.Caps
		got    time.Time
		differ int
	}{
		{connectors.Caps{Step: time.Second, Fields: fields("created", "due")}, at.Truncate(time.Second), 0},
		{connectors.Caps{Step: time.Second, Fields: fields("created")}, at.AddDate(-10, 0, 0), 1},
		{connectors.Caps{Fields: fields("due")}, at, 0},
		{connectors.Caps{Fields: fields("due")}, at.AddDate(-10, 0, 0), 1}, // due alone
		{connectors.Caps{}, at.AddDate(-10, 0, 0), 1},
	} {
		if d := compare.Fields(compare.There(ticket(at), x.caps), ticket(x.got), x.caps); len(d) != x.differ {
			t.Errorf("%+v, %s: %+v", x.caps, x.got, d)
		}
	}
}
