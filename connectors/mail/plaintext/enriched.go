package plaintext

import "strings"

// Enriched renders text/enriched (RFC 1896) and text/richtext (RFC 1341):
// commands are dropped, one line break is a blank, more are one fewer.
func Enriched(s string) string {
	var out strings.Builder
	hidden := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '<' && strings.HasPrefix(s[i:], "<<"):
			out.WriteByte('<')
			i++
		case c == '<':
			end := strings.IndexByte(s[i:min(len(s), i+64)], '>')
			if end < 0 {
				out.WriteByte(c)
				continue
			}
			hidden = enrichedCommand(&out, strings.ToLower(s[i+1:i+end]), hidden)
			i += end
		case c == '\n':
			n := len(s[i:]) - len(strings.TrimLeft(s[i:], "\n"))
			out.WriteString(strings.Repeat("\n", n-1))
			if n == 1 {
				out.WriteByte(' ')
			}
			i += n - 1
		case hidden == 0:
			out.WriteByte(c)
		}
	}
	return out.String()
}

func enrichedCommand(out *strings.Builder, name string, hidden int) int {
	switch name {
	case "param", "comment":
		return hidden + 1
	case "/param", "/comment":
		return max(0, hidden-1)
	case "nl", "np", "/paragraph":
		out.WriteByte('\n')
	case "lt":
		out.WriteByte('<')
	}
	return hidden
}
