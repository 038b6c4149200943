//go:build integration

package intercom

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
)

// prism is a mock of the vendor's description by another program: a second opinion on what
// we send.
func prism(t *testing.T) (address string) {
	t.Helper()
	script, err := filepath.Abs(filepath.Join(shared, "servers/prism.sh"))
	if err != nil {
		t.Fatal(err)
	}
	spec, _ := filepath.Abs(filepath.Join(shared, "specs/intercom-2.16.yaml"))
	for _, needed := range []string{script, spec} {
		if _, err := os.Stat(needed); err != nil {
			t.Skip("neither the mock nor the description is there")
		}
	}
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not there", program)
		}
	}
	dir := t.TempDir()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close() // for the mock
	start := exec.CommandContext(ctx, "bash", script, "start", dir, port, spec)
	start.Env = append(os.Environ(), "PRISM_ERRORS=0") // else it checks its own examples too
	if out, err := start.CombinedOutput(); err != nil {
		t.Skipf("the mock does not start: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		_ = exec.CommandContext(context.WithoutCancel(ctx), "bash", script, "stop", dir).Run()
	})
	return "http://127.0.0.1:" + port
}

// violation is what Prism says of an exchange.
type violation struct {
	Location []string `json:"location"`
	Severity string   `json:"severity"`
	Code     string   `json:"code"`
	Message  string   `json:"message"`
}

// Of all calls of a whole move in and out Prism finds none that is not as described.
func TestPrismTakesOurCalls(t *testing.T) {
	all := exchanges(t)
	at := prism(t)
	told := map[string]int{}
	for _, x := range all {
		for _, v := range violations(t, at, x) {
			told[fmt.Sprintf("%s %s: %s: %s", x.Method, hexOrNumber.ReplaceAllString(strings.SplitN(x.URL, "?", 2)[0], "/N"), strings.Join(v.Location, "."), v.Message)]++
		}
	}
	for what, n := range told {
		t.Errorf("%d times: %s", n, what)
	}
	t.Logf("%d calls sent", len(all))
	broken := intercomtest.Exchange{Method: http.MethodPost, URL: intercomtest.URL + "/tickets", Header: all[0].Header, Body: []byte(`{"contacts":"nobody"}`)}
	if len(violations(t, at, broken)) == 0 {
		t.Error("what is no ticket is not told")
	}
}

// violations sends a request again and reads what Prism finds of it.
func violations(t *testing.T, at string, x intercomtest.Exchange) (found []violation) {
	t.Helper()
	u, err := url.Parse(x.URL)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), x.Method, at+u.RequestURI(), bytes.NewReader(x.Body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = x.Header.Clone()
	if len(x.Body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(resp.Body)
	var all []violation
	_ = json.Unmarshal([]byte(resp.Header.Get("Sl-Violations")), &all)
	var problem struct {
		Validation []violation `json:"validation"`
	}
	for _, v := range all {
		if len(v.Location) > 0 && v.Location[0] == "request" {
			found = append(found, v)
		}
	}
	_ = json.Unmarshal(body, &problem) // an example of an answer has none
	return append(found, problem.Validation...)
}
