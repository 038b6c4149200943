package token

import (
	"context"
	"net/http"

	"golang.org/x/oauth2"
)

// within is a context in which tokens are asked for through a client, which goes nowhere
// else: whoever issues tokens answers himself, and what is sent to him (a secret, a
// refresh token, a code) is for nobody that an answer may lead to.
func within(ctx context.Context, client *http.Client) context.Context {
	own := http.Client{}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return context.WithValue(ctx, oauth2.HTTPClient, &own)
}
