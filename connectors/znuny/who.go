package znuny

import (
	"cmp"
	"context"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// customer is who has a login, or an address. Whose login nobody knew when they were asked for
// first is known by the address from then on: what was read must go on saying the same.
func (c *census) customer(ctx context.Context, who string) (desk.Ref, error) {
	id := customerID(who)
	if !strings.Contains(string(id), "@") {
		return desk.To(desk.KindContact, id), nil
	}
	login, err := c.settled(ctx, mailKey(string(id)), func() (string, error) { return string(id), nil })
	return desk.To(desk.KindContact, desk.ID(login)), err
}

// settled is the word under a key, or what is found for it now, from then on.
func (c *census) settled(ctx context.Context, key string, find func() (string, error)) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	word, err := c.env.State.Get(ctx, key)
	if err != nil || len(word) > 0 {
		return string(word), err
	}
	found, err := find()
	if err != nil {
		return "", err
	}
	return found, c.env.State.Put(ctx, key, []byte(found))
}

// agent is who has a login.
func (c *census) agent(login text) desk.Ref { return desk.To(desk.KindAgent, desk.ID(login)) }

// colleague is the agent who signs notes with an address. Whom nobody knew when it was asked
// first stays nobody: else what was read would say something else as soon as they sign one.
func (c *census) colleague(ctx context.Context, address string) (desk.Ref, error) {
	if address == "" {
		return desk.Ref{}, nil
	}
	const nobody = "-"
	login, err := c.settled(ctx, signedKey(address), func() (string, error) {
		known, err := c.env.State.Get(ctx, staffKey(address))
		return cmp.Or(string(known), nobody), err
	})
	if err != nil || login == nobody {
		return desk.Ref{}, err
	}
	return desk.To(desk.KindAgent, desk.ID(login)), nil
}

// user is the agent of a number: articles name no login. Tickets that somebody owns, or is
// responsible for, name both. One whom none names is known by the number, from then on.
func (c *census) user(ctx context.Context, number text) (desk.Ref, error) {
	login, err := c.env.State.Get(ctx, userKey(number))
	if err != nil || len(login) > 0 {
		return desk.To(desk.KindAgent, desk.ID(login)), err
	}
	name, err := c.loginOf(ctx, number)
	if err != nil {
		return desk.Ref{}, err
	}
	name = cmp.Or(name, "#"+string(number))
	if err := c.env.State.Put(ctx, userKey(number), []byte(name)); err != nil {
		return desk.Ref{}, err
	}
	return desk.To(desk.KindAgent, desk.ID(name)), nil
}

func (c *census) loginOf(ctx context.Context, number text) (string, error) {
	for _, by := range []string{"OwnerIDs", "ResponsibleIDs"} {
		ids, err := c.search(ctx, object{by: []string{string(number)}, "Limit": 1})
		if err != nil || len(ids) == 0 {
			if err != nil {
				return "", err
			}
			continue
		}
		t, err := c.cover(ctx, string(ids[0]))
		switch {
		case isAbsent(err):
		case err != nil:
			return "", err
		case t.OwnerID == number:
			return string(t.Owner), nil
		case t.ResponsID == number:
			return string(t.Respons), nil
		}
	}
	return "", nil
}
