package imap

import (
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors/mail"
)

// passing is what may be well at the next look.
type passing struct{ error }

func (p *passing) Unwrap() error { return p.error }

// Is makes it a mail.ErrPasses.
func (p *passing) Is(target error) bool { return target == mail.ErrPasses }

// refusal is what a server says of a message that it does not give.
func refusal(e *imap.Error) error {
	return &passing{fmt.Errorf("the server does not give the message: %s", said(e))}
}

// said is the server's own sentence.
func said(e *imap.Error) string {
	text := strings.TrimSpace(e.Text)
	if text == "" {
		text = string(e.Type)
	}
	if e.Code != "" {
		text = fmt.Sprintf("[%s] %s", e.Code, text)
	}
	return text
}

// notNow tells an answer that says to come back later from one that says no.
func notNow(e *imap.Error) bool {
	switch e.Code {
	case "THROTTLED", imap.ResponseCodeLimit, imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeServerBug:
		return true
	default:
	}
	text := strings.ToLower(e.Text)
	for _, words := range []string{"throttl", "too many", "bandwidth", "rate limit", "try again", "temporar", "server busy", "server unavailable"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// firstPause is how long a server that says to come back later is left alone at
// first; each later time twice as long.
const firstPause = 15 * time.Second
