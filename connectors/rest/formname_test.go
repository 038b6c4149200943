package rest

import (
	"strings"
	"testing"
)

func TestFormNames(t *testing.T) {
	for _, name := range []string{"", "a.txt", "файл\r\n 1.bin", "(x)"} {
		said := FormName(name)
		if back := RealName(said); back != name || said == "" || strings.ContainsAny(said, "\r\n") {
			t.Errorf("%q is sent as %q and read as %q", name, said, back)
		}
	}
}
