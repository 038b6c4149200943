package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Cause is why records of a kind are put aside, and how many of them.
type Cause struct {
	Hop    string
	Kind   desk.Kind
	Reason connectors.Reason
	Count  int64
	First  []desk.ID // of the records, of messages of their tickets

	words []string // … where those of several differ
	plain string   // what is said of the first, without the ids of the record
	// Varies tells that more than the ids of the record differs.
	Varies bool
}

// Causes puts what is said of many records together by what it is about. However many they
// are, there are but some causes.
type Causes struct {
	all  []*Cause
	by   map[causeKey]*Cause
	many map[causeKey]int // causes of a kind and reason
}

type causeKey struct {
	hop    string
	kind   desk.Kind
	reason connectors.Reason
	about  string
}

// mostCauses is how many causes of one kind and reason are told apart by the values that
// they name; with many more, they are told apart by nothing.
const (
	mostCauses   = 10
	endlessCause = 30
)

// firstOfCause is how many of its records a cause names.
const firstOfCause = 5

// Add counts a record under its cause; of a message, ticket is its ticket.
func (c *Causes) Add(hop string, kind desk.Kind, ticket, id desk.ID, reason connectors.Reason, detail string) *Cause {
	if c.by == nil {
		c.by, c.many = map[causeKey]*Cause{}, map[causeKey]int{}
	}
	words := wordsOf(detail, string(ticket), string(id))
	of := causeKey{hop: hop, kind: kind, reason: reason}
	key := of
	for level := range 3 {
		key.about = about(words, level, string(ticket), string(id))
		if c.by[key] != nil || level == 0 && c.many[of] < mostCauses || level == 1 && c.many[of] < endlessCause {
			break
		}
	}
	x := c.by[key]
	if x == nil {
		x = &Cause{Hop: hop, Kind: kind, Reason: reason, words: words, plain: plain(words, string(ticket), string(id))}
		c.by[key], c.all = x, append(c.all, x)
		c.many[of]++
	}
	x.Count++
	x.meet(words)
	x.Varies = x.Varies || x.plain != plain(words, string(ticket), string(id))
	x.first(cmp.Or(ticket, id))
	return x
}

// first keeps an id if it is among the first ones: shorter ones come first, so that numbers
// stand in their order.
func (c *Cause) first(id desk.ID) {
	at, known := slices.BinarySearchFunc(c.First, id, func(a, b desk.ID) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	if !known && at < firstOfCause {
		c.First = slices.Insert(c.First, at, id)
		c.First = c.First[:min(len(c.First), firstOfCause)]
	}
}

// List is all causes, the most frequent first.
func (c *Causes) List() []*Cause {
	out := slices.Clone(c.all)
	slices.SortStableFunc(out, func(a, b *Cause) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// Sum is how many records have a cause.
func (c *Causes) Sum() (n int64) {
	for _, x := range c.all {
		n += x.Count
	}
	return n
}

// String is what is said of all of them, with … where it differs.
func (c *Cause) String() string { return strings.Join(c.words, " ") }

// meet leaves of the words those that another says too.
func (c *Cause) meet(words []string) {
	if len(words) != len(c.words) {
		c.words = []string{"…"}
		return
	}
	for i, w := range words {
		if c.words[i] != w {
			c.words[i] = beginning(w) + "…" + ending(w)
		}
	}
}

// plain is a sentence without the ids of what it is about.
func plain(words []string, ids ...string) string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		for _, id := range ids {
			if id != "" && strings.Contains(w, id) {
				w = strings.ReplaceAll(w, id, "…")
			}
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// about is what words are about: without ids, numbers and addresses; at a higher level
// without any values in quotes, then nothing at all.
func about(words []string, level int, ids ...string) string {
	if level > 1 {
		return "…"
	}
	out := make([]string, 0, len(words))
	for _, w := range words {
		bare := strings.Trim(w, `"“”().,:;`)
		if slices.Contains(ids, bare) || strings.ContainsFunc(w, unicode.IsDigit) || strings.Contains(w, "@") || level > 0 && strings.ContainsAny(w, `"“`) {
			w = "…"
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// beginning is the bracket before a word.
func beginning(w string) string {
	if strings.HasPrefix(w, "(") {
		return "("
	}
	return ""
}

// ending is the punctuation after a word.
func ending(w string) string { return w[len(strings.TrimRight(w, ".,:;)")):] }

// wordsOf are the words of a sentence; what stands in quotes is one, and so is an id.
func wordsOf(text string, ids ...string) (out []string) {
	const space = "\x00"
	for _, id := range ids {
		if strings.Contains(id, " ") {
			text = strings.ReplaceAll(text, id, strings.ReplaceAll(id, " ", space))
		}
	}
	quoted, escaped, from := false, false, -1
	end := func(at int) {
		if from >= 0 {
			out, from = append(out, strings.ReplaceAll(text[from:at], space, " ")), -1
		}
	}
	for at, r := range text {
		if unicode.IsSpace(r) && !quoted {
			end(at)
			continue
		}
		if from < 0 {
			from = at
		}
		quoted = quoted != (r == '"' && !escaped)
		escaped = quoted && r == '\\' && !escaped
	}
	end(len(text))
	return out
}

// causes writes why records would be put aside, each cause once.
func causes(b *strings.Builder, all []*Cause) {
	if len(all) == 0 {
		return
	}
	b.WriteString("\nInto quarantine, or waiting:\n")
	for _, c := range all {
		if c.Count == 1 {
			fmt.Fprintf(b, "  %s %s (%s): %s\n", c.Kind, c.First[0], c.Reason, c)
			continue
		}
		fmt.Fprintf(b, "  %s × %s (%s): %s\n      %s\n", Number(c.Count), plural[c.Kind], c.Reason, c, c.firsts())
	}
}

// firsts names the first ones.
func (c *Cause) firsts() string {
	var names []string
	for _, id := range c.First {
		names = append(names, string(id))
	}
	if len(names) == firstOfCause && c.Count > firstOfCause { // of messages, several are of one ticket
		names = append(names, "…")
	}
	of := plural[c.Kind]
	if c.Kind == desk.KindMessage {
		of = plural[desk.KindTicket]
	}
	return of + " " + strings.Join(names, ", ")
}
