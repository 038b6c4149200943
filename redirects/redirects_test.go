package redirects

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

var ways = []Way{
	{desk.KindTicket, "https://Acme.example.com/agent/tickets/17", "https://rt.example/Ticket/Display.html?id=5", "old", "17", "5"},
	{desk.KindTicket, "https://acme.example.com:8443/Ticket/Display.html?id=17", "https://new.example/a/tickets/5", "old", "17", "5"},
	{desk.KindTicket, "nowhere", "https://new.example/5", "old", "x", "5"},
	{desk.KindTicket, "https://acme.example.com/one/#ticket:17", "https://new.example/7", "old", "z", "7"}, // which no server sees
	{desk.KindTicket, "https://acme.example.com/$x", "https://new.example/6$7\"", "old", "y", "6"},
	{desk.KindTicket, "https://acme.example.com/$x", "https://new.example/6$7", "old", "y", "6"},
}

func TestForms(t *testing.T) {
	for form, want := range map[string]struct {
		has     []string
		skipped int64
	}{
		"csv":        {[]string{"old,new,kind,source,old_id,new_id\n", "https://Acme.example.com/agent/tickets/17,https://rt.example/Ticket/Display.html?id=5,ticket,old,17,5\n"}, 0},
		"cloudflare": {[]string{"https://Acme.example.com/agent/tickets/17,https://rt.example/Ticket/Display.html?id=5,301\n"}, 2},
		"nginx": {[]string{
			"\n    \"acme.example.com/agent/tickets/17\" \"https://rt.example/Ticket/Display.html?id=5\";\n",
			"\n    \"acme.example.com/Ticket/Display.html?id=17\" \"https://new.example/a/tickets/5\";\n",
			"\n    \"acme.example.com/$x\" \"https://new.example/6${dollar}7\";\n}\n",
		}, 3},
		"apache": {[]string{"\nacme.example.com/Ticket/Display.html?id=17 https://new.example/a/tickets/5\n"}, 2},
		"caddy":  {[]string{"\n\t\"acme.example.com/agent/tickets/17\" \"https://rt.example/Ticket/Display.html?id=5\"\n", "\tdefault \"\"\n}\n"}, 3},
	} {
		var b strings.Builder
		w, err := NewWriter(form, &b)
		if err != nil {
			t.Fatal(err)
		}
		for _, way := range ways {
			if err := w.Write(way); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil || w.Skipped() != want.skipped {
			t.Errorf("%s: %d were left out, want %d; %v", form, w.Skipped(), want.skipped, err)
		}
		for _, s := range want.has {
			if !strings.Contains(b.String(), s) {
				t.Errorf("%s lacks %q:\n%s", form, s, &b)
			}
		}
	}
	if _, err := NewWriter("iis", &strings.Builder{}); err == nil || !strings.Contains(err.Error(), "nginx") {
		t.Errorf("a form that there is not: %v", err)
	}
}
