package freshdesk

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
)

// The stand-in's answers have the shape of the recorded ones: each name that a real
// account's answer has, with a value of the same sort.
func TestStandInHasTheRecordedShapes(t *testing.T) {
	tape := replay(t)
	s := account()
	for _, f := range []freshdesktest.Field{
		{Name: "cf_test_checkbox", Type: "custom_checkbox"},
		{Name: "cf_custom_integer", Type: "custom_number"},
		{Name: "cf_custom_decimal", Type: "custom_decimal"},
		{Name: "cf_custom_dropdown", Type: "custom_dropdown", Choices: []string{"key1"}},
	} {
		s.AddField(ticketFields, f)
	}
	dropdown := freshdesktest.Field{Name: "custom_dropdown", Type: "custom_dropdown", Choices: []string{"key1"}}
	s.AddField(contactFields, dropdown)
	s.AddField(companyFields, dropdown)
	s.AddCompany("C", "c.test")
	s.AddGroup("G")
	who := s.AddContact(freshdesktest.Contact{Name: "A", Email: "a@a.test"})
	files := []freshdesktest.File{{Name: "a.txt", Type: "text/plain", Bytes: []byte("x")}}
	s.AddTicket(freshdesktest.Ticket{Subject: "x", HTML: "<div>x</div>", Type: "Problem", Requester: who, Group: 1, Files: files})
	s.AddTalk(1, freshdesktest.Talk{HTML: "<div>y</div>", User: who, From: "a@a.test", Files: files})
	for path, recorded := range map[string]string{
		"companies": "/api/v2/companies?", "groups": "/api/v2/groups?", "contacts": "/api/v2/contacts?", "agents": "/api/v2/agents?", "agents/me": "/api/v2/agents/me?",
		"tickets": "/api/v2/tickets?", "tickets/1": "/api/v2/tickets/13?", "tickets/1/conversations": "/api/v2/tickets/13/conversations?",
		"ticket_fields": "/api/v2/ticket_fields?",
	} {
		want, got := first1(t, tape.answers[recorded].Body), first1(t, answerOf(t, s, path))
		for _, d := range differences("", want, got) {
			if !slices.ContainsFunc(notModelled, func(p string) bool { return strings.HasSuffix(d, p) }) {
				t.Errorf("%s: %s", path, d)
			}
		}
	}
}

// notModelled are names that nobody here reads.
var notModelled = []string{" thumb_url", " portal_cc", " portal_cc_to"}

func answerOf(t *testing.T, s *freshdesktest.Server, path string) []byte {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, freshdesktest.URL+"/api/v2/"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(s.Key, "X")
	resp, err := s.Transport().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", path, resp.Status)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// first1 is the first of a list, or the thing itself.
func first1(t *testing.T, b []byte) map[string]any {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if list, ok := v.([]any); ok && len(list) > 0 {
		v = list[0]
	}
	m, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("no object: %.200s", b)
	}
	return m
}

// differences lists names that got lacks and values of another sort.
func differences(at string, want, got any) (out []string) {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %T", at, got)}
		}
		for name, v := range w {
			x, has := g[name]
			if !has {
				out = append(out, fmt.Sprintf("%s lacks %s", at, name))
				continue
			}
			out = append(out, differences(at+"/"+name, v, x)...)
		}
	case []any:
		g, ok := got.([]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %T", at, got)}
		}
		if len(w) > 0 && len(g) > 0 {
			out = differences(at+"/0", w[0], g[0])
		}
	case nil:
	default:
		if got != nil && fmt.Sprintf("%T", w) != fmt.Sprintf("%T", got) {
			out = []string{fmt.Sprintf("%s is %T, recorded %T", at, got, w)}
		}
	}
	return out
}

// Images that Freshdesk keeps are files; any other address in a text is a customer's
// doing, and never asked.
func TestImagesOfOthersStayLinks(t *testing.T) {
	a := &api{host: "acme.freshdesk.com", config: &Config{Images: "pics.acme.test"}}
	for address, ours := range map[string]bool{
		"https://acme.freshdesk.com/inline/attachment?token=x":           true,
		"https://attachment.freshdesk.com/inline/attachment?token=x":     true,
		"https://eucattachment.freshdesk.com/inline/attachment?token=x":  true,
		"https://pics.acme.test/inline/attachment?token=x":               true,
		"https://evil.freshdesk.com/inline/attachment?token=x":           false,
		"https://attachment.freshdesk.com.evil.test/inline/attachment":   false,
		"https://evil.test/inline/attachment?token=x":                    false,
		"https://acme.freshdesk.com/api/v2/agents?x=/inline/attachment":  false,
		"file:///inline/attachment":                                      false,
		"http://169.254.169.254/inline/attachment":                       false,
		"https://user@evil.test/acme.freshdesk.com/../inline/attachment": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.keepsImage(u); got != ours {
			t.Errorf("%s: %v", address, got)
		}
	}
}
