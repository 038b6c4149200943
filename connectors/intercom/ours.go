package intercom

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"

	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// What we write begins with a line for people, in which our mark stands too:
//
//	2011-03-04 05:06:07 UTC · Olga (olga@a.test) → Help (help@b.test) · cc Boss (boss@a.test) [deskhaul dh0123…]
//
// A contact's reply takes no files, and one of a teammate ten; what is more comes before it
// in parts of its own, which belong to it: "[deskhaul dh0123… f 1/2]".

// written is the text of a message as it is written; without the words for people its line
// holds the mark alone, and what the ticket is to be put back to.
func written(m *desk.Message, prefaced bool, was string) string {
	text, line := textOf(m), tail(m.Mark, was)
	if prefaced {
		line = strings.TrimSpace(byline.Of(m).Write(byline.Round) + " " + line)
	}
	if text == "" {
		return line
	}
	return line + "\n\n" + text
}

// tail is what ends our line.
func tail(mark string, more ...string) string {
	return "[" + strings.Join(strings.Fields(strings.Join(append([]string{"deskhaul", mark}, more...), " ")), " ") + "]"
}

// fileLine is the text of a part that holds the nth files of a message.
func fileLine(mark string, n, of int, was string) string {
	return "Files of the next message " + tail(mark, "f "+strconv.Itoa(n)+"/"+strconv.Itoa(of), was)
}

// textOf is a message's text; of one that has HTML alone what that says.
func textOf(m *desk.Message) string {
	text := m.Text
	if strings.TrimSpace(text) == "" && m.HTML != "" {
		text = plaintext.HTML(m.HTML)
	}
	return strings.ReplaceAll(text, "\r\n", "\n")
}

var lineEnd = regexp.MustCompile(`^(.*)\[deskhaul(?: ([^\]]*?))??(?: f (\d+)/(\d+))?( was \d+[co])?\]$`)

// ourLine is what our line says.
type ourLine struct {
	byline.Line
	mark  string
	files bool // the part holds files of the message of that mark
	nth   int
	was   string // see over
	rest  string
}

// parseLine takes our line from a text.
func parseLine(text string) (l ourLine, ok bool) {
	first, rest, _ := strings.Cut(text, "\n")
	at := lineEnd.FindStringSubmatch(strings.TrimSpace(first))
	if at == nil {
		return l, false
	}
	l.mark, l.files, l.rest = at[2], at[3] != "", strings.TrimPrefix(rest, "\n")
	l.nth, _ = strconv.Atoi(at[3])
	l.was = strings.TrimSpace(at[5])
	if !l.files {
		l.Line = byline.Parse(strings.TrimSpace(at[1]), byline.Round)
	}
	return l, true
}

// ourParts are the parts of a ticket that are ours, by their marks: the first of each is
// believed, for a customer may copy a line that he sees.
type ourParts map[string]*ourPart

type ourPart struct {
	said  bool
	files map[int][]desk.File
}

func (o ourParts) of(mark string) *ourPart {
	if o[mark] == nil {
		o[mark] = &ourPart{files: map[int][]desk.File{}}
	}
	return o[mark]
}

// ours reads a part that we wrote; false if it is none. The id of one that holds files alone
// is "".
func (a *api) ours(m *desk.Message, ticket desk.ID, k partShape, had ourParts) bool {
	l, ok := parseLine(plainOf(k.Body))
	if !ok {
		return false
	}
	of := had.of(l.mark)
	if of.said && l.mark != "" || l.files && of.files[l.nth] != nil {
		return false
	}
	var files []desk.File
	for i, f := range k.Files {
		files = append(files, a.file(f, ticket, m.ID, i))
	}
	if l.files {
		of.files[l.nth] = append([]desk.File{}, files...)
		m.ID = ""
		return true
	}
	of.said = true
	m.Mark, m.From, m.To, m.CC, m.Text, m.Files = l.mark, l.From, l.To, l.CC, l.rest, files
	if m.At = l.At; l.At.IsZero() {
		m.At = k.Created.Time
	}
	m.Folds = plaintext.Folds(m.Text)
	return true
}

// files puts the files that came before a message into it.
func (o ourParts) files(ms []desk.Message) []desk.Message {
	for i := range ms {
		of := o[ms[i].Mark]
		if ms[i].Mark == "" || of == nil {
			continue
		}
		var before []desk.File
		for _, n := range sortedKeys(of.files) {
			before = append(before, of.files[n]...)
		}
		ms[i].Files = append(before, ms[i].Files...)
	}
	return ms
}

func sortedKeys[V any](m map[int]V) (keys []int) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// textHTML is a text as HTML, which a note takes.
func textHTML(text string) string {
	return "<p>" + strings.NewReplacer("\n", "<br>", "\r", "&#13;").Replace(html.EscapeString(text)) + "</p>"
}

// plainOf takes back the text of a body that Intercom made of a text. A line end in the page,
// after a tag, is none in the text.
func plainOf(page string) string {
	var b strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(page))
	for fresh, ended := true, false; ; {
		switch z.Next() {
		case nethtml.ErrorToken:
			return b.String()
		case nethtml.TextToken:
			text := string(z.Text())
			if fresh {
				text = strings.TrimPrefix(text, "\n")
			}
			if ended && text != "" {
				b.WriteString("\n\n")
				ended = false
			}
			b.WriteString(text)
			fresh = false
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			name, _ := z.TagName()
			if ended && (string(name) == "br" || string(name) == "p") {
				b.WriteString("\n\n")
				ended = false
			}
			if string(name) == "br" {
				b.WriteByte('\n')
			}
			fresh = true
		case nethtml.EndTagToken:
			if name, _ := z.TagName(); string(name) == "p" || string(name) == "div" || string(name) == "li" {
				ended, fresh = true, true // what follows is a paragraph of its own
			}
		default:
		}
	}
}
