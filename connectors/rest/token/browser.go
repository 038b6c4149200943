package token

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/deskhaul/deskhaul/connectors"
)

// Browser has a person log in with a browser that comes back to this machine (RFC 8252
// with the proof key of RFC 7636). host is how the machine calls itself in the address
// to come back to: 127.0.0.1, or localhost where a provider wants that. A browser on
// another machine ends at an address that does not answer; the person may write it.
func (c Client) Browser(ctx context.Context, client *http.Client, p connectors.Person, host string, extra ...oauth2.AuthCodeOption) (*oauth2.Token, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("wait for the browser: %w", err)
	}
	back := &returning{state: rand.Text(), came: make(chan url.Values, 1)}
	server := &http.Server{Handler: back, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(l)   //nolint:errcheck // it ends with Close
	defer server.Close() //nolint:errcheck // nothing is lost
	config := c.config(c.Style)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	config.RedirectURL = "http://" + net.JoinHostPort(host, port) + "/"
	proof := oauth2.GenerateVerifier()
	address := config.AuthCodeURL(back.state, append(extra, oauth2.S256ChallengeOption(proof))...)
	if err := p.Visit(connectors.Visit{Address: address, Paste: true}); err != nil {
		return nil, err
	}
	answer, err := back.wait(ctx, p)
	if err != nil {
		return nil, err
	}
	if code := answer.Get("error"); code != "" {
		return nil, c.notLoggedIn(c.AuthURL, &oauth2.RetrieveError{ErrorCode: code, ErrorDescription: answer.Get("error_description")})
	}
	t, err := config.Exchange(within(ctx, client), answer.Get("code"), oauth2.VerifierOption(proof))
	if err != nil {
		return nil, c.notLoggedIn(c.TokenURL, err)
	}
	return c.lasting(t, nil)
}

// returning waits for the browser that comes back.
type returning struct {
	state string
	came  chan url.Values
}

// ServeHTTP implements http.Handler.
func (b *returning) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !b.ours(q) {
		http.Error(w, "This is not the page that deskhaul waits for.", http.StatusNotFound)
		return
	}
	select {
	case b.came <- q:
	default: // loaded twice
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "Done. You can close this page and go back to deskhaul.\n") // the person sees it there too
}

// ours tells whether an answer belongs to this login: another page may have sent it.
func (b *returning) ours(q url.Values) bool {
	return q.Get("state") == b.state && (q.Get("code") != "" || q.Get("error") != "")
}

// wait waits for the browser, or for the address where it ended.
func (b *returning) wait(ctx context.Context, p connectors.Person) (url.Values, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	lines := make(chan string)
	go func() {
		for {
			line, err := p.Line(ctx)
			if err != nil {
				return // nobody is there to write: the browser may come all the same
			}
			select {
			case lines <- line:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case q := <-b.came:
			return q, nil
		case line := <-lines:
			if q, err := pasted(line); err == nil && b.ours(q) {
				return q, nil
			} else if line != "" {
				return nil, &connectors.Trouble{
					Reason: connectors.ReasonTransient, Hint: "run it again and copy the whole address of the page where the browser ends",
					Err: fmt.Errorf("what was written is not the address of this login: %w", connectors.ErrDenied),
				}
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func pasted(line string) (url.Values, error) {
	u, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		return nil, err
	}
	if u.RawQuery == "" {
		return nil, errors.New("no query")
	}
	return u.Query(), nil
}
