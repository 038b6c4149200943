package okdesk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// skipped has the change of a status send no notification, call no webhook and start no
// automatic action (https://apidocs.okdesk.ru/apidoc/, Смена статуса заявки).
var skipped = []string{"skip_notifications", "skip_webhooks", "skip_triggers"}

// usualCode is the status of each sort that accounts begin with.
var usualCode = map[desk.Status]string{
	desk.StatusOpen: codeOpened, desk.StatusSolved: codeCompleted, desk.StatusClosed: codeClosed,
}

// statusFor is the account's status that is read as one: the usual one, else the first; one
// that puts the issue off last, for it wants a date. A new issue is an open one where the
// account knows no other.
func (c *Config) statusFor(d *dictionary, s desk.Status) (w wordShape, ok bool) {
	var fits []wordShape
	for _, w := range d.statuses {
		if to, _ := c.status(w); to == s {
			fits = append(fits, w)
		}
	}
	if len(fits) == 0 {
		if s == desk.StatusNew || s == "" {
			return c.statusFor(d, desk.StatusOpen)
		}
		return w, false
	}
	rank := func(w wordShape) int {
		switch w.Code {
		case usualCode[s]:
			return 0
		case codeDelayed:
			return 2
		}
		return 1
	}
	return slices.MinFunc(fits, func(a, b wordShape) int { return rank(a) - rank(b) }), true
}

// statusLoss tells that a status is another there; nil if it is not.
func (t *Target) statusLoss(d *dictionary, r *desk.Ticket) *connectors.Loss {
	w, ok := t.config.statusFor(d, r.Status)
	to, _ := t.config.status(w)
	if ok && (to == r.Status || r.Status == "") {
		return nil
	}
	detail := fmt.Sprintf("ticket %s: the account has no status that stands for %q", r.ID, r.Status)
	if ok {
		detail += fmt.Sprintf("; it is %q", w.Name)
	}
	return &connectors.Loss{Field: "status", Why: connectors.WhyValue, Value: string(r.Status), Takes: t.takenStatuses(d), Detail: detail}
}

func (t *Target) takenStatuses(d *dictionary) (lines string) {
	for _, s := range desk.Statuses {
		if w, ok := t.config.statusFor(d, s); ok {
			if to, _ := t.config.status(w); to == s {
				lines += string(s) + "\n"
			}
		}
	}
	if lines != "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// setStatus brings an issue from the status that it is in to that of the ticket, through
// those that the configuration names.
func (t *Target) setStatus(ctx context.Context, id desk.ID, r *desk.Ticket, now *named) error {
	d, err := t.dictionary(ctx)
	if err != nil {
		return err
	}
	w, ok := t.config.statusFor(d, r.Status)
	if there := wordOf(now, d.statuses); !ok || there.Code == w.Code {
		return nil
	} else if is, known := t.config.status(there); known && is == r.Status {
		return nil
	}
	steps := t.config.path(w.Code)
	if now != nil {
		if i := slices.Index(steps, now.Code); i >= 0 {
			steps = steps[i+1:]
		}
	}
	for _, code := range steps {
		if err := t.step(ctx, id, r, code); err != nil {
			return t.stuck(r, now, code, err)
		}
		now = &named{Code: code}
	}
	return nil
}

// step changes a status once.
func (t *Target) step(ctx context.Context, id desk.ID, r *desk.Ticket, code string) error {
	values := map[string]any{"code": code, "skip_options": skipped}
	if code == codeDelayed {
		until, err := t.putOff(ctx, r)
		if err != nil {
			return err
		}
		values["delay_to"] = until
		t.sayWhy(values, r)
	}
	call := rest.Call{Method: http.MethodPost, Path: "issues/" + string(id) + "/statuses", JSON: values}
	err := t.change(ctx, call)
	if refusedOver(err, "comment", "коммент") && values["comment"] == nil { // some statuses want one
		t.sayWhy(values, r)
		err = t.change(ctx, call)
	}
	return err
}

// sayWhy adds the private word that the change of a status wants. It is no message: we know
// it again when we read it.
func (t *Target) sayWhy(values map[string]any, r *desk.Ticket) {
	values["comment"] = preface{Line: byline.Line{From: desk.Address{Name: "The status comes from where the ticket does"}}, kind: "s", mark: r.Mark}.html()
	values["comment_public"] = false
}

// putOff is until when an issue is put off: as the ticket says, if that is still to come.
func (t *Target) putOff(ctx context.Context, r *desk.Ticket) (string, error) {
	zone, err := t.where(ctx)
	if err != nil {
		return "", err
	}
	delay, err := t.config.delay()
	until := t.client.Now().Add(delay)
	if said, ok := r.Fields["delayed_to"].(string); ok {
		if at, bad := time.Parse(time.RFC3339, said); bad == nil && at.After(t.client.Now()) {
			until = at
		}
	}
	return until.In(zone).Format(time.RFC3339), err
}

// stuck explains why a status cannot be reached: the account's own order of statuses.
func (t *Target) stuck(r *desk.Ticket, from *named, code string, err error) error {
	if !refusedOver(err, "") {
		return err
	}
	at := "new"
	if from != nil {
		at = from.Code
	}
	return connectors.Refuse(connectors.ReasonRefused,
		fmt.Sprintf("in Okdesk, under Настройки → Заявки → Статусы заявок, allow the step from %s to %s while the move lasts, or name in through by which status it is reached; then say retry", at, code),
		"ticket %s: Okdesk refuses the step from the status %s to %s (%s): %v", r.ID, at, code, r.Status, err)
}
