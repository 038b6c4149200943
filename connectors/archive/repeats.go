package archive

import (
	"hash/maphash"
	"strings"
)

// repeats knows the lines that the messages of one ticket have said. Half of a
// mail is what it quotes: indexing it again with every reply doubles the index
// and lets a word be found in ten messages where one said it. A line that an
// earlier message of the ticket has word for word is found there.
//
// It is for one goroutine.
type repeats struct {
	seed maphash.Seed
	said map[uint64]struct{}
}

// shortLine is the length in bytes below which a line is always indexed: so much
// says little, and is cheap.
const shortLine = 16

func newRepeats() *repeats { return &repeats{maphash.MakeSeed(), map[uint64]struct{}{}} }

// next forgets everything: another ticket begins.
func (r *repeats) next() {
	if len(r.said) > 1<<12 {
		r.said = map[uint64]struct{}{} // clearing costs by the size that it once had
		return
	}
	clear(r.said)
}

// news calls add with the stretches of text whose lines are new to the ticket.
func (r *repeats) news(text string, add func(string)) {
	start, pos := 0, 0
	for pos < len(text) {
		end := len(text)
		if i := strings.IndexByte(text[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		if r.seen(text[pos:end]) {
			if start < pos {
				add(text[start:pos])
			}
			start = end
		}
		pos = end
	}
	if start < len(text) {
		add(text[start:])
	}
}

// seen tells whether the ticket has said a line, and notes that it has now.
func (r *repeats) seen(line string) bool {
	line = strings.TrimRight(strings.TrimLeft(line, "> "), " \n")
	if len(line) < shortLine {
		return false
	}
	h := maphash.String(r.seed, line)
	if _, ok := r.said[h]; ok {
		return true
	}
	r.said[h] = struct{}{}
	return false
}
