package table

import (
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// A status is the word, or what the known words within it say; what is denied, or says two
// things, is not known, and open.
func TestStatusWords(t *testing.T) {
	l, err := Resolve(Settings{Kind: desk.KindTicket, Values: map[string]map[string]string{"status": {"У юристов": "pending"}}}, []string{"id", "status"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]string{
		"Новая": "new", "В работе": "open", "Не решена": "open", "Ожидание клиента": "pending", "Ждём ответа поставщика": "pending", "На согласовании": "pending",
		"Приостановлено": "pending", "Waiting for the bank": "pending", "Закрыта без решения": "closed", "Closed – no response": "closed", "Отклонена": "closed", "Выполнено": "solved", "у  юристов": "pending",
	} {
		if got, known := l.Means("status", word); got != want || !known {
			t.Errorf("%q is read as %s, %v; want %s", word, got, known, want)
		}
	}
	for _, word := range []string{"Still not solved", "Open, waiting for parts", "Оформляется", "Пока не закрыта", "No longer open"} {
		if got, known := l.Means("status", word); got != "open" || known {
			t.Errorf("%q is read as %s, %v; want an open that is not known", word, got, known)
		}
	}
}

// A table of agents has their names under words for agents too.
func TestNamesOfAgents(t *testing.T) {
	for _, column := range []string{"Сотрудник", "ФИО сотрудника", "Исполнитель", "Agent", "Mitarbeiter", "Имя"} {
		l, err := Resolve(Settings{Kind: desk.KindAgent}, []string{column, "Почта"}, [][]string{{"Ковалёв Антон", "kovalev@firma.example"}})
		if err != nil {
			t.Fatal(err)
		}
		rs, _, err := l.Records(t.Context(), desk.KindAgent, []string{"Ковалёв Антон", "kovalev@firma.example"}, nil)
		if err != nil || len(rs) != 1 || rs[0].(*desk.Agent).Name != "Ковалёв Антон" {
			t.Errorf("%s: %+v, %v", column, rs, err)
		}
	}
}

// A column that holds the numbers of something else is no id, nor one whose cells repeat; a
// comment of somebody is not what the customer wrote.
func TestColumnsThatOnlySoundAlike(t *testing.T) {
	names := []string{"№ заявки", "Тема", "Серийный номер", "Комментарий склада"}
	var rows [][]string
	for _, n := range []string{"1", "2", "3"} {
		rows = append(rows, []string{n, "Тема", "SN" + n, "на полке " + n})
	}
	l, err := Resolve(Settings{Kind: desk.KindTicket}, names, rows)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range l.Picks {
		got[p.Field.Name] = names[p.Column]
	}
	if len(got) != 2 || got["id"] != "№ заявки" || got["subject"] != "Тема" {
		t.Errorf("it reads %v", got)
	}
	rows = nil
	for range 12 {
		rows = append(rows, []string{"7"})
	}
	if l, err = Resolve(Settings{Kind: desk.KindTicket}, []string{"Our ticket id of old"}, rows); err != nil || l.Has("id") {
		t.Errorf("a column of one value is taken for ids: %v", err)
	}
}

// What a word means is known without a table.
func TestMeaningsOfWords(t *testing.T) {
	if status, known := StatusMeans("Ожидание клиента"); status != "pending" || !known {
		t.Errorf("%s, %v", status, known)
	}
	if _, known := StatusMeans("Оформляется"); known {
		t.Error("a word was known that says nothing")
	}
	if p := PriorityMeans("Критический"); p != "urgent" {
		t.Error(p)
	}
	if p := PriorityMeans("Любой"); p != "" {
		t.Error(p)
	}
}
