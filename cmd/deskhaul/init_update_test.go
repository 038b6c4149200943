package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
)

// updatedBy runs init --update and returns what it said and the file after it.
func updatedBy(t *testing.T, dir string) (said updated, file []byte) {
	t.Helper()
	out := mustRun(t, "init", "--update", "--json", dir)
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	file, err := os.ReadFile(filepath.Join(dir, "deskhaul.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return said, file
}

// What is new at both ends is added, with the day; what a person wrote, or threw out, stays
// so; what is gone is told with the lines that name it; once more changes nothing.
func TestInitUpdate(t *testing.T) {
	t.Parallel()
	old, was := oldZendesk(t)
	next, is := newFreshdesk(t)
	dir := filepath.Join(t.TempDir(), "move")
	file, _ := startedBy(t, dir, append(old.end("from"), next.end("to")...)...)
	path := filepath.Join(dir, "deskhaul.yaml")

	if said, again := updatedBy(t, dir); len(said.Added)+len(said.Gone) != 0 || string(again) != file {
		t.Errorf("nothing was new: %+v", said)
	}
	// A person changes a line, throws one out and writes a remark.
	mine := strings.Replace(file, "Средняя: Medium", "Средняя:   Low # we say so", 1)
	mine = strings.Replace(mine, "mapping:\n", "mapping: # ours\n\n  conflicts: report\n", 1)
	for l := range strings.Lines(mine) {
		if strings.Contains(l, "Nordlicht: NAME") {
			mine = strings.Replace(mine, l, "", 1)
		}
	}
	if err := os.WriteFile(path, []byte(mine), 0o640); err != nil { //nolint:gosec // it is to stay so
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil { //nolint:gosec // likewise
		t.Fatal(err)
	}
	was.Set("ticket_fields", map[string]any{"title": "Продукт", "type": "text"})
	was.Set("groups", map[string]any{"name": "Бухгалтерия"})
	is.AddField("ticket_fields", freshdesktest.Field{Name: "cf_product", Label: "Product", Type: "custom_text"})
	is.AddField("ticket_fields", freshdesktest.Field{Name: "cf_wishes", Label: "Wishes of customer", Type: "custom_text"})

	said, got := updatedBy(t, dir)
	for l := range strings.Lines(mine) {
		if !bytes.Contains(got, []byte(l)) {
			t.Errorf("a line of the person's is gone: %s", l)
		}
	}
	wants(t, string(got), `fields.cf_product: 'ticket.fields["Продукт"]'  # new 20`, `# Бухгалтерия: NAME  # new 20`,
		`# fields.cf_wishes: 'ticket.fields["Wishes of the customer"]'  # new 20`)
	if bytes.Contains(got, []byte("Nordlicht: NAME")) || len(said.Gone) != 0 {
		t.Errorf("what was thrown out came back, or something went: %+v", said)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its mode is %v %v", info.Mode(), err)
	}
	if said, again := updatedBy(t, dir); len(said.Added)+len(said.Gone) != 0 || !bytes.Equal(again, got) {
		t.Errorf("the second update: %+v", said)
	}
	followedUp(t, dir)
}

// A field that the source lost is told, with the lines that name it; its lines stay.
func TestInitUpdateTellsWhatIsGone(t *testing.T) {
	t.Parallel()
	export := filepath.Join(t.TempDir(), "tickets.csv")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(export, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("id,subject,status,email,Model,Hue\n1,One,open,a@c.test,Printer,blue\n2,Two,open,a@c.test,Fax,red\n")
	next, far := newFreshdesk(t)
	far.AddField("ticket_fields", freshdesktest.Field{Name: "cf_model", Label: "Model", Type: "custom_text"})
	dir := filepath.Join(t.TempDir(), "move")
	file, _ := startedBy(t, dir, append([]string{"--from", "csv:" + export, "--set", "from.kind=tickets"}, next.end("to")...)...)
	write("id,subject,status,email,Hue\n1,One,open,a@c.test,blue\n2,Two,open,a@c.test,red\n")
	said, got := updatedBy(t, dir)
	if string(got) != file || len(said.Gone) != 1 || said.Gone[0].What != "ticket field Model" || len(said.Gone[0].Lines) == 0 {
		t.Errorf("%+v", said)
	}
	if said, _ := updatedBy(t, dir); len(said.Gone) != 0 {
		t.Errorf("it was told twice: %+v", said)
	}
}

// An end that does not answer changes nothing.
func TestInitUpdateNeedsBothEnds(t *testing.T) {
	t.Parallel()
	next, _ := newFreshdesk(t)
	dir := filepath.Join(t.TempDir(), "move")
	args := append(next.end("to"), "--from", "csv:nowhere.csv", "--set", "to.token=${TOKEN_WRONG}")
	file, _ := startedBy(t, dir, args...)
	r := inside(t, "init", "--update", dir)
	b, err := os.ReadFile(filepath.Join(dir, "deskhaul.yaml"))
	if r.code != exitError || !strings.Contains(r.all(), "nothing was changed") || err != nil || string(b) != file {
		t.Errorf("exit code %d: %s", r.code, r.all())
	}
	if r := inside(t, "init", "--update", t.TempDir()); r.code != exitUsage {
		t.Errorf("without a project: exit code %d: %s", r.code, r.all())
	}
}
