package words

import (
	"bytes"
	"context"
	"slices"
)

// mostTokens is how many words and keys are gathered before they become a segment.
// At its end each takes twelve bytes.
const mostTokens = 1_200_000

// mostVocabulary bounds the bytes of the different terms among them.
const mostVocabulary = 7 << 20

// Writer gathers documents and writes them as segments. It is for one goroutine.
type Writer struct {
	store  Store
	most   int // tokens
	terms  *vocabulary
	tokens []uint32 // numbers of words, document by document
	keys   []uint32 // numbers of keys
	docs   []gathered
	held   *Set // the records that docs are of
	gone   [replacedWhole + 1]*Set
	key    []byte
}

// gathered is a document, or the part of it that came after a flush: its words are
// tokens[words:], to those of the next one.
type gathered struct {
	doc         int64
	words, keys int
	base        uint32 // how many words the document has before them
}

// NewWriter makes a writer.
func NewWriter() *Writer {
	w := &Writer{most: mostTokens, terms: newVocabulary()}
	w.clear()
	return w
}

func (w *Writer) clear() {
	w.terms.clear()
	w.tokens, w.keys, w.docs, w.held = w.tokens[:0], w.keys[:0], w.docs[:0], NewSet()
	w.gone[replacedCover], w.gone[replacedWhole] = NewSet(), NewSet()
}

// Into drops what was gathered, and lets the writer write to store: a transaction
// that the caller begins, and commits after Flush.
func (w *Writer) Into(store Store) {
	w.clear()
	w.store = store
}

// Replace takes a record out of what was indexed so far: all of it, or its cover only.
func (w *Writer) Replace(ctx context.Context, record int64, whole bool) error {
	if w.held.Has(record) {
		if err := w.Flush(ctx); err != nil {
			return err
		}
	}
	which := replacedCover
	if whole {
		which = replacedWhole
	}
	w.gone[which].Add(record)
	return nil
}

// Begin begins a document, which must not have been indexed since it was replaced.
func (w *Writer) Begin(doc int64) {
	w.docs = append(w.docs, gathered{doc, len(w.tokens), len(w.keys), 0})
	w.held.Add(doc >> PlaceBits)
}

// Words adds words to the document: each with a space after it, side by side with
// those that were added before.
func (w *Writer) Words(ctx context.Context, folded []byte) error {
	for len(folded) > 0 {
		n := bytes.IndexByte(folded, ' ')
		if n < 0 {
			n = len(folded)
		}
		if n > 0 {
			if err := w.room(ctx); err != nil {
				return err
			}
			w.tokens = append(w.tokens, w.terms.number(folded[:n]))
		}
		folded = folded[min(n+1, len(folded)):]
	}
	return nil
}

// Key adds a key to the document: name is one from FirstKey to LastKey. An empty
// value is none.
func (w *Writer) Key(ctx context.Context, name byte, value string) error {
	if value == "" {
		return nil
	}
	if err := w.room(ctx); err != nil {
		return err
	}
	w.key = append(append(w.key[:0], name), value...)
	n := w.terms.number(w.key)
	if !slices.Contains(w.keys[w.docs[len(w.docs)-1].keys:], n) {
		w.keys = append(w.keys, n)
	} else {
		w.terms.terms[n].count--
	}
	return nil
}

// room flushes if no more fits. The document under way goes on in the next segment,
// with its last words again, so that a phrase is found in one of the two.
func (w *Writer) room(ctx context.Context) error {
	if len(w.tokens)+len(w.keys) < w.most && w.terms.memory() < mostVocabulary {
		return nil
	}
	at := w.docs[len(w.docs)-1]
	said := w.tokens[at.words:]
	again := said[max(0, len(said)-LongestPhrase+1):]
	var repeat []byte
	for _, n := range again {
		repeat = append(append(repeat, w.terms.term(n)...), ' ')
	}
	base := at.base + uint32(len(said)-len(again))
	if err := w.Flush(ctx); err != nil {
		return err
	}
	w.Begin(at.doc)
	w.docs[0].base = base
	return w.Words(ctx, repeat)
}
