package csv

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

const russian = "Код;ФИО;Почта;Телефон;Компания;Дата создания;Любимый цвет\r\n" +
	"7;Анна Смирнова;Anna@Example.com;+7 900 111-22-33;Ромашка;13.02.2024 10:00;синий\r\n" +
	"8;Борис Щукин;boris@example.com;;Василёк;01.02.2024 11:30;\r\n"

func TestReadsEveryEncoding(t *testing.T) {
	for name, enc := range map[string]encoding.Encoding{
		"utf-8": unicode.UTF8, "utf-8 bom": unicode.UTF8BOM, "windows-1251": charmap.Windows1251, "koi8-r": charmap.KOI8R, "cp866": charmap.CodePage866,
		"utf-16le bom": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "utf-16be bom": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
		"utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16be": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	} {
		t.Run(name, func(t *testing.T) {
			text, err := enc.NewEncoder().String(russian)
			if err != nil {
				t.Fatal(err)
			}
			cfg := file(t, "clients.csv", text)
			cfg.Kind, cfg.Zone = "contacts", "Europe/Moscow"
			rs, asides, _ := read(t, cfg, conntest.FileEnv(t), desk.KindContact, "")
			if len(rs) != 2 || len(asides) != 0 {
				t.Fatalf("read %d records and %v", len(rs), asides)
			}
			want := &desk.Contact{
				Meta: desk.Meta{ID: "7", Created: time.Date(2024, 2, 13, 7, 0, 0, 0, time.UTC), Fields: map[string]any{"Любимый цвет": "синий"}},
				Name: "Анна Смирнова", Emails: []string{"anna@example.com"}, Phones: []string{"+7 900 111-22-33"},
				Org: desk.To(desk.KindOrganization, "ромашка"),
			}
			if d := cmp.Diff(want, rs[0]); d != "" {
				t.Error(d)
			}
			orgs, _, _ := read(t, cfg, conntest.FileEnv(t), desk.KindOrganization, "")
			if ids(orgs) != "ромашка василёк" {
				t.Errorf("organizations %q", ids(orgs))
			}
		})
	}
}

// A byte of a Japanese or Chinese character can look like a delimiter, a quote or a
// backslash.
func TestReadsWideEncodings(t *testing.T) {
	for name, enc := range map[string]encoding.Encoding{
		"shift_jis": japanese.ShiftJIS, "iso-2022-jp": japanese.ISO2022JP, "euc-jp": japanese.EUCJP, "big5": traditionalchinese.Big5, "gb18030": simplifiedchinese.GB18030,
	} {
		text, err := enc.NewEncoder().String("id|name|email\n1|\"表\"|a@example.com\n2|\"ポ功\"|b@example.com\n")
		if name == "big5" || name == "gb18030" {
			text, err = enc.NewEncoder().String("id|name|email\n1|\"表\"|a@example.com\n2|\"功\"|b@example.com\n")
		}
		if err != nil {
			t.Fatal(err)
		}
		cfg := file(t, "contacts.csv", text)
		cfg.Encoding, cfg.Header = name, "yes"
		rs, asides, _ := read(t, cfg, conntest.FileEnv(t), desk.KindContact, "")
		if len(asides) > 0 || len(rs) != 2 || rs[0].(*desk.Contact).Name != "表" || !strings.HasSuffix(rs[1].(*desk.Contact).Name, "功") {
			t.Errorf("%s: %+v %+v", name, rs, asides)
		}
	}
	cfg := file(t, "contacts.csv", "id,name\n1,\x81\x20\n2,ok\n")
	cfg.Encoding = "shift_jis"
	if rs, asides, _ := read(t, cfg, conntest.FileEnv(t), desk.KindContact, ""); ids(rs) != "2" || len(asides) != 1 {
		t.Errorf("bytes that are no text: %q %+v", ids(rs), asides)
	}
}

func TestLatin1AndGermanHeaders(t *testing.T) {
	text, err := charmap.Windows1252.NewEncoder().String("Kundennummer;Name;E-Mail-Adresse;Firma;Sprache\n1;Jürgen Groß;j@example.com;Bäckerei Müller;de\n")
	if err != nil {
		t.Fatal(err)
	}
	rs, _, _ := read(t, file(t, "kunden.csv", text), conntest.FileEnv(t), desk.KindContact, "")
	if c := rs[0].(*desk.Contact); c.Name != "Jürgen Groß" || c.Org.ID != "bäckerei müller" || c.Language != "de" || c.ID != "1" {
		t.Errorf("%+v", c)
	}
}

func TestTicketsWithEverythingInColumns(t *testing.T) {
	cfg := file(t, "tickets.csv", "Ticket ID,Subject,Status,Priority,Requester,Requester Email,Company,Assignee,Group,Category,Tags,Created,Description\n"+
		"1,Printer,В работе,высокий,Ann,Ann@example.com,Acme,Bob,Support,Hardware,\"a; b\",2024-03-01T10:00:00+03:00,\"It is\non fire\"\n"+
		"2,Again,closed,low,Ann,ann@example.com,Acme,Bob,Support,Hardware,,2024-03-02 10:00,x\n")
	env := conntest.FileEnv(t)
	for kind, want := range map[desk.Kind]string{
		desk.KindContact: "ann@example.com", desk.KindOrganization: "acme", desk.KindAgent: "bob", desk.KindGroup: "support", desk.KindCategory: "hardware",
	} {
		rs, asides, _ := read(t, cfg, env, kind, "")
		if ids(rs) != want || len(asides) > 0 {
			t.Errorf("%s: %q %v, want %q", kind, ids(rs), asides, want)
		}
	}
	rs, _, _ := read(t, cfg, env, desk.KindTicket, "")
	at := time.Date(2024, 3, 1, 7, 0, 0, 0, time.UTC)
	want := &desk.Ticket{
		Meta:    desk.Meta{ID: "1", Created: at, Fields: map[string]any{"Status": "В работе", "Priority": "высокий", "Company": "Acme"}},
		Subject: "Printer", Status: desk.StatusOpen, Priority: desk.PriorityHigh, Tags: []string{"a", "b"},
		Requester: desk.To(desk.KindContact, "ann@example.com"), Assignee: desk.To(desk.KindAgent, "bob"),
		Group: desk.To(desk.KindGroup, "support"), Category: desk.To(desk.KindCategory, "hardware"),
		Messages: []desk.Message{{ID: "description", Author: desk.To(desk.KindContact, "ann@example.com"), From: desk.Address{Name: "Ann", Email: "Ann@example.com"}, At: at, Text: "It is\non fire"}},
	}
	if d := cmp.Diff(want, rs[0], cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); d != "" {
		t.Error(d)
	}
}

func tables(t testing.TB, files map[string]string) *Config {
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	return &Config{Path: dir}
}

func TestMessagesJoinTheirTickets(t *testing.T) {
	cfg := tables(t, map[string]string{
		"contacts.csv": "id,name,email\n41,Ann,ann@example.com\n",
		"agents.csv":   "id,name,email\n9,Bob,bob@example.com\n",
		"tickets.csv":  "id,subject,requester email\n1,One,ann@example.com\n2,Two,ann@example.com\n",
		"messages.csv": "ticket id,created,from email,body,internal\n2,2024-01-02,ann@example.com,b,no\n1,2024-01-05,bob@example.com,late,yes\n" +
			"3,2024-01-01,x@example.com,orphan,no\n3,2024-01-03,x@example.com,another,no\n1,2024-01-01,ann@example.com,early,no\n",
	})
	env := conntest.FileEnv(t)
	read(t, cfg, env, desk.KindAgent, "")
	read(t, cfg, env, desk.KindContact, "")
	rs, asides, _ := read(t, cfg, env, desk.KindTicket, "")
	var got []string
	for _, r := range rs {
		tk := r.(*desk.Ticket)
		for _, m := range tk.Messages {
			got = append(got, fmt.Sprint(tk.ID, " ", tk.Requester.ID, " ", m.Text, " ", m.Author.Kind, " ", m.Author.ID, " ", m.Note))
		}
	}
	want := []string{"1 41 early contact 41 false", "1 41 late agent 9 true", "2 41 b contact 41 false"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for i, line := range []string{"line 4", "line 5"} { // each message of the missing ticket
		if len(asides) != 2 || asides[i].Reason != connectors.ReasonReference || asides[i].Parent != "3" || !strings.Contains(asides[i].Detail, line) {
			t.Fatalf("asides %+v", asides)
		}
	}
}

func TestTicketsFromMessagesAlone(t *testing.T) {
	cfg := file(t, "export.csv", "Ticket ID,Ticket Subject,Status,Date,Author,Author Email,Message\n5,Hello,open,2024-01-02,Bo,bo@example.com,second\n5,Hello,open,2024-01-01,Ann,ann@example.com,first\n6,Other,closed,2024-01-01,Ann,ann@example.com,only\n")
	cfg.Kind = "messages"
	rs, _, _ := read(t, cfg, conntest.FileEnv(t), desk.KindTicket, "")
	got := map[string]string{}
	for _, r := range rs {
		tk := r.(*desk.Ticket)
		s := tk.Subject + " " + string(tk.Status) + " " + string(tk.Requester.ID)
		for _, m := range tk.Messages {
			s += " " + m.Text
		}
		got[string(tk.ID)] = s
	}
	if d := cmp.Diff(map[string]string{"5": "Hello open ann@example.com first second", "6": "Other closed ann@example.com only"}, got); d != "" {
		t.Error(d)
	}
}

func TestBadRowsAreSetAsideWithTheirLines(t *testing.T) {
	cfg := file(t, "contacts.csv", "id,name,email\n1,Ann,a@example.com\n2,short\n3,C,c@example.com,much\n4,\x00,d@example.com\n5,\xff\xfe,e@example.com\n"+
		"6,"+strings.Repeat("x", 5000)+",f@example.com\n1,Ann,a@example.com\n1,Anna,a@example.com\n7,Гена Ёлкин,g@example.com\n8,\"torn,h@exam")
	cfg.Encoding, cfg.MaxRow = "utf-8", 1000
	env := conntest.FileEnv(t)
	rs, asides, next := read(t, cfg, env, desk.KindContact, "")
	if ids(rs) != "1 7" {
		t.Errorf("read %q", ids(rs))
	}
	var got []string
	for _, a := range asides {
		_, line, _ := strings.Cut(strings.SplitN(a.Detail, " (byte", 2)[0], ", ")
		got = append(got, line+" "+string(a.Reason))
	}
	want := []string{"line 3 unreadable", "line 4 unreadable", "line 5 unreadable", "line 6 unreadable", "line 7 too_large", "line 8 duplicate", "line 9 ambiguous", "line 11 unreadable"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	rs, asides, _ = read(t, cfg, env, desk.KindContact, next)
	if len(rs)+len(asides) != 0 {
		t.Errorf("the second run found %q %v", ids(rs), asides)
	}
}

func touch(t testing.TB, path string) {
	t.Helper()
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
}

func TestDelta(t *testing.T) {
	table := func(name string, n int) string {
		var b strings.Builder
		b.WriteString("id,name\n")
		for i := range n {
			fmt.Fprintf(&b, "%d,Contact %s\n", i, name)
		}
		return b.String()
	}
	cfg := file(t, "contacts.csv", table("x", 100))
	env := conntest.FileEnv(t)
	rs, _, at := read(t, cfg, env, desk.KindContact, "")
	if len(rs) != 100 {
		t.Fatalf("first run read %d", len(rs))
	}
	if rs, _, _ = read(t, cfg, env, desk.KindContact, at); len(rs) != 0 {
		t.Errorf("an unchanged file gave %d", len(rs))
	}
	touch(t, cfg.Path)
	if rs, _, at = read(t, cfg, env, desk.KindContact, at); len(rs) != 0 {
		t.Errorf("a touched file gave %d", len(rs))
	}
	write(t, cfg.Path, table("x", 103))
	if rs, _, at = read(t, cfg, env, desk.KindContact, at); ids(rs) != "100 101 102" {
		t.Errorf("three rows more gave %q", ids(rs))
	}
	changed := strings.Replace(table("x", 103), "17,Contact x", "17,Contact changed", 1)
	changed = strings.Replace(changed, "50,Contact x\n", "", 1)
	write(t, cfg.Path, changed)
	cfg.Deletions = true
	rs, _, at = read(t, cfg, env, desk.KindContact, at)
	if ids(rs) != "17 50" || !rs[1].About().Deleted {
		t.Errorf("one changed and one gone gave %q", ids(rs))
	}
	if rs, _, _ = read(t, cfg, env, desk.KindContact, at); len(rs) != 0 {
		t.Errorf("and then %q", ids(rs))
	}
	if rs, _, _ = read(t, cfg, env, desk.KindContact, ""); len(rs) != 103 {
		t.Errorf("from the beginning %d", len(rs))
	}
}

func TestNewMessageYieldsItsTicketOnly(t *testing.T) {
	cfg := tables(t, map[string]string{
		"tickets.csv":  "id,subject\n1,One\n2,Two\n",
		"messages.csv": "id,ticket id,body\n1,1,a\n2,2,b\n",
	})
	env := conntest.FileEnv(t)
	_, _, at := read(t, cfg, env, desk.KindTicket, "")
	write(t, filepath.Join(cfg.Path, "messages.csv"), "id,ticket id,body\n1,1,a\n2,2,b\n3,2,c\n")
	rs, _, _ := read(t, cfg, env, desk.KindTicket, at)
	if ids(rs) != "2" || len(rs[0].(*desk.Ticket).Messages) != 2 {
		t.Errorf("got %q", ids(rs))
	}
}

// Resuming from any cursor misses nothing, also when the state ran ahead.
func TestResumesFromEveryCursor(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,name\n")
	for i := range 20 {
		fmt.Fprintf(&b, "%d,Name %d\n", i, i)
	}
	cfg := file(t, "contacts.csv", b.String())
	env := conntest.FileEnv(t)
	s, err := newSource(t.Context(), cfg, env)
	if err != nil {
		t.Fatal(err)
	}
	var cursors []connectors.Cursor
	for item, err := range s.Read(t.Context(), desk.KindContact, "") {
		if err != nil {
			t.Fatal(err)
		}
		cursors = append(cursors, item.Cursor)
	}
	for i, c := range cursors {
		// Each look-up makes a generation of its own when the last was finished.
		rs, _, _ := read(t, cfg, env, desk.KindContact, c)
		if len(rs) < 19-i || i < 19 && rs[len(rs)-1].About().ID != "19" {
			t.Errorf("after record %d came %q", i, ids(rs))
		}
	}
}

func TestDescribeIsNeverSilent(t *testing.T) {
	cfg := file(t, "x.csv", "Client mail address;Nome completo;Created;Created at;Plan\na@example.com;Ana;03/04/2024;2024-04-03;gold\n")
	s, err := newSource(t.Context(), cfg, conntest.FileEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range schema.Fields {
		got[f.Name] = f.Source
		if f.Sure <= 0 || f.Sure > 1 {
			t.Errorf("%s: sure %v", f.Name, f.Sure)
		}
	}
	if got["fields.Plan"] != "x.csv: Plan" || got["name"] != "x.csv: Nome completo" {
		t.Errorf("fields %v", got)
	}
	var notes []string
	for _, n := range schema.Notes {
		notes = append(notes, n.Text)
	}
	all := strings.Join(notes, "\n")
	for _, word := range []string{"guessed to be contact", "Created at", "could also be", `dates are read as dmy in "Created"`} {
		if !strings.Contains(all, word) {
			t.Errorf("no note says %q:\n%s", word, all)
		}
	}
}

// A row that is corrected leaves quarantine: it is yielded as needing nothing.
func TestCorrectedRowsLeaveQuarantine(t *testing.T) {
	cfg := file(t, "contacts.csv", "name,email\nAnn,ann@example.com\nBob,bob@example.com,more,cells\n")
	env := conntest.FileEnv(t)
	_, asides, next := read(t, cfg, env, desk.KindContact, "")
	if len(asides) != 1 || asides[0].Reason != connectors.ReasonUnreadable {
		t.Fatalf("%v", asides)
	}
	write(t, cfg.Path, "name,email\nAnn,ann@example.com\nBob,bob@example.com\n")
	rs, after, next := read(t, cfg, env, desk.KindContact, next)
	if ids(rs) != "bob@example.com" || len(after) != 1 || after[0].ID != asides[0].ID || after[0].Reason != connectors.ReasonDuplicate {
		t.Errorf("read %q and %v", ids(rs), after)
	}
	if rs, after, _ := read(t, cfg, env, desk.KindContact, next); len(rs)+len(after) > 0 {
		t.Errorf("once more: read %q and %v", ids(rs), after)
	}
}

// What a file of a folder holds must be clear, or it is left out and named.
func TestUnclearFilesOfAFolderAreLeftOut(t *testing.T) {
	cfg := tables(t, map[string]string{
		"ticket_data.csv": "id,subject,status\n1,One,open\n", "ticket_history.csv": "ticket_id,field,value\n1,status,open\n",
		"brands.csv": "id,name,active\n7,Acme,1\n", "выгрузка.csv": "ФИО,Почта\nАнна,anna@example.com\n",
		"people.csv": "name,email,id\nAnn,ann@example.com,1\n", "users.csv": "name,email,id\nAnne,ann@example.com,1\n",
	})
	s, err := newSource(t.Context(), cfg, conntest.FileEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, n := range schema.Notes {
		all += n.Text + "\n"
	}
	for _, want := range []string{"rows are: brands.csv, ticket_history.csv: ", "users.csv: 1 of its first rows have the ids of rows in people.csv"} {
		if !strings.Contains(all, want) {
			t.Errorf("no note says %q:\n%s", want, all)
		}
	}
	if schema.Counts[desk.KindTicket] != 1 || schema.Counts[desk.KindContact] != 3 {
		t.Errorf("counts %v", schema.Counts)
	}
	if _, err := newSource(t.Context(), tables(t, map[string]string{"brands.csv": "id,name\n7,Acme\n"}), conntest.FileEnv(t)); err == nil || !strings.Contains(err.Error(), "brands.csv") {
		t.Errorf("a folder without any clear file: %v", err)
	}
}
