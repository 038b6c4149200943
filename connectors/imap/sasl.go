package imap

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"
)

// bearer logs in with a token: by OAUTHBEARER (RFC 7628), or by XOAUTH2, its elder
// (developers.google.com/workspace/gmail/imap/xoauth2-protocol). A server that does not
// take the token says why in a challenge, which has to be answered before it says no.
type bearer struct {
	mechanism string
	initial   []byte
	final     []byte // the answer to the challenge
	challenge []byte
}

func newXOAUTH2(user, access string) *bearer {
	return &bearer{mechanism: "XOAUTH2", initial: []byte("user=" + user + "\x01auth=Bearer " + access + "\x01\x01"), final: []byte{}}
}

func newOAUTHBEARER(user, access, host string, port int) *bearer {
	// A name's comma and equals sign are written as RFC 5801, section 4, has it.
	name := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(user)
	_, initial, _ := sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: name, Token: access, Host: host, Port: port}).Start() // it never fails
	return &bearer{mechanism: sasl.OAuthBearer, initial: initial, final: []byte{1}}
}

// Start implements sasl.Client.
func (b *bearer) Start() (string, []byte, error) { return b.mechanism, b.initial, nil }

// Next implements sasl.Client.
func (b *bearer) Next(challenge []byte) ([]byte, error) {
	b.challenge = challenge
	return b.final, nil
}

// why is what the server said in its challenge, "" if nothing.
func (b *bearer) why() string {
	var said struct{ Status, Schemes, Scope string }
	if json.Unmarshal(b.challenge, &said) != nil || said.Status == "" {
		return ""
	}
	out := "status " + said.Status
	if said.Schemes != "" {
		out += ", wants " + said.Schemes
	}
	if said.Scope != "" {
		out += " for " + said.Scope
	}
	return fmt.Sprintf(" (%s)", out)
}
