package rest

import (
	"net/http"

	"github.com/deskhaul/deskhaul/connectors"
)

// Bearer signs with a token (RFC 6750).
func Bearer(token connectors.Secret) func(*http.Request) error {
	return Authorization("Bearer", token)
}

// Authorization signs with a token behind a word of the vendor's choice.
func Authorization(word string, token connectors.Secret) func(*http.Request) error {
	return func(r *http.Request) error {
		r.Header.Set("Authorization", word+" "+token.Reveal())
		return nil
	}
}

// Basic signs with a name and a password (RFC 7617).
func Basic(user string, password connectors.Secret) func(*http.Request) error {
	return func(r *http.Request) error {
		r.SetBasicAuth(user, password.Reveal())
		return nil
	}
}
