package mail

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

// Of many labels those named make categories, with what they lie in; all are tags.
func TestCategoryLabels(t *testing.T) {
	p := &pile{mails: []string{
		letterOf("X-Keywords: \"Assignee/Ann\", \"Team/Sales/North\", \"VIP\"|Message-ID: <a@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: x"),
		letterOf("X-Keywords: \"Status/Done\"|Message-ID: <b@x.test>|From: j@x.test|Date: Mon, 3 Jun 2019 11:00:00 +0000|Subject: y"),
	}}
	src := pileSource(t, p, newPutLog(nil), Options{CategoryLabels: []string{"team/*"}})
	tickets, _, _ := readAll(t, src, "")
	if len(tickets) != 2 || tickets[0].Category.ID != "Team/Sales/North" || !tickets[1].Category.IsZero() {
		t.Fatalf("%d tickets, categories %v, %v", len(tickets), tickets[0].Category, tickets[1].Category)
	}
	if got := strings.Join(tickets[0].Tags, "|"); got != "Assignee/Ann|Team/Sales/North|VIP" {
		t.Errorf("tags %s", got)
	}
	var names []string
	for item, err := range src.Read(t.Context(), desk.KindCategory, "") {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, string(item.Record.(*desk.Category).ID))
	}
	if got := strings.Join(names, "|"); got != "Team|Team/Sales|Team/Sales/North" {
		t.Errorf("categories %s", got)
	}
	if err := (Options{CategoryLabels: []string{"x"}, Category: "folder"}).Check(); err == nil || !strings.Contains(err.Error(), "category_labels") {
		t.Errorf("labels beside folders: %v", err)
	}
}
