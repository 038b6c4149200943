package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/archive/browse"
)

// serveRedirects answers at an address until it is stopped.
func (s *session) serveRedirects(ctx context.Context, legs []*crossing, ask *redirectsAsk) (err error) {
	l, err := browse.Listen(ctx, ask.serve, ask.public, false)
	if errors.Is(err, browse.ErrPublic) {
		return usage(fmt.Errorf("--serve %s can be reached from other machines, and tells whoever reaches it which old ticket is which new one – add --public if that is what you want", ask.serve))
	}
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(forPeople{s.stdout}, "Old addresses are answered at http://%s/\nCtrl-C ends it.\n", l.Addr()); err != nil {
		return errors.Join(err, l.Close())
	}
	server := &http.Server{
		Handler:           s.redirector(legs, ask),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	s.serving.Store(true)
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// redirector answers one old address.
func (s *session) redirector(legs []*crossing, ask *redirectsAsk) http.Handler {
	status := http.StatusMovedPermanently
	if ask.temporary {
		status = http.StatusFound
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "only pages are looked up here", http.StatusMethodNotAllowed)
			return
		}
		to, known, err := lookUp(r.Context(), legs, r)
		switch {
		case err != nil:
			s.log().Error("An old address could not be looked up.", "address", r.URL.RequestURI(), "error", err)
			http.Error(w, "this address cannot be looked up just now", http.StatusServiceUnavailable)
		case to != "":
			http.Redirect(w, r, to, status)
		case ask.fallback != "":
			http.Redirect(w, r, ask.fallback, http.StatusFound)
		case known:
			http.Error(w, "what was at this address has not been moved", http.StatusNotFound)
		default:
			http.Error(w, "this is no address of the old helpdesk", http.StatusNotFound)
		}
	})
}

// lookUp finds where a request leads: by the host that it names, else, behind a server that
// names another, by the one old helpdesk that has such a path.
func lookUp(ctx context.Context, legs []*crossing, r *http.Request) (to string, known bool, err error) {
	var anywhere []string
	for _, leg := range legs {
		base, err := url.Parse(leg.old.Base)
		if err != nil || base.Host == "" {
			continue
		}
		found, ours, err := leg.find(ctx, base.Scheme+"://"+base.Host+r.URL.RequestURI())
		if err != nil {
			return "", true, err
		}
		switch known = known || ours; {
		case found != "" && strings.EqualFold(r.Host, base.Host):
			return found, true, nil
		case found != "" && !slices.Contains(anywhere, found):
			anywhere = append(anywhere, found)
		}
	}
	named := slices.ContainsFunc(legs, func(c *crossing) bool {
		base, err := url.Parse(c.old.Base)
		return err == nil && strings.EqualFold(r.Host, base.Host)
	})
	if !named && len(anywhere) == 1 { // else another host of ours is meant
		return anywhere[0], true, nil
	}
	return "", known, nil
}
