package xlsx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// told is a ticket in one line.
func told(t *desk.Ticket) string {
	s := fmt.Sprintf("%s %s [%s] %s by %s at %s", t.ID, t.Subject, t.URL, t.Status, t.Requester.ID, t.Created.Format("2006-01-02T15:04:05.999"))
	for _, m := range t.Messages {
		s += fmt.Sprintf("; %s %s %q", m.At.Format("15:04"), m.Author.ID, m.Text)
	}
	return s
}

// Workbooks that openpyxl and LibreOffice wrote (see testdata/make.py): titles above, names
// of columns in Russian, long numbers in scientific format, merged cells, links, hidden
// rows and sheets, errors, a text that begins with =.
func TestWorkbooksOfOtherPrograms(t *testing.T) {
	want := []string{
		`100000000001 =СЛОМАЛОСЬ [] open by anna@example.com at 2024-03-01T07:05:30; 07:05 anna@example.com "Первое\nвторая строка"; 08:00 anna@example.com "Второе"`,
		`100000000002 Не печатает [https://old.example/tickets/2] closed by boris@example.com at 2024-03-01T21:00:00; 06:00 boris@example.com "Третье"`,
	}
	for _, program := range []string{"openpyxl", "libreoffice"} {
		t.Run(program, func(t *testing.T) {
			cfg := &Config{Path: "testdata/" + program + ".xlsx", Zone: "Europe/Moscow"}
			rs, asides, _ := read(t, cfg, conntest.FileEnv(t), desk.KindTicket, "")
			var got []string
			for _, r := range rs {
				got = append(got, told(r.(*desk.Ticket)))
			}
			if d := cmp.Diff(want, got); d != "" || len(asides) > 0 {
				t.Errorf("%s %v", d, asides)
			}
			first := rs[0].(*desk.Ticket).Fields
			if first["Часы"] != "09:30:00" || first["Проверено"] != "TRUE" || first["Цена"] != "1234567.5" {
				t.Errorf("fields %v", first)
			}
			says := notes(t, cfg)
			for _, note := range []string{"the first 2 rows stand above", "hidden rows, as by a filter: 1", "cells with the error #N/A: 1", "cells merged downwards: 1", "Справочник (hidden)"} {
				if !strings.Contains(says, note) {
					t.Errorf("no note says %q:\n%s", note, says)
				}
			}
			// A formula has its value where a program reckoned it.
			if untold := !strings.Contains(says, "formulas without a value: 1, the first in G5"); untold != (program == "libreoffice") || (first["Сумма"] == "2") != untold {
				t.Errorf("the formula: %v\n%s", first["Сумма"], says)
			}
		})
	}
}

// A workbook that XlsxWriter wrote, whose days count from 1904: a sheet a year, ids filled
// up with zeros by their format, rich texts, values of formulas.
func TestSheetsOfYearsAndDaysFrom1904(t *testing.T) {
	rs, asides, _ := read(t, &Config{Path: "testdata/xlsxwriter.xlsx"}, conntest.FileEnv(t), desk.KindTicket, "")
	var got []string
	for _, r := range rs {
		k := r.(*desk.Ticket)
		got = append(got, told(k)+" due "+k.Due.Format("2006-01-02")+" "+k.Number)
	}
	want := []string{
		"00230 Printer on fire again [] open by c0@example.com at 2023-05-01T23:59:59.123 due 2023-06-01 0000",
		"00231 Printer on fire again [] closed by c1@example.com at 2023-05-02T23:59:59.123 due 2023-06-02 0001",
		"00232 Printer on fire again [] open by c2@example.com at 2023-05-03T23:59:59.123 due 2023-06-03 0002",
		"00240 Printer on fire again [] open by c0@example.com at 2024-05-01T23:59:59.123 due 2024-06-01 0000",
		"00241 Printer on fire again [] closed by c1@example.com at 2024-05-02T23:59:59.123 due 2024-06-02 0001",
		"00242 Printer on fire again [] open by c2@example.com at 2024-05-03T23:59:59.123 due 2024-06-03 0002",
	}
	if d := cmp.Diff(want, got); d != "" || len(asides) > 0 {
		t.Errorf("%s %v", d, asides)
	}
}
