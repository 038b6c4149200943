package compose

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// maxReferences bounds the References of a mail: the first and the newest stay.
const maxReferences = 30

// thread is what a mail needs to know of the ones before it, so that every mail
// program shows a ticket as one conversation. Ids are without angle brackets.
type thread struct {
	Root string `json:"root,omitempty"` // of the first mail
	Last string `json:"last,omitempty"` // of the newest public one
	// Named are the mails, shortened, that those of the ticket say they answer, the newest
	// ones: one that comes after its answer is told by it.
	Named []string `json:"named,omitempty"`
	Above []string `json:"above,omitempty"` // those of them that the first mail names
}

// maxNamed bounds what is remembered of them.
const maxNamed = 100

// named shortens the id of a mail. Two that share it cost a place in the tree of answers.
func named(id string) string { return digest(id)[:8] }

// appended is the thread as a mail sees it that comes after the others: where a clock went
// wrong, or a run broke off, an answer to it may stand there already, and to be under that
// would tie the thread into a knot.
func (t thread) appended(id string) thread {
	if slices.Contains(t.Named, named(id)) {
		t.Last = ""
	}
	if slices.Contains(t.Above, named(id)) {
		t.Root = ""
	}
	return t
}

// derivedID makes a Message-ID for what has none: the same for the same mark.
func derivedID(mark string) string {
	return digest(mark) + "@deskhaul.invalid"
}

// digest is a short name for any string, safe in file names and headers.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:12])
}

// mailID is m's own Message-ID where a header can hold it, else a derived one.
func mailID(m *desk.Message) string {
	if plainID(m.MessageID) {
		return m.MessageID
	}
	return derivedID(m.Mark)
}

func plainID(id string) bool {
	return id != "" && len(id) <= 900 && !strings.ContainsFunc(id, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || r == '<' || r == '>'
	})
}

// answers returns the mail that m answers and its References: m's own, with the
// ticket's first mail before them so that the thread holds together. What does not say
// in In-Reply-To what it answers answers the last mail of the thread.
func (t thread) answers(id string, m *desk.Message) (inReplyTo string, references []string) {
	own := slices.Clone(m.References)
	if plainID(m.InReplyTo) {
		inReplyTo = m.InReplyTo
		own = append(own, inReplyTo)
	}
	if !slices.Contains(own, t.Root) { // else it is at its place: the last is what m answers
		own = append([]string{t.Root}, own...)
	}
	if inReplyTo == "" && t.Last != id {
		inReplyTo = t.Last
		own = append(own, t.Last)
	}
	if inReplyTo == "" && t.Root != id {
		inReplyTo = t.Root
	}
	for _, ref := range own {
		if plainID(ref) && ref != id && !slices.Contains(references, ref) {
			references = append(references, ref)
		}
	}
	if over := len(references) - maxReferences; over > 0 {
		references = slices.Delete(references, 1, 1+over)
	}
	return inReplyTo, references
}

// after is the thread once m has been written under the id.
func (t thread) after(id string, m *desk.Message) thread {
	first := t.Root == ""
	if first {
		t.Root = id
	}
	if !m.Note {
		t.Last = id
	}
	for _, ref := range append([]string{m.InReplyTo}, m.References...) {
		if ref != "" && !slices.Contains(t.Named, named(ref)) {
			t.Named = append(t.Named[:len(t.Named):len(t.Named)], named(ref))
		}
	}
	t.Named = t.Named[max(0, len(t.Named)-maxNamed):]
	if first {
		t.Above = t.Named
	}
	return t
}

func bracketed(ids ...string) string {
	var all []string
	for _, id := range ids {
		if id != "" {
			all = append(all, "<"+id+">")
		}
	}
	return strings.Join(all, " ")
}
