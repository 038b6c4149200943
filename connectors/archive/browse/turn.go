package browse

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// turn is one message of a conversation.
type turn struct {
	*desk.Message
	Number  int    // from 1
	Role    string // customer, agent, note: how it is coloured
	Word    string // the same in a word
	Who     archive.Label
	Name    string
	Email   string
	Subject string // where it says something new
	AsText  bool   // the text form first
	Frame   string // the address of its HTML, "" if it has none
	Height  int    // of the frame, in pixels
	Parts   []part
	Files   []shownFile
	Fields  []field
}

// shownFile is an attachment.
type shownFile struct {
	*desk.File
	Show string // its address if it is a picture that can be shown
	Save string // "" if the archive lacks the bytes
}

func newTurn(t *desk.Ticket, i int, names *namer) (turn, error) {
	m := &t.Messages[i]
	v := turn{Message: m, Number: i + 1, Parts: partsOf(m), Fields: fieldsOf(m.Fields)}
	var err error
	if v.Who, err = names.label(m.Author); err != nil {
		return v, err
	}
	v.Name, v.Email = cmp.Or(v.Who.Name, m.From.Name), cmp.Or(m.From.Email, v.Who.Email)
	if v.Name == "" || v.Name == v.Email {
		v.Name, v.Email = v.Email, ""
	}
	v.Role, v.Word = role(m, t.Requester)
	if !sameSubject(m.Subject, t.Subject) {
		v.Subject = m.Subject
	}
	if strings.TrimSpace(m.HTML) != "" {
		v.Frame, v.Height = mailAddress(t.ID, m.ID), frameHeight(m)
	}
	for k := range m.Files {
		f := shownFile{File: &m.Files[k], Save: saveAddress(&m.Files[k])}
		if showable(f.File) {
			f.Show = fileAddress(f.File)
		}
		v.Files = append(v.Files, f)
	}
	return v, nil
}

// role tells customers, agents and private notes apart.
func role(m *desk.Message, requester desk.Ref) (role, word string) {
	switch {
	case m.Note:
		return "note", "Private note"
	case m.Author.Kind == desk.KindAgent:
		return "agent", "Agent"
	case m.Author.Kind == desk.KindContact && m.Author.ID != requester.ID && !requester.IsZero():
		return "customer", "Other person"
	case m.Author.Kind == desk.KindContact:
		return "customer", "Customer"
	}
	return "customer", "Unknown author"
}

// sameSubject tells whether a message's subject only repeats the ticket's.
func sameSubject(of, ticket string) bool {
	of, ticket = desk.Normal(of), desk.Normal(ticket)
	return of == "" || strings.HasSuffix(of, ticket) && len(of)-len(ticket) < 12
}

// A frame without scripts cannot tell how high its content is, so it is guessed
// from the text form; what is higher scrolls, and the reader can pull it larger.
const (
	lineHeight  = 22
	lineLetters = 95
	leastFrame  = 90
	mostFrame   = 640
)

func frameHeight(m *desk.Message) int {
	lines := 2
	text := m.Text
	for _, f := range m.Folds {
		if f.What == desk.FoldQuote && f.Start >= 0 && f.Start < f.End && f.End == len(m.Text) {
			text = m.Text[:f.Start] // folded in the frame as well
		}
	}
	for line := range strings.Lines(text) {
		lines += 1 + utf8.RuneCountInString(line)/lineLetters
	}
	height := lines * lineHeight
	height += strings.Count(strings.ToLower(m.HTML), "<img") * 120
	height += strings.Count(strings.ToLower(m.HTML), "<tr") * 8
	return min(max(height, leastFrame), mostFrame)
}

// plainly writes the value of a custom field.
func plainly(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case float64:
		return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.6f", v), "0"), ".")
	}
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(b)
}
