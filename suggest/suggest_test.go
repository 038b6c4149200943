package suggest_test

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/suggest"
)

func field(name string, rest ...string) suggest.Thing {
	t := suggest.Thing{Name: name}
	if len(rest) > 0 {
		t.Type, t.Options = rest[0], rest[1:]
	}
	return t
}

func fields(names ...string) (out []suggest.Thing) {
	for _, n := range names {
		out = append(out, field(n))
	}
	return out
}

// What a field becomes, and how sure that is.
func TestFields(t *testing.T) {
	target := []suggest.Thing{
		{Name: "cf_priority", Title: "Priority", Type: "option", Options: []string{"Low", "Medium", "High"}},
		{Name: "cf_department", Title: "Department", Type: "text"},
		{Name: "cf_serial_number", Title: "Serial number", Type: "text"},
		{Name: "cf_vip", Title: "VIP", Type: "bool"},
		{Name: "cf_region", Title: "Region", Type: "option", Options: []string{"North", "South", "East", "West"}},
		{Name: "cf_kontragent", Title: "Kontragent", Type: "text"},
	}
	for _, c := range []struct {
		from suggest.Thing
		to   string
		word string
		why  string
	}{
		{field("Priority", "option", "Low", "Medium", "High"), "cf_priority", "certain", "same name, 3 of its 3 values"},
		{field("Prio"), "cf_priority", "certain", "same meaning"},
		{field("Приоритет", "option", "Низкий", "Средний", "Высокий"), "cf_priority", "certain", "same meaning, 3 of its 3 values"},
		{field("Отдел", "text"), "cf_department", "certain", "same meaning"},
		{field("group"), "cf_department", "certain", "same meaning"},
		{field("Serial No"), "cf_serial_number", "certain", "same meaning"},
		{field("Seriel number", "text"), "cf_serial_number", "likely", "alike"},
		{field("Контрагент", "text"), "cf_kontragent", "certain", "same word in other letters"},
		{field("ВИП", "bool"), "cf_vip", "certain", "same meaning"},
		{field("Compass", "option", "North", "South", "East"), "cf_region", "uncertain", "3 of its 3 values"},
		{field("VIP", "time"), "", "nothing", ""},
		{field("Customer wish"), "", "nothing", ""},
		{field("製品名"), "", "nothing", ""},
	} {
		g := suggest.Fields([]suggest.Thing{c.from}, target)[0]
		if g.To != c.to || g.Word() != c.word || g.Why != c.why && c.to != "" {
			t.Errorf("%s: %q, %s (%.2f, %s), wanted %q, %s (%s)", c.from.Name, g.To, g.Word(), g.Sure, g.Why, c.to, c.word, c.why)
		}
	}
}

// A name in other letters than Latin and Cyrillic is the same, or it is another: nothing
// is made of its sound.
func TestJapaneseIsLeftAlone(t *testing.T) {
	got := suggest.Fields(fields("製品", "優先度", "カテゴリー"), fields("製品", "優先順位", "カテコリー", "Priority"))
	for _, g := range got {
		if want := map[string]string{"製品": "製品"}[g.From.Name]; g.To != want {
			t.Errorf("%s became %q (%s)", g.From.Name, g.To, g.Why)
		}
	}
}

// The likest pair is made first; who comes too late is told who has it.
func TestOneFieldHasOneSource(t *testing.T) {
	got := suggest.Fields(fields("Prio", "Priority", "Отдел"), fields("priority", "department"))
	by := map[string]suggest.Guess{}
	for _, g := range got {
		by[g.From.Name] = g
	}
	if g := by["Priority"]; g.To != "priority" || g.Tied || g.Rival != "" {
		t.Errorf("%+v", g)
	}
	if g := by["Prio"]; g.To != "" || g.Taken != "priority" || g.By != "Priority" || g.Word() != "nothing" {
		t.Errorf("%+v", g)
	}
	if g := by["Отдел"]; g.To != "department" || !g.Firm() {
		t.Errorf("%+v", g)
	}
}

// Between two that are as good nobody but a person can choose.
func TestTies(t *testing.T) {
	g := suggest.Fields(fields("Отдел"), fields("department", "team"))[0]
	if !g.Tied || g.Firm() || g.To != "department" || g.Next != "team" || g.Word() != "uncertain" {
		t.Errorf("two targets: %+v", g)
	}
	all := suggest.Fields(fields("Отдел", "Группа"), fields("department"))
	if all[0].From.Name != "Группа" || all[0].Rival != "Отдел" || all[0].Firm() || all[1].Taken != "department" || all[1].By != "Группа" {
		t.Errorf("two sources: %+v", all)
	}
}

// Values may share one, and say so.
func TestValues(t *testing.T) {
	got := suggest.Values([]string{"Закрыт", "В ожидании", "Отменён", "closed", "Xyz"}, []string{"Closed", "Pending", "Open", "Rejected"})
	want := map[string]string{"Закрыт": "Closed", "closed": "Closed", "В ожидании": "Pending", "Отменён": "Rejected", "Xyz": ""}
	for _, g := range got {
		if g.To != want[g.From.Name] {
			t.Errorf("%s: %q (%.2f %s)", g.From.Name, g.To, g.Sure, g.Why)
		}
		if shares := len(g.With) > 0; shares != (g.To == "Closed") {
			t.Errorf("%s shares with %v", g.From.Name, g.With)
		}
	}
}

func TestShelves(t *testing.T) {
	for from, to := range map[string]string{
		"Первая линия": "L1", "Техподдержка": "Support", "Отдел продаж": "Sales", "Бухгалтерия": "Finance", "Биллинг": "Billing",
		"Nordlicht": "", "Клиенты Москвы": "",
	} {
		if g := suggest.Shelves(fields(from), fields("L1", "Support", "Sales", "Finance", "Billing"))[0]; g.To != to {
			t.Errorf("%s: %q (%.2f %s)", from, g.To, g.Sure, g.Why)
		}
	}
}

func person(address, name string) suggest.Thing { return suggest.Thing{Name: address, Title: name} }

func TestPeople(t *testing.T) {
	there := []suggest.Thing{person("anna.kuznetsova@new.example", "Anna Kuznetsova"), person("bob@new.example", "Robert Miles"), person("support@new.example", "Support")}
	for _, c := range []struct {
		from suggest.Thing
		to   string
		firm bool
	}{
		{person("BOB@new.example", "B."), "bob@new.example", true},
		{person("anna.kuznetsova@old.example", "Кузнецова Анна"), "anna.kuznetsova@new.example", true},
		{person("ak@old.example", "Анна Кузнецова"), "anna.kuznetsova@new.example", true},
		{person("bob@old.example", ""), "bob@new.example", true},
		{person("support@old.example", "Team of ours"), "", false},
		{person("anna@old.example", "Anna"), "", false},
	} {
		g := suggest.People([]suggest.Thing{c.from}, there)[0]
		if g.To != c.to || g.Firm() != c.firm {
			t.Errorf("%s %s: %q (%.2f %s)", c.from.Name, c.from.Title, g.To, g.Sure, g.Why)
		}
	}
}

func TestStatusesAndPriorities(t *testing.T) {
	for own, want := range map[string]string{
		"closed": "closed", "Закрыт": "closed", "Waiting on Customer": "pending", "В ожидании": "pending", "On-hold": "pending", "Resolved": "solved",
		"Решена": "solved", "В работе": "open", "Отменена": "closed", "Новый": "new", "Xyzzy": "", "保留": "",
	} {
		if g := suggest.Status(own); g.To != want || (want == "") != (g.Sure == 0) {
			t.Errorf("%s: %q %.2f", own, g.To, g.Sure)
		}
	}
	for own, want := range map[string]string{"P1": "urgent", "Критичный": "urgent", "Средний": "normal", "Medium": "normal", "Высокий": "high", "blue": ""} {
		if g := suggest.Priority(own); g.To != want {
			t.Errorf("%s: %q %.2f", own, g.To, g.Sure)
		}
	}
}

// What a guess does not say it does not know: words for sureness are in order.
func TestWords(t *testing.T) {
	var said []string
	for _, sure := range []float64{0, 0.55, 0.75, 0.9, 1} {
		said = append(said, suggest.Word(sure))
	}
	if got := strings.Join(said, " "); got != "nothing uncertain likely certain certain" {
		t.Error(got)
	}
}

func TestStandard(t *testing.T) {
	for name, want := range map[string]string{"Статус": "status", "Prio": "priority", "Исполнитель": "assignee", "Очередь": "category", "Отдел": "group", "Wish": ""} {
		if got := suggest.Standard(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Words are known in their cases; of several each counts.
func TestFieldsOfSeveralWords(t *testing.T) {
	target := fields("Customer size", "Delivery date", "Warehouse comment", "Repair cost", "Birth date", "Product model")
	for from, want := range map[string]string{
		"Размер клиента": "Customer size", "Дата доставки": "Delivery date", "Комментарий склада": "Warehouse comment", "Стоимость ремонта": "Repair cost",
		"Модель продукта": "Product model", "Причина ремонта": "", "Срок доставки": "", "Номер клиента": "",
	} {
		g := suggest.Fields(fields(from), target)[0]
		got := g.To
		if !g.Firm() {
			got = ""
		}
		if got != want {
			t.Errorf("%s: %q, %s (%.2f), wanted %q", from, g.To, g.Word(), g.Sure, want)
		}
	}
}
