package imaptest

import (
	"io"
	"log"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// InMemory is go-imap's server in memory with the mailboxes of users, not yet listening.
// It lets in without TLS. Each connection gets what around makes of its session; nil the
// session itself.
func InMemory(caps imap.CapSet, around func(imapserver.SessionIMAP4rev2) imapserver.Session, users ...*imapmemserver.User) *imapserver.Server {
	mem := imapmemserver.New()
	for _, u := range users {
		mem.AddUser(u)
	}
	return imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			s := mem.NewSession()
			if around != nil {
				s = around(s.(imapserver.SessionIMAP4rev2))
			}
			return s, nil, nil
		},
		Caps: caps, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
}
