package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/deskhaul/deskhaul/report"
)

// opened is a page, as a browser has it.
type opened struct {
	text  string
	links []string       // addresses that lead out of it
	leads map[string]int // where numbers lead to: how many lines the list has
}

// openPage reads a page and the lists that its numbers lead to.
func openPage(t *testing.T, path string) (p opened) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(string(mustRead(t, path))))
	if err != nil {
		t.Fatal(err)
	}
	lists, leads := map[string]int{}, []string{}
	var text strings.Builder
	for n := range root.Descendants() {
		switch {
		case n.Type == html.TextNode && n.Parent.Data != "style":
			text.WriteString(n.Data + " ")
		case n.Data == "script" || n.Data == "img":
			t.Errorf("there is a %s in it", n.Data)
		}
		for _, a := range n.Attr {
			to, within := strings.CutPrefix(a.Val, "#")
			switch {
			case a.Key == "id" && n.Data == "details":
				lists[a.Val] = rowsIn(n)
			case a.Key == "href" && within:
				leads = append(leads, to)
			case a.Key == "href":
				p.links = append(p.links, a.Val)
			}
		}
	}
	p.text, p.leads = strings.Join(strings.Fields(text.String()), " "), map[string]int{}
	for _, to := range leads {
		n, there := lists[to]
		if p.leads[to] = n; !there || n == 0 {
			t.Errorf("a number leads to the list %s, which is not there or has nothing", to)
		}
	}
	return p
}

func rowsIn(list *html.Node) (n int) {
	for x := range list.Descendants() {
		if x.Data == "tr" && x.Parent.Data == "tbody" {
			n++
		}
	}
	return n
}

func (p opened) says(t *testing.T, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(p.text, w) {
			t.Errorf("it does not say %q:\n%.3000s", w, p.text)
		}
	}
}

// besidePage is the table beside a page.
func besidePage(t *testing.T, page string) (rows [][]string) {
	t.Helper()
	f, err := os.Open(tableBeside(page))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	if rows, err = csv.NewReader(f).ReadAll(); err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// anExport is lines of JSON: so many tickets with addresses, of which two name a contact
// that there is not, and some have what Zendesk has no room for.
func anExport(t *testing.T, tickets int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.jsonl")
	var b strings.Builder
	b.WriteString(`{"kind":"contact","id":"c","name":"Zoë","emails":["zoe@customer.example"]}` + "\n")
	for n := range tickets {
		who, subject := "c", []string{"請求書が届きません", "مرحبا، لا يمكنني", `<script>alert("Счёт")</script>`}[n%3]
		if n < 2 {
			who = "gone"
		}
		line, err := json.Marshal(map[string]any{
			"kind": "ticket", "id": fmt.Sprint(n + 1), "url": fmt.Sprint("https://old.example/t/", n+1), "subject": subject, "status": "open", "priority": "normal",
			"created": "2026-01-02T10:00:00Z", "requester": map[string]string{"kind": "contact", "id": who}, "fields": map[string]string{"odd": fmt.Sprint("value ", n%2)},
			"messages": []map[string]any{{"id": fmt.Sprint("m", n), "at": "2026-01-02T10:00:00Z", "text": "hello", "author": map[string]string{"kind": "contact", "id": "c"}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The pages of plan, run and verification say what happens, what does not and why, and what
// to do next; their numbers lead to lists, and each ticket to where it stood and stands.
func TestPages(t *testing.T) {
	t.Parallel()
	const tickets = 120
	far, export := aZendesk(t), anExport(t, tickets)
	j := travel(t, "jsonl:"+export, far)
	page := func(name string, flags ...string) (opened, string, *ran) {
		path := filepath.Join(t.TempDir(), name+".html")
		r := inside(t, slices.Concat(j.words(name), flags, []string{"--html", path})...)
		return openPage(t, path), path, r
	}
	p, path, r := page("plan")
	p.says(t, "What to do next", "deskhaul migrate --sample 20", "The first 100 of 120", "the account has no such custom field", "or make the field", "請求書が届きません",
		"plan.csv", "what it refers to is not there")
	if !slices.Contains(p.links, "https://old.example/t/7") || slices.ContainsFunc(p.links, func(to string) bool { return strings.HasPrefix(to, far.url) }) {
		t.Errorf("a plan leads to the source, and to nothing that does not stand yet: %q", p.links)
	}
	var plan report.Plan
	if err := json.Unmarshal(r.out.Bytes(), &plan); err != nil {
		t.Fatal(err)
	}
	planned := besidePage(t, path)
	if n := listed(planned, "archive → zendesk", "created", "ticket"); n != int(plan.Kinds["ticket"].Create) || n == 0 {
		t.Errorf("the plan counts %+v, the table has %d", plan.Kinds["ticket"], n)
	}
	p, path, _ = page("migrate")
	p.says(t, "Run 1 (migrate)", "tickets a", "deskhaul verify")
	if !slices.ContainsFunc(p.links, func(to string) bool { return strings.HasPrefix(to, far.url) }) {
		t.Errorf("a run leads to nothing at the target: %q", p.links)
	}
	done := besidePage(t, path)
	for _, row := range done {
		if row[1] == "created" && row[2] == "ticket" && row[0] == "archive → zendesk" && (!strings.HasPrefix(row[10], "https://old.example/t/") || !strings.HasPrefix(row[11], far.url)) {
			t.Fatalf("a ticket without its addresses: %q", row)
		}
	}
	for _, class := range []string{"created", "lost", "failed", "skipped"} {
		for _, kind := range []string{"ticket", "message", "contact"} {
			if a, b := listed(planned, "archive → zendesk", class, kind), listed(done, "archive → zendesk", class, kind); a != b {
				t.Errorf("%s of %s: planned %d, done %d", class, kind, a, b)
			}
		}
	}
	p, _, _ = page("sync", "--lang", "ru")
	p.says(t, "Прогон 2 (sync)", "Что делать дальше", "Нового нет")
	lines := strings.Split(string(mustRead(t, export)), "\n")
	add(t, export, strings.Replace(lines[7], `"messages":[`, `"messages":[{"id":"late","at":"2026-01-03T10:00:00Z","text":"again","author":{"kind":"contact","id":"c"}},`, 1)+"\n")
	p, _, _ = page("plan")
	p.says(t, "Added", "It would be added to a ticket that stands at the target.")
	p, path, _ = page("sync")
	if n := listed(besidePage(t, path), "archive → zendesk", "updated", "ticket"); n != 1 {
		t.Errorf("%d tickets are listed as updated:\n%s", n, p.text)
	}
	p, _, _ = page("verify", "--lang", "ru")
	p.says(t, "Проверка", "Заявки по месяцам", "120 из 120 заявок", "запланированн")
}

func listed(rows [][]string, way, class, kind string) (n int) {
	for _, row := range rows {
		if row[0] == way && row[1] == class && row[2] == kind {
			n++
		}
	}
	return n
}

// A run that is over has a page however it ended, and none is written where nothing began.
func TestPageOfARunThatStops(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	page := filepath.Join(dir, "run.html")
	add(t, filepath.Join(dir, "in.jsonl"), `{"kind":"contact","id":"c","name":"Zoë","emails":["zoe@customer.example"]}`+"\nthis is no JSON\n")
	if err := os.Mkdir(filepath.Join(dir, "out"), 0o700); err != nil {
		t.Fatal(err)
	}
	add(t, filepath.Join(dir, "out", "tickets.csv"), "somebody's\n")
	words := []string{"migrate", "-q", "--from", "jsonl:" + filepath.Join(dir, "in.jsonl"), "--to", "csv:" + filepath.Join(dir, "out"), "--html", page, filepath.Join(dir, "project")}
	r := inside(t, append(words, "--lang", "xx")...)
	if r.code != exitUsage || taken(page) || !strings.Contains(r.errs.String(), "en or ru") {
		t.Errorf("exit %d: %s", r.code, r.all())
	}
	if r = inside(t, words...); r.code != exitError {
		t.Fatalf("exit %d: %s", r.code, r.all())
	}
	openPage(t, page).says(t, "Stopped after", "tickets.csv", "go on where it stopped", "the source has it in a form that cannot be read")
	if r = inside(t, "plan", "-q", "--ticket", "1", "--html", page, filepath.Join(dir, "project")); r.code != exitUsage {
		t.Errorf("exit %d: %s", r.code, r.all())
	}
}
