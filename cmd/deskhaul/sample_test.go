package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/report"
)

// trouble is lines of JSON: tickets of which some are awkward, and who wrote them.
func trouble(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	ref := func(kind, id string) map[string]string { return map[string]string{"kind": kind, "id": id} }
	var b strings.Builder
	put := func(record map[string]any) {
		line, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	put(map[string]any{"kind": "contact", "id": "c", "name": "Zoë", "emails": []string{"zoe@customer.example"}})
	put(map[string]any{"kind": "agent", "id": "a", "name": "Ann", "email": "ann@desk.test"})
	put(map[string]any{"kind": "category", "id": "bills", "name": "Счета"})
	for n := range 12 {
		at := fmt.Sprintf("2026-01-%02dT10:00:00Z", n+1)
		first := map[string]any{"id": fmt.Sprint("m", n), "at": at, "text": fmt.Sprint("hello ", n), "author": ref("contact", "c")}
		ticket := map[string]any{
			"kind": "ticket", "id": fmt.Sprint(n + 1), "url": fmt.Sprint("https://old.example/t/", n+1), "subject": fmt.Sprint("ticket ", n+1), "status": "open",
			"created": at, "requester": ref("contact", "c"), "fields": map[string]string{"odd": "left behind"}, "messages": []map[string]any{first},
		}
		switch n {
		case 3:
			first["html"], first["text"] = `<p>hello</p><script>alert("x")</script><img src="https://tracker.example/x.png">`, "hello\nтест <b>fett</b> مرحبا \uFFFD"
			first["files"] = []map[string]any{{"name": "scan <1>.txt", "type": "text/plain", "size": 5, "path": "scan.txt"}}
		case 4:
			ticket["messages"] = []map[string]any{first, {"id": "n", "at": at, "text": "for us alone", "note": true, "author": ref("agent", "a")}}
		case 5:
			ticket["category"], ticket["assignee"] = ref("category", "bills"), ref("agent", "who left")
		}
		put(ticket)
	}
	for name, body := range map[string]string{"old.jsonl": b.String(), "scan.txt": "12345"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "old.jsonl")
}

// aSample is what a command tells of a sample.
func aSample(t *testing.T, r *ran) map[string]report.SampledTicket {
	t.Helper()
	var told struct{ Sample []report.SampledTicket }
	if err := json.Unmarshal(r.out.Bytes(), &told); err != nil {
		t.Fatalf("%v: %s", err, r.all())
	}
	out := map[string]report.SampledTicket{}
	for _, s := range told.Sample {
		out[s.Subject] = s
	}
	return out
}

func traitsOf(s report.SampledTicket) (out []string) {
	for _, x := range s.Why {
		out = append(out, strings.TrimSpace(x.Trait+" "+x.Value))
	}
	return out
}

// A sample says why each ticket is in it, reads each back from the target, and shows both
// sides: what came as it was, what is lost, and what somebody changed.
func TestSampleBesideItsCopy(t *testing.T) {
	t.Parallel()
	far, dir := aZendesk(t), t.TempDir()
	j := travel(t, "jsonl:"+trouble(t), far)
	page := func(name string) string { return filepath.Join(dir, name+".html") }
	plan := inside(t, slices.Concat(j.words("plan"), []string{"--sample", "8", "--html", page("plan")})...)
	planned := aSample(t, plan)
	run := inside(t, slices.Concat(j.words("migrate"), []string{"--sample", "8", "--html", page("run")})...)
	moved := aSample(t, run)
	if len(planned) != 8 || len(moved) != 8 {
		t.Fatalf("planned %+v, moved %+v", planned, moved)
	}
	for subject, s := range moved {
		if before, ok := planned[subject]; !ok || !slices.Equal(traitsOf(before), traitsOf(s)) || before.Differences != nil || before.Old != s.Old {
			t.Errorf("%s was planned as %+v, and moved as %+v", subject, before, s)
		}
		if s.Differences == nil || *s.Differences != 0 || s.Unread != "" || !strings.HasPrefix(s.New, far.url) || !strings.HasPrefix(s.Old, "https://old.example/t/") {
			t.Errorf("%+v", s)
		}
	}
	for subject, want := range map[string][]string{
		"ticket 4": {"largest file", "lost characters", "mixed directions", "HTML"}, "ticket 5": {"messages", "private notes"}, "ticket 6": {"deleted agent", "category Счета"},
	} {
		for _, w := range want {
			if !slices.Contains(traitsOf(moved[subject]), w) {
				t.Errorf("%s is picked because of %q, not %q", subject, traitsOf(moved[subject]), w)
			}
		}
	}
	openPage(t, page("plan")).says(t, "Picked because of", "an agent who is deleted or disabled", "many messages (2)")
	p := openPage(t, page("run"))
	p.says(t, "Each ticket beside its copy", "private note", "for us alone", "As mapped", "the same bytes", "scan <1>.txt", "no difference", `<b>fett</b>`, "Zoë <zoe@customer.example>", "Lost")
	p.says(t, "refers to agent who left, which the source does not have")
	if strings.Contains(string(mustRead(t, page("run"))), "<b>fett") {
		t.Error("what people wrote is markup in the page")
	}
	at, people := moved["ticket 5"].Target, far.people.(zendeskPeople)
	people.Change("tickets", number(t, at), map[string]any{"subject": "renamed there"})
	people.note(t, at, 77)
	again := aSample(t, inside(t, slices.Concat(j.words("migrate"), []string{"--sample", "8", "--html", page("again")})...))
	for subject, s := range again {
		if want := map[string]int64{"ticket 5": 1}[subject]; s.Differences == nil || *s.Differences != want {
			t.Errorf("%+v", s)
		}
	}
	openPage(t, page("again")).says(t, "1 difference", "renamed there", "Written there by others", words(77))
}

// A file that did not come as far as the archive is no difference between that and the
// target; it is told all the same.
func TestSampleTellsWhatIsAside(t *testing.T) {
	t.Parallel()
	dir, from := t.TempDir(), trouble(t)
	without := strings.Replace(string(mustRead(t, from)), `"path":"scan.txt",`, "", 1)
	if err := os.WriteFile(from, []byte(without), 0o600); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(dir, "run.html")
	all := aSample(t, inside(t, "migrate", "-q", "--json", "--sample", "6", "--html", page, "--from", "jsonl:"+from, "--to", "jsonl:"+filepath.Join(dir, "new.jsonl"), filepath.Join(dir, "project")))
	if s := all["ticket 4"]; len(s.Aside) != 1 || !strings.Contains(s.Aside[0], "scan <1>.txt") || len(all["ticket 5"].Aside) > 0 {
		t.Errorf("%+v", all)
	}
	openPage(t, page).says(t, "no difference, and 1 in quarantine")
}

// What is said in the terminal is short: where the page is, and of each ticket why it was
// picked and how it compares. Where the target cannot be read back, that is said.
func TestSampleInTheTerminal(t *testing.T) {
	t.Parallel()
	dir, from := t.TempDir(), trouble(t)
	page := filepath.Join(dir, "run.html")
	words := []string{"-q", "--sample", "6", "--from", "jsonl:" + from, "--to"}
	r := inside(t, slices.Concat([]string{"migrate"}, words, []string{"jsonl:" + filepath.Join(dir, "new.jsonl"), "--html", page, "--lang", "ru", filepath.Join(dir, "one")})...)
	for _, want := range []string{"Sample of 6 tickets, each beside its copy in " + page, "many messages (2), private notes", "; no difference"} {
		if !strings.Contains(r.out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, r.all())
		}
	}
	openPage(t, page).says(t, "Выборка", "Почему выбрана", "внутренняя заметка", "различий нет")
	r = inside(t, slices.Concat([]string{"migrate"}, words, []string{"jsonl:-", filepath.Join(dir, "two")})...)
	if !strings.Contains(r.all(), "cannot be read back") {
		t.Errorf("it does not say that nothing was read back:\n%s", r.all())
	}
}

// Where there is no other target, the archive is the one that is read back.
func TestSampleOfAPull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	words := []string{"pull", "-q", "--json", "--sample", "3", "--from", "jsonl:" + trouble(t), "--to", "archive:", filepath.Join(dir, "project")}
	for subject, s := range aSample(t, inside(t, words...)) {
		if s.Differences == nil || *s.Differences != 0 || s.To != "archive" {
			t.Errorf("%s: %+v", subject, s)
		}
	}
}

// A target that takes all and gives nothing back: that nothing was compared is told, of each
// ticket, and the run is as good as it was.
func TestSampleThatCannotBeReadBack(t *testing.T) {
	t.Parallel()
	far := aZendesk(t)
	s := zendesktest.NewServer(zendesktest.Options{ExportLag: -1, Rate: -1, ExportRate: -1, UpdateRate: -1}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/api/v2/tickets/") {
				http.Error(out, `{"error":"Forbidden"}`, http.StatusForbidden)
				return
			}
			next.ServeHTTP(out, r)
		})
	})
	t.Cleanup(s.Close)
	s.Quiet()
	s.Set("users", map[string]any{"name": "Ann", "email": "ann@desk.test", "role": "agent"})
	far.url = s.URL
	j, page := travel(t, "jsonl:"+trouble(t), far), filepath.Join(t.TempDir(), "run.html")
	r := inside(t, slices.Concat(j.words("migrate"), []string{"--sample", "4", "--html", page})...)
	if r.code != exitDone || !strings.Contains(r.out.String(), "the sample could not be read back") {
		t.Errorf("exit %d: %s", r.code, r.all())
	}
	for _, s := range aSample(t, r) {
		if s.Differences != nil || s.Unread == "" {
			t.Errorf("%+v", s)
		}
	}
	openPage(t, page).says(t, "not compared: ", "the sample could not be read back")
}
