package znuny

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// entry is what is known of a person, a queue or an organisation. Each change gives it the
// next number of all, and that is the cursor.
type entry struct {
	Seq   int64     `json:"seq"`
	Kind  desk.Kind `json:"kind"`
	ID    desk.ID   `json:"id"`
	Name  string    `json:"name,omitempty"`
	Email string    `json:"email,omitempty"`
	Org   desk.ID   `json:"org,omitempty"`
}

const seqKey = "seq"

func whoKey(kind desk.Kind, id desk.ID) string { return "who/" + string(kind) + "/" + string(id) }
func atKey(kind desk.Kind, seq int64) string   { return fmt.Sprintf("at/%s/%015d", kind, seq) }
func mailKey(address string) string            { return "mail/" + strings.ToLower(address) }
func userKey(number text) string               { return "uid/" + string(number) }
func staffKey(address string) string           { return "staff/" + strings.ToLower(address) }
func signedKey(address string) string          { return "signed/" + strings.ToLower(address) }

// note adds to the entries what is new. Names and addresses stay as they were found first;
// of an agent the name that people use counts more than the login.
func (c *census) note(ctx context.Context, all ...entry) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range all {
		if e.ID == "" {
			continue
		}
		was, err := c.entry(ctx, e.Kind, e.ID)
		if err != nil {
			return err
		}
		now := e
		now.Seq = was.Seq
		if was.Name != "" && (e.Name == "" || e.Kind != desk.KindAgent || was.Name != string(e.ID)) {
			now.Name = was.Name
		}
		now.Email, now.Org = cmp.Or(was.Email, e.Email), desk.ID(cmp.Or(string(e.Org), string(was.Org)))
		if now == was {
			continue
		}
		if err := c.put(ctx, now, was); err != nil {
			return err
		}
	}
	return nil
}

// entry is one that stands. The caller holds mu.
func (c *census) entry(ctx context.Context, kind desk.Kind, id desk.ID) (e entry, err error) {
	b, err := c.env.State.Get(ctx, whoKey(kind, id))
	if err == nil && len(b) > 0 {
		err = json.Unmarshal(b, &e)
	}
	return e, err
}

// put keeps an entry under a new number: first where it is found by that, for what is found
// so and says another number is passed over. The caller holds mu.
func (c *census) put(ctx context.Context, now, was entry) error {
	if c.seq == 0 {
		b, err := c.env.State.Get(ctx, seqKey)
		if err != nil {
			return err
		}
		c.seq, _ = strconv.ParseInt(string(b), 10, 64) // nothing is 0
	}
	c.seq++
	now.Seq = c.seq
	b, err := json.Marshal(now)
	if err != nil {
		return err
	}
	puts := [][2]string{{seqKey, strconv.FormatInt(now.Seq, 10)}, {atKey(now.Kind, now.Seq), string(now.ID)}, {whoKey(now.Kind, now.ID), string(b)}}
	if now.Kind == desk.KindContact && now.Email != "" && was.Email == "" && string(now.ID) != now.Email {
		known, err := c.env.State.Get(ctx, mailKey(now.Email))
		if err != nil {
			return err
		}
		if len(known) == 0 { // else it is settled who that is
			puts = append(puts, [2]string{mailKey(now.Email), string(now.ID)})
		}
	}
	if now.Kind == desk.KindAgent && now.Email != "" && was.Email == "" {
		puts = append(puts, [2]string{staffKey(now.Email), string(now.ID)})
	}
	for _, p := range puts {
		if err := c.env.State.Put(ctx, p[0], []byte(p[1])); err != nil {
			return err
		}
	}
	if was.Seq > 0 {
		return c.env.State.Delete(ctx, atKey(now.Kind, was.Seq))
	}
	return nil
}

// putOnce keeps a word that is not kept yet.
func (c *census) putOnce(ctx context.Context, key, word string) error {
	had, err := c.env.State.Get(ctx, key)
	if err != nil || string(had) == word {
		return err
	}
	return c.env.State.Put(ctx, key, []byte(word))
}

// yieldAfter yields the entries of a kind that were changed after the cursor. One that is
// no number that was given begins at the beginning.
func (c *census) yieldAfter(ctx context.Context, kind desk.Kind, after connectors.Cursor, yield yielder) error {
	from, err := strconv.ParseInt(string(after), 10, 64)
	last, reading := c.env.State.Get(ctx, seqKey)
	if reading != nil {
		return reading
	}
	if given, _ := strconv.ParseInt(string(last), 10, 64); err != nil || from < 0 || from > given {
		from = 0
	}
	prefix := "at/" + string(kind) + "/"
	for e, err := range c.env.State.Scan(ctx, prefix, atKey(kind, from)) {
		if err != nil {
			return err
		}
		c.mu.Lock()
		it, err := c.entry(ctx, kind, desk.ID(e.Value))
		c.mu.Unlock()
		if err != nil {
			return err
		}
		if atKey(kind, it.Seq) != e.Key {
			continue // it was changed since
		}
		if !yield(connectors.Item{Record: it.record(), Cursor: connectors.Cursor(strconv.FormatInt(it.Seq, 10))}, nil) {
			return nil
		}
	}
	return nil
}

// record is what an entry says.
func (e entry) record() desk.Record {
	switch e.Kind {
	case desk.KindOrganization:
		return &desk.Organization{Meta: desk.Meta{ID: e.ID}, Name: e.Name}
	case desk.KindAgent:
		return &desk.Agent{Meta: desk.Meta{ID: e.ID}, Name: e.Name, Email: e.Email}
	case desk.KindCategory:
		return &desk.Category{Meta: desk.Meta{ID: e.ID}, Name: e.Name}
	case desk.KindContact:
		r := &desk.Contact{Meta: desk.Meta{ID: e.ID}, Name: e.Name, Org: desk.To(desk.KindOrganization, e.Org)}
		if e.Email != "" {
			r.Emails = []string{e.Email}
		}
		return r
	case desk.KindGroup, desk.KindTicket, desk.KindMessage, desk.KindFile:
	}
	return nil
}

// chunks are the things of a list, some together.
func chunks[T any](list iter.Seq2[T, error], n int) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		var some []T
		for thing, err := range list {
			if err != nil {
				if len(some) == 0 || yield(some, nil) {
					yield(nil, err)
				}
				return
			}
			if some = append(some, thing); len(some) == n {
				if !yield(some, nil) {
					return
				}
				some = nil
			}
		}
		if len(some) > 0 {
			yield(some, nil)
		}
	}
}
