package imap

import (
	"strconv"
	"strings"
	"sync/atomic"
)

// answers is the stream of a server's answers, in which Gmail's own items are turned
// into what the library reads (asHeader). They come last in their answer, for the
// library wants the UID before any literal. Everything else passes as it is, and of a
// literal nothing is kept, however large it is. At every byte it is known where in the
// grammar of RFC 3501 (section 9) it stands: words in a message are the message's.
type answers struct {
	on    atomic.Bool  // from the next answer on; else all passes
	goOns atomic.Int64 // how often the server said to go on

	out  []byte
	take func(byte)  // what the next byte is to
	skip int64       // bytes of a literal that are still to come, to nobody
	mark []byte      // the "{123}" before one
	back func(byte)  // where to go on after a literal or a quoted string
	word []byte      // what the line began with
	line lineKind    // what the line is
	item answersItem // where it stands in an answer to FETCH
	err  error
}

// answersItem is how far an answer to FETCH has come.
type answersItem struct {
	inside bool   // among its items
	passed bool   // an item was passed on: a blank comes before the next
	name   []byte // of the item
	depth  int    // of parentheses in its value
	keep   bool   // the value is one of Gmail's
	value  []byte // as far as it has come
	held   []byte // what comes last
}

// lineKind is what a line is, as far as literals go.
type lineKind uint8

const (
	lineUnknown lineKind = iota
	lineText             // for people: it ends where it ends
	lineData             // it may end with a literal, and go on after it
)

func newAnswers() *answers {
	a := &answers{}
	a.begin()
	return a
}

// translate appends what becomes of the next bytes to dst.
func (a *answers) translate(dst, src []byte) ([]byte, error) {
	a.out = dst
	for len(src) > 0 && a.err == nil {
		if a.skip == 0 {
			a.next(src[0])
			src = src[1:]
			continue
		}
		n := min(int64(len(src)), a.skip)
		a.emit(src[:n]...)
		a.skip -= n
		src = src[n:]
	}
	return a.out, a.err
}

func (a *answers) next(c byte) {
	if c == '\n' && a.item.inside && len(a.mark) == 0 {
		a.out = append(append(a.out, a.item.held...), a.item.value...) // the library will say what is wrong
		a.out = append(a.out, c)
		a.begin()
		return
	}
	a.take(c)
}

// emit passes bytes on, or keeps them where they are of a value of Gmail's.
func (a *answers) emit(b ...byte) {
	if !a.item.keep {
		a.out = append(a.out, b...)
		return
	}
	if a.item.value = append(a.item.value, b...); len(a.item.value)+len(a.item.held) > mostGmail {
		a.err = errGmailLong
	}
}

// begin stands at the beginning of a line.
func (a *answers) begin() {
	i := &a.item
	a.take, a.line, a.word, a.mark = a.first, lineUnknown, a.word[:0], a.mark[:0]
	*i = answersItem{name: i.name[:0], value: i.value[:0], held: i.held[:0]}
}

func (a *answers) first(c byte) {
	if c == '+' {
		a.goOns.Add(1)
	}
	a.take = a.text
	a.text(c)
}

// text goes through a line that is no answer to FETCH, or not yet.
func (a *answers) text(c byte) {
	a.emit(c)
	if c == '\n' {
		n, ok := literalSize(a.mark)
		if !ok || a.line != lineData {
			a.begin()
			return
		}
		a.mark, a.skip = a.mark[:0], n
		return
	}
	switch {
	case c == '{':
		a.mark = append(a.mark[:0], c)
	case len(a.mark) > mostMark:
		a.mark = a.mark[:0]
	case len(a.mark) > 0:
		a.mark = append(a.mark, c)
	}
	if a.line == lineUnknown {
		a.word = append(a.word, c)
		if a.sort(); a.line == lineUnknown && len(a.word) > len("* 4294967295 FETCH (") {
			a.line = lineData
		}
	}
}

// sort tells from the beginning of a line what it is.
func (a *answers) sort() {
	words := strings.SplitN(strings.ToUpper(string(a.word)), " ", 3)
	if words[0] != "*" {
		a.line = lineText // how a command ended, or that it may go on
	}
	if len(words) < 3 {
		return
	}
	switch words[1] {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		a.line = lineText
		return
	}
	_, err := strconv.ParseUint(words[1], 10, 32)
	switch fetch := "FETCH ("; {
	case err != nil, !strings.HasPrefix(fetch, words[2]) && words[2] != "FETCH(":
		a.line = lineData
	case strings.HasSuffix(words[2], "("):
		if a.line = lineData; a.on.Load() {
			a.item.inside, a.take, a.mark = true, a.between, a.mark[:0]
		}
	}
}

// mostMark is how long the mark of a literal may be.
const mostMark = 24

// literalSize reads the mark of a literal: "{123}" or, with LITERAL+ (RFC 7888),
// "{123+}".
func literalSize(mark []byte) (int64, bool) {
	s, ok := strings.CutSuffix(strings.TrimSuffix(string(mark), "\r"), "}")
	if !ok || s == "" {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(s[1:], "+"), 10, 62)
	return int64(n), err == nil
}
