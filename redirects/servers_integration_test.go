//go:build integration

package redirects

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// What real web servers make of the files: each old address leads to the new one, and no
// other address anywhere.
func TestFormsInRealServers(t *testing.T) {
	ways := []Way{
		{Kind: desk.KindTicket, Old: "http://old.test/agent/tickets/17", New: "https://rt.test/Ticket/Display.html?id=5"},
		{Kind: desk.KindTicket, Old: "http://old.test/Ticket/Display.html?id=17", New: "https://new.test/a/tickets/5"},
		{Kind: desk.KindTicket, Old: "http://old.test/index.pl?Action=AgentTicketZoom;TicketID=7", New: "https://acme.itsm365.test/sd/operator/#uuid:serviceCall$530"},
		{Kind: desk.KindContact, Old: "http://old.test/users/$1", New: "https://new.test/$2/%D0%B6?a=1&b=%7B2%7D"},
	}
	for form, of := range map[string]struct {
		binary string
		config func(dir string, port int) (text string, args []string)
	}{
		"nginx": {"nginx", func(dir string, port int) (string, []string) {
			return fmt.Sprintf("daemon off;\npid %s/pid;\nerror_log stderr;\nevents {}\nhttp {\n access_log off;\n client_body_temp_path %s/a; proxy_temp_path %s/b; fastcgi_temp_path %s/c; uwsgi_temp_path %s/d; scgi_temp_path %s/e;\n"+
					" include %s/moved;\n server {\n  listen 127.0.0.1:%d;\n  if ($moved_to) { return 301 $moved_to; }\n  return 404;\n }\n}\n", dir, dir, dir, dir, dir, dir, dir, port),
				[]string{"-e", "stderr", "-c", dir + "/config"}
		}},
		"apache": {"apache2", func(dir string, port int) (string, []string) {
			return fmt.Sprintf("ServerName old.test\nListen 127.0.0.1:%d\nPidFile %s/pid\nErrorLog /dev/stderr\nDocumentRoot %s\n"+
					"LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so\nLoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so\nLoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so\n"+
					"RewriteEngine on\nRewriteMap moved \"txt:%s/moved\"\nRewriteCond ${moved:%%{HTTP_HOST}%%{REQUEST_URI}?%%{QUERY_STRING}} (.+) [OR]\nRewriteCond ${moved:%%{HTTP_HOST}%%{REQUEST_URI}} (.+)\nRewriteRule ^ %%1 [R=301,L,NE,QSD,UnsafeAllow3F]\n", port, dir, dir, dir),
				[]string{"-D", "FOREGROUND", "-f", dir + "/config"}
		}},
		"caddy": {"caddy", func(dir string, port int) (string, []string) {
			return fmt.Sprintf("{\n\tadmin off\n}\nhttp://old.test:%d {\n\tbind 127.0.0.1\n\timport %s/moved\n\trespond 404\n}\n", port, dir),
				[]string{"run", "--adapter", "caddyfile", "--config", dir + "/config"}
		}},
	} {
		t.Run(form, func(t *testing.T) {
			binary, err := exec.LookPath(of.binary)
			if err != nil {
				t.Skip(of.binary + " is not installed")
			}
			dir, port := t.TempDir(), freePort(t)
			config, args := of.config(dir, port)
			write(t, filepath.Join(dir, "config"), config)
			var moved bytes.Buffer
			w, err := NewWriter(form, &moved)
			if err != nil {
				t.Fatal(err)
			}
			for _, way := range ways {
				if err := w.Write(way); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil || w.Skipped() > 0 {
				t.Fatalf("%d were left out, %v", w.Skipped(), err)
			}
			write(t, filepath.Join(dir, "moved"), moved.String())
			start(t, dir, port, binary, args)
			for _, way := range ways {
				if to := leads(t, port, way.Old); to != way.New {
					t.Errorf("%s leads to %q, want %q", way.Old, to, way.New)
				}
			}
			for _, other := range []string{"http://old.test/", "http://old.test/agent/tickets/171", "http://old.test/Ticket/Display.html?id=18"} {
				if to := leads(t, port, other); to != "" {
					t.Errorf("%s leads to %q", other, to)
				}
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// start starts a server, and waits until it answers.
func start(t *testing.T, dir string, port int, binary string, args []string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c := exec.CommandContext(ctx, binary, args...)
	var said bytes.Buffer
	c.Stdout, c.Stderr, c.Env = &said, &said, append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = c.Wait(); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	for range 100 {
		if conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second); err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-done:
			t.Fatalf("it ended: %s", &said)
		case <-time.After(100 * time.Millisecond):
		}
	}
	cancel()
	<-done
	t.Fatalf("it does not answer: %s", &said)
}

// leads is where an address leads to; "" nowhere.
func leads(t *testing.T, port int, address string) string {
	t.Helper()
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", port))
		}},
	}
	defer client.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusMovedPermanently {
		return ""
	}
	return resp.Header.Get("Location")
}
