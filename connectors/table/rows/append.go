package rows

import "strings"

// Append writes one row as RFC 4180 asks. The Writer of encoding/csv is not
// used, because with CRLF at the ends of rows it changes line ends within cells.
func Append(b []byte, cells []string) []byte {
	for i, c := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		if !strings.ContainsAny(c, "\",\r\n") && strings.TrimSpace(c) == c {
			b = append(b, c...)
			continue
		}
		b = append(b, '"')
		b = append(b, strings.ReplaceAll(c, `"`, `""`)...)
		b = append(b, '"')
	}
	return append(b, "\r\n"...)
}

// Ours is the dialect that we write.
func Ours() Dialect { return Dialect{Delim: ',', Quote: '"', Newline: '\n'} }
