package main

import (
	"net/http/httptest"
	"strconv"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/rest/token/tokentest"
)

var offices sync.Map // issuers by their address

// startOffice is "office": starts who issues tokens at $ISSUER, where a person enters
// the code while the second question is asked, and a mail server at $MAILPORT that
// takes the tokens.
func startOffice(ts *testscript.TestScript, _ bool, _ []string) {
	issuer := tokentest.New("program")
	issuer.Interval = time.Second
	issuer.Decide = func(question int) string {
		if question == 1 {
			return "authorization_pending"
		}
		return ""
	}
	web := httptest.NewServer(issuer)
	ts.Defer(web.Close)
	mail, err := imaptest.Start(issuer.Good, []string{"XOAUTH2"}, "ann@acme.test", "info@acme.test")
	ts.Check(err)
	ts.Defer(func() { _ = mail.Close() })
	offices.Store(web.URL, issuer)
	ts.Setenv("ISSUER", web.URL)
	ts.Setenv("MAILPORT", strconv.Itoa(mail.Port))
}

// revoke is "revoke": the provider withdraws what the login gave.
func revoke(ts *testscript.TestScript, _ bool, _ []string) {
	issuer, _ := offices.Load(ts.Getenv("ISSUER"))
	issuer.(*tokentest.Issuer).Revoke()
}
