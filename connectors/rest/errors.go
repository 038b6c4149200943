package rest

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/deskhaul/deskhaul/connectors"
)

// Error is a call that failed, in one sentence. It wraps one of the connectors.Err
// values, which say what that means to a run.
type Error struct {
	Method  string
	Path    string // without a query: that may name people
	Status  int    // 0 if there was no answer
	Message string // what the server, or the line, said
	Means   error  // one of connectors.Err…
	Hint    string

	broken bool // the answer ended in the middle
}

// Error is the sentence.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: ", e.Method, e.Path)
	if e.Status > 0 {
		fmt.Fprintf(&b, "%d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Status > 0 && e.Message != "" {
		b.WriteString(": ")
	}
	b.WriteString(e.Message)
	if e.Hint != "" {
		b.WriteString(" – " + e.Hint)
	}
	return b.String()
}

// Unwrap returns what the error means.
func (e *Error) Unwrap() error { return e.Means }

func (c *Client) newError(call Call, status int, means error, message, hint string) *Error {
	path := call.Path
	if u, err := url.Parse(path); err == nil {
		u.RawQuery, u.User = "", nil
		path = tokenInPath.ReplaceAllString(u.String(), "/token/…")
	}
	return &Error{
		Method: call.method(), Path: c.mask(path), Status: status, Message: c.mask(message), Means: means, Hint: c.mask(hint),
	}
}

// failed makes an error of a call that got no answer.
func (c *Client) failed(ctx context.Context, call Call, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err // without the query
	}
	var mine *unsent
	var round *circle
	var proxy *proxyRefusal
	var stray *strayed
	switch {
	case errors.As(err, &mine):
		return mine.error
	case errors.As(err, &stray):
		return c.newError(call, 0, connectors.ErrRefused, "it leads elsewhere: "+stray.Error(), "")
	case errors.As(err, &round):
		return c.newError(call, 0, connectors.ErrBusy, round.Error(), "look at url: a proxy or a login page may stand between")
	case errors.As(err, &proxy):
		means := connectors.ErrBusy
		if proxy.final() {
			means = connectors.ErrDenied
		}
		return c.newError(call, 0, means, proxy.Error(), proxy.hint())
	case isCertificate(err):
		return c.newError(call, 0, connectors.ErrDenied, "the server's certificate is not trusted: "+err.Error(), certificateHint(err))
	case neverSent(err):
		return c.newError(call, 0, connectors.ErrBusy, "the server cannot be reached: "+err.Error(), "look at url, the network and proxy")
	case call.harmless():
		return c.newError(call, 0, connectors.ErrBusy, "the line broke: "+err.Error(), "")
	}
	return c.newError(call, 0, connectors.ErrUnsure, "it was sent and no answer came: "+err.Error(), "")
}

func isCertificate(err error) bool {
	var check *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &check) || errors.As(err, &authority) || errors.As(err, &name) || errors.As(err, &invalid)
}

// certificateHint says what to do about a certificate: to name an authority helps
// against an unknown one alone.
func certificateHint(err error) string {
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return "write in url the name that the certificate is for"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "look at this machine's clock, or have the certificate renewed"
	}
	return "if it is of your own authority, name its file in ca"
}

// refused makes an error of an answer that is none of success.
func (c *Client) refused(resp *http.Response, call Call) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) // what there is of it
	_ = resp.Body.Close()
	hint, means := meaning(resp, call)
	message := ""
	if c.explain != nil {
		said, meant := c.explain(resp.StatusCode, body)
		if message = said; meant != nil {
			means, hint = meant, ""
		}
		if said != "" { // in this system's own words
			c.sound.Store(true)
		}
	}
	if message == "" {
		message = excerpt(body)
	}
	return c.newError(call, resp.StatusCode, means, message, hint)
}

// meaning is what a status means to a run.
func meaning(resp *http.Response, call Call) (hint string, means error) {
	switch status := resp.StatusCode; {
	case status < 400:
		return "it leads to " + leadsTo(resp) + ": say that in url if it is the right place", connectors.ErrDenied
	case status == http.StatusUnauthorized:
		return "it does not know these credentials: make new ones as the connector's page says, and try them with deskhaul check", connectors.ErrDenied
	case status == http.StatusForbidden:
		return "the account lacks this right: give it, or use another account", connectors.ErrDenied
	case status == http.StatusNotFound, status == http.StatusGone:
		return "", connectors.ErrNotFound
	case status == http.StatusTooManyRequests:
		return "it is asked too often: set a lower budget, or run again later", connectors.ErrBusy
	case status == http.StatusRequestTimeout, status == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		return "", connectors.ErrBusy
	case status < 500:
		return "", connectors.ErrRefused
	case call.harmless():
		return "", connectors.ErrBusy
	}
	return "", connectors.ErrUnsure
}

func leadsTo(resp *http.Response) string {
	u, err := resp.Location()
	if err != nil {
		return "no address"
	}
	return masked(u)
}

// broken makes an error of an answer that could not be read to its end.
func (c *Client) broken(resp *http.Response, call Call, err error) error {
	if err == nil {
		return nil
	}
	cause := context.Cause(resp.Request.Context())
	if cause != nil && !errors.Is(cause, errStill) {
		return cause
	}
	if cause != nil {
		err = cause
	}
	return c.brokenOff(resp, call, err)
}

func (c *Client) brokenOff(resp *http.Response, call Call, err error) error {
	means := connectors.ErrUnsure
	if call.harmless() {
		means = connectors.ErrBusy
	}
	e := c.newError(call, resp.StatusCode, means, "the answer broke off: "+err.Error(), "")
	e.broken = true
	return e
}

// tooMuch makes an error of an answer that is longer than any should be.
func (c *Client) tooMuch(resp *http.Response, call Call) error {
	means := connectors.ErrUnsure
	if call.harmless() {
		means = connectors.ErrRefused
	}
	return c.newError(call, resp.StatusCode, means, fmt.Sprintf("the answer is longer than %d MiB, unpacked", c.most>>20), "look at url: a proxy, or another server, may answer there")
}

// garbled makes an error of an answer that is not what it should be.
func (c *Client) garbled(resp *http.Response, call Call, body []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && !looksLikePage(body) {
		return c.brokenOff(resp, call, err)
	}
	means, hint := connectors.ErrUnsure, ""
	if call.harmless() {
		means = connectors.ErrBusy
	}
	message := "the answer is not what this system sends: " + misfit(err)
	if !c.sound.Load() {
		hint = "look at url: another server may answer there"
	}
	if looksLikePage(body) {
		message, hint = "the answer is a web page and no data", "look at url: a proxy or a login page may stand between"
		if call.harmless() && !c.sound.Load() { // later it is a proxy that has its troubles
			means = connectors.ErrDenied
		}
	}
	return c.newError(call, resp.StatusCode, means, message, hint)
}

// misfit says what of an answer is wrong, without the names of our types.
func misfit(err error) string {
	var of *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &of):
		return err.Error()
	case of.Field == "":
		return "it is " + article(of.Value)
	}
	return fmt.Sprintf("%s is %s", of.Field, article(of.Value))
}

// article puts one before the name of a JSON value, to which a number may be added.
func article(value string) string {
	if strings.HasPrefix(value, "array") || strings.HasPrefix(value, "object") {
		return "an " + value
	}
	return "a " + value
}

func looksLikePage(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

// excerpt is the beginning of a body in one line, for people.
func excerpt(body []byte) string {
	if looksLikePage(body) {
		return "a web page"
	}
	text := strings.Join(strings.FieldsFunc(string(bytes.ToValidUTF8(body, []byte("�"))), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if rs := []rune(text); len(rs) > 300 {
		return string(rs[:300]) + "…"
	}
	return text
}
