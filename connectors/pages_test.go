package connectors

import (
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

var pages = Pages{Base: "https://acme.example.com/desk/", Forms: []Page{
	{Kind: desk.KindTicket, Path: "/agent/tickets/{id}"},
	{Kind: desk.KindTicket, Path: "/hc/requests/{id}", Customers: true},
	{Kind: desk.KindTicket, Path: "/hc/*/requests/{id}", Customers: true},
	{Kind: desk.KindTicket, Path: "/Ticket/Display.html?id={id}"},
	{Kind: desk.KindContact, Path: "/agent/users/{id}"},
	{Kind: desk.KindTicket, Path: "/index.pl?Action=Zoom;TicketID={id}"},
}}

func TestAnAddressLeadsToItsRecord(t *testing.T) {
	for address, want := range map[string]desk.Ref{
		"https://acme.example.com/desk/agent/tickets/17":                       desk.To(desk.KindTicket, "17"),
		"http://ACME.example.com/desk/agent/tickets/17/?x=1#c5":                desk.To(desk.KindTicket, "17"),
		"https://acme.example.com/desk/hc/en-us/requests/17":                   desk.To(desk.KindTicket, "17"),
		"https://acme.example.com/desk/Ticket/Display.html?id=17":              desk.To(desk.KindTicket, "17"),
		"https://acme.example.com/desk/agent/users/a%2Fb":                      desk.To(desk.KindContact, "a/b"),
		"https://acme.example.com/desk/index.pl?Action=Zoom;TicketID=17":       desk.To(desk.KindTicket, "17"),
		"https://acme.example.com/desk/index.pl?TicketID=17&Action=Zoom&x=%zz": desk.To(desk.KindTicket, "17"),
		"https://acme.example.com/desk/index.pl?Action=Print;TicketID=17":      {},
		"https://acme.example.com/agent/tickets/17":                            {},
		"https://other.example.com/desk/agent/tickets/17":                      {},
		"https://acme.example.com/desk/agent/tickets/":                         {},
		"https://acme.example.com/desk/Ticket/Display.html?x=17":               {},
		"/desk/agent/tickets/17":                                               {},
		"https://acme.example.com/desk/agent/tickets/%zz":                      {},
	} {
		form, id, ok := pages.Find(address)
		if got := desk.To(form.Kind, id); ok != (want.ID != "") || ok && got != want {
			t.Errorf("%s leads to %v (%v), want %v", address, got, ok, want)
		}
	}
}

// A page that is one program tells behind the sign # what it shows.
func TestAnAddressWithAFragment(t *testing.T) {
	one := Pages{Base: "https://acme.example.com", Forms: []Page{{Kind: desk.KindTicket, Path: "/sd/operator/#uuid:{id}"}}}
	at := one.Link(desk.KindTicket, "serviceCall$501", false)
	if at != "https://acme.example.com/sd/operator/#uuid:serviceCall$501" {
		t.Error(at)
	}
	for address, want := range map[string]desk.ID{
		at: "serviceCall$501", at + "!%7B%22tab%22:%22x%22%7D": "serviceCall$501", "https://acme.example.com/sd/operator#uuid:serviceCall$501": "serviceCall$501",
		"https://acme.example.com/sd/operator/#esearch:x": "", "https://acme.example.com/sd/operator/": "", "https://acme.example.com/other/#uuid:serviceCall$501": "",
	} {
		if _, id, ok := one.Find(address); id != want || ok != (want != "") {
			t.Errorf("%s leads to %q (%v)", address, id, ok)
		}
	}
}

func TestEachReadsHisOwnPage(t *testing.T) {
	for want, got := range map[string]string{
		"https://acme.example.com/desk/agent/tickets/17": pages.Link(desk.KindTicket, "17", false),
		"https://acme.example.com/desk/hc/requests/17":   pages.Link(desk.KindTicket, "17", true),
		"https://acme.example.com/desk/agent/users/5":    pages.Link(desk.KindContact, "5", true),
		"": pages.Link(desk.KindGroup, "5", true),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What Address makes Find finds.
func FuzzPages(f *testing.F) {
	for _, id := range []string{"17", "a/b", "é?&#=%", " "} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		for _, form := range pages.Forms {
			at := pages.Address(form, desk.ID(id))
			if at == "" {
				continue
			}
			if got, back, ok := pages.Find(at); !ok || string(back) != id || got.Kind != form.Kind {
				t.Errorf("%q at %s is %q, %v", id, at, back, ok)
			}
		}
	})
}
