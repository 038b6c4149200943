package okdesk

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// An issue is found by its parameter, where there is one for our mark. Else it stands in the
// line before its description: so the issues that were made since we first wrote here are
// gone through, the latest first, and each is asked for once.

const (
	markKey  = "issue marked/" // the issue of a mark
	seenKey  = "issue seen/"   // an issue whose mark is known, or that has none
	beganKey = "writing began"
)

// findTicket is the issue that has a mark; 0 if there is none.
func (t *Target) findTicket(ctx context.Context, mark string) (number, error) {
	if mark == "" {
		return 0, nil
	}
	if code := t.config.Mark; code != "" {
		var ids []number
		if err := t.get(ctx, "issues/count", url.Values{"custom_parameters[" + code + "]": {mark}}, &ids); err != nil {
			return 0, err
		}
		for _, id := range ids { // whether a part of a text is enough for it, no source says
			if now, err := t.markOf(ctx, id); err != nil || now == mark {
				return id, err
			}
		}
		return t.findLately(ctx, mark, t.client.Now().Add(-2*t.settling-overlap))
	}
	b, err := t.env.State.Get(ctx, beganKey)
	if err != nil {
		return 0, err
	}
	began, err := time.Parse(time.RFC3339, string(b))
	if err != nil { // it was not written down, since we were killed at the first write
		began = t.client.Now().Add(-24 * time.Hour)
	}
	return t.findLately(ctx, mark, began.Add(-overlap))
}

// findLately looks for a mark among the issues that were made since a time.
func (t *Target) findLately(ctx context.Context, mark string, since time.Time) (number, error) {
	had := map[number]bool{}
	for page := 1; ; page++ {
		rows, err := t.issuePage(ctx, sorted("created_at", "reverse"), page)
		if err != nil || len(rows) == 0 {
			return 0, err
		}
		fresh := false
		for _, row := range rows {
			if row.Created.Before(since) {
				return 0, nil
			}
			if had[row.ID] {
				continue
			}
			had[row.ID], fresh = true, true
			now, err := t.markOf(ctx, row.ID)
			if err != nil {
				return 0, err
			}
			if now == mark {
				return row.ID, nil
			}
		}
		if !fresh {
			return 0, nil
		}
	}
}

// markOf is the mark of an issue. Where it stands in the description it is asked for once.
func (t *Target) markOf(ctx context.Context, id number) (string, error) {
	key := seenKey + string(idOf(id))
	if b, err := t.env.State.Get(ctx, key); err != nil || b != nil {
		return string(b), err
	}
	issue, err := t.issue(ctx, id)
	if errors.Is(err, connectors.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	r := new(desk.Ticket)
	setParameters(&r.Meta, issue.Parameters, issueWords)
	t.unmark(r, issue)
	if t.config.Mark != "" { // a parameter is anybody's to change
		return r.Mark, nil
	}
	return r.Mark, t.env.State.Put(ctx, key, []byte(r.Mark))
}

// beginsWriting notes when we first wrote here.
func (t *Target) beginsWriting(ctx context.Context) error {
	if t.config.Mark != "" || t.begun.Load() {
		return nil
	}
	b, err := t.env.State.Get(ctx, beganKey)
	if err != nil || b != nil {
		t.begun.Store(err == nil)
		return err
	}
	now, err := t.now(ctx)
	if err != nil {
		return err
	}
	return t.env.State.Put(ctx, beganKey, []byte(now.UTC().Format(time.RFC3339)))
}

// finishFound gives an issue its status whose making was broken off before, and that somebody
// has changed since: what stands there would be taken for theirs. It was never in another
// status, so that neither we nor they have set one. One that nobody came to is half made, and
// is changed like any other, which tells if the account refuses the step.
func (t *Target) finishFound(ctx context.Context, id number, r *desk.Ticket) error {
	if t.env.DryRun || r.Status == "" {
		return nil
	}
	issue, err := t.issue(ctx, id)
	if errors.Is(err, connectors.ErrNotFound) {
		return nil
	}
	alone := issue.Updated.Sub(issue.Created.Time) < time.Minute
	if err == nil && (alone || issue.OldStatus != nil && issue.OldStatus.Code != "") {
		return nil
	}
	if err == nil {
		err = t.setStatus(ctx, idOf(id), r, issue.Status)
	}
	return err
}
