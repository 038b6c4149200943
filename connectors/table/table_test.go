package table

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/desk"
)

func TestDatesAreReadAsWritten(t *testing.T) {
	at := time.Date(2024, 3, 1, 10, 5, 0, 0, time.UTC)
	day := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	for s, c := range map[string]struct {
		order string
		want  time.Time
	}{
		"2024-03-01T10:05:00Z":            {"ymd", at},
		"2024-03-01T13:05:00.000+03:00":   {"ymd", at},
		"2024-03-01 13:05:00 +0300 MSK":   {"ymd", at},
		"2024-03-01 10:05:00 UTC":         {"ymd", at},
		"20240301":                        {"ymd", day},
		"2024年3月1日":                       {"ymd", day},
		"01.03.2024 10:05":                {"dmy", at},
		"1/3/24":                          {"dmy", day},
		"3/1/2024 10:05 AM":               {"mdy", at},
		"1 марта 2024 г., 10:05":          {"dmy", at},
		"1. März 2024":                    {"dmy", day},
		"1 de marzo de 2024":              {"dmy", day},
		"Mar 1, 2024 10:05 am":            {"mdy", at},
		"Fri, 01 Mar 2024 13:05:00 +0300": {"dmy", at},
		"1709287500":                      {"unix", at},
		"1709287500000":                   {"unix_ms", at},
		"45352.420138889":                 {"excel", at},
	} {
		f, err := ParseForm(c.order, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Parse(s); err != nil || !got.Equal(c.want) {
			t.Errorf("%q: %v %v, want %v", s, got, err, c.want)
		}
	}
}

func TestDatesAreDecidedOnTheWholeSample(t *testing.T) {
	for _, c := range []struct {
		sample []string
		order  string
		sure   bool
	}{
		{[]string{"03/04/2024", "13/04/2024"}, "dmy", true},
		{[]string{"03/04/2024", "04/13/2024"}, "mdy", true},
		{[]string{"03/04/2024", "05/06/2024"}, "dmy", false},
		{[]string{"03/04/2024 5:04 PM"}, "mdy", false},
		{[]string{"03.04.2024"}, "dmy", true},
		{[]string{"2024-01-02", ""}, "ymd", true},
		{[]string{"1709287500"}, "unix", true},
		{[]string{"1709287500000"}, "unix_ms", true},
		{[]string{"45352", "45353.5"}, "excel", true},
		{[]string{"3 февраля 2021 г. 14:05", "12 мая 2021 г. 8:30"}, "dmy", true},
		{[]string{"3. März 2021, 14:05 Uhr"}, "dmy", true},
		{[]string{"Mar 1, 2024 10:05 am"}, "mdy", true},
	} {
		if g := SniffDates(c.sample, nil); g.Form.order != c.order || g.Sure != c.sure {
			t.Errorf("%q: %s %v, want %s %v", c.sample, g.Form.order, g.Sure, c.order, c.sure)
		}
	}
}

func TestStatedForms(t *testing.T) {
	moscow := time.FixedZone("", 3*3600)
	for form, s := range map[string]string{"02.01.2006 15:04": "01.03.2024 13:05", "dd.MM.yyyy HH:mm": "01.03.2024 13:05", "dmy": "1/3/2024 13:05"} {
		f, err := ParseForm(form, moscow)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Parse(s); err != nil || got.Format(time.RFC3339) != "2024-03-01T10:05:00Z" {
			t.Errorf("%s: %v %v", form, got, err)
		}
	}
	if _, err := ParseForm("whenever", nil); err == nil {
		t.Error("nonsense was taken for a form of dates")
	}
}

func TestColumnsAreGuessedInManyLanguages(t *testing.T) {
	for _, c := range []struct {
		kind  desk.Kind
		names []string
		want  []string // fields, in the order of the names
	}{
		{desk.KindTicket, []string{"Ticket ID", "Subject", "Status", "Requester", "Assignee", "Created At"}, []string{"id", "subject", "status", "requester_name", "assignee_name", "created"}},
		{desk.KindTicket, []string{"Номер заявки", "Тема", "Статус", "Заявитель", "Исполнитель", "Дата создания", "Описание"}, []string{"number", "subject", "status", "requester_name", "assignee_name", "created", "description"}},
		{desk.KindTicket, []string{"Ticketnummer", "Betreff", "Priorität", "Kunde", "Bearbeiter", "Erstellt am"}, []string{"number", "subject", "priority", "requester_name", "assignee_name", "created"}},
		{desk.KindTicket, []string{"Asunto", "Estado", "Prioridad", "Solicitante", "Etiquetas"}, []string{"subject", "status", "priority", "requester_name", "tags"}},
		{desk.KindContact, []string{"Nom", "Adresse e-mail", "Téléphone", "Société"}, []string{"name", "email", "phone", "org_name"}},
		{desk.KindContact, []string{"Nome completo", "Posta elettronica", "Cellulare", "Azienda"}, []string{"name", "email", "phone", "org_name"}},
		{desk.KindContact, []string{"Imię i nazwisko", "Adres e-mail", "Telefon", "Firma"}, []string{"name", "email", "phone", "org_name"}},
		{desk.KindContact, []string{"Volledige naam", "E-mailadres", "Telefoonnummer", "Bedrijf"}, []string{"name", "email", "phone", "org_name"}},
		{desk.KindContact, []string{"Ad Soyad", "E-posta", "Cep Telefonu", "Şirket"}, []string{"name", "email", "phone", "org_name"}},
		{desk.KindContact, []string{"姓名", "邮箱", "手机", "公司"}, []string{"name", "email", "phone", "org_name"}},
		{desk.KindContact, []string{"氏名", "メールアドレス", "電話番号", "会社名"}, []string{"name", "email", "phone", "org_name"}},
		{desk.KindMessage, []string{"Вложения", "ticket_id", "Дата", "Автор", "Текст", "Внутренний"}, []string{"", "ticket", "at", "author_name", "text", "note"}},
		{desk.KindContact, []string{"firstName", "last_name", "E-Mial", "shoe size"}, []string{"first_name", "last_name", "email", ""}},
	} {
		l, err := Resolve(Settings{Kind: c.kind}, c.names, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]string, len(c.names))
		for _, p := range l.Picks {
			got[p.Column] = p.Field.Name
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s %q: %s", c.kind, c.names, d)
		}
	}
}

// The note of a person is text, that of a message says yes or no.
func TestTheNoteOfAPersonIsText(t *testing.T) {
	note := "ruft meist am späten Nachmittag zurück, бывает резок"
	for _, c := range []struct {
		kind   desk.Kind
		column string
	}{{desk.KindContact, "Заметка"}, {desk.KindContact, "Notizen"}, {desk.KindOrganization, "Комментарий"}} {
		row := []string{"Ann", note}
		l, err := Resolve(Settings{Kind: c.kind}, []string{"Name", c.column}, [][]string{row, {"Bob", note}})
		if err != nil {
			t.Fatal(err)
		}
		rs, _, err := l.Records(t.Context(), c.kind, row, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		switch rec := rs[0].(type) {
		case *desk.Contact:
			got = rec.Note
		case *desk.Organization:
			got = rec.Note
		}
		if got != note {
			t.Errorf("%s %s: note %q", c.kind, c.column, got)
		}
	}
}

func TestConfiguredColumnsWin(t *testing.T) {
	l, err := Resolve(Settings{Kind: desk.KindContact, Columns: map[string]string{"name": "B", "email": "#1", "phone": "-", "fields.plan": "C"}}, []string{"A", "B", "C", "Phone"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rs, _, err := l.Records(t.Context(), desk.KindContact, []string{"x@example.com", "Ann", "gold", "12"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &desk.Contact{Meta: desk.Meta{ID: "x@example.com", Fields: map[string]any{"plan": "gold", "Phone": "12"}}, Name: "Ann", Emails: []string{"x@example.com"}}
	if d := cmp.Diff(want, rs[0]); d != "" {
		t.Error(d)
	}
	for field, column := range map[string]string{"nmae": "A", "name": "Z"} {
		if _, err := Resolve(Settings{Kind: desk.KindContact, Columns: map[string]string{field: column}}, []string{"A"}, nil); err == nil {
			t.Errorf("%s: %s was taken", field, column)
		}
	}
}

func TestHeaders(t *testing.T) {
	for _, c := range []struct {
		rows  [][]string
		state string
		names []string
		first int
	}{
		{[][]string{{"Report of May"}, {"id", "name", "email"}, {"1", "Ann", "a@x.test"}}, "auto", []string{"id", "name", "email"}, 2},
		{[][]string{{"1", "Ann", "a@x.test"}, {"2", "Bo", "b@x.test"}}, "auto", []string{"column 1", "column 2", "column 3"}, 0},
		{[][]string{{"name", "name", ""}, {"1", "2", "3"}}, "auto", []string{"name", "name (2)", "column 3"}, 1},
		{[][]string{{"1", "2", "3"}, {"4", "5", "6"}}, "yes", []string{"1", "2", "3"}, 1},
	} {
		h := FindHeader(c.rows, 3, c.state)
		if d := cmp.Diff(c.names, h.Names); d != "" || h.First != c.first {
			t.Errorf("%v: first %d %s", c.rows, h.First, d)
		}
	}
}

func TestPrivateNotesInSeveralLanguages(t *testing.T) {
	for cell, want := range map[string]bool{
		"true": true, "Private": true, "внутренний": true, "да": true, "intern": true, "はい": true, "strange": true,
		"": false, "0": false, "public": false, "Публичный": false, "nein": false, "öffentlich": false,
	} {
		l, err := Resolve(Settings{Kind: desk.KindMessage, Columns: map[string]string{"note": "x"}}, []string{"x"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if m, _, err := l.Message(t.Context(), []string{cell}, nil); err != nil || m.Note != want {
			t.Errorf("%q: note %v %v", cell, m.Note, err)
		}
	}
}

func TestGuardReadsBackExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`[=+@\t\r\n'＝-]{0,3}[a-z]?`), rapid.String()).Draw(t, "cell")
		g := Guard(s)
		if Unguard(g) != s {
			t.Fatalf("%q became %q", s, Unguard(g))
		}
		if g != "" && (g[0] == '=' || g[0] == '+' || g[0] == '-' || g[0] == '@' || g[0] == '\t') {
			t.Fatalf("%q is not guarded", g)
		}
	})
}

// A column whose months are words does not say how numbers are meant in another.
func TestNamedMonthsProveNothing(t *testing.T) {
	names, sample := []string{"ID", "Created", "Closed"}, [][]string{{"1", "Feb 3, 2021", "03/04/2021"}}
	l, err := Resolve(Settings{Kind: desk.KindTicket}, names, sample)
	if err != nil {
		t.Fatal(err)
	}
	if f, _ := l.Form(2); f.String() != "dmy" || !strings.Contains(strings.Join(l.Notes, "\n"), `dates in "Closed" could have day and month either way round`) {
		t.Errorf("%s %q", f, l.Notes)
	}
}

// An empty column is read like the others, and nothing is asked about it.
func TestEmptyDateColumnsFollowTheOthers(t *testing.T) {
	names := []string{"ID", "Created", "Closed"}
	l, err := Resolve(Settings{Kind: desk.KindTicket, Zone: time.UTC}, names, [][]string{{"1", "04/13/2024", ""}})
	if err != nil {
		t.Fatal(err)
	}
	if f, _ := l.Form(2); f.String() != "mdy" || len(l.Notes) > 0 {
		t.Errorf("%s %q", f, l.Notes)
	}
	if l, err = Resolve(Settings{Kind: desk.KindTicket}, names, [][]string{{"1", "", ""}}); err != nil || len(l.Notes) > 0 {
		t.Errorf("%q %v", l.Notes, err)
	}
}

// A column that surely is another field is not offered as a second choice.
func TestTakenColumnsAreNoSecondChoice(t *testing.T) {
	l, err := Resolve(Settings{Kind: desk.KindTicket}, []string{"Номер", "Дата создания", "Дата закрытия"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Notes) > 0 {
		t.Errorf("notes %q", l.Notes)
	}
}

// A column that is called after a person holds the name or the address.
func TestPeopleAreGuessedByTheirAddresses(t *testing.T) {
	for _, c := range []struct {
		kind        desk.Kind
		column      string
		cells, want string
	}{
		{desk.KindTicket, "Заявитель", "user1@firma.example", "requester_email"},
		{desk.KindTicket, "Заявитель", "Иван Петров", "requester_name"},
		{desk.KindTicket, "Requester", "Ann <ann@example.com>", "requester_email"},
		{desk.KindTicket, "Assignee", "ann@example.com", "assignee_email"},
		{desk.KindMessage, "Автор", "user1@firma.example", "author_email"},
		{desk.KindMessage, "Автор", "Иван Петров", "author_name"},
		{desk.KindMessage, "From", "ann@example.com", "author_email"},
	} {
		l, err := Resolve(Settings{Kind: c.kind}, []string{"ID", c.column}, [][]string{{"1", c.cells}, {"2", c.cells}})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, p := range l.Picks {
			if p.Column == 1 {
				got = p.Field.Name
			}
		}
		if got != c.want {
			t.Errorf("%s of %s in %q is guessed as %q, want %q", c.cells, c.kind, c.column, got, c.want)
		}
	}
}

// Whoever takes part in a ticket is a contact, also where no other sheet has them.
func TestParticipantsAreContacts(t *testing.T) {
	l, err := Resolve(Settings{Kind: desk.KindTicket}, []string{"ID", "Subject", "Followers"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cells := []string{"1", "x", "Ann <Ann@example.com>; bob@example.com; Cy"}
	var got []string
	rs, _, err := l.Records(t.Context(), desk.KindContact, cells, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range rs {
		c := rec.(*desk.Contact)
		got = append(got, string(c.ID)+"|"+c.Name+"|"+strings.Join(c.Emails, ","))
	}
	if d := cmp.Diff([]string{"ann@example.com|Ann|ann@example.com", "bob@example.com||bob@example.com", "cy|Cy|"}, got); d != "" {
		t.Error(d)
	}
	rs, _, err = l.Records(t.Context(), desk.KindTicket, cells, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range rs[0].(*desk.Ticket).Participants {
		if want, _, _ := strings.Cut(got[i], "|"); string(p.ID) != want || p.Kind != desk.KindContact {
			t.Errorf("participant %+v, want %s", p, want)
		}
	}
	if !slices.Contains(l.Gives(), desk.KindContact) {
		t.Error("the sheet gives no contacts")
	}
}
