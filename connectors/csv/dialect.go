package csv

import (
	"bytes"
	"errors"
	"io"
)

// sniffDialect finds delimiter, quote and line end in a sample. A first line
// "sep=;" decides; else the delimiter is the one that cuts the rows most evenly.
// The results are how sure it is, and how many bytes the sep line takes.
func sniffDialect(sample []byte, whole bool) (dialect, float64, int) {
	d := dialect{delim: ',', quote: '"', newline: newlineOf(sample)}
	if i := bytes.IndexByte(sample, d.newline); i >= 0 {
		line := trimEnd(sample[:i+1], d.newline)
		if len(line) == 5 && line[4] < 0x80 && line[4] != d.quote && bytes.EqualFold(line[:4], []byte("sep=")) {
			d.delim = line[4]
			return d, 1, i + 1
		}
	}
	best, sure := 0.0, 0.5
	for _, quote := range []byte{'"', '\''} {
		if quote == '\'' && !singleQuoted(sample) {
			continue
		}
		for _, delim := range []byte{',', ';', '\t', '|'} {
			c := dialect{delim: delim, quote: quote, newline: d.newline}
			if s, width := evenness(sample, whole, c); width > 1 && s > best {
				best, d, sure = s, c, min(1, s)
			}
		}
	}
	return d, sure, 0
}

func newlineOf(sample []byte) byte {
	if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0 {
		return '\r'
	}
	return '\n'
}

// singleQuoted tells a file that quotes with apostrophes from one that has some.
func singleQuoted(b []byte) bool {
	return !bytes.Contains(b, []byte{'"'}) && (bytes.Contains(b, []byte("','")) || bytes.Contains(b, []byte("';'")))
}

// evenness scores a dialect: the share of rows that have the commonest number of
// cells, a little more for more cells. The second result is that number.
func evenness(sample []byte, whole bool, d dialect) (float64, int) {
	rows := sampleRows(sample, whole, d, 500)
	counts := map[int]int{}
	for _, r := range rows {
		counts[len(r)]++
	}
	width := 0
	for n, c := range counts {
		if c > counts[width] || c == counts[width] && n > width {
			width = n
		}
	}
	if len(rows) == 0 {
		return 0, 0
	}
	share := float64(counts[width]) / float64(len(rows))
	return share * (1 - 0.3/float64(width)), width
}

// sampleRows splits the beginning of a file; a row that the sample cuts off is
// left out.
func sampleRows(sample []byte, whole bool, d dialect, most int) [][]string {
	s := newSplitter(bytes.NewReader(sample), int64(len(sample)), d, int64(len(sample)))
	var rows [][]string
	for len(rows) < most {
		r, err := s.next()
		if errors.Is(err, io.EOF) || err != nil || r.torn && !whole {
			return rows
		}
		if r.bad == "" {
			rows = append(rows, append([]string(nil), r.cells...))
		}
	}
	return rows
}

// width is the commonest number of cells.
func width(rows [][]string) int {
	counts, best := map[int]int{}, 0
	for _, r := range rows {
		n := len(r)
		counts[n]++
		if counts[n] > counts[best] || counts[n] == counts[best] && n > best {
			best = n
		}
	}
	return best
}
