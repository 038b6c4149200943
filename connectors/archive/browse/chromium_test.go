//go:build integration

package browse

import (
	"context"
	"fmt"
	"html"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

// ran is a script without quotes, so that it fits wherever alert(1) did: it leads
// its frame to the page "ran" of the server that it came from.
const ran = "location=/ran/.source"

// A witness notes what a browser asks for: of the server, and of a trap that all
// names of the internet lead to.
type witness struct {
	mu     sync.Mutex
	server []string
	trap   []string
}

func (w *witness) note(list *[]string, what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*list = append(*list, what)
}

// asked tells whether something with the given word in it was asked for.
func (w *witness) asked(list *[]string, word string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Contains(strings.Join(*list, "\n"), word)
}

// setTrap accepts every connection and keeps its first bytes: the request, or the
// name in the first message of TLS. Neither is answered.
func (w *witness) setTrap(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b := make([]byte, 4096)
			_ = c.SetDeadline(time.Now().Add(2 * time.Second))
			n, _ := c.Read(b)
			w.note(&w.trap, string(b[:n]))
			_ = c.Close()
		}
	}()
	return l.Addr().String()
}

// serve puts the site behind the witness, with two pages more: "control" does what
// hostile mail tries, "all" frames every mail of the archive.
func (w *witness) serve(t *testing.T, s *Site, all string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	page := func(body string) http.HandlerFunc {
		return func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Type", "text/html")
			_, _ = out.Write([]byte(body))
		}
	}
	mux.HandleFunc("/control", page(`<img src="http://control.test/x.png"><iframe srcdoc="<img src=https://control2.test/x.png>"></iframe><iframe src="/evil"></iframe>`))
	mux.HandleFunc("/evil", page(`<script>`+ran+`</script>`))
	mux.HandleFunc("/ran", page("ran"))
	mux.HandleFunc("/all", page(all))
	mux.Handle("/", s)
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.note(&w.server, r.URL.Path)
		mux.ServeHTTP(out, r)
	})}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return "http://" + l.Addr().String()
}

// chromium opens a page without a window, and returns when it has settled.
func chromium(t *testing.T, trap, url string) {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("there is no Chromium here")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(t.TempDir(), "profile"),
		"--host-resolver-rules=MAP * "+trap+",EXCLUDE 127.0.0.1", "--virtual-time-budget=8000", "--dump-dom", url).Output()
	if err != nil || len(out) == 0 {
		t.Fatalf("chromium %s: %v, %d bytes", url, err, len(out))
	}
}

func TestNothingHostileHappensInChromium(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive")
	a, err := archive.OpenTarget(t.Context(), archive.Config{Path: path}, connectors.Env{})
	if err != nil {
		t.Fatal(err)
	}
	ticket := &desk.Ticket{Meta: desk.Meta{ID: "1", Mark: "1"}, Subject: "Hostile <script>" + ran + "</script>", Status: desk.StatusOpen}
	var frames strings.Builder
	for i, h := range hostiles() {
		body := strings.ReplaceAll(h.html, "alert(1)", ran)
		id := desk.ID(fmt.Sprint("m", i))
		m := desk.Message{ID: id, Mark: string(id), At: at(1, 0).Add(time.Duration(i) * time.Minute), HTML: body, Text: body}
		logo := withCID(stored("logo.png", "image/png", picture(t)))
		logo.CID = "logo"
		m.Files = []desk.File{logo}
		ticket.Messages = append(ticket.Messages, m)
		fmt.Fprintf(&frames, `<iframe src="%s"></iframe>`, html.EscapeString(mailAddress("1", id)))
	}
	create(t, a, ticket)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := archive.OpenLibrary(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // the test is over

	control := new(witness)
	chromium(t, control.setTrap(t), control.serve(t, shown(t, l, nil), "")+"/control")
	if !control.asked(&control.trap, "control.test") || !control.asked(&control.trap, "control2.test") || !control.asked(&control.server, "/ran") {
		t.Fatalf("the trap does not catch what it should: %q, %q", control.server, control.trap)
	}

	w := new(witness)
	trap, address := w.setTrap(t), w.serve(t, shown(t, l, nil), frames.String())
	for _, page := range []string{"/all", "/ticket?id=1", "/ticket?id=1&as=text", "/tickets", "/"} {
		chromium(t, trap, address+page)
	}
	if w.asked(&w.server, "/ran") {
		t.Error("a script of a mail ran")
	}
	for _, name := range []string{".test", ".example"} {
		if w.asked(&w.trap, name) {
			t.Errorf("something was loaded from elsewhere: %q", w.trap)
		}
	}
	if !w.asked(&w.server, "/file/") {
		t.Error("the mails' own pictures were not loaded")
	}
	if n := len(w.server); n < len(hostiles()) {
		t.Errorf("only %d requests: the mails were not opened", n)
	}
}
