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
		"Приостановлено": "pending", "Waiting for the bank": "pending", "Закрыта без решения": "closed", "Отклонена": "closed", "Выполнено": "solved", "у  юристов": "pending",
	} {
		if got, known := l.Means("status", word); got != want || !known {
			t.Errorf("%q is read as %s, %v; want %s", word, got, known, want)
		}
	}
	for _, word := range []string{"Still not solved", "Open, waiting for parts", "Оформляется", "Пока не закрыта"} {
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
