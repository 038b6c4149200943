package token

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/deskhaul/deskhaul/connectors"
)

// codeOf is the word of RFC 6749, section 5.2, that an error carries.
func codeOf(err error) string {
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) {
		return answer.ErrorCode
	}
	return ""
}

// explained makes one sentence of what went wrong, with nothing secret in it.
func (r *Renewer) explained(err error) error {
	said, busy := answered(err, r.secrets())
	if said == "" {
		return fmt.Errorf("the token could not be renewed at %s: %w: %w", r.o.TokenURL, unreached(err), connectors.ErrBusy)
	}
	if busy {
		return fmt.Errorf("the token could not be renewed at %s: %s: %w", r.o.TokenURL, said, connectors.ErrBusy)
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonTransient, Hint: hint(err, r.o.Again),
		Err: fmt.Errorf("the token could not be renewed at %s: %s: %w", r.o.TokenURL, said, connectors.ErrDenied),
	}
}

// answered is what the server said, and whether it may say something else later; "" if
// it said nothing.
func answered(err error, secrets []connectors.Secret) (said string, busy bool) {
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) {
		return "", true
	}
	said = answer.ErrorCode
	if said == "" && answer.Response != nil {
		said = answer.Response.Status
	}
	// Microsoft's descriptions go on with the time and numbers for its own staff.
	description, _, _ := strings.Cut(answer.ErrorDescription, "\n")
	if description = strings.TrimSpace(description); description != "" {
		said += ": " + description
	}
	busy = answer.Response != nil && (answer.Response.StatusCode >= 500 || answer.Response.StatusCode == http.StatusTooManyRequests)
	return Masking(secrets).Replace(said), busy
}

// unreached is why there was no answer, without the address, which is told beside it.
func unreached(err error) error {
	var call *url.Error
	if errors.As(err, &call) {
		err = call.Err
	}
	var name *net.DNSError
	if errors.As(err, &name) && name.IsNotFound {
		return errors.New("nobody here knows a server of that name")
	}
	return err
}

// hint says what to do about an answer of the token endpoint; again is what helps
// against a refresh token that is no longer good.
func hint(err error, again string) string {
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) {
		return again
	}
	text := answer.ErrorDescription
	has := func(codes ...string) bool {
		for _, c := range codes {
			if strings.Contains(text, c) {
				return true
			}
		}
		return false
	}
	switch code := answer.ErrorCode; {
	case has("AADSTS65001", "AADSTS90094"): // learn.microsoft.com, Entra error codes: no consent
		return "have an administrator consent to the program, then log in again"
	case has("AADSTS53003", "AADSTS50097", "AADSTS530035"):
		return "a rule of conditional access of your organisation forbids this login: ask its administrator, or log in with --browser"
	case has("AADSTS7000218"):
		return "set oauth.client_secret, or allow public client flows where the program is registered"
	case code == "invalid_client", code == "unauthorized_client", has("AADSTS700016", "AADSTS7000215"):
		return "look at oauth.client_id and oauth.client_secret, and whether the program is registered for this way to log in"
	case code == "invalid_scope":
		return "look at oauth.scopes: the program is not registered for them, or they cannot be asked for in this way"
	}
	return again
}
