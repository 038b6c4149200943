package csv

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
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
