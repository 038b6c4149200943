package sheets

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// people remembers by which addresses and names the records of the sheets go, so
// that a ticket that names its requester by an address points to the contact
// that another sheet gave a number.
type people struct {
	state connectors.State
	cache *recent[desk.ID] // the last answers
	err   error            // the first failure of the state
}

// mostCached is how many answers are kept: some 15 MB.
const mostCached = 1 << 17

func newPeople(state connectors.State) *people {
	return &people{state: state, cache: newRecent[desk.ID](mostCached)}
}

// shared stands for a name that more than one record goes by.
const shared = "\x00"

func nameKey(kind desk.Kind, word string) string {
	return "n/" + string(kind) + "/" + desk.Normal(word)
}

// Lookup finds the record that goes by the word, or has it for an id.
func (p *people) Lookup(ctx context.Context, kind desk.Kind, word string) (desk.ID, error) {
	key := nameKey(kind, word)
	if id, ok := p.cache.get(key); ok {
		return id, nil
	}
	id, err := p.find(ctx, kind, key, word)
	if err != nil {
		p.err = err
		return "", err
	}
	p.cache.put(key, id)
	return id, nil
}

func (p *people) find(ctx context.Context, kind desk.Kind, key, word string) (desk.ID, error) {
	b, err := p.state.Get(ctx, key)
	if err != nil || string(b) == shared {
		return "", err
	}
	if b != nil {
		return desk.ID(b), nil
	}
	b, err = p.state.Get(ctx, recordKey(kind, desk.ID(word)))
	if err != nil || b == nil {
		return "", err
	}
	return desk.ID(word), nil
}

// learn notes the addresses and names of a record where they are not its id.
func (p *people) learn(ctx context.Context, rec desk.Record) error {
	var words []string
	switch rec := rec.(type) {
	case *desk.Contact:
		words = append(append(words, rec.Emails...), rec.Name)
	case *desk.Agent:
		words = []string{rec.Email, rec.Name}
	case *desk.Organization:
		words = []string{rec.Name}
	case *desk.Group:
		words = []string{rec.Name}
	case *desk.Category:
		words = []string{rec.Name}
	}
	id := rec.About().ID
	for _, w := range words {
		if w = desk.Normal(w); w == "" || w == string(id) {
			continue
		}
		key := nameKey(rec.Kind(), w)
		was, err := p.state.Get(ctx, key)
		if err != nil {
			return err
		}
		value := string(id)
		if was != nil && string(was) != value {
			value = shared
		}
		if string(was) == value {
			continue
		}
		if err := p.state.Put(ctx, key, []byte(value)); err != nil {
			return err
		}
		p.cache.drop(key)
	}
	return nil
}
