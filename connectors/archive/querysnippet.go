package archive

import (
	"context"
	"database/sql"
	"strings"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/desk"
)

// Span is a piece of text; Hit says that the search found it.
type Span struct {
	Text string
	Hit  bool
}

// A snippet begins snippetBefore bytes before the first hit and is about
// snippetBytes long.
const (
	snippetBefore = 60
	snippetBytes  = 240
)

// snippets cuts one out for each ticket of a page that was searched for.
func (l *Library) snippets(ctx context.Context, p *Page, text string) error {
	terms := parseSearch(text)
	if len(terms) == 0 {
		return nil
	}
	db, err := l.source.reader(ctx)
	if err != nil {
		return err
	}
	wanted := 0
	for _, t := range terms {
		if !t.not {
			wanted++
		}
	}
	stmt, err := db.PrepareContext(ctx, `SELECT m.body FROM record r JOIN message m
		ON m.n BETWEEN r.n << 24 AND (r.n << 24) + 16777215
		WHERE r.kind = ? AND r.id = ? ORDER BY m.n LIMIT 100`)
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }() // reading is over
	f := newFolder()
	for i := range p.Tickets {
		if p.Tickets[i].Snippet, err = snippetOf(ctx, stmt, f, p.Tickets[i].ID, terms, wanted); err != nil {
			return err
		}
	}
	return nil
}

// snippetOf shows the first message that holds most of the terms, its beginning
// if the hit is elsewhere: in a name, on the cover, beyond the first messages.
func snippetOf(ctx context.Context, stmt *sql.Stmt, f *folder, id desk.ID, terms []term, wanted int) ([]Span, error) {
	var best []Span
	most := -1
	err := eachOf(ctx, stmt, func(rows *sql.Rows) (bool, error) {
		var body sql.NullString
		err := rows.Scan(&body)
		hits, found := findHits(f, body.String, terms)
		if found > most {
			best, most = cut(body.String, hits), found
		}
		return most < wanted, err
	}, numTicket, string(id))
	return best, err
}

// stretch is a part of a text, in bytes.
type stretch struct{ start, end int }

// placed is a word of a text and where it stands.
type placed struct {
	word string
	stretch
}

// findHits finds the terms in text, in its order, and how many terms there are.
func findHits(f *folder, text string, terms []term) (hits []stretch, found int) {
	at := f.placed(text)
	seen := make([]bool, len(terms))
	for i := 0; i < len(at); {
		n := 0
		for k, t := range terms {
			if !t.not && t.at(at[i:]) && len(t.words) > n {
				n, seen[k] = len(t.words), true
			}
		}
		if n > 0 {
			hits = append(hits, stretch{at[i].start, at[i+n-1].end})
		}
		i += max(n, 1)
	}
	for _, s := range seen {
		if s {
			found++
		}
	}
	return hits, found
}

// at tells whether the term begins the words.
func (t term) at(words []placed) bool {
	if len(words) < len(t.words) {
		return false
	}
	for i, w := range t.words {
		last := t.prefix && i == len(t.words)-1
		if words[i].word != w && (!last || !strings.HasPrefix(words[i].word, w)) {
			return false
		}
	}
	return true
}

// placed is words with their places: each rune is folded on its own, as words does.
func (f *folder) placed(s string) (list []placed) {
	var buf []byte
	begin := 0
	for i := 0; i <= len(s); {
		r, size := rune(' '), 1
		if i < len(s) {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		was := len(buf)
		buf = f.words(buf, s[i:min(i+size, len(s))])
		grown := strings.TrimSuffix(string(buf[was:]), " ")
		buf = append(buf[:was], grown...)
		g := f.runes[r]
		alone, joins := r >= utf8.RuneSelf && g.alone && grown != "", r >= utf8.RuneSelf && g.joins
		if was > 0 && (alone || grown == "" && !joins) {
			list = append(list, placed{string(end(buf[:was:was], 0)), stretch{begin, i}})
			buf, was = append([]byte{}, grown...), 0
		}
		if was == 0 {
			begin = i
		}
		if alone {
			list = append(list, placed{grown + " ", stretch{i, i + size}})
			buf = buf[:0]
		}
		i += size
	}
	for i := range list {
		list[i].word = strings.TrimSuffix(list[i].word, " ")
	}
	return list
}

// cut makes a snippet around the first hit.
func cut(text string, hits []stretch) []Span {
	from := 0
	if len(hits) > 0 {
		from = max(0, hits[0].start-snippetBefore)
	}
	for from > 0 && from < len(text) && !utf8.RuneStart(text[from]) {
		from--
	}
	to := min(len(text), from+snippetBytes)
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	var spans []Span
	if from > 0 {
		spans = append(spans, Span{Text: "…"})
	}
	for _, h := range hits {
		if h.start < from || h.end > to {
			break
		}
		spans = appendSpan(spans, text[from:h.start], false)
		spans = appendSpan(spans, text[h.start:h.end], true)
		from = h.end
	}
	spans = appendSpan(spans, text[from:to], false)
	if to < len(text) {
		spans = append(spans, Span{Text: "…"})
	}
	return spans
}

func appendSpan(spans []Span, text string, hit bool) []Span {
	if text == "" {
		return spans
	}
	return append(spans, Span{Text: strings.ToValidUTF8(text, "\uFFFD"), Hit: hit})
}
