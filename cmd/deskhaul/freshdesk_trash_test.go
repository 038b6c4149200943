package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What is new of a contact who was deleted there waits in quarantine, a message as well as
// a ticket, until they are restored.
func TestFreshdeskContactInTheTrash(t *testing.T) {
	const lines = `{"kind":"contact","id":"c","name":"O","emails":["o@a.test"]}
{"kind":"contact","id":"d","name":"P","emails":["p@a.test"]}
`
	said := func(id, by string) string {
		return fmt.Sprintf(`{"id":%q,"author":{"kind":"contact","id":%q},"at":"2015-01-02T03:04:05Z","text":"hello from %s"}`, id, by, id)
	}
	ticket := func(id, by string, messages ...string) string {
		return fmt.Sprintf(`{"kind":"ticket","id":%q,"subject":"About %s","requester":{"kind":"contact","id":%q},"messages":[%s]}`+"\n", id, id, by, strings.Join(messages, ","))
	}
	far := aFreshdesk(t)
	s := far.people.(freshdeskPeople).Server
	call := func(method, path string) string {
		t.Helper()
		req := httptest.NewRequest(method, "/api/v2/"+path, nil)
		req.SetBasicAuth(s.Key, "X")
		out := httptest.NewRecorder()
		if s.ServeHTTP(out, req); out.Code >= 300 {
			t.Fatalf("%s %s: %d %s", method, path, out.Code, out.Body)
		}
		return out.Body.String()
	}
	j, say := linesTo(t, far, lines+ticket("a", "d", said("a1", "d"), said("a2", "c")))
	j.run(t, "migrate")
	var there []struct{ ID json.Number }
	if err := json.Unmarshal([]byte(call(http.MethodGet, "contacts?email=o@a.test")), &there); err != nil || len(there) != 1 {
		t.Fatal(there, err)
	}
	who := there[0].ID.String()
	call(http.MethodDelete, "contacts/"+who)

	say(lines + ticket("a", "d", said("a1", "d"), said("a2", "c"), said("a3", "c")) + ticket("b", "c", said("b1", "c")))
	_, r := j.end(t, "sync")
	waits := string(mustRun(t, "quarantine", j.dir))
	if n := s.Counts(); r.code != exitQuarantine || n["tickets"] != 1 || n["conversations"] != 1 || strings.Count(waits, "deleted at the target") != 2 || !strings.Contains(waits, who) {
		t.Errorf("sync: exit code %d, there is %v: %s\n%s", r.code, n, r.all(), waits)
	}
	call(http.MethodPut, "contacts/"+who+"/restore")
	j.run(t, "retry")
	if n := s.Counts(); n["tickets"] != 2 || n["conversations"] != 2 {
		t.Errorf("restored, there is %v", n)
	}
	j.sound(t, 2, 4)
}
