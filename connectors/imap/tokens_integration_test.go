//go:build integration

package imap

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest/token/tokentest"
)

// A real Dovecot asks the issuer about each token (RFC 7662), by both mechanisms and
// over both ways to be safe; it says why it takes none, and a new one opens the mailbox.
func TestDovecotTakesTokens(t *testing.T) {
	issuer := tokentest.New("id")
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/introspect" {
			issuer.ServeHTTP(w, r)
			return
		}
		_ = r.ParseForm()
		access := r.Form.Get("token")
		if access == "" {
			access = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		}
		answer := map[string]any{"active": issuer.Good(access)}
		if issuer.Good(access) {
			answer["username"], answer["email"] = "ann@acme.test", "ann@acme.test"
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(web.Close)
	plain, safe, ca := startDovecot(t, web.URL+"/introspect")
	for _, auth := range []string{"xoauth2", "oauthbearer", ""} {
		for _, security := range []string{"tls", "starttls"} {
			t.Run(auth+" "+security, func(t *testing.T) {
				env := quiet()
				env.HTTP, env.Vault = web.Client(), &held{}
				c := &Config{
					Host: "localhost", Port: map[string]int{"tls": safe, "starttls": plain}[security], Security: security, CA: ca, User: "ann@acme.test", Auth: auth,
					OAuth: OAuth{ClientID: "id", TokenURL: web.URL + "/token", RefreshToken: connectors.Secret(issuer.Issue())},
				}
				dial := c.dialer(env)
				for range 2 {
					s, err := dial(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					err = s.do(t.Context(), func(c *imapclient.Client) error {
						_, err := c.List("", "*", nil).Collect()
						return err
					})
					if err != nil {
						t.Error(err)
					}
					s.close()
					issuer.Expire()
				}
				c.User = "bob@acme.test"
				_, err := dial(t.Context())
				if err == nil || !strings.Contains(err.Error(), "localhost does not take the token for bob@acme.test: [AUTHENTICATIONFAILED] ") || !strings.Contains(err.Error(), "(status ") || strings.Contains(err.Error(), "hush") {
					t.Errorf("another's token: %v", err)
				}
			})
		}
	}
}

// startDovecot starts one that knows tokens only.
func startDovecot(t *testing.T, introspect string) (plain, safe int, ca string) {
	path, err := exec.LookPath("dovecot")
	if err != nil {
		t.Skip("no dovecot here")
	}
	who, err := user.Lookup("nobody")
	if err != nil || os.Getuid() != 0 {
		t.Skip("dovecot is started as root, for nobody")
	}
	dir, err := os.MkdirTemp("", "dovecot-*") //nolint:usetesting // open to its users, which a test's folder is not
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	plain, safe = freePort(t), freePort(t)
	cert, ca := certificate(t, "localhost", time.Now().Add(time.Hour))
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	chain, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	mail := filepath.Join(dir, "mail")
	if err := os.Mkdir(mail, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(mail, 0o777); err != nil {
		t.Fatal(err)
	}
	oauth := write("oauth2.conf", "introspection_mode = post\nintrospection_url = "+introspect+"\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n")
	conf := write("dovecot.conf", fmt.Sprintf(`base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
protocols = imap
listen = 127.0.0.1
default_login_user = dovenull
default_internal_user = dovecot
first_valid_uid = 1
ssl = yes
ssl_cert = <%[2]s
ssl_key = <%[3]s
auth_mechanisms = xoauth2 oauthbearer
auth_failure_delay = 0
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = %[4]s
}
userdb {
  driver = static
  args = uid=%[5]s gid=%[6]s home=%[1]s/mail/%%u allow_all_users=yes
}
mail_location = maildir:~/Maildir
service imap-login {
  inet_listener imap {
    port = %[7]d
  }
  inet_listener imaps {
    port = %[8]d
    ssl = yes
  }
}
service stats {
  chroot =
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`, dir, write("cert.pem", string(chain)), write("key.pem", keyFile(t, cert)), oauth, who.Uid, who.Gid, plain, safe))
	cmd := exec.CommandContext(t.Context(), path, "-F", "-c", conf)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if b, err := os.ReadFile(filepath.Join(dir, "log")); err == nil && t.Failed() {
			t.Logf("%s", b)
		}
	})
	awaitPort(t, safe)
	return plain, safe, ca
}

func freePort(t *testing.T) int {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close() //nolint:errcheck // it was only asked
	return ln.Addr().(*net.TCPAddr).Port
}

// keyFile is the key of a certificate, in the form of a file.
func keyFile(t *testing.T, c tls.Certificate) string {
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func awaitPort(t *testing.T, port int) {
	for range 100 {
		if c, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", port)); err == nil {
			_ = c.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("dovecot did not start")
}
