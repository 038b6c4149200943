package csv

import (
	"bytes"
	"errors"
	"io"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
)

// wish is what a configuration says of a dialect; the rest is found out.
type wish struct {
	delim           byte // 0 not said
	quote           byte
	escape          rows.Escaping
	quoted, escaped bool // quote and escape were said
}

func (f File) wish() (w wish, err error) {
	if w.delim, err = one("delimiter", f.Delimiter); err != nil {
		return w, err
	}
	if w.quote, err = one("quote", f.Quote); err != nil {
		return w, err
	}
	w.quoted = w.quote != 0 || f.Quote == "none"
	w.escape, w.escaped, err = escapingNamed(f.Escape)
	return w, err
}

// sniffDialect finds delimiter, quote, escapes and line end in a sample, as far as
// they are not stated. A first line "sep=;" says the delimiter; else it is the one
// that cuts the rows most evenly. The results are how sure it is, and how many
// bytes the sep line takes.
func sniffDialect(sample []byte, whole bool, w wish) (rows.Dialect, float64, int) {
	newline, skip := newlineOf(sample), 0
	if i := bytes.IndexByte(sample, newline); i >= 0 {
		line := rows.TrimEnd(sample[:i+1], newline)
		if len(line) == 5 && line[4] < 0x80 && line[4] != '"' && bytes.EqualFold(line[:4], []byte("sep=")) {
			skip = i + 1
			if w.delim == 0 {
				w.delim = line[4]
			}
		}
	}
	rest := sample[skip:]
	tries := w.candidates(rest, newline)
	d, best, sure, perfect := tries[0], 0.0, 0.5, false
	for _, c := range tries {
		if perfect && c.Escape != rows.AsIs && !w.escaped {
			continue // nothing proves an escape
		}
		s, width := evenness(rest, whole, c)
		if width < 2 {
			continue
		}
		perfect = perfect || s == most(width)
		if s > best {
			best, d, sure = s, c, min(1, s)
		}
	}
	if w.delim != 0 {
		sure = 1
	}
	sampled, _ := sampleRows(rest, whole, d, 500)
	d.Null = d.Escape == rows.BeforeAny || !w.escaped && hasNull(sampled)
	return d, sure, skip
}

// candidates lists the dialects to try. Those in which a backslash is one stand
// first: another must read the sample better, not as well.
func (w wish) candidates(sample []byte, newline byte) []rows.Dialect {
	quotes, delims := []byte{'"'}, []byte{',', ';', '\t', '|'}
	if w.quoted {
		quotes = []byte{w.quote}
	} else if singleQuoted(sample) {
		quotes = append(quotes, '\'')
	}
	if w.delim != 0 {
		delims = []byte{w.delim}
	}
	var ds []rows.Dialect
	for _, quote := range quotes {
		escapes := []rows.Escaping{w.escape}
		if !w.escaped {
			escapes = escapings(sample, quote)
		}
		for _, escape := range escapes {
			for _, delim := range delims {
				ds = append(ds, rows.Dialect{Delim: delim, Quote: quote, Newline: newline, Escape: escape})
			}
		}
	}
	return ds
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
func evenness(sample []byte, whole bool, d rows.Dialect) (float64, int) {
	all, bad := sampleRows(sample, whole, d, 500)
	if len(all) == 0 {
		return 0, 0
	}
	n, even := table.Width(all), 0
	for _, r := range all {
		if len(r) == n {
			even++
		}
	}
	return float64(even) / float64(len(all)+bad) * most(n), n
}

// most is the score where every row has n cells.
func most(n int) float64 { return 1 - 0.3/float64(n) }

// sampleRows splits the beginning of a file, and counts what is no row; a row that
// the sample cuts off is left out.
func sampleRows(sample []byte, whole bool, d rows.Dialect, limit int) (all [][]string, bad int) {
	s := rows.New(bytes.NewReader(sample), int64(len(sample)), d, int64(len(sample)))
	for len(all)+bad < limit {
		r, err := s.Next()
		if errors.Is(err, io.EOF) || err != nil || r.Torn && !whole {
			return all, bad
		}
		if r.Bad != "" {
			bad++
			continue
		}
		all = append(all, append([]string(nil), r.Cells...))
	}
	return all, bad
}
