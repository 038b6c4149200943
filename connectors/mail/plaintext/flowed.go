package plaintext

import "strings"

// Unflow joins the lines that format=flowed split (RFC 3676). delsp says that the
// blank at which a line was split was not there before.
func Unflow(s string, delsp bool) string {
	var out strings.Builder
	out.Grow(len(s))
	depth, flowing := 0, false
	for s != "" {
		line, rest, more := strings.Cut(s, "\n")
		s = rest
		d := len(line) - len(strings.TrimLeft(line, ">"))
		line = line[d:]
		if d > 0 || strings.HasPrefix(line, " ") {
			line = strings.TrimPrefix(line, " ") // stuffed
		}
		if flowing && (d != depth || line == "-- ") {
			out.WriteByte('\n')
			flowing = false
		}
		if !flowing && d > 0 {
			out.WriteString(strings.Repeat(">", d))
			out.WriteByte(' ')
		}
		depth, flowing = d, strings.HasSuffix(line, " ") && line != "-- " && s != ""
		if flowing && delsp {
			line = line[:len(line)-1]
		}
		out.WriteString(line)
		if !flowing && more {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
