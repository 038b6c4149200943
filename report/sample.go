package report

import (
	"fmt"
	"io"
	"strings"
)

// SampledTicket is a ticket of a sample: why it is in it, and, of a run, how its copy
// compares.
type SampledTicket struct {
	From    string  `json:"from"` // the leg on which it was looked at, by the names that the configuration gives
	To      string  `json:"to"`
	ID      string  `json:"id"` // in the source of the leg
	Subject string  `json:"subject,omitempty"`
	Old     string  `json:"old,omitempty"` // where people open it
	Target  string  `json:"target,omitempty"`
	New     string  `json:"new,omitempty"`
	Why     []Trait `json:"why"`
	// Differences is in how much the copy differs from what it should say; nil if it was
	// not read back.
	Differences *int64 `json:"differences,omitempty"`
	// Lost is how many different fields of it, and of its messages, the target does not have,
	// as was told.
	Lost int64 `json:"lost,omitempty"`
	// Aside is why messages and files of it are in quarantine, or wait, on any leg.
	Aside []string `json:"aside,omitempty"`
	// Unread is why it was not, or not wholly, in a sentence.
	Unread string `json:"unread,omitempty"`
	// Beside is the ticket on both sides, for the page; nil if it was not looked at.
	Beside *Beside `json:"-"`
}

// Trait is why a ticket is in a sample: a sort of trouble, with how much there is of it, or
// the status, category or priority that it stands for.
type Trait struct {
	Trait string `json:"trait"`
	Value string `json:"value,omitempty"`
	N     int64  `json:"n,omitempty"`
}

// traitWords are the traits in words.
var traitWords = map[string]string{
	"messages": "many messages (%d)", "files": "many files (%d)", "largest file": "a large file (%s)", "inline images": "inline images",
	"private notes": "private notes", "copies": "people in copy", "merged": "merged into another", "deleted agent": "an agent who is deleted or disabled",
	"lost characters": "characters that were lost", "mixed directions": "written from both sides", "not ASCII": "much that is not ASCII (%d letters)",
	"HTML": "a large page of HTML (%s)", "custom fields": "many custom fields (%d)", "no requester": "nobody who asked", "participants": "many people (%d)",
	"oldest": "among the oldest", "newest": "among the newest", "status": "status %s", "category": "category %s", "priority": "priority %s", "ordinary": "an ordinary one",
}

// in says a trait in a tongue.
func (x Trait) in(t Tongue) string {
	words, known := traitWords[x.Trait]
	switch {
	case !known:
		return x.Trait
	case x.Trait == "largest file" || x.Trait == "HTML":
		return t.Say(words, t.Bytes(x.N))
	case strings.Contains(words, "%d"):
		return t.Say(words, x.N)
	case strings.Contains(words, "%s"):
		return t.Say(words, x.Value)
	}
	return t.Say(words)
}

// because says why a ticket is in the sample.
func (s *SampledTicket) because(t Tongue) string {
	var out []string
	for _, x := range s.Why {
		out = append(out, x.in(t))
	}
	return strings.Join(out, ", ")
}

// verdict says how the copy compares, and what of it is aside; "" where nothing was to be
// compared.
func (s *SampledTicket) verdict(t Tongue) string {
	said := s.compared(t)
	if s.Lost > 0 && s.Differences != nil {
		said = t.Say("%s, %s", said, t.Say("%d fields lost", s.Lost))
	}
	if n := len(s.Aside); n > 0 && said != "" {
		said = t.Say("%s, and %s", said, t.Say("%d in quarantine", n))
	}
	return said
}

func (s *SampledTicket) compared(t Tongue) string {
	switch {
	case s.Differences == nil && s.Unread != "":
		return t.Say("not compared: %s", s.Unread)
	case s.Differences == nil:
		return ""
	case *s.Differences > 0:
		return t.Say("%d differences", *s.Differences)
	case s.Unread != "":
		return t.Say("not wholly compared: %s", s.Unread)
	}
	return t.Say("no difference")
}

// differing is in how much the copies of a sample differ.
func differing(all []SampledTicket) (n int64) {
	for _, s := range all {
		if s.Differences != nil {
			n += *s.Differences
		}
	}
	return n
}

// sampleText writes a sample for a person at a terminal; where says where each ticket is
// shown beside its copy, "" nothing.
func sampleText(w io.Writer, all []SampledTicket, where string) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\nSample of %s", count(int64(len(all)), "ticket", "tickets")) //nolint:errcheck // it is a buffer
	fmt.Fprintln(w, where+":")                                                    //nolint:errcheck // likewise
	t := english()
	for i := range all {
		s := &all[i]
		line := "  ticket " + s.ID
		if s.Target != "" && s.Target != s.ID {
			line += " → " + s.Target
		}
		line += ": " + s.because(t)
		if v := s.verdict(t); v != "" {
			line += "; " + v
		}
		fmt.Fprintln(w, line) //nolint:errcheck // likewise
	}
}
