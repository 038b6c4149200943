package pipeline

import (
	"unicode"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/desk"
)

// Trait is what makes a ticket worth a look before all are moved.
type Trait string

// The traits. Of those called Most, and of the largest file, the oldest and the newest, it
// counts to have the most of all tickets; of the others to have it.
const (
	MostMessages     Trait = "messages"
	MostFiles        Trait = "files"
	LargestFile      Trait = "largest file"
	InlineImages     Trait = "inline images"
	PrivateNotes     Trait = "private notes"
	Copies           Trait = "copies"
	Merged           Trait = "merged"
	DeletedAgent     Trait = "deleted agent"
	LostCharacters   Trait = "lost characters" // U+FFFD, which stands where a character could not be read
	MixedDirections  Trait = "mixed directions"
	MostForeign      Trait = "not ASCII"
	MostHTML         Trait = "HTML"
	MostFields       Trait = "custom fields"
	NoRequester      Trait = "no requester"
	MostParticipants Trait = "participants"
	Oldest           Trait = "oldest"
	Newest           Trait = "newest"
	OfStatus         Trait = "status"
	OfCategory       Trait = "category"
	OfPriority       Trait = "priority"
	Ordinary         Trait = "ordinary"
)

// Traits are all of them, the most troublesome first.
var Traits = []Trait{
	MostMessages, MostFiles, LargestFile, InlineImages, PrivateNotes, Copies, Merged, DeletedAgent, LostCharacters, MixedDirections, MostForeign,
	MostHTML, MostFields, NoRequester, MostParticipants, Oldest, Newest, OfStatus, OfCategory, OfPriority, Ordinary,
}

// feature is a trait as a number of a ticket: more is more awkward, 0 is not at all.
type feature struct {
	trait Trait
	most  bool // what counts is to have the most of it, not to have it
	of    func(*desk.Ticket, *staff) float64
}

// features are what goes wrong in migrations, worst first.
var features = []feature{
	{MostMessages, true, func(t *desk.Ticket, _ *staff) float64 { return several(len(t.Messages)) }},
	{MostFiles, true, func(t *desk.Ticket, s *staff) float64 {
		return several(int(ofFiles(func(*desk.File) float64 { return 1 })(t, s)))
	}},
	{LargestFile, true, largestFile},
	{InlineImages, false, ofFiles(func(f *desk.File) float64 { return truth(f.Inline || f.CID != "") })},
	{PrivateNotes, false, ofMessages(func(m *desk.Message) float64 { return truth(m.Note) })},
	{Copies, false, ofMessages(func(m *desk.Message) float64 { return float64(len(m.CC)) })},
	{Merged, false, func(t *desk.Ticket, _ *staff) float64 { return truth(!t.MergedInto.IsZero()) }},
	{DeletedAgent, false, goneAgents},
	{LostCharacters, false, ofWords(func(c rune) bool { return c == utf8.RuneError })},
	{MixedDirections, false, func(t *desk.Ticket, _ *staff) (n float64) {
		for words := range wordsOf(t) {
			n += truth(mixed(words))
		}
		return n
	}},
	{MostForeign, true, ofWords(func(c rune) bool { return c > unicode.MaxASCII })},
	{MostHTML, true, ofMessages(func(m *desk.Message) float64 { return float64(len(m.HTML)) })},
	{MostFields, true, func(t *desk.Ticket, _ *staff) float64 { return several(len(t.Fields)) }},
	{NoRequester, false, func(t *desk.Ticket, _ *staff) float64 { return truth(t.Requester.IsZero()) }},
	{MostParticipants, true, func(t *desk.Ticket, _ *staff) float64 { return several(len(t.Participants)) }},
	{Oldest, true, func(t *desk.Ticket, _ *staff) float64 {
		if t.Created.IsZero() {
			return 0
		}
		return 1 / float64(1+max(0, t.Created.Unix()))
	}},
	{Newest, true, func(t *desk.Ticket, _ *staff) float64 { return max(0, float64(lastTouched(t).Unix())) }},
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// several is a number of what one alone is nothing special.
func several(n int) float64 {
	if n < 2 {
		return 0
	}
	return float64(n)
}

func ofMessages(f func(*desk.Message) float64) func(*desk.Ticket, *staff) float64 {
	return func(t *desk.Ticket, _ *staff) (n float64) {
		for i := range t.Messages {
			n += f(&t.Messages[i])
		}
		return n
	}
}

func ofFiles(f func(*desk.File) float64) func(*desk.Ticket, *staff) float64 {
	return ofMessages(func(m *desk.Message) (n float64) {
		for i := range m.Files {
			n += f(&m.Files[i])
		}
		return n
	})
}

// largestFile is the bytes of the largest file of a ticket, as nearly as they are known.
func largestFile(t *desk.Ticket, _ *staff) (n float64) {
	for i := range t.Messages {
		for _, f := range t.Messages[i].Files {
			if f.Size < 0 {
				f.Size = f.Nearly
			}
			n = max(n, float64(f.Size))
		}
	}
	return n
}

// goneAgents counts the references to agents who are there no more, or cannot log in.
func goneAgents(t *desk.Ticket, s *staff) (n float64) {
	for _, ref := range desk.Refs(t) {
		n += truth(ref.Kind == desk.KindAgent && s.gone(ref.ID))
	}
	return n
}

// wordsOf yields what people wrote in a ticket: subjects, texts, names of people and files.
func wordsOf(t *desk.Ticket) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if !yield(t.Subject) {
			return
		}
		for i := range t.Messages {
			m := &t.Messages[i]
			for _, words := range [...]string{m.Subject, m.Text, m.From.Name} {
				if !yield(words) {
					return
				}
			}
			for _, f := range m.Files {
				if !yield(f.Name) {
					return
				}
			}
		}
	}
}

// ofWords counts the characters of some sort in what people wrote.
func ofWords(is func(rune) bool) func(*desk.Ticket, *staff) float64 {
	return func(t *desk.Ticket, _ *staff) (n float64) {
		for words := range wordsOf(t) {
			for _, c := range words {
				n += truth(is(c))
			}
		}
		return n
	}
}

// rightToLeft are the scripts that are written so.
var rightToLeft = []*unicode.RangeTable{unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko}

// mixed tells whether a text has letters that are written from the right, and others.
func mixed(s string) bool {
	right, left := false, false
	for _, c := range s {
		switch {
		case c <= unicode.MaxASCII:
			left = left || unicode.IsLetter(c)
		case unicode.In(c, rightToLeft...):
			right = true
		default:
			left = left || unicode.IsLetter(c)
		}
	}
	return right && left
}

// staff are the agents of a source. Who is not among them, or cannot log in, is gone.
type staff struct {
	known  bool // the source tells who they are
	active map[desk.ID]bool
}

func (s *staff) gone(id desk.ID) bool { return id != "" && s.known && !s.active[id] }
