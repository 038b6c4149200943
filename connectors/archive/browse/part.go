package browse

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskhaul/deskhaul/desk"
)

// part is a stretch of a message's text.
type part struct {
	Fold  string // what it is if it is folded away: "Quoted history", "Signature"
	Lines int    // of a fold
	Runs  []run
}

// run is a piece of text; Link is its address if it is one.
type run struct{ Text, Link string }

// partsOf cuts the text of a message at its folds.
func partsOf(m *desk.Message) []part {
	var out []part
	add := func(text, fold string) {
		if strings.TrimSpace(text) == "" {
			return
		}
		text = strings.Trim(strings.ToValidUTF8(text, "\uFFFD"), "\r\n")
		out = append(out, part{Fold: fold, Lines: 1 + strings.Count(text, "\n"), Runs: runsOf(text)})
	}
	folds := slices.SortedFunc(slices.Values(m.Folds), func(a, b desk.Fold) int { return a.Start - b.Start })
	at := 0
	for _, f := range folds {
		start, end := runeStart(m.Text, f.Start), runeStart(m.Text, f.End)
		if start < at || end <= start {
			continue // it lies in the one before, or nowhere
		}
		add(m.Text[at:start], "")
		add(m.Text[start:end], foldName(f.What))
		at = end
	}
	add(m.Text[at:], "")
	return out
}

func foldName(what desk.FoldKind) string {
	if what == desk.FoldSignature {
		return "Signature"
	}
	return "Quoted history"
}

// runeStart brings an offset into the text and to the beginning of a letter.
func runeStart(text string, at int) int {
	at = min(max(at, 0), len(text))
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	return at
}

var address = regexp.MustCompile(`https?://[^\s<>"'\x60\x{3000}-\x{303F}\x{FF00}-\x{FF0F}]+`)

// runsOf finds the addresses in a text. Stops and brackets at the end of one
// belong to the sentence around it.
func runsOf(text string) []run {
	var out []run
	at := 0
	for _, m := range address.FindAllStringIndex(text, -1) {
		link := strings.TrimRight(text[m[0]:m[1]], ".,;:!?*_|]}")
		if !strings.Contains(link, "(") {
			link = strings.TrimRight(link, ").,")
		}
		if !opens(link) {
			continue
		}
		if m[0] > at {
			out = append(out, run{Text: text[at:m[0]]})
		}
		out = append(out, run{Text: link, Link: link})
		at = m[0] + len(link)
	}
	if at < len(text) {
		out = append(out, run{Text: text[at:]})
	}
	return out
}
