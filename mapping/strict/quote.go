package strict

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// plain are texts that need no quotes.
var plain = regexp.MustCompile(`^[\p{L}/.][\p{L}\p{N}_./@-]*$`)

// Quoted writes a text on one line so that YAML reads it back as that text.
func Quoted(s string) string {
	words := []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"}
	switch {
	case plain.MatchString(s) && !slices.Contains(words, strings.ToLower(s)) && !strings.HasPrefix(s, ".."):
		return s
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }):
		b, err := json.Marshal(s)
		if err == nil {
			return string(b)
		}
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
