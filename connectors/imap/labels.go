package imap

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// flagWords are the flags of a message's state (RFC 9051, section 2.3.2) in our words.
var flagWords = map[string]string{`\seen`: "seen", `\answered`: "answered", `\flagged`: "flagged", `\draft`: "draft", `\deleted`: "deleted"}

// flagsOf are the flags of a message's state. Gmail's star is one of them.
func flagsOf(flags []imap.Flag, gmail []string) (words []string) {
	if isStarred(gmail) {
		flags = append(slices.Clone(flags), imap.FlagFlagged)
	}
	for _, f := range flags {
		if w := flagWords[strings.ToLower(string(f))]; w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

// ourKeyword is set on the mails that deskhaul appends. Nobody can set one from
// outside by sending a mail.
const ourKeyword = "$Deskhaul"

// labelsOf are the labels that people gave a message: keywords, Gmail's labels, and
// that it is flagged. The server's own words are left out.
func labelsOf(flags []imap.Flag, gmail []string) (labels []string) {
	add := func(l string) {
		if l = strings.TrimSpace(l); l != "" && !slices.Contains(labels, l) {
			labels = append(labels, l)
		}
	}
	for _, f := range flags {
		switch {
		case strings.EqualFold(string(f), `\Flagged`):
			add("flagged")
		case !strings.HasPrefix(string(f), `\`) && !strings.EqualFold(string(f), ourKeyword):
			add(string(f))
		}
	}
	if isStarred(gmail) {
		add("flagged")
	}
	for _, l := range gmail {
		if !strings.HasPrefix(l, `\`) {
			add(l)
		}
	}
	slices.Sort(labels)
	return labels
}

func isOurs(flags []imap.Flag) bool {
	return slices.ContainsFunc(flags, func(f imap.Flag) bool { return strings.EqualFold(string(f), ourKeyword) })
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ")

// labelLine is how the labels of a message are noted, to see later whether they have
// changed: as servers write them into the mailboxes that they export. It is empty for
// none.
func labelLine(labels []string) []byte {
	if len(labels) == 0 {
		return nil
	}
	b := []byte("X-Keywords: ")
	for i, l := range labels {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(append(append(b, '"'), escaped.Replace(l)...), '"')
	}
	return append(b, "\r\n"...)
}
