package compose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SafeName makes a folder's name of what people call a category: without path
// separators and what Windows refuses, at most max bytes, never empty, never "."
// or "..". also lists further characters that must not be in it.
func SafeName(name, also string, max int) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || strings.ContainsRune(`<>:"/\|?*`+also, r) || unicode.Is(unicode.Cf, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	name = strings.Trim(name, " ")
	whole := name
	if len(name) > max {
		name = strings.ToValidUTF8(name[:max-9], "") + "~" + digest(whole)[:8]
	}
	if trimmed := strings.TrimRight(name, ". "); trimmed != name {
		name = trimmed + "_"
	}
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch {
	case name == "":
		return "_"
	case strings.HasPrefix(name, "."), reserved(base):
		return "_" + name
	}
	return name
}

// reserved tells whether Windows keeps the name for a device.
func reserved(base string) bool {
	switch base {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(base) == 4 && (strings.HasPrefix(base, "COM") || strings.HasPrefix(base, "LPT")) && base[3] >= '0' && base[3] <= '9'
}
