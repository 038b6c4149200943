package browse

import (
	"context"
	"errors"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

func TestEveryAnswerIsGuarded(t *testing.T) {
	s := shown(t, small(t), nil)
	for path, code := range map[string]int{
		"/": 200, "/tickets": 200, "/ticket?id=box/1": 200, "/contacts": 200, "/contact?id=box/c1": 200, "/organizations": 200,
		"/organization?id=box/o1": 200, "/mail?ticket=box/1&id=m3": 200, "/style.css": 200, "/icon.svg": 200,
		"/ticket": 404, "/ticket?id=x": 404, "/contact?id=x": 404, "/organization?id=x": 404, "/mail?ticket=box/1&id=x": 404,
		"/mail": 404, "/nothing": 404, "/file/" + strings.Repeat("0", 64): 404, "/file/x": 404, "/file/": 404,
		"/file/..%2f..%2farchive.db": 404, "/file/" + strings.Repeat("A", 64): 404,
		"/tickets?page=x&sort=y&from=z&to=2024-13-99&first=-1": 200, "/contacts?skip=-5": 200, "/contacts?skip=99999999999999999999": 200,
	} {
		res, _ := get(t, s, path)
		if res.StatusCode != code {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, code)
		}
		policy := res.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "script-src") || strings.Contains(policy, "*") ||
			!strings.Contains(policy, "frame-ancestors") {
			t.Errorf("%s: policy %q", path, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin"} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
}

func TestOnlyLoopbackNamesAreAnswered(t *testing.T) {
	l := small(t)
	for _, c := range []struct {
		host   string
		public bool
		code   int
	}{
		{"127.0.0.1:8765", false, 200},
		{"localhost:8765", false, 200},
		{"[::1]:8765", false, 200},
		{"LOCALHOST:8765", false, 200},
		{"evil.test:8765", false, 421},
		{"127.0.0.1.evil.test:8765", false, 421},
		{"localhost.evil.test:8765", false, 421},
		{"192.168.1.5:8765", false, 421},
		{"", false, 421},
		{"127.0.0.1:80", false, 421},
		{"localhost", false, 421},
		{"127.0.0.2:8765", false, 421},
		{"192.168.1.5:8765", true, 200},
		{"evil.test:8765", true, 421},
		{"192.168.1.5:80", true, 421},
	} {
		s, err := New(l, Options{Public: c.public})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "/icon.svg", nil)
		r.Host = c.host
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8765})))
		if res, _ := ask(t, s, r); res.StatusCode != c.code {
			t.Errorf("host %q, public %t: %d, want %d", c.host, c.public, res.StatusCode, c.code)
		}
	}
}

func TestNothingCanBeWritten(t *testing.T) {
	s := shown(t, small(t), nil)
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		if res, _ := ask(t, s, httptest.NewRequest(method, "http://127.0.0.1:8765/ticket?id=box/1", nil)); res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, res.StatusCode)
		}
	}
	if res, _ := ask(t, s, httptest.NewRequest(http.MethodHead, "http://127.0.0.1:8765/", nil)); res.StatusCode != http.StatusOK {
		t.Errorf("HEAD: %d", res.StatusCode)
	}
}

func TestOtherSitesLoadNothing(t *testing.T) {
	s := shown(t, small(t), nil)
	for _, c := range []struct {
		path, dest string
		code       int
	}{
		{"/tickets", "document", 200},
		{"/tickets", "iframe", 403},
		{"/tickets", "empty", 403},
		{"/icon.svg", "image", 403},
		{"/style.css", "style", 403},
		{"/mail?ticket=box/1&id=m3", "iframe", 403},
		{"/file/" + strings.Repeat("0", 64), "image", 404},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8765"+c.path, nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Sec-Fetch-Dest", c.dest)
		if res, _ := ask(t, s, r); res.StatusCode != c.code {
			t.Errorf("%s as %s: %d, want %d", c.path, c.dest, res.StatusCode, c.code)
		}
	}
}

var links = regexp.MustCompile(`(?:href|src)="(/file/[^"]+)"`)

func TestFilesAreSaved(t *testing.T) {
	s := shown(t, small(t), nil)
	_, page := get(t, s, "/ticket?id=box/1")
	seen := map[string]bool{}
	for _, m := range links.FindAllStringSubmatch(page, -1) {
		path := html.UnescapeString(m[1])
		res, body := get(t, s, path)
		_, params, err := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
		if res.StatusCode != http.StatusOK || err != nil || body == "" {
			t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
		}
		inline := res.Header.Get("Content-Type") == "image/png" && params["filename"] == ""
		saved := res.Header.Get("Content-Type") == "application/octet-stream" && params["filename"] != ""
		if inline == saved || saved != strings.Contains(path, "save=1") {
			t.Errorf("%s: %v", path, res.Header)
		}
		seen[params["filename"]] = true
	}
	if !seen["report.pdf"] || !seen["logo.png"] || !seen[""] {
		t.Errorf("saw %v", seen)
	}
}

// A download that broke off goes on where it was.
func TestFilesComeInParts(t *testing.T) {
	s := shown(t, small(t), nil)
	_, page := get(t, s, "/ticket?id=box/1")
	path := html.UnescapeString(links.FindStringSubmatch(page)[1])
	whole, body := get(t, s, path)
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8765"+path, nil)
	r.Header.Set("Range", "bytes=3-")
	r.Header.Set("If-Range", whole.Header.Get("ETag"))
	res, rest := ask(t, s, r)
	if res.StatusCode != http.StatusPartialContent || len(body) < 4 || rest != body[3:] {
		t.Errorf("%d with %d bytes of %d", res.StatusCode, len(rest), len(body))
	}
}

func TestFileNamesLeadNowhere(t *testing.T) {
	for name, want := range map[string]string{
		"a.pdf": "a.pdf", "../../etc/passwd": "_.._etc_passwd", `C:\x.exe`: "C__x.exe", "": "000000000000", "...": "000000000000",
		"a\r\nSet-Cookie: x.txt": "a__Set-Cookie_ x.txt", "x\u202Efdp.exe": "x_fdp.exe", "накладная №1.pdf": "накладная №1.pdf", "\xff.txt": "_.txt",
	} {
		kind, params, err := mime.ParseMediaType(disposition(name, strings.Repeat("0", 64)))
		if err != nil || kind != "attachment" || params["filename"] != want {
			t.Errorf("%q: %s %q, %v", name, kind, params["filename"], err)
		}
	}
}

// Whatever strangers wrote, no page of ours may hold a script, a handler, or
// something from elsewhere.
func TestPagesOfHostileMailAreHarmless(t *testing.T) {
	s := shown(t, small(t), nil)
	paths := []string{"/", "/contacts", "/contact?id=box/c3", "/tickets?q=alert", "/tickets?tag=hostile", "/tickets?q=" + url.QueryEscape(`"><script>alert(1)</script>`)}
	p, err := s.library.List(t.Context(), archive.Filter{Tag: "hostile"}, archive.NewestFirst, "", 500)
	if err != nil || len(p.Tickets) != len(hostiles()) {
		t.Fatalf("%d hostile tickets, %v", len(p.Tickets), err)
	}
	for _, one := range p.Tickets {
		id := url.QueryEscape(string(one.ID))
		paths = append(paths, "/ticket?id="+id, "/ticket?as=text&id="+id, "/mail?id=m&ticket="+id)
	}
	for _, path := range paths {
		res, body := get(t, s, path)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		doc, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode {
				ownElement(t, path, n)
			}
		}
	}
}

var ownPath = regexp.MustCompile(`^/(?:[^/]|$)`)

// ownElement fails on an element that our templates do not write.
func ownElement(t *testing.T, path string, n *html.Node) {
	t.Helper()
	switch n.Data {
	case "script", "object", "embed", "base", "math", "video", "audio", "applet", "frame", "template":
		t.Errorf("%s holds <%s>", path, n.Data)
	}
	for _, a := range n.Attr {
		low := strings.ToLower(strings.TrimSpace(a.Val))
		switch {
		case strings.HasPrefix(a.Key, "on"), a.Key == "srcdoc", a.Key == "http-equiv", a.Key == "ping":
			t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
		case (a.Key == "src" || a.Key == "srcset" || a.Key == "action" || a.Key == "data") && !ownPath.MatchString(a.Val) && !smallPicture.MatchString(a.Val):
			t.Errorf("%s: <%s> loads %q", path, n.Data, a.Val)
		case a.Key == "href" && (strings.HasPrefix(low, "javascript:") || strings.HasPrefix(low, "data:") || strings.HasPrefix(low, "vbscript:")):
			t.Errorf("%s: <%s> leads to %q", path, n.Data, a.Val)
		case a.Key == "href" && n.Data == "link" && !strings.HasPrefix(a.Val, "/"):
			t.Errorf("%s: <link> to %q", path, a.Val)
		}
	}
}

func TestMailIsFramedWithoutScripts(t *testing.T) {
	s := shown(t, small(t), nil)
	_, page := get(t, s, "/ticket?id=box/1")
	has(t, page, `<iframe class="sent" sandbox="allow-popups allow-popups-to-escape-sandbox"`, "/mail?id=m3&amp;ticket=box%2F1", "Private note")
	res, mail := get(t, s, "/mail?ticket=box/1&id=m3")
	policy := res.Header.Get("Content-Security-Policy")
	has(t, policy, "sandbox allow-popups", "img-src data: http://127.0.0.1:8765/file/;", "frame-ancestors 'self'")
	hasNot(t, policy, "allow-scripts", "allow-same-origin", "allow-forms", "allow-top")
	has(t, mail, "pics.example", `<img src="/file/`)
	hasNot(t, mail, "alert(1)", "banner.png")
}

func TestMappingIsApplied(t *testing.T) {
	view := func(_ context.Context, r desk.Record) (bool, string, error) {
		switch r := r.(type) {
		case *desk.Ticket:
			if r.Number == "1002" {
				return false, "tickets.drop.refunds", nil
			}
			r.Subject = "Mapped " + r.Number
			for i := range r.Messages {
				r.Messages[i].Text = strings.ReplaceAll(r.Messages[i].Text, "printer", "█")
				r.Messages[i].HTML = ""
			}
		case *desk.Contact:
			r.Name = "Person"
		}
		return true, "", nil
	}
	s := shown(t, small(t), view)
	_, list := get(t, s, "/tickets?q=printer")
	has(t, list, "mapping is in force", "Mapped 1001", "Person")
	hasNot(t, list, "<mark>printer", "Printer is broken", "נועה")
	_, list = get(t, s, "/tickets?tag=refund")
	has(t, list, "left out by tickets.drop.refunds")
	hasNot(t, list, "返金について")
	_, one := get(t, s, "/ticket?id=box/2")
	has(t, one, "tickets.drop.refunds", "--unmapped")
	hasNot(t, one, "返金")
	if res, _ := get(t, s, "/mail?ticket=box/2&id=m1"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a mail of a ticket that is left out: %d", res.StatusCode)
	}
	_, one = get(t, s, "/ticket?id=box/1")
	has(t, one, "Mapped 1001", "The █ is dead")
	_, who := get(t, s, "/contact?id=box/c1")
	has(t, who, "Person")
	hasNot(t, who, "נועה")
	broken := shown(t, s.library, func(context.Context, desk.Record) (bool, string, error) { return false, "", errors.New("rule 7 fails") })
	if res, body := get(t, broken, "/ticket?id=box/1"); res.StatusCode != http.StatusInternalServerError || !strings.Contains(body, "rule 7 fails") {
		t.Errorf("a mapping that fails: %d %s", res.StatusCode, body)
	}
}

func TestPagesFollowEachOther(t *testing.T) {
	s := shown(t, small(t), nil)
	path, seen := "/tickets", 0
	next := regexp.MustCompile(`<a href="([^"]+)" rel="next"`)
	for range 10 {
		_, body := get(t, s, path)
		seen += strings.Count(body, `<td class="subject"`)
		m := next.FindStringSubmatch(body)
		if m == nil {
			break
		}
		path = html.UnescapeString(m[1])
	}
	if want := len(hostiles()) + 2; seen != want {
		t.Errorf("saw %d tickets of %d", seen, want)
	}
}

func TestListenRefusesWhatOthersReach(t *testing.T) {
	for address, want := range map[string]error{
		"0.0.0.0:0": ErrPublic, ":0": ErrPublic, "192.0.2.1:0": ErrPublic, "example.com:0": ErrPublic, "[::]:0": ErrPublic,
		"127.0.0.1:0": nil, "localhost:0": nil,
	} {
		l, err := Listen(t.Context(), address, false, false)
		if !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%s: %v, want %v", address, err, want)
		}
		if l != nil && l.Close() != nil {
			t.Error("not closed")
		}
	}
}

func TestListenTakesAFreePort(t *testing.T) {
	first, err := Listen(t.Context(), "127.0.0.1:0", false, false)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close() //nolint:errcheck // the test is over
	if _, err := Listen(t.Context(), first.Addr().String(), false, false); err == nil {
		t.Error("the port was given twice")
	}
	second, err := Listen(t.Context(), first.Addr().String(), false, true)
	if err != nil {
		t.Fatal(err)
	}
	if second.Addr().String() == first.Addr().String() || second.Close() != nil {
		t.Error("the port was given twice")
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	s := shown(t, small(t), nil)
	l, err := Listen(t.Context(), "127.0.0.1:0", false, false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	res, err := http.Get("http://" + l.Addr().String() + "/")
	if err != nil || res.StatusCode != http.StatusOK || res.Body.Close() != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
