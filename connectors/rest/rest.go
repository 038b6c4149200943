// Package rest is what the connectors share that speak HTTP: signing, pacing,
// repeating, paging, and errors that say what happened. A connector makes one
// Client for its account and sends every call through it.
//
// What may have made something is never sent twice: see Call.
package rest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest/token"
)

// Options say how to speak to one account.
type Options struct {
	// Base is the address that the paths of calls stand behind, without a slash at
	// the end: "https://acme.zendesk.com/api/v2".
	Base     string
	Settings Settings
	Env      connectors.Env
	// Sign adds the credentials. It is asked for every request to Base's host, and
	// for no other: where an answer leads elsewhere, credentials do not follow.
	Sign func(*http.Request) error
	// OAuth signs instead of Sign, if it is given.
	OAuth OAuth
	// Secrets are masked in every error, also where the server repeats them.
	Secrets []connectors.Secret
	// Limits are what the vendor allows, as long as its headers have not said
	// otherwise: calls in a time, by class. A class without one is not paced.
	Limits map[string]Limit
	// Classes tells which allowances a request uses up; nil means the one class "".
	Classes func(*http.Request) []string
	// Allowances reads what an answer's headers say of the classes of its request;
	// nil: nothing but Retry-After is understood.
	Allowances func(http.Header, []string) map[string]Allowance
	// Explain makes one sentence of an error's body, "" if it makes no sense of it;
	// and says what it means, nil for what its status means.
	Explain func(status int, body []byte) (sentence string, means error)
	// Wait is how long to wait before a call is repeated for the first time; each
	// further time twice as long. 0 is half a second.
	Wait time.Duration
}

// Client speaks to one account. Its methods may be called from several goroutines.
type Client struct {
	base     *url.URL
	http     *retryablehttp.Client
	explain  func(int, []byte) (string, error)
	mask     func(string) string
	tries    int
	still    time.Duration
	most     int          // bytes of an answer that is data
	mostFile int64        // bytes of a file that came packed
	sound    atomic.Bool  // an answer was once what it should be
	inVain   atomic.Bool  // somebody waited to the end for a server that cannot be reached, and nobody was answered since
	told     atomic.Int64 // when it was last told that the server cannot be reached
	toldAway atomic.Int64 // when it was last told that the server turns calls away
	log      *slog.Logger
	now      func() time.Time
	clock    *clock
}

// New makes a client. It sends nothing. Its errors name the setting that is wrong.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(o.Base, "/"))
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, fmt.Errorf("url: %q is no address of a server: write it as https://…", o.Base)
	}
	line, err := o.Settings.transport(o.Env.HTTP)
	if err != nil {
		return nil, err
	}
	pace, err := newPacer(o)
	if err != nil {
		return nil, err
	}
	secrets := func() []connectors.Secret { return o.Secrets }
	sign := &signer{base: base, sign: o.Sign, next: &abroad{base, line}}
	if o.OAuth.Given() {
		held, err := newRenewing(o.OAuth, &http.Client{Transport: line}, func(s string) { o.Env.Log.Warn(s) })
		if err != nil {
			return nil, err
		}
		sign.sign, sign.refused = held.sign, held.refused
		secrets = func() []connectors.Secret { return append(held.Secrets(), o.Secrets...) }
	}
	mask := func(s string) string { return token.Masking(secrets()).Replace(s) }
	c := &Client{base: base, explain: o.Explain, mask: mask, tries: o.Settings.tries(), still: stillFor, most: mostAnswer, mostFile: mostUnpacked, log: o.Env.Log, now: o.Env.Now}
	c.clock = &clock{base: base, now: o.Env.Now, next: sign}
	c.http = &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport:     &watched{c, pace.line(c.clock)},
			CheckRedirect: followReads,
		},
		RetryWaitMin: o.firstWait(), RetryWaitMax: longestWait, RetryMax: c.tries + patience,
		CheckRetry: c.mayRepeat, Backoff: c.wait, ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	return c, nil
}

func (o *Options) firstWait() time.Duration {
	if o.Wait > 0 {
		return o.Wait
	}
	return firstWait
}

// Base is the address that the paths of calls stand behind.
func (c *Client) Base() string { return c.base.String() }

// followReads follows what only reads. A write that is sent elsewhere would arrive
// as a read, or twice. Nobody is told where the way came from: a server that repeats the
// address may repeat the token in it.
func followReads(req *http.Request, via []*http.Request) error {
	req.Header.Del("Referer")
	of, ours := via[0].Context().Value(repeatsKey{}).(*repeats)
	if via[0].Method != http.MethodGet && via[0].Method != http.MethodHead || ours && !of.harmless {
		return http.ErrUseLastResponse
	}
	if len(via) >= 10 {
		return &circle{masked(via[0].URL)}
	}
	return nil
}

// circle is an address that leads to itself, or through too many others.
type circle struct{ from string }

func (c *circle) Error() string { return c.from + " leads round in a circle" }

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
