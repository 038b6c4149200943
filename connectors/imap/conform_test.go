package imap_test

import (
	"net"
	"testing"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/mail"
)

// account starts a server with one empty mailbox.
func account(t *testing.T) *imap.Config {
	t.Helper()
	user := imapmemserver.NewUser("desk@acme.test", "secret")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	server := imaptest.InMemory(goimap.CapSet{goimap.CapIMAP4rev1: {}, goimap.CapIMAP4rev2: {}}, nil, user)
	ln := imaptest.Listen(t)
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { _ = server.Close() })
	at := ln.Addr().(*net.TCPAddr)
	return &imap.Config{
		Host: "127.0.0.1", Port: at.Port, Security: "none", User: "desk@acme.test", Password: "secret",
		Folders: "categories", Options: mail.DefaultOptions(),
	}
}

func TestConnector(t *testing.T) {
	conntest.Run(t, imap.Spec(), func(t *testing.T) conntest.Far { return conntest.Far{Config: account(t)} })
}
