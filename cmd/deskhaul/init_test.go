package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/report"
)

// startedBy runs init and returns what it wrote and said.
func startedBy(t *testing.T, dir string, args ...string) (file string, said started) {
	t.Helper()
	out := mustRun(t, append([]string{"init", "--json", dir}, args...)...)
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "deskhaul.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b), said
}

// followedUp checks and plans what init wrote, without an error or a doubt about the mapping.
func followedUp(t *testing.T, dir string) (planned report.Plan) {
	t.Helper()
	var c checked
	r := inside(t, "check", "--json", dir)
	if err := json.Unmarshal(r.out.Bytes(), &c); err != nil {
		t.Fatalf("%v: %s", err, r.all())
	}
	for _, f := range c.Findings {
		if strings.Contains(f.Place, "deskhaul.yaml") || f.Place == "mapping" {
			t.Errorf("check: %s %s %s", f.Level, f.Place, f.Text)
		}
	}
	for _, sys := range c.Systems {
		if sys.Error != "" {
			t.Errorf("check: %s: %s", sys.Name, sys.Error)
		}
	}
	r = inside(t, "plan", "--json", dir)
	if r.code != exitDone && r.code != exitQuarantine {
		t.Errorf("plan: exit code %d\n%s", r.code, r.all())
	}
	if err := json.Unmarshal(r.out.Bytes(), &planned); err != nil {
		t.Errorf("plan: %v: %s", err, r.all())
	}
	return planned
}

// wants are parts that a file must have.
func wants(t *testing.T, file string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(file, part) {
			t.Errorf("there is no %q", part)
		}
	}
	if t.Failed() {
		t.Log(file)
	}
}

// oldZendesk is an account with fields, groups and people of its own.
func oldZendesk(t *testing.T) (*cloud, *zendesktest.Server) {
	t.Helper()
	s := zendesktest.NewServer(zendesktest.Options{ExportLag: -1, Rate: -1, ExportRate: -1, UpdateRate: -1})
	t.Cleanup(s.Close)
	s.Quiet()
	option := func(names ...string) (out []any) {
		for _, n := range names {
			out = append(out, map[string]any{"name": n, "value": "v_" + n})
		}
		return out
	}
	serial := s.Set("ticket_fields", map[string]any{"title": "Серийный номер", "type": "text"})
	severity := s.Set("ticket_fields", map[string]any{"title": "Критичность", "type": "tagger", "custom_field_options": option("Низкая", "Средняя", "Высокая")})
	wishes := s.Set("ticket_fields", map[string]any{"title": "Wishes of the customer", "type": "textarea"})
	s.Set("user_fields", map[string]any{"title": "Должность", "type": "text", "key": "position"})
	s.Set("groups", map[string]any{"name": "Первая линия"})
	s.Set("groups", map[string]any{"name": "Nordlicht"})
	s.Set("users", map[string]any{"name": "Анна Кузнецова", "email": "anna@old.example", "role": "agent"})
	customer := s.Set("users", map[string]any{"name": "Bo", "email": "bo@customer.example"})
	s.SetTicket(map[string]any{"subject": "One", "requester_id": customer, "status": "new", "custom_fields": []any{
		map[string]any{"id": severity, "value": "v_Высокая"}, map[string]any{"id": serial, "value": "SN-1"}, map[string]any{"id": wishes, "value": "Tea"},
	}}, map[string]any{"value": "Hello", "author_id": customer})
	return &cloud{
		connector: "zendesk", url: s.URL, token: zendesktest.Token,
		settings: []string{"email=" + zendesktest.Email, "rate=100000", "export_rate=100000"},
	}, s
}

// newFreshdesk is an account that the old one moves to.
func newFreshdesk(t *testing.T) (*cloud, *freshdesktest.Server) {
	t.Helper()
	s := freshdesktest.New()
	s.AddField("ticket_fields", freshdesktest.Field{Name: "cf_deskhaul", Label: "deskhaul", Type: "custom_text"})
	s.AddField("ticket_fields", freshdesktest.Field{Name: "cf_serial_number", Label: "Serial number", Type: "custom_text"})
	s.AddField("ticket_fields", freshdesktest.Field{Name: "cf_severity", Label: "Severity", Type: "custom_dropdown", Choices: []string{"Low", "Medium", "High"}})
	s.AddField("contact_fields", freshdesktest.Field{Name: "position", Label: "Position", Type: "custom_text"})
	s.AddGroup("First line")
	s.AddAgent("Anna Kuznetsova", "anna.k@new.example")
	url, stop := s.Start()
	t.Cleanup(stop)
	return &cloud{
		connector: "freshdesk", url: url, token: s.Key,
		settings: []string{"quiet=notifications-off", "mark_field=cf_deskhaul", "stand_in=anna.k@new.example"},
	}, s
}

// From one helpdesk to another: what is written names what became what, and can be checked
// and planned as it stands.
func TestInitBetweenHelpdesks(t *testing.T) {
	t.Parallel()
	old, _ := oldZendesk(t)
	next, _ := newFreshdesk(t)
	dir := filepath.Join(t.TempDir(), "move")
	file, said := startedBy(t, dir, append(old.end("from"), next.end("to")...)...)
	wants(t, file,
		`fields.cf_serial_number: 'ticket.fields["Серийный номер"]'  # certain`,
		`'fields.Серийный номер': {value: null}`,
		`fields.cf_severity: 'ticket.fields["Критичность"] == nil ? nil : table("cf_severity"`,
		`Низкая: Low`, `new: open  # certain`,
		`# fields.NAME: 'ticket.fields["Wishes of the customer"]'  # nothing there is like it`,
		`fields.position: 'contact.fields["Должность"]'`,
		`'Первая линия': 'First line'`, `# Nordlicht: NAME  # nothing there is like it`,
		`anna@old.example: anna.k@new.example`, `# leftovers: note`,
	)
	if len(said.Guesses) == 0 || !strings.Contains(strings.Join(said.Notes, "\n"), "Types of tickets that freshdesk takes: ") {
		t.Errorf("%+v", said)
	}
	if strings.Contains(file, zendesktest.Token) {
		t.Error("a token is in the file")
	}
	for _, l := range followedUp(t, dir).Losses {
		if l.Why == "value" && l.Field != "channel" || l.Why == "no field" && !strings.Contains(l.Field, "Wishes") {
			t.Errorf("the plan loses what the mapping was to save: %+v", l)
		}
	}
}

// Every helpdesk into every other: what init writes loads, passes check and can be planned.
func TestInitEverywhere(t *testing.T) {
	t.Parallel()
	ends := map[string]func(*testing.T) *cloud{"rt": anRT, "freshdesk": aFreshdesk, "zendesk": aZendesk, "okdesk": anOkdesk}
	for from, start := range ends {
		for to, goal := range ends {
			if testing.Short() && from != to {
				continue
			}
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				dir := filepath.Join(t.TempDir(), "move")
				_, said := startedBy(t, dir, append(start(t).end("from"), goal(t).end("to")...)...)
				if len(said.Notes) > 0 && from != "rt" {
					t.Logf("%v", said.Notes)
				}
				followedUp(t, dir)
			})
		}
	}
}

// Tables of customers and tickets, in Russian, into files, an archive and a helpdesk.
func TestInitOfTables(t *testing.T) {
	t.Parallel()
	export := t.TempDir()
	tickets := "Номер;Тема;Статус;Клиент;Почта клиента;Отдел;Продукт\n"
	for range 6 {
		tickets += "1;Не печатает;В ожидании;Иван;ivan@customer.example;Первая линия;Принтер\n"
	}
	if err := os.WriteFile(filepath.Join(export, "tickets.csv"), []byte(tickets), 0o600); err != nil {
		t.Fatal(err)
	}
	next, far := newFreshdesk(t)
	far.AddField("ticket_fields", freshdesktest.Field{Name: "cf_product", Label: "Product", Type: "custom_text"})
	for name, to := range map[string][]string{
		"jsonl": {"--to", "jsonl:" + filepath.Join(t.TempDir(), "all.jsonl")}, "csv": {"--to", "csv:" + filepath.Join(t.TempDir(), "out")},
		"archive": {"--to", "archive:"}, "freshdesk": next.end("to"),
	} {
		dir := filepath.Join(t.TempDir(), name)
		file, _ := startedBy(t, dir, append([]string{"--from", "csv:" + export}, to...)...)
		if name == "freshdesk" {
			wants(t, file, `fields.cf_product: 'ticket.fields["Продукт"]'  # certain`)
		}
		followedUp(t, dir)
	}
}

// An end that cannot be asked is told, and the file is written without it.
func TestInitGoesOnWithoutAnEnd(t *testing.T) {
	t.Parallel()
	next, _ := newFreshdesk(t)
	old, _ := oldZendesk(t)
	for what, c := range map[string]struct{ env, says string }{
		"a secret that is not there": {"NOT_THERE_YET", "NOT_THERE_YET} is not there yet"},
		"a wrong token":              {"TOKEN_WRONG", "401"},
	} {
		dir := filepath.Join(t.TempDir(), "move")
		args := append(old.end("from"), next.end("to")...)
		args = append(args, "--set", "to.token=${"+c.env+"}")
		file, said := startedBy(t, dir, args...)
		if len(said.Notes) == 0 || !strings.Contains(strings.Join(said.Notes, "\n"), c.says) {
			t.Errorf("%s: %q", what, said.Notes)
		}
		wants(t, file, "${"+c.env+"}", "Not asked when this was written", "not compared: freshdesk was not asked")
		if strings.Contains(file, wrongToken) {
			t.Errorf("%s: the token is in the file", what)
		}
	}
}

// Who does not want either end to be looked at says so.
func TestInitWithoutALook(t *testing.T) {
	t.Parallel()
	old, _ := oldZendesk(t)
	dir := filepath.Join(t.TempDir(), "move")
	file, said := startedBy(t, dir, append(old.end("from"), "--to", "jsonl:all.jsonl", "--no-look")...)
	if len(said.Guesses)+len(said.Notes) != 0 || !strings.Contains(file, "Without this part everything moves as it is") {
		t.Errorf("%+v\n%s", said, file)
	}
}

// Statuses of the source's own are a setting of the source: what is certain is said there,
// the rest stands beside it to be looked at.
func TestInitOfOwnStatuses(t *testing.T) {
	t.Parallel()
	old, was := newFreshdesk(t)
	for _, label := range []string{"Решено клиентом", "Выполнено", "Новая", "Xyzzy"} {
		was.AddStatus(label)
	}
	next, _ := newFreshdesk(t)
	dir := filepath.Join(t.TempDir(), "move")
	file, _ := startedBy(t, dir, append(old.end("from"), next.end("to")...)...)
	wants(t, file, "    statuses: {Выполнено: solved, Новая: new}", "#   Xyzzy:   # look at this: like none of them")
	followedUp(t, dir)
}

// With --ask what flags say is not asked again.
func TestTalkWithFlags(t *testing.T) {
	t.Parallel()
	old, _ := newFreshdesk(t)
	dir := filepath.Join(t.TempDir(), "move")
	r := talked(t, dir, []string{"--ask", "--from", "freshdesk:" + old.url, "--to", "jsonl:" + filepath.Join(t.TempDir(), "all.jsonl")}, freshdesktest.New().Key, "1", "y")
	if r.code != exitDone {
		t.Fatalf("exit code %d\n%s", r.code, r.all())
	}
	followedUp(t, dir)
}

// A token that stands in the environment under its usual name is named in the file, and what
// it is does not stand there.
func TestInitTakesASecretFromTheEnvironment(t *testing.T) {
	t.Setenv("RT_TOKEN", "1-14-keepthis")
	dir := t.TempDir()
	file, _ := startedBy(t, dir, "--from", "jsonl:nothing.jsonl", "--to", "rt:http://127.0.0.1:9", "--no-look")
	wants(t, file, "token: '${RT_TOKEN}'")
	if strings.Contains(file, "keepthis") {
		t.Error("the token stands in the file")
	}
	t.Setenv("RT_TOKEN", "")
	if r := inside(t, "init", "--to", "rt:http://127.0.0.1:9", "--from", "jsonl:nothing.jsonl", "--no-look", t.TempDir()); r.code != exitUsage || !strings.Contains(r.all(), "token: missing") {
		t.Errorf("without one: %d %s", r.code, r.all())
	}
}
