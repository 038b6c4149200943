package mailgen

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

// vocabularySize is how many different words a language has besides names and
// numbers, which are new all the time.
const vocabularySize = 20_000

// voice speaks one language.
type voice struct {
	*language
	words           []string
	names, surnames []string
	rank            *rand.Zipf
}

func (g *generator) voice(name string) *voice {
	if v := g.voices[name]; v != nil {
		return v
	}
	for i := range languages {
		if l := &languages[i]; l.name == name {
			g.voices[name] = &voice{
				language: l, words: l.vocabulary(vocabularySize), names: strings.Fields(l.names), surnames: strings.Fields(l.surnames),
				rank: rand.NewZipf(g.rnd, 1.07, 3, vocabularySize-1),
			}
			return g.voices[name]
		}
	}
	return g.voice("en")
}

// word is one drawn by Zipf's law; one in forty is a number or a code that
// nobody has written before.
func (v *voice) word(g *generator) string {
	if g.rnd.IntN(40) > 0 {
		return v.words[v.rank.Uint64()]
	}
	switch g.rnd.IntN(4) {
	case 0:
		return fmt.Sprintf("#%d", g.rnd.IntN(10_000_000))
	case 1:
		return fmt.Sprintf("0x%08X", g.rnd.Uint32())
	case 2:
		return fmt.Sprintf("%d.%02d", g.rnd.IntN(2000), g.rnd.IntN(100))
	}
	return fmt.Sprintf("https://acme.test/o/%x", g.rnd.Uint32())
}

// subject draws three to eight words.
func (v *voice) subject(g *generator) string {
	words := make([]string, g.between(3, 8))
	for i := range words {
		words[i] = v.words[v.rank.Uint64()]
	}
	return strings.Join(words, v.space())
}

func (v *voice) space() string {
	if v.runs {
		return ""
	}
	return " "
}

// lineWidth is where programs wrap plain text.
const lineWidth = 74

// prose writes about size bytes in paragraphs, wrapped.
func (v *voice) prose(g *generator, size int) []string {
	var lines []string
	var line strings.Builder
	width, sentence, written := 0, 0, 0
	wrap := func() {
		lines = append(lines, line.String())
		line.Reset()
		width = 0
	}
	for written < size {
		w := v.word(g)
		if sentence++; sentence > 6 && g.rnd.IntN(8) == 0 {
			w, sentence = w+".", 0
		}
		n := utf8.RuneCountInString(w)
		if width > 0 && width+n+1 > lineWidth {
			wrap()
		}
		if width > 0 {
			line.WriteString(v.space())
			width++
		}
		line.WriteString(w)
		width += n
		written += len(w) + 1
		if sentence == 0 && g.rnd.IntN(4) == 0 {
			wrap()
			lines = append(lines, "")
		}
	}
	if width > 0 {
		wrap()
	}
	return lines
}
