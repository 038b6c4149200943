package conntest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

func secretRules() []rule {
	secret := need{`a secret in Far.Config: a connectors.Secret that is not ""`, func(r *rig) bool { return len(r.traces.secrets) > 0 }}
	return []rule{
		{"Secrets", "A secret of the configuration is never seen: not when the configuration is printed, not in Account, an error, the log or State.", []need{secret}, secrets},
		{"SecretsInErrors", "No error shows a secret, not even where the server's answer or the request's address repeats it.", []need{secret, speaksHTTP}, secretsInErrors},
	}
}

func secrets(ctx context.Context, r *rig) error {
	errs := []error{
		r.shown("Account", r.spec.Account(r.far.Config)),
		r.shown("the printed configuration: its type must be connectors.Secret", fmt.Sprintf("%v %+v %#v", r.far.Config, r.far.Config, r.far.Config)),
	}
	if r.hasSource() && (r.far.Seed != nil || r.hasTarget()) {
		_, err := r.seeded(ctx)
		for _, kind := range r.reads.Kinds {
			_, reading := r.readAll(ctx, kind)
			err = errors.Join(err, reading)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...) // the log and the states are looked at after each rule
}

// gossips are ways in which a call fails while the server tells the secret.
func (r *rig) gossips() map[string]canned {
	tells := fmt.Sprintf(`{"error": "the token %s is not known"}`, r.traces.secrets[0])
	all := map[string]canned{
		"a lost line":     func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
		"no way there":    func(*http.Request) (*http.Response, error) { return nil, dialFailure },
		"a strange 200":   status(200, "<html>"+tells),
		"half an answer":  status(200, `{"items": [`),
		"an empty answer": status(200, ""),
	}
	for _, code := range []int{400, 401, 403, 404, 409, 422, 429, 500, 503} {
		all[fmt.Sprint(code)] = status(code, tells)
	}
	return all
}

func secretsInErrors(ctx context.Context, r *rig) error {
	var errs []error
	for name, answer := range r.gossips() {
		r.wrap = func(http.RoundTripper) http.RoundTripper { return answer }
		for _, err := range r.callAll(ctx) {
			if err == nil {
				continue
			}
			if err := r.shown(fmt.Sprintf("an error (%s)", name), err.Error()); err != nil {
				errs = append(errs, err)
				break // the others will show it too
			}
		}
		r.forget()
	}
	return errors.Join(errs...)
}

// callAll opens both sides, makes a call of each sort, and returns what they said.
func (r *rig) callAll(ctx context.Context) (errs []error) {
	if r.hasSource() {
		s, err := r.source(ctx)
		if errs = append(errs, err); err == nil {
			for _, kind := range r.reads.Kinds {
				_, err := list(s.Read(ctx, kind, ""))
				errs = append(append(errs, err), asks(ctx, s, desk.New(kind))...)
			}
		}
	}
	if !r.hasTarget() {
		return errs
	}
	d, err := r.open(ctx)
	if errs = append(errs, err); err != nil {
		return errs
	}
	for _, rec := range r.writable(Sample()) {
		rec = r.link(rec)
		first, _ := r.cut(rec)
		_, fields := changedSample(rec)
		_, err1 := d.Create(ctx, first)
		_, err2 := d.Update(ctx, "1", rec, fields)
		errs = append(append(errs, err1, err2), asks(ctx, d, rec)...)
	}
	m := lateMessage()
	_, err = d.Append(ctx, "1", &m)
	return append(errs, err)
}

// asks calls the abilities that x has.
func asks(ctx context.Context, x any, rec desk.Record) (errs []error) {
	if f, ok := x.(connectors.Finder); ok {
		_, err := f.Find(ctx, rec)
		errs = append(errs, err)
	}
	if f, ok := x.(connectors.Fetcher); ok {
		_, err := f.Fetch(ctx, rec.Kind(), "1")
		errs = append(errs, err)
	}
	if d, ok := x.(connectors.Describer); ok {
		_, err := d.Describe(ctx)
		errs = append(errs, err)
	}
	if d, ok := x.(connectors.Deleter); ok {
		errs = append(errs, d.Delete(ctx, rec.Kind(), "1"))
	}
	return errs
}
