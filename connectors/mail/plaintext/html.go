// Package plaintext makes of a mail's text what people read: plain text of HTML,
// enriched and flowed text, and where quoted history and signatures lie in it.
package plaintext

import (
	"html"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxNesting is how deep quotes and lists are indented.
const maxNesting = 20

// HTML renders a page as text: blocks as lines, quotes behind "> ", lists
// with their marks, links with their addresses; what is hidden is left out.
//
// It is our own because folds are found in its result: k3a/html2text drops quotes
// (an answer runs into the last quoted line), the marks of lists, cells of tables,
// the text of links and preformatted lines, shows what is hidden and loses text
// behind a lone "<"; it is as fast. html-to-markdown writes Markdown's escapes
// into the words of people and takes three times as long.
func HTML(page string) string {
	r := renderer{}
	r.out.Grow(len(page) / 3)
	z := nethtml.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return strings.TrimRight(r.out.String(), " \n") + "\n"
		case nethtml.TextToken:
			if r.skip == 0 {
				r.text(z.Text())
			}
		case nethtml.StartTagToken:
			r.start(z, false)
		case nethtml.SelfClosingTagToken:
			r.start(z, true)
		case nethtml.EndTagToken:
			name, _ := z.TagName()
			r.end(atom.Lookup(name))
		default: // comments and document types
		}
	}
}

// renderer is the state of HTML.
type renderer struct {
	out     strings.Builder
	breaks  int  // line breaks to write before the next text
	blank   bool // a blank is to be written before the next text
	inLine  bool // the line has text
	begun   bool
	quotes  int
	lists   []int // 0 for marks, else the next number
	mark    string
	pre     int
	skip    int // nesting inside what is hidden
	skipTag atom.Atom
	links   []link
}

type link struct {
	href string
	at   int // where its text begins in out
}

// start takes an opening tag.
func (r *renderer) start(z *nethtml.Tokenizer, closed bool) {
	name, more := z.TagName()
	tag := atom.Lookup(name)
	if r.skip > 0 {
		if tag == r.skipTag && !closed {
			r.skip++
		}
		return
	}
	a := readAttributes(z, more)
	if !closed && !isVoid(tag) && (a.hidden || isHidden(tag)) {
		r.skip, r.skipTag = 1, tag
		return
	}
	switch tag {
	case atom.Br:
		r.breaks++
		r.flushBreaks()
	case atom.Hr:
		r.block(1)
		r.text([]byte("----------"))
		r.block(1)
	case atom.Img:
		if alt := strings.TrimSpace(a.alt); alt != "" {
			r.text([]byte("[" + alt + "]"))
		}
	case atom.A:
		if len(r.links) < maxNesting {
			r.links = append(r.links, link{a.href, r.out.Len()})
		}
	case atom.Td, atom.Th:
		r.blank = r.inLine
	default:
		r.open(tag)
	}
}

// open takes the opening tag of a block.
func (r *renderer) open(tag atom.Atom) {
	r.block(margin(tag))
	switch tag {
	case atom.Blockquote:
		r.quotes++
	case atom.Pre:
		r.pre++
	case atom.Ul, atom.Menu:
		r.lists = append(r.lists, 0)
	case atom.Ol:
		r.lists = append(r.lists, 1)
	case atom.Li:
		r.mark = "* "
		if n := len(r.lists); n > 0 && r.lists[n-1] > 0 {
			r.mark = strconv.Itoa(r.lists[n-1]) + ". "
			r.lists[n-1]++
		}
	default:
	}
}

// end takes a closing tag.
func (r *renderer) end(tag atom.Atom) {
	if r.skip > 0 {
		if tag == r.skipTag {
			r.skip--
		}
		return
	}
	switch tag {
	case atom.A:
		r.endLink()
		return
	case atom.Blockquote:
		r.block(2)
		r.quotes = max(0, r.quotes-1)
		return
	case atom.Pre:
		r.pre = max(0, r.pre-1)
	case atom.Ul, atom.Ol, atom.Menu:
		if n := len(r.lists); n > 0 {
			r.lists = r.lists[:n-1]
		}
	default:
	}
	r.block(margin(tag))
}

// endLink writes the address of a link behind its text, unless it says the same.
func (r *renderer) endLink() {
	n := len(r.links)
	if n == 0 {
		return
	}
	l := r.links[n-1]
	r.links = r.links[:n-1]
	said := strings.TrimSpace(r.out.String()[min(l.at, r.out.Len()):])
	href := strings.TrimSpace(l.href)
	bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(href, "mailto:"), "http://"), "https://"), "/")
	if said == "" || bare == "" || strings.Contains(said, bare) {
		return
	}
	for _, scheme := range [...]string{"http://", "https://", "mailto:", "ftp://", "tel:"} {
		if strings.HasPrefix(href, scheme) {
			r.text([]byte(" <" + href + ">"))
			return
		}
	}
}

// margin is the number of line breaks around a block; inline elements have none.
func margin(tag atom.Atom) int {
	switch tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre, atom.Table:
		return 2
	case atom.Div, atom.Tr, atom.Li, atom.Ul, atom.Ol, atom.Menu, atom.Dl, atom.Dt, atom.Dd, atom.Address, atom.Section,
		atom.Article, atom.Header, atom.Footer, atom.Center, atom.Form, atom.Fieldset, atom.Body, atom.Main, atom.Nav, atom.Caption:
		return 1
	default:
		return 0
	}
}

func isVoid(tag atom.Atom) bool {
	switch tag {
	case atom.Br, atom.Hr, atom.Img, atom.Input, atom.Meta, atom.Link, atom.Col, atom.Base, atom.Area, atom.Embed, atom.Wbr:
		return true
	default:
		return false
	}
}

func isHidden(tag atom.Atom) bool {
	switch tag {
	case atom.Style, atom.Script, atom.Title, atom.Noscript, atom.Template, atom.Object, atom.Iframe, atom.Select:
		return true
	default:
		return false
	}
}

// block asks for at least n line breaks before the next text.
func (r *renderer) block(n int) {
	if n == 0 {
		return
	}
	have := r.breaks
	if !r.inLine && r.begun {
		have++
	}
	if r.begun && have < n {
		r.breaks += n - have
	}
	r.blank = false
}

// flushBreaks writes the line breaks that are due.
func (r *renderer) flushBreaks() {
	for ; r.breaks > 0; r.breaks-- {
		if !r.inLine {
			r.prefix(true)
		}
		r.out.WriteByte('\n')
		r.inLine, r.blank = false, false
	}
	r.begun = true
}

// prefix writes what stands before a line: the marks of quotes and lists.
func (r *renderer) prefix(empty bool) {
	for i := range min(r.quotes, maxNesting) {
		r.out.WriteByte('>')
		if !empty || i+1 < r.quotes {
			r.out.WriteByte(' ')
		}
	}
	if empty || len(r.lists) == 0 && r.mark == "" {
		return
	}
	indent := 2 * (min(len(r.lists), maxNesting) - 1)
	if r.mark == "" {
		indent += 2
	}
	r.out.WriteString(strings.Repeat(" ", max(0, indent)))
	r.out.WriteString(r.mark)
	r.mark = ""
}

// text writes text, its white space folded unless it is preformatted.
func (r *renderer) text(t []byte) {
	if r.pre > 0 {
		for i, line := range strings.Split(string(t), "\n") {
			if i > 0 {
				r.breaks++
				r.flushBreaks()
			}
			if line != "" {
				r.words(line)
			}
		}
		return
	}
	for len(t) > 0 {
		n := 0
		for n < len(t) && isBlank(t[n]) {
			n++
		}
		if n > 0 {
			r.blank = r.blank || r.inLine && r.breaks == 0
			t = t[n:]
			continue
		}
		for n < len(t) && !isBlank(t[n]) {
			n++
		}
		r.words(string(t[:n]))
		t = t[n:]
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// words writes text into the line.
func (r *renderer) words(s string) {
	if r.breaks > 0 {
		r.flushBreaks()
	}
	if !r.inLine {
		r.prefix(false)
	} else if r.blank {
		r.out.WriteByte(' ')
	}
	r.blank, r.inLine, r.begun = false, true, true
	r.out.WriteString(s)
}

// attributes are those that matter here.
type attributes struct {
	href, alt string
	hidden    bool
}

func readAttributes(z *nethtml.Tokenizer, more bool) (a attributes) {
	for n := 0; more && n < 100; n++ {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "href":
			a.href = string(value)
		case "alt":
			a.alt = string(value)
		case "hidden":
			a.hidden = true
		case "style":
			s := strings.ToLower(strings.ReplaceAll(string(value), " ", ""))
			a.hidden = a.hidden || strings.Contains(s, "display:none") || strings.Contains(s, "mso-hide:all")
		}
	}
	return a
}

// FromText shows plain text among HTML as it is.
func FromText(s string) string {
	return `<div style="white-space:pre-wrap">` + html.EscapeString(s) + "</div>"
}
