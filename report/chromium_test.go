//go:build integration

package report_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The page loads nothing and runs nothing in a real browser, and fits a phone: a text
// that cannot be broken would push it wider than its window.
func TestPageInChromium(t *testing.T) {
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			browser = found
			break
		}
	}
	if browser == "" {
		t.Skip("there is no Chromium here")
	}
	asked := make(chan string, 100)
	trap, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer trap.Close() //nolint:errcheck // the test is over
	go func() {
		for {
			c, err := trap.Accept()
			if err != nil {
				return
			}
			b := make([]byte, 4096)
			_ = c.SetDeadline(time.Now().Add(time.Second))
			n, _ := c.Read(b)
			asked <- string(b[:n])
			_ = c.Close()
		}
	}()
	dir := t.TempDir()
	dom := func(name, body string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		out, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(dir, "profile "+name),
			"--allow-file-access-from-files", "--host-resolver-rules=MAP * "+trap.Addr().String(), "--window-size=390,844", "--virtual-time-budget=4000",
			"--dump-dom", "file://"+path).Output()
		if err != nil || len(out) == 0 {
			t.Fatalf("%v: %d bytes", err, len(out))
		}
		return string(out)
	}
	control := dom("control.html", `<img src="http://control.test/x.png">`)
	if !strings.Contains(control, "control.test") || !strings.Contains(drained(asked), "control.test") {
		t.Fatal("the trap does not catch what it should")
	}
	for name, p := range pagesToOpen(t) {
		dom(name+".html", p.body)
		if got := dom("measure.html", measure(name, p.title)); !strings.Contains(got, "<title>fits true, title true</title>") {
			t.Errorf("%s on a phone: %.300s", name, got)
		}
		for _, list := range []string{`<details id="([^"]+)">`, `<details class="ticket" id="([^"]+)">`} {
			closed := regexp.MustCompile(list).FindStringSubmatch(p.body)
			if closed == nil {
				continue
			}
			if got := dom("follow.html", follow(name, closed[1])); !strings.Contains(got, "<title>seen true, hidden false</title>") {
				t.Errorf("%s: the number that leads to %s shows no list: %.300s", name, closed[1], got)
			}
		}
		if got := drained(asked); strings.Contains(got, ".test") || strings.Contains(got, "example") {
			t.Errorf("%s asked for %q", name, got)
		}
	}
}

// measure is a page that says of another, shown on a phone, whether it is no wider than its
// window. It asks from around it: the page lets no script run.
func measure(name, title string) string {
	return `<iframe id="f" src="` + name + `.html" style="width:390px;height:844px;border:0"></iframe><script>
		document.getElementById("f").onload=function(){var e=this.contentDocument.documentElement
		document.title="fits "+(e.scrollWidth<=e.clientWidth&&e.clientWidth>300)+", title "+(this.contentDocument.title.indexOf("` + title + `")==0)}</script>`
}

// follow is a page that says of another whether a list is seen when a number leads to it,
// and not before.
func follow(name, id string) string {
	return `<iframe id="f" src="` + name + `.html" style="width:1280px;height:844px;border:0"></iframe><script>
		document.getElementById("f").onload=function(){var w=this.contentWindow, d=this.contentDocument
		var seen=function(){return d.querySelector("#` + id + ` td").checkVisibility({contentVisibilityAuto:true})}
		var before=seen()
		w.location.hash="#` + id + `"
		setTimeout(function(){document.title="seen "+seen()+", hidden "+before},200)}</script>`
}

type pageToOpen struct{ body, title string }

// pagesToOpen are all pages, with values that would break one.
func pagesToOpen(t *testing.T) map[string]pageToOpen {
	t.Helper()
	var proven strings.Builder
	if err := proof().HTMLPage(&proven, tongue(t, "en")); err != nil {
		t.Fatal(err)
	}
	return map[string]pageToOpen{
		"proof":         {proven.String(), "Verification"},
		"assessment":    {assessed(t, "en"), "Assessment"},
		"assessment-ru": {assessed(t, "ru"), "Обзор"},
		"plan":          {planPage(t, "en"), "Plan"},
		"plan-ru":       {planPage(t, "ru"), "План"},
		"run":           {runPage(t, "en"), "Run 7"},
		"run-ru":        {runPage(t, "ru"), "Прогон 7"},
	}
}

func drained(asked chan string) string {
	var all []string
	for {
		select {
		case s := <-asked:
			all = append(all, s)
		case <-time.After(100 * time.Millisecond):
			return strings.Join(all, "\n")
		}
	}
}
