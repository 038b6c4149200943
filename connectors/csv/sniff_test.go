package csv

import "testing"

func FuzzSniff(f *testing.F) {
	f.Add([]byte("Имя;Почта\r\nАнна;anna@example.com\r\n"))
	f.Add([]byte("\xc8\xec\xff;\xcf\xee\xf7\xf2\xe0\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := sniffCharset(b, b)
		if c.name == "" || c.bom > len(b) {
			t.Fatalf("charset %+v", c)
		}
		if d, _, skip := sniffDialect(b, true, wish{}); d.Delim == 0 && skip == 0 || skip > len(b) {
			t.Fatalf("dialect %+v, %d", d, skip)
		}
	})
}
