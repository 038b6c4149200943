package words

import (
	"bytes"
	"context"
)

// phrase adds the records in whose documents of one segment the words stand side by side.
func (s *Snapshot) phrase(ctx context.Context, i int, words []string, open bool, set *Set) error {
	p := phrase{gone: s.gone[i], set: set, places: make([]places, 0, len(words))}
	fixed := words
	if last := len(words) - 1; open {
		fixed = words[:last]
		p.ends = &ends{open: s.cursor(i, false), prefix: []byte(words[last])}
	}
	for _, w := range fixed {
		c := s.cursor(i, false)
		more, err := c.start(ctx, []byte(w))
		if err != nil || !more || string(c.term) != w {
			return err
		}
		p.words = append(p.words, c)
	}
	return p.find(ctx)
}

// phrase walks through the documents that hold all of its words.
type phrase struct {
	words  []*cursor
	places []places
	gone   *replaced
	set    *Set
	ends   *ends // nil if the last word does not go on
}

func (p *phrase) find(ctx context.Context) error {
	for {
		more, err := p.words[0].nextDoc(ctx)
		if err == nil && more {
			more, err = p.meet(ctx)
		}
		if err != nil {
			return err
		}
		if !more {
			break
		}
		record := p.words[0].doc >> PlaceBits
		if p.set.Has(record) || p.gone.has(p.words[0].doc) {
			continue
		}
		if err := p.look(ctx, record); err != nil {
			return err
		}
	}
	if p.ends != nil {
		return p.ends.settle(ctx, p.set)
	}
	return nil
}

// meet moves all words to the next document that they share.
func (p *phrase) meet(ctx context.Context) (bool, error) {
	doc := p.words[0].doc
	for i := 0; i < len(p.words); i++ {
		for c := p.words[i]; c.doc < doc || !c.begun; {
			if more, err := c.nextDoc(ctx); err != nil || !more {
				return false, err
			}
		}
		if p.words[i].doc > doc {
			doc, i = p.words[i].doc, -1
		}
	}
	return true, nil
}

// look finds out whether the words stand side by side in the document at hand.
func (p *phrase) look(ctx context.Context, record int64) error {
	p.places = p.places[:0]
	for _, c := range p.words {
		p.places = append(p.places, places{rest: c.here})
	}
	for {
		at, found, err := sideBySide(p.places)
		if err != nil {
			return p.words[0].placed(err)
		}
		if !found {
			return nil
		}
		if p.ends == nil {
			p.set.Add(record)
			return nil
		}
		if err := p.ends.add(ctx, ending{p.words[0].doc, at + uint64(len(p.places))}, p.set); err != nil {
			return err
		}
	}
}

// sideBySide finds the next place of the first word after which the others follow.
func sideBySide(words []places) (at uint64, found bool, err error) {
	more, err := words[0].next()
	if !more || err != nil {
		return 0, false, err
	}
	at = words[0].at
	for i := 1; i < len(words); {
		if more, err := words[i].reach(at + uint64(i)); !more || err != nil {
			return 0, false, err
		}
		if words[i].at == at+uint64(i) {
			i++
			continue
		}
		if more, err := words[0].reach(words[i].at - uint64(i)); !more || err != nil {
			return 0, false, err
		}
		at, i = words[0].at, 1
	}
	return at, true, nil
}

// mostEndings is how many are gathered before the words that might follow are looked
// through, which are many.
const mostEndings = 1 << 18

// ending is a place where the last word of a phrase should begin as asked.
type ending struct {
	doc int64
	at  uint64
}

// ends are the endings whose last word is to be looked up.
type ends struct {
	open   *cursor
	prefix []byte
	list   []ending // ascending
}

func (e *ends) add(ctx context.Context, at ending, set *Set) error {
	if e.list = append(e.list, at); len(e.list) < mostEndings {
		return nil
	}
	return e.settle(ctx, set)
}

// settle adds the records of those endings where a word with the prefix stands.
func (e *ends) settle(ctx context.Context, set *Set) error {
	if len(e.list) == 0 {
		return nil
	}
	more, err := e.open.start(ctx, e.prefix)
	for err == nil && more && bytes.HasPrefix(e.open.term, e.prefix) {
		if err = e.term(ctx, set); err == nil {
			more, err = e.open.nextTerm(ctx)
		}
	}
	e.list = e.list[:0]
	return err
}

// term looks through the documents of one word.
func (e *ends) term(ctx context.Context, set *Set) error {
	for rest := e.list; len(rest) > 0; {
		more, err := e.open.nextDoc(ctx)
		if err != nil || !more {
			return err
		}
		for len(rest) > 0 && rest[0].doc < e.open.doc {
			rest = rest[1:]
		}
		here := places{rest: e.open.here}
		for ; len(rest) > 0 && rest[0].doc == e.open.doc; rest = rest[1:] {
			more, err := here.reach(rest[0].at)
			if err != nil {
				return e.open.placed(err)
			}
			if more && here.at == rest[0].at {
				set.Add(e.open.doc >> PlaceBits)
			}
		}
	}
	return nil
}
