package imaptest

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
)

// Tokens is a stand-in for a mail server that lets people in with tokens: by XOAUTH2
// and by OAUTHBEARER (RFC 7628), whose rules it keeps.
type Tokens struct {
	Port int

	good       func(access string) bool
	mechanisms []string
	server     *imapserver.Server

	mu     sync.Mutex
	logins []string
}

// password is of all mailboxes; nobody is told it.
const password = "not for people"

// StartTokens starts a server on loopback with empty mailboxes of these users, which lets in
// whose token is good.
func StartTokens(good func(access string) bool, mechanisms []string, users ...string) (*Tokens, error) {
	s := &Tokens{good: good, mechanisms: mechanisms}
	var boxes []*imapmemserver.User
	for _, name := range users {
		u := imapmemserver.NewUser(name, password)
		if err := u.Create("INBOX", nil); err != nil {
			return nil, err
		}
		boxes = append(boxes, u)
	}
	s.server = InMemory(imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
		func(in imapserver.SessionIMAP4rev2) imapserver.Session { return &session{in, s} }, boxes...)
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test's
	if err != nil {
		return nil, err
	}
	s.Port = ln.Addr().(*net.TCPAddr).Port
	go func() { _ = s.server.Serve(ln) }() // it ends with Close
	return s, nil
}

// Close ends it and all connections.
func (s *Tokens) Close() error { return s.server.Close() }

// Logins lists who logged in and how, refused ones with a "!" in front.
func (s *Tokens) Logins() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.logins...)
}

type session struct {
	imapserver.SessionIMAP4rev2
	server *Tokens
}

// AuthenticateMechanisms implements imapserver.SessionSASL.
func (s *session) AuthenticateMechanisms() []string { return s.server.mechanisms }

// Authenticate implements imapserver.SessionSASL.
func (s *session) Authenticate(mechanism string) (sasl.Server, error) {
	return &exchange{session: s, mechanism: mechanism}, nil
}

// exchange is one login.
type exchange struct {
	session   *session
	mechanism string
	refused   bool
}

// Next implements sasl.Server.
func (e *exchange) Next(response []byte) (challenge []byte, done bool, err error) {
	if e.refused {
		if want := map[string]string{"XOAUTH2": "", "OAUTHBEARER": "\x01"}[e.mechanism]; string(response) != want {
			return nil, false, &imap.Error{Type: imap.StatusResponseTypeBad, Text: fmt.Sprintf("%q is no answer to an error", response)}
		}
		return nil, false, &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeAuthenticationFailed, Text: "Invalid credentials (Failure)"}
	}
	if response == nil {
		return nil, false, nil
	}
	user, access, ok := parse(e.mechanism, response)
	if !ok {
		return nil, false, &imap.Error{Type: imap.StatusResponseTypeBad, Text: "Invalid SASL argument"}
	}
	s := e.session.server
	good := s.good(access) && e.session.Login(user, password) == nil
	s.mu.Lock()
	defer s.mu.Unlock()
	line := e.mechanism + " " + user
	if !good {
		line = "!" + line
	}
	s.logins = append(s.logins, line)
	if good {
		return nil, true, nil
	}
	e.refused = true
	return []byte(`{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}`), false, nil
}

// parse reads what a client says at first.
func parse(mechanism string, b []byte) (user, access string, ok bool) {
	if !bytes.HasSuffix(b, []byte("\x01\x01")) {
		return "", "", false
	}
	parts := strings.Split(strings.TrimRight(string(b), "\x01"), "\x01")
	switch mechanism {
	case "XOAUTH2":
		user, ok = strings.CutPrefix(parts[0], "user=")
	case "OAUTHBEARER":
		user, ok = strings.CutPrefix(parts[0], "n,a=")
		if rest, ends := strings.CutSuffix(user, ","); ends {
			user = strings.NewReplacer("=2C", ",", "=3D", "=").Replace(rest)
		} else {
			ok = false
		}
	}
	for _, p := range parts[1:] {
		if a, is := strings.CutPrefix(p, "auth=Bearer "); is {
			access = a
		}
	}
	return user, access, ok && access != ""
}
