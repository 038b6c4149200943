package crosslinks_test

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/crosslinks"
	"github.com/deskhaul/deskhaul/desk"
)

var (
	acme = connectors.Pages{Base: "https://acme.desk.example", Forms: []connectors.Page{
		{Kind: desk.KindTicket, Path: "/agent/tickets/{id}"},
		{Kind: desk.KindTicket, Path: "/hc/*/requests/{id}", Customers: true},
	}}
	rt = connectors.Pages{Base: "https://rt.example/rt", Forms: []connectors.Page{{Kind: desk.KindTicket, Path: "/Ticket/Display.html?id={id}"}}}
)

func book() *crosslinks.Book {
	return crosslinks.NewBook(connectors.Pages{Base: "https://new.example"}, crosslinks.Old{Pages: acme, Prefix: "acme/"}, crosslinks.Old{Pages: rt, Prefix: "rt/"})
}

// said is what stands in the place of an address: where it leads, in brackets.
func said(l crosslinks.Link) string {
	if l.ID == "acme/404" {
		return ""
	}
	who := "agents"
	if l.Customers {
		who = "customers"
	}
	return "https://new.example/?" + who + "&" + string(l.ID)
}

func TestAddressesInTexts(t *testing.T) {
	for text, want := range map[string]string{
		"see https://acme.desk.example/agent/tickets/5.":                                              "see https://new.example/?agents&acme/5.",
		"(HTTPS://ACME.desk.example/agent/tickets/5)":                                                 "(https://new.example/?agents&acme/5)",
		"http://acme.desk.example/agent/tickets/5/?brand=2#c7, and more":                              "https://new.example/?agents&acme/5, and more",
		"[it](https://acme.desk.example/hc/en-us/requests/5)!":                                        "[it](https://new.example/?customers&acme/5)!",
		"https://acme.desk.example/agent/tickets/5を参照":                                                "https://new.example/?agents&acme/5を参照",
		"https://rt.example/rt/Ticket/Display.html?id=7#txn-9 и ещё":                                  "https://new.example/?agents&rt/7 и ещё",
		"https://rt.example/rt/Ticket/Display.html?Order=1&id=7; next":                                "https://new.example/?agents&rt/7; next",
		"https://acme.desk.example/agent/tickets/404 is not there":                                    "https://acme.desk.example/agent/tickets/404 is not there",
		"https://acme.desk.example/agent/tickets is a list":                                           "https://acme.desk.example/agent/tickets is a list",
		"https://acme.desk.example.evil.example/agent/tickets/5":                                      "https://acme.desk.example.evil.example/agent/tickets/5",
		"https://evil.example/?u=https://acme.desk.example/agent/tickets/5":                           "https://evil.example/?u=https://acme.desk.example/agent/tickets/5",
		"ftp://acme.desk.example/agent/tickets/5":                                                     "ftp://acme.desk.example/agent/tickets/5",
		"two: https://acme.desk.example/agent/tickets/1\nhttps://acme.desk.example/agent/tickets/2\n": "two: https://new.example/?agents&acme/1\nhttps://new.example/?agents&acme/2\n",
	} {
		if got := book().Text(text, said); got != want {
			t.Errorf("%q\n got  %q\n want %q", text, got, want)
		}
	}
}

func TestAddressesInPages(t *testing.T) {
	for page, want := range map[string]string{
		`<a href="https://acme.desk.example/agent/tickets/5">https://acme.desk.example/agent/tickets/5</a>`: `<a href="https://new.example/?agents&amp;acme/5">https://new.example/?agents&amp;acme/5</a>`,
		`<a href='https://rt.example/rt/Ticket/Display.html?Order=1&amp;id=7'>7</a>`:                        `<a href='https://new.example/?agents&amp;rt/7'>7</a>`,
		`https://acme.desk.example/agent/tickets/5&nbsp;next`:                                               `https://new.example/?agents&amp;acme/5&nbsp;next`,
		`&lt;https://acme.desk.example/agent/tickets/5&gt;`:                                                 `&lt;https://new.example/?agents&amp;acme/5&gt;`,
		`<p>nothing of <b>ours</b>: https://other.example/agent/tickets/5</p>`:                              `<p>nothing of <b>ours</b>: https://other.example/agent/tickets/5</p>`,
	} {
		if got := book().HTML(page, said); got != want {
			t.Errorf("%s\n got  %s\n want %s", page, got, want)
		}
	}
}

// Where the new system stands under the address of the old, nobody can tell them apart.
func TestTargetUnderTheOldAddress(t *testing.T) {
	if b := crosslinks.NewBook(acme, crosslinks.Old{Pages: acme}, crosslinks.Old{}); !b.Empty() {
		t.Error("it looks for addresses that may be the target's own")
	}
}

// What is no address of a record stays to the letter, and what is done twice is as if once.
func FuzzBook(f *testing.F) {
	f.Add("see https://acme.desk.example/agent/tickets/5&amp;x")
	f.Add("https://acme.desk.example/agent/tickets/5&#59;&&;;")
	f.Fuzz(func(t *testing.T, s string) {
		b := book()
		none := func(crosslinks.Link) string { return "" }
		if b.Text(s, none) != s || b.HTML(s, none) != s {
			t.Fatalf("%q changed", s)
		}
		once := b.Text(s, said)
		if b.Text(once, said) != once && strings.Count(once, "acme.desk.example") == 0 {
			t.Fatalf("%q: once %q, twice %q", s, once, b.Text(once, said))
		}
	})
}
