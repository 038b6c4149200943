package rt

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// What is written to a ticket that was merged goes to the one that it was merged into.
// So tickets are merged last, when all else that a run brings is written; what was not
// merged before a run was killed is merged at the end of the next.

func mergeKey(id desk.ID) string { return "merge/" + string(id) }

// mergeLater notes that a ticket is to be merged, or that it is not.
func (t *Target) mergeLater(ctx context.Context, id, into desk.ID) error {
	if into == "" || into == id {
		return t.state.Delete(ctx, mergeKey(id))
	}
	return t.state.Put(ctx, mergeKey(id), []byte(into))
}

// toMerge is the ticket that one is to be merged into; none if it is not.
func (t *Target) toMerge(ctx context.Context, id desk.ID) (desk.Ref, error) {
	into, err := t.state.Get(ctx, mergeKey(id))
	return desk.To(desk.KindTicket, desk.ID(into)), err
}

// Merged implements connectors.Merger: RT's merges add the people of a ticket to those of
// the other one (RT/Ticket.pm, _MergeInto), and its history takes no note of it.
func (t *Target) Merged(ctx context.Context, ticket desk.ID) (merged []*desk.Ticket, err error) {
	shapes, err := t.mergedInto(ctx, text(ticket))
	if err != nil {
		return nil, err
	}
	for _, shape := range shapes {
		one := &desk.Ticket{Meta: desk.Meta{ID: desk.ID(shape.ID)}}
		if err := t.people(ctx, shape, one); err != nil {
			return nil, err
		}
		merged = append(merged, one)
	}
	return merged, nil
}

// longestClose bounds the merging of one ticket.
const longestClose = 5 * time.Minute

// Close merges what is to be merged, and looks once more whether RT was quiet.
func (t *Target) Close() error {
	if t.dry {
		return nil
	}
	ctx := context.Background()
	var errs []error
	if base := t.watch.base; t.watch.due > 0 && base > 0 {
		_, err := t.look(ctx, "", base)
		errs = append(errs, err)
	}
	for e, err := range t.state.Scan(ctx, mergeKey(""), "") {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		if errors.Is(errors.Join(errs...), connectors.ErrDenied) {
			break
		}
		id := desk.ID(strings.TrimPrefix(e.Key, mergeKey("")))
		if err := t.merge(ctx, id, desk.ID(e.Value)); err != nil {
			errs = append(errs, fmt.Errorf("ticket %s is to be merged into %s, which a later run tries again: %w", id, e.Value, err))
		}
	}
	return errors.Join(errs...)
}

func (t *Target) merge(ctx context.Context, id, into desk.ID) error {
	ctx, cancel := context.WithTimeout(ctx, longestClose)
	defer cancel()
	var now made
	_, err := t.client.JSON(ctx, rest.Call{Path: "ticket/" + url.PathEscape(string(id))}, &now)
	switch {
	case isAbsent(err), err == nil && desk.ID(now.ID) != id: // it is gone, or was merged
		return t.state.Delete(ctx, mergeKey(id))
	case err != nil:
		return err
	}
	switch gone, err := t.isGone(ctx, text(into)); {
	case err != nil:
		return err
	case gone: // and would take it along; whoever brings that one anew says so again
		return t.state.Delete(ctx, mergeKey(id))
	}
	var said []string
	call := rest.Call{Method: http.MethodPut, Path: "ticket/" + url.PathEscape(string(id)), JSON: map[string]any{"MergeInto": string(into)}}
	if _, err := t.client.JSON(ctx, call, &said); err != nil {
		return err
	}
	var after made // RT says in the account's language whether it did
	if _, err := t.client.JSON(ctx, rest.Call{Path: "ticket/" + url.PathEscape(string(id))}, &after); err != nil {
		return err
	}
	if desk.ID(after.ID) == id {
		return fmt.Errorf("RT says %q: %w", said, connectors.ErrRefused)
	}
	return t.state.Delete(ctx, mergeKey(id))
}
