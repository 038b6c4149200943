package plaintext

import (
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// Folds finds the quoted history and the signature in a text. The folds are
// in order, do not overlap and begin and end with lines.
//
// What a person wrote is never folded away whole: quotes fold only beside text,
// and quotes between which someone answers stay, because they are what the
// answers are about.
func Folds(text string) []desk.Fold {
	if text == "" {
		return nil
	}
	f, _ := folders.Get().(*folder)
	f.lines = splitLines(f.lines[:0], text)
	f.classify(text)
	f.mark()
	folds := f.folds()
	if len(f.lines) <= mostLent {
		folders.Put(f)
	}
	return folds
}

// folders lends folders for the sake of their lines, unless those are very many.
var folders = sync.Pool{New: func() any { return new(folder) }}

const mostLent = 8 << 10

// lineSort is what a line is, as far as the line itself tells.
type lineSort byte

const (
	isText      lineSort = iota
	isEmpty              // white space
	isQuote              // begins with ">"
	isRule               // "-- " or a line of dashes
	isWrote              // "On ... wrote:", the beginning of it where it takes several lines
	isWroteMore          // the rest of it
	isOriginal           // "-----Original Message-----", a forwarded message
	isHead               // "From: ..." of a header block
	isMobile             // "Sent from my phone"
)

// line is one line of the text: bytes start to end, its line break included.
type line struct {
	start, end int
	sort       lineSort
	head       headSort
	fold       desk.FoldKind
}

// folder works on the lines of one text.
type folder struct{ lines []line }

func splitLines(lines []line, text string) []line {
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i + 1
		}
		lines = append(lines, line{start: start, end: end})
		start = end
	}
	return lines
}

// set folds lines from to to that are not folded yet.
func (f *folder) set(from, to int, what desk.FoldKind) {
	for i := from; i < to; i++ {
		if f.lines[i].fold == "" {
			f.lines[i].fold = what
		}
	}
}

// mark decides what folds.
func (f *folder) mark() {
	end := len(f.lines)
	marker := f.firstMarker()
	if rule := f.signature(marker); rule >= 0 {
		f.set(rule, marker, desk.FoldSignature)
	}
	for i := range f.lines {
		if f.lines[i].sort == isMobile {
			f.lines[i].fold = desk.FoldSignature
		}
	}
	if marker < end {
		f.history(marker)
	}
	f.trailing()
}

// firstMarker returns the line at which history begins, or the number of lines.
func (f *folder) firstMarker() int {
	skip := 0
	for i := range f.lines {
		if i < skip && f.lines[i].sort == isHead {
			continue
		}
		switch f.lines[i].sort {
		case isWrote, isOriginal:
			return i
		case isHead:
			end, ok := f.headBlock(i)
			if ok {
				return i
			}
			skip = end
		default:
		}
	}
	return len(f.lines)
}

// headBlock tells whether lines from i on are the header of an earlier message:
// three fields or more, who wrote it among them; a field may take two lines. It
// returns where the fields end.
func (f *folder) headBlock(i int) (end int, ok bool) {
	fields, from, wrapped := 0, false, 0
	for ; i < len(f.lines) && wrapped < 2; i++ {
		switch l := &f.lines[i]; l.sort {
		case isHead:
			fields, wrapped = fields+1, 0
			from = from || l.head == headFrom
		case isEmpty:
			if fields >= 3 || wrapped > 0 {
				return i, fields >= 3 && from
			}
			wrapped++
		default:
			wrapped++
		}
	}
	return i, fields >= 3 && from
}

// longestSignature is how many lines may follow a rule that is not "-- ", empty ones
// aside.
const longestSignature = 15

// signature returns the line of the rule at which a signature begins, -1 if there
// is none before the line end. A rule with nothing below it belongs to the history.
func (f *folder) signature(end int) int {
	left := 0 // lines from i on that are not empty
	for i := 0; i < end; i++ {
		if f.lines[i].sort != isEmpty {
			left++
		}
	}
	history, texts := f.ruleBefore(end), false
	for i := 0; i < end; i++ {
		l := f.lines[i]
		texts = texts || l.sort == isText
		if l.sort == isRule && (texts || i == 0) && (l.head == headSignature || left <= longestSignature && i != history) {
			return i
		}
		if l.sort != isEmpty {
			left--
		}
	}
	return -1
}

func (f *folder) hasText(from, to int) bool {
	for i := from; i < to; i++ {
		if f.lines[i].sort == isText && f.lines[i].fold == "" {
			return true
		}
	}
	return false
}

// interleaved is how many lines of text after the first quote are taken for
// answers to it, and not for a signature.
const interleaved = 7

// history folds what the marker introduces.
func (f *folder) history(marker int) {
	before := f.hasText(0, marker)
	quoted := f.skip(marker+1, isEmpty, isWroteMore)
	switch {
	case before && (quoted == len(f.lines) || f.lines[quoted].sort != isQuote):
		f.set(f.ruleBefore(marker), len(f.lines), desk.FoldQuote)
	case quoted < len(f.lines) && f.lines[quoted].sort == isQuote:
		f.quotes(marker, quoted, before)
	default: // a forwarded message and nothing else: only its cover folds
		end := marker + 1
		for end < len(f.lines) && f.lines[end].sort != isEmpty && f.lines[marker].sort != isWrote {
			end++
		}
		if end = max(end, f.skip(marker+1, isWroteMore)); f.hasText(end, len(f.lines)) {
			f.set(marker, end, desk.FoldQuote)
		}
	}
}

// ruleBefore returns where the line of dashes above a marker stands.
func (f *folder) ruleBefore(marker int) int {
	i := marker
	for i > 0 && f.lines[i-1].sort == isEmpty {
		i--
	}
	if i > 0 && f.lines[i-1].sort == isRule {
		return i - 1
	}
	return marker
}

// quotes folds a quote under its marker, and what follows it unless that is the
// answer.
func (f *folder) quotes(marker, quoted int, before bool) {
	end := f.skip(quoted, isQuote, isEmpty)
	start := f.ruleBefore(marker)
	texts := 0
	for i := end; i < len(f.lines); i++ {
		if f.lines[i].sort == isText {
			texts++
		}
	}
	switch {
	case before && texts < interleaved:
		f.set(start, len(f.lines), desk.FoldQuote)
	case !before && texts > 0 && !f.quoteAfter(end):
		f.set(start, end, desk.FoldQuote) // the answer stands below
	case texts == 0 && before:
		f.set(start, end, desk.FoldQuote)
	default:
		f.set(start, f.skip(marker+1, isWroteMore), desk.FoldQuote)
	}
}

func (f *folder) quoteAfter(i int) bool {
	for ; i < len(f.lines); i++ {
		if f.lines[i].sort == isQuote {
			return true
		}
	}
	return false
}

// skip passes over lines of the sorts.
func (f *folder) skip(i int, sorts ...lineSort) int {
	for i < len(f.lines) {
		found := false
		for _, s := range sorts {
			found = found || f.lines[i].sort == s
		}
		if !found {
			return i
		}
		i++
	}
	return i
}

// trailing folds quotes at the end of the text.
func (f *folder) trailing() {
	i := len(f.lines)
	for i > 0 && (f.lines[i-1].fold != "" || f.lines[i-1].sort == isQuote || f.lines[i-1].sort == isEmpty) {
		i--
	}
	if !f.hasText(0, i) {
		return
	}
	for ; i < len(f.lines); i++ {
		if f.lines[i].sort == isQuote {
			f.set(i, i+1, desk.FoldQuote)
		}
	}
}

// folds joins folded lines; blank lines between two of one sort go with them.
func (f *folder) folds() []desk.Fold {
	var folds []desk.Fold
	gap := false
	for _, l := range f.lines {
		if l.fold == "" {
			gap = gap || l.sort != isEmpty
			continue
		}
		if n := len(folds); n > 0 && !gap && folds[n-1].What == l.fold {
			folds[n-1].End = l.end
		} else {
			folds = append(folds, desk.Fold{Start: l.start, End: l.end, What: l.fold})
		}
		gap = false
	}
	return folds
}
