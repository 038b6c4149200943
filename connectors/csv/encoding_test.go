package csv

import (
	"log/slog"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// A few letters beyond ASCII are all that a Western customer list has: none of its
// words may become half Cyrillic, and short Russian ones stay whole.
func TestEightBitEncodings(t *testing.T) {
	western, russian := charmap.Windows1252, charmap.Windows1251
	for text, enc := range map[string]encoding.Encoding{
		"1,Müller,open\n2,Übung,open\n":                             western,
		"1,Größe,open\n2,Straßenbahn,open\n3,heiß,open\n":           western,
		"1,Señor Núñez,open\n2,piñata,open\n3,¿Qué?,open\n":         western,
		"1,vis à vis,open\n2,c'est à vous,open\n3,à bientôt,open\n": western,
		"1,Refund of £5,open\n2,Pay £12.50,open\n":                  western,
		"1,© Acme,open\n2,5 µm ±2,open\n":                           western,
		"1,Ö,a@x.example\n2,Åsa,b@x.example\n":                      western,
		"1,Printer – broken,open\n2,it’s “odd”,open\n":              western,
		"1,Temp 20° C,open\n":                                       western,
		"1,Иван,open\n2,я и ты,open\n":                              russian,
		"1,Нет связи № 5,open\n2,VPN не работает,open\n":            russian,
		"1,ООО «Ромашка»,IP-адрес\n":                                russian,
		"1,да,М\n2,нет,Ж\n":                                         charmap.KOI8R,
		"1,Ошибка 1С,М\n2,нет,Ж\n":                                  charmap.CodePage866,
	} {
		b, err := enc.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		c := sniffCharset(b, b)
		if got, ok := c.decode(string(b)); !ok || got != text {
			t.Errorf("%q is read as %s: %q", text, c.name, got)
		}
	}
}

// A guess of an encoding that may be wrong is told when a table is first read; one
// that is all but sure, or stated, is not.
func TestADoubtfulEncodingIsTold(t *testing.T) {
	polish, err := charmap.Windows1250.NewEncoder().String("id,name\n1,Zażółć gęślą jaźń\n")
	if err != nil {
		t.Fatal(err)
	}
	russian, err := charmap.Windows1251.NewEncoder().String("id,name\n1,Геннадий Ёлкин из Новосибирска\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text, stated string
		told         bool
	}{
		"polish":         {polish, "", true},
		"polish, stated": {polish, "windows-1250", false},
		"russian":        {russian, "", false},
		"utf-8":          {"id,name\n1,Zażółć gęślą jaźń\n", "", false},
	} {
		cfg := file(t, "contacts.csv", c.text)
		cfg.Encoding = c.stated
		var log strings.Builder
		env := conntest.FileEnv(t)
		env.Log = slog.New(slog.NewTextHandler(&log, nil))
		_, _, next := read(t, cfg, env, desk.KindContact, "")
		if told := strings.Contains(log.String(), "encoding is guessed to be"); told != c.told {
			t.Errorf("%s: told %q", name, log.String())
		}
		log.Reset()
		if read(t, cfg, env, desk.KindContact, next); log.Len() > 0 {
			t.Errorf("%s: told again: %q", name, log.String())
		}
	}
}
