package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// Old addresses of a helpdesk that was moved lead to the new ones, agents to agents'
// pages and customers to customers', in lists and answered at once.
func TestOldAddressesLeadToNewOnes(t *testing.T) {
	t.Parallel()
	mailbox, old, next := aMailbox(t, 10), aZendesk(t), aFreshdesk(t)
	travel(t, mailbox, old).run(t, "migrate")
	j := travel(t, old, next)
	j.run(t, "migrate")
	id := old.ids(t)["Case 1"]

	r := inside(t, append([]string{"redirects"}, append(j.args, j.dir)...)...)
	if r.code != exitDone {
		t.Fatal(r.all())
	}
	rows, err := csv.NewReader(&r.out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	leads := map[string]string{}
	for _, row := range rows[1:] {
		leads[row[0]] = row[1]
	}
	agents, customers := leads[old.url+"/agent/tickets/"+id], leads[old.url+"/hc/requests/"+id]
	if !strings.HasPrefix(agents, next.url+"/a/tickets/") || !strings.HasPrefix(customers, next.url+"/support/tickets/") {
		t.Fatalf("ticket %s leads agents to %q and customers to %q", id, agents, customers)
	}

	a := &app{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer)}
	a.from, a.to, a.set = flagsOf(j.args)
	s, err := a.open(t.Context(), []string{j.dir}, toRehearse)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	all, err := s.crossings(t.Context())
	t.Cleanup(func() {
		if err := all.close(); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	legs := all.legs
	host := strings.TrimPrefix(old.url, "http://")
	for _, c := range []struct{ host, path, to string }{
		{host, "/agent/tickets/" + id, agents},
		{host, "/hc/de/requests/" + id + "?x=1", customers}, // no list names every language
		{"moved.example", "/agent/tickets/" + id, agents},   // behind a server with another name
		{host, "/agent/tickets/999999", ""},
		{host, "/favicon.ico", ""},
	} {
		w := httptest.NewRecorder()
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, http.NoBody)
		req.Host = c.host
		s.redirector(legs, &redirectsAsk{temporary: true}).ServeHTTP(w, req)
		if to := w.Header().Get("Location"); to != c.to || (to == "") != (w.Code == http.StatusNotFound) {
			t.Errorf("%s%s: %d, to %q, want %q", c.host, c.path, w.Code, to, c.to)
		}
	}
}

// flagsOf takes the flags of a journey apart.
func flagsOf(args []string) (from, to, set []string) {
	for i := 0; i+1 < len(args); i += 2 {
		switch args[i] {
		case "--from":
			from = append(from, args[i+1])
		case "--to":
			to = append(to, args[i+1])
		case "--set":
			set = append(set, args[i+1])
		}
	}
	return from, to, set
}

// A mail filter learns from a table in which ticket each mail is.
func TestMailsAndTheirTickets(t *testing.T) {
	t.Parallel()
	next := aFreshdesk(t)
	j := travel(t, aMailbox(t, 10), next).fromMailbox()
	j.run(t, "migrate")
	r := inside(t, append([]string{"redirects", "--mail"}, append(j.args, j.dir)...)...)
	rows, err := csv.NewReader(&r.out).ReadAll()
	if err != nil || len(rows) != 11 {
		t.Fatalf("%d rows, %v: %s", len(rows), err, r.all())
	}
	at := map[string]string{}
	for _, row := range rows[1:] {
		at[row[0]] = row[1] + " " + row[2]
		if want := "[#" + row[1] + "]"; len(row) != 5 || row[4] != want {
			t.Errorf("%q: the tag is not %s", row, want)
		}
	}
	ticket, address, _ := strings.Cut(at["<7@mail.test>"], " ")
	if u, err := url.Parse(address); err != nil || ticket == "" || u.Path != "/a/tickets/"+ticket || at["<5@mail.test>"] != at["<7@mail.test>"] || at["<0@mail.test>"] == at["<5@mail.test>"] {
		t.Errorf("mails are in %v", at)
	}
}

// An answer to an old mail goes through a filter before the new helpdesk, which knows its
// tickets by the subject alone.
func TestFilterOfMails(t *testing.T) {
	t.Parallel()
	next := anRT(t)
	j := travel(t, aMailbox(t, 10), next).fromMailbox()
	j.run(t, "migrate")
	list := filepath.Join(t.TempDir(), "mails.csv")
	r := inside(t, append([]string{"redirects", "--mail", "--out", list}, append(j.args, j.dir)...)...)
	if r.code != exitDone || !strings.Contains(r.errs.String(), "--subject") {
		t.Errorf("%d: nobody says that the tag is not known: %s", r.code, r.all())
	}
	if r := inside(t, append([]string{"redirects", "--mail", "--subject", "[rt.example #{id}]", "--out", list}, append(j.args, j.dir)...)...); r.code != exitDone || r.errs.Len() > 0 {
		t.Fatal(r.all())
	}
	const mail = "From: new@customer.test\nSubject: Re: Case 1\nIn-Reply-To: <7@mail.test>\n\nStill dark.\n"
	a, out := &app{stdin: strings.NewReader(mail), stderr: new(bytes.Buffer)}, new(bytes.Buffer)
	a.stdout = out
	code := a.run(t.Context(), []string{"redirects", "--tag", list})
	want := strings.Replace(mail, "Subject: ", "Subject: [rt.example #"+next.ids(t)["Case 1"]+"] ", 1)
	if code != exitDone || out.String() != want {
		t.Errorf("%d: %s", code, out)
	}
	a.stdin, a.stdout = strings.NewReader(mail), &r.out
	r.out.Reset()
	if code := a.run(t.Context(), []string{"redirects", "--tag", list + ".gone"}); code == exitDone || r.out.String() != mail {
		t.Errorf("%d: without its list it hands on %q", code, r.out.String())
	}
	for _, flags := range [][]string{{"--tag", list, "--mail"}, {"--subject", "[x #{id}]"}, {"--mail", "--subject", "[x]"}, {"--serve", ":0", "--mail"}} {
		if r := inside(t, append([]string{"redirects"}, flags...)...); r.code != exitUsage {
			t.Errorf("%q: exit code %d: %s", flags, r.code, r.all())
		}
	}
}

// Somebody who was a customer of two helpdesks is one person in the new one: the pages of both
// lead there.
func TestOldAddressesOfOnePerson(t *testing.T) {
	t.Parallel()
	next := aFreshdesk(t)
	args, old := next.end("to"), map[string]string{}
	for _, name := range []string{"north", "south"} {
		desk := aZendesk(t)
		ann := desk.people.(zendeskPeople)
		olga := ann.Set("users", map[string]any{"name": "Olga", "email": "olga@customer.test", "role": "end-user"})
		ann.SetTicket(map[string]any{"subject": name, "status": "open", "requester_id": olga}, map[string]any{"author_id": olga, "html_body": "<p>dark in the " + name + "</p>", "public": true})
		for i, word := range desk.end("from") {
			switch {
			case i%2 == 0:
				args = append(args, word)
			case i == 1:
				args = append(args, name+"="+word)
			default:
				args = append(args, strings.Replace(word, "from.", name+".", 1))
			}
		}
		old[name] = fmt.Sprintf("%s/agent/users/%d", desk.url, olga)
	}
	j := &journey{dir: filepath.Join(t.TempDir(), "project"), args: args}
	j.run(t, "migrate")
	r := inside(t, append([]string{"redirects"}, append(j.args, j.dir)...)...)
	rows, err := csv.NewReader(&r.out).ReadAll()
	if err != nil || r.code != exitDone {
		t.Fatalf("%v: %s", err, r.all())
	}
	leads := map[string]string{}
	for _, row := range rows[1:] {
		leads[row[0]] = row[1]
	}
	if leads[old["north"]] == "" || leads[old["north"]] != leads[old["south"]] {
		t.Errorf("%s leads to %q, %s to %q", old["north"], leads[old["north"]], old["south"], leads[old["south"]])
	}
}
