package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Request Tracker keeps when a ticket is due and was solved, to the second: that it cuts
// off the rest is no difference and nobody's change, and that somebody gave a ticket another
// day is one. When it was made RT does not take, which is told.
func TestVerifyDatesAtRequestTracker(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(made, due string) {
		t.Helper()
		all := `{"kind":"contact","id":"c","name":"Ann","emails":["ann@customer.test"]}
{"kind":"ticket","id":"t","created":"` + made + `","due":"` + due + `","solved":"2021-01-02T10:00:00.75Z","status":"solved","subject":"Dated","requester":{"kind":"contact","id":"c"},` +
			`"messages":[{"id":"m","author":{"kind":"contact","id":"c"},"at":"2021-01-01T10:00:00.75Z","text":"hello"}]}
`
		if err := os.WriteFile(filepath.Join(folder, "all.jsonl"), []byte(all), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("2021-01-01T10:00:00.75Z", "2021-01-03T10:00:00.25Z")
	j := travel(t, "jsonl:"+filepath.Join(folder, "all.jsonl"), anRT(t))
	if o := j.run(t, "migrate"); !strings.Contains(o.text(), "created") || strings.Contains(o.text(), "due") {
		t.Errorf("told as lost: %s", o.text())
	}
	if v, code := j.verify(t); code != exitDone || v.Differences > 0 {
		t.Errorf("exit %d: %s\n%+v", code, v.Line, v.Hops)
	}
	write("2021-01-01T10:00:00.75Z", "2021-01-05T10:00:00.25Z")
	if o := j.run(t, "sync"); len(o.Conflicts) > 0 || strings.Contains(o.text(), "due") {
		t.Errorf("nobody changed anything there: %+v, lost %s", o.Conflicts, o.text())
	}
	if v, code := j.verify(t); code != exitDone || v.Differences > 0 {
		t.Errorf("exit %d: %s\n%+v", code, v.Line, v.Hops)
	}
}

// text are the fields that are told as lost.
func (o *outcome) text() string {
	var all []string
	for _, l := range o.Losses {
		all = append(all, l.Field)
	}
	return strings.Join(all, ", ")
}
