package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
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
	var waits sync.Once // the first login waits for its person, for two seconds
	issuer.Decide = func(int) (answer string) {
		waits.Do(func() { answer = "authorization_pending" })
		return answer
	}
	web := httptest.NewServer(issuer)
	ts.Defer(web.Close)
	mail, err := imaptest.StartTokens(issuer.Good, []string{"XOAUTH2"}, "ann@acme.test", "info@acme.test")
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

// Where a provider gives no code, the browser's last address is written at the
// terminal: it may run on another machine.
func TestLoginByAddress(t *testing.T) {
	issuer := tokentest.New("program")
	web := httptest.NewServer(issuer)
	t.Cleanup(web.Close)
	mail, err := imaptest.StartTokens(issuer.Good, []string{"OAUTHBEARER"}, "ann@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mail.Close() })
	in, typed := io.Pipe()
	shown, errs := io.Pipe()
	var out, all bytes.Buffer
	folder := t.TempDir()
	code := make(chan int, 1)
	go func() {
		a := &app{stdin: in, stdout: &out, stderr: io.MultiWriter(errs, &all)}
		code <- a.run(t.Context(), []string{
			"login", "--file", "--from", fmt.Sprintf("imap:ann@acme.test@127.0.0.1:%d", mail.Port), "--to", "archive:", "--set", "from.security=none",
			"--set", "from.oauth.client_id=program", "--set", "from.oauth.token_url=" + web.URL + "/token", "--set", "from.oauth.auth_url=" + web.URL + "/authorize", folder,
		})
		_ = errs.Close()
	}()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for lines := bufio.NewScanner(shown); lines.Scan(); {
		address := strings.TrimSpace(lines.Text())
		if !strings.HasPrefix(address, web.URL) {
			continue
		}
		resp, err := browser.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		ended := resp.Header.Get("Location")
		_ = resp.Body.Close()
		go func() { _, _ = fmt.Fprintf(typed, "\n%s\n", ended) }()
	}
	if c := <-code; c != 0 || !strings.Contains(out.String(), "imap: ann@acme.test is logged in to ann@acme.test@127.0.0.1; the login is kept in ") {
		t.Errorf("exit %d\n%s\n%s", c, out.String(), all.String())
	}
	if strings.Contains(out.String()+all.String(), "hush") {
		t.Error("a secret is shown")
	}
	if b, err := os.ReadFile(filepath.Join(folder, ".deskhaul", "logins.json")); err != nil || !strings.Contains(string(b), "hush") {
		t.Error(string(b), err)
	}
}
