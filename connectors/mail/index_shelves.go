package mail

import (
	"iter"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/thread"
)

// The sorts of shelves: where a category may come from.
const (
	shelfFolder = 'f'
	shelfLabel  = 'l'
	shelfAlias  = 'a'
)

// shelvesOf lists every shelf that a mail stands on, each with its sort in front.
// All sorts are kept, whichever the configuration asks for today.
func shelvesOf(h rfc5322.Header, folder string, labels []string, o *ours) []string {
	var shelves []string
	if folder != "" {
		shelves = append(shelves, string(shelfFolder)+folder)
	}
	for _, l := range labels {
		shelves = append(shelves, string(shelfLabel)+l)
	}
	if c := aliasOf(h, o); c != "" {
		shelves = append(shelves, string(shelfAlias)+c)
	}
	return shelves
}

// labelDigest digests the labels among shelves that people gave; 0 for none.
func labelDigest(shelves []string) uint64 {
	var labels []string
	for _, shelf := range shelves {
		if shelf[0] == shelfLabel && isShelfLabel(shelf[1:]) {
			labels = append(labels, shelf)
		}
	}
	slices.Sort(labels)
	return thread.Hash(strings.Join(labels, "\x00"))
}

// labelsOf lists the labels that mail programs keep in a header: Gmail's export,
// Dovecot and Thunderbird, mutt. Gmail's export writes them on top, above what the
// mail went through; with them there, or below that, whatever else says that it is
// labels came with the mail. Dovecot and mutt put theirs anywhere, and take the
// sender's out.
func labelsOf(h rfc5322.Header) []string {
	var labels []string
	add := func(l string) {
		if l = strings.TrimSpace(l); l != "" && !slices.Contains(labels, l) {
			labels = append(labels, l)
		}
	}
	if gmailExported(h) {
		for l := range splitLabels(h.Text("X-Gmail-Labels"), ",") {
			add(l)
		}
		return labels
	}
	for _, name := range []string{"X-Keywords", "X-Label"} {
		value, between := h.Text(name), ","
		if !strings.Contains(value, ",") {
			between = " "
		}
		for l := range splitLabels(value, between) {
			add(l)
		}
	}
	return labels
}

// gmailExported tells whether Gmail's export has put its labels on top of a header.
func gmailExported(h rfc5322.Header) bool {
	for _, f := range h.Fields {
		switch strings.ToLower(f.Name) {
		case "x-gmail-labels":
			return true
		case "received", "return-path", "delivered-to":
			return false
		}
	}
	return false
}

// splitLabels yields what stands between separators; those within quotes do not
// part.
func splitLabels(value, between string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for value != "" {
			whole, rest, _ := strings.Cut(value, between)
			label := strings.Trim(strings.TrimSpace(whole), `"`)
			if s := strings.TrimLeft(value, " "); strings.HasPrefix(s, `"`) {
				if quoted, after, closed := cutQuoted(s[1:]); closed {
					_, rest, _ = strings.Cut(after, between)
					label = quoted
				}
			}
			if value = rest; !yield(label) {
				return
			}
		}
	}
}

// cutQuoted cuts off what stands before the closing quote. A "\" before a quote or
// another "\" makes it part of the text, as our own connectors write it.
func cutQuoted(s string) (text, rest string, closed bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", s, false
}

// systemLabels are Gmail's own labels in the languages that exports come in:
// states of a mail, no shelves.
var systemLabels = []string{
	"inbox", "unread", "opened", "important", "starred", "trash", "spam", "archived", "archive", "chat",
	"category updates", "category promotions", "category social", "category forums", "category personal", "category purchases",
	"posteingang", "ungelesen", "geöffnet", "wichtig", "markiert", "входящие", "непрочитанные", "открытые", "важное",
	"помеченные", "boîte de réception", "non lus", "ouvert", "recibidos", "no leídos", "importantes",
	"nonjunk", "notjunk", "junk", "$junk", "$notjunk", "$phishing", "$notphishing", "$forwarded", "$mdnsent", "$label1", "$label2", "$label3", "$label4", "$label5",
}

// isShelfLabel tells whether a label was made by a person.
func isShelfLabel(label string) bool {
	return !slices.Contains(systemLabels, strings.ToLower(label)) && !IsOutgoing(label)
}

// aliasOf tells for which alias a mail came: the envelope's address first.
func aliasOf(h rfc5322.Header, o *ours) string {
	if len(o.aliases) == 0 {
		return ""
	}
	for _, name := range []string{"X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc"} {
		for _, a := range h.Addresses(name) {
			if c, _ := o.alias(strings.ToLower(a.Email)); c != "" {
				return c
			}
		}
	}
	return ""
}

// isCategory tells whether a label makes a category.
func (o *Options) isCategory(label string) bool {
	return isShelfLabel(label) && (len(o.CategoryLabels) == 0 || slices.ContainsFunc(o.CategoryLabels, func(p string) bool {
		return Glob(strings.ToLower(p), strings.ToLower(label))
	}))
}

// holdsCategories tells whether labels that make categories may lie in a label.
func (o *Options) holdsCategories(label string) bool {
	return slices.ContainsFunc(o.CategoryLabels, func(p string) bool {
		return strings.HasPrefix(strings.ToLower(p), strings.ToLower(label)+"/")
	})
}

// Glob tells whether a pattern fits a whole text; "*" stands for any letters.
func Glob(pattern, text string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	text, ok := strings.CutPrefix(text, first)
	if !star || !ok {
		return ok && text == ""
	}
	for i := range len(text) + 1 {
		if Glob(rest, text[i:]) {
			return true
		}
	}
	return false
}
