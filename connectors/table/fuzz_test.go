package table

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/desk"
)

// Whatever a cell says, it is a date within the years that we take, or an error.
func FuzzDates(f *testing.F) {
	for _, s := range []string{
		"2024-03-01 10:05", "3 февраля 2021 г. 14:05", "3. März 2021, 14:05 Uhr", "03/04/2024 5:04 PM", "1709287500", "45352.42",
		"2024年3月1日", "Fri, 01 Mar 2024 13:05:00 +0300", "20240301100500", "2024-03-01T10:05:00.000+03:00", "1/2/3 :", "z:+", "99.99.9999 99:99",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, order := range []string{"ymd", "dmy", "mdy", "unix", "unix_ms", "excel"} {
			at, err := DateForm{order: order}.Parse(s)
			// The year is looked at before the zone is taken off.
			if err == nil && (at.Year() < 1899 || at.Year() > 2201) {
				t.Errorf("%q as %s is %v", s, order, at)
			}
		}
		if g := SniffDates([]string{s}, nil); g.Share < 0 || g.Share > 1 || g.Form.order == "" {
			t.Errorf("%q: %+v", s, g)
		}
	})
}

// Any table of any kind gives records that can be written down and read again.
func FuzzRecords(f *testing.F) {
	f.Add("ID\x1fSubject\x1fFollowers\x1fCreated", "1\x1fx\x1fAnn <a@example.com>; 7\x1f03/04/2024", byte(0))
	f.Add("Код\x1fФИО\x1fПочта\x1fКомпания", "7\x1fАнна\x1fanna@example.com\x1fРомашка", byte(1))
	f.Add("ticket_id\x1fauthor email\x1fbody\x1finternal\x1fto", "1\x1fa@example.com\x1f<b>\x1fyes\x1f\"A, B\" <x@example.com>, y", byte(2))
	f.Add(Marker+"\x1fid\x1ffields\x1ftags", "2\x1f'=1\x1f{\"a\":1}\x1f[\"x; y\"]", byte(0))
	kinds := append([]desk.Kind{desk.KindTicket, desk.KindContact, desk.KindMessage}, desk.Kinds...)
	f.Fuzz(func(t *testing.T, names, cells string, kind byte) {
		if !utf8.ValidString(names) || !utf8.ValidString(cells) {
			t.Skip("cells are text")
		}
		row := strings.Split(cells, "\x1f")
		h := FindHeader([][]string{strings.Split(names, "\x1f"), row}, len(row), "yes")
		l, err := Resolve(Settings{Kind: kinds[int(kind)%len(kinds)]}, h.Names, [][]string{row})
		if err != nil {
			return
		}
		for _, give := range l.Gives() {
			rs, _, err := l.Records(t.Context(), give, row, nil)
			if err != nil {
				continue
			}
			for _, rec := range rs {
				line, err := desk.Marshal(rec)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := desk.Unmarshal(line); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
			}
		}
		if l.Kind == desk.KindMessage {
			if _, ticket, err := l.Message(t.Context(), row, nil); err == nil {
				if place, _ := l.Place(row); place != ticket {
					t.Fatalf("a message of %q is placed at %q", ticket, place)
				}
			}
		}
	})
}
