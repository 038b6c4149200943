package intercom

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/desk"
)

// A link to a file expires while a run is busy with others; it is asked for anew. So is the
// address of an image inside a text.
func TestLinksThatExpire(t *testing.T) {
	now := time.Now()
	s := intercomtest.New()
	s.Clock = func() time.Time { return now }
	who := s.AddContact(intercomtest.Contact{Name: "A", Email: "a@a.test"})
	image := s.AddImage(intercomtest.File{Name: "p.png", Type: "image/png", Bytes: []byte("picture")})
	id := s.AddTalk(intercomtest.Talk{Contacts: []string{who}, HTML: "<p>x</p>", Files: []intercomtest.File{{Name: "first.txt", Bytes: []byte("first")}}})
	s.AddPart(id, intercomtest.Part{HTML: `<p>see <img src="` + image + `"></p>`, By: who, Files: []intercomtest.File{{Name: "b.txt", Bytes: []byte("second")}}})
	tk := s.AddTalk(intercomtest.Talk{Contacts: []string{who}, Ticket: true})
	s.AddPart(tk, intercomtest.Part{HTML: "<p>y</p>", By: who, Files: []intercomtest.File{{Name: "c.txt", Bytes: []byte("third")}}})
	env := envOf(t, s.Transport())
	env.Now = s.Clock
	got := ticketsOf(t, sourceOf(t, configOf(s), env))
	now = now.Add(2 * time.Hour)
	s.Relink(id, image, s.Fresh(image))
	said := got[idOf(id)].Messages
	for want, f := range map[string]desk.File{"first": said[0].Files[0], "second": said[1].Files[0], "picture": said[1].Files[1], "third": got[idOf(tk)].Messages[0].Files[0]} {
		if b := conntest.BytesOf(t, f); string(b) != want {
			t.Errorf("%q came as %q", want, b)
		}
	}
}

// What a call that failed means to a run.
func TestErrors(t *testing.T) {
	body := func(code, said string) string {
		return `{"type":"error.list","request_id":"x","errors":[{"code":"` + code + `","message":"` + said + `"}]}`
	}
	for _, c := range []struct {
		status int
		body   string
		want   error
		says   string
	}{
		{401, body("unauthorized", "Access Token Invalid"), connectors.ErrDenied, "Access Token Invalid"},
		{402, body("api_plan_restricted", "Active subscription needed."), connectors.ErrUnsupported, "Active subscription needed"},
		{403, body("forbidden", "no"), connectors.ErrDenied, "no"},
		{404, body("not_found", "Resource Not Found"), connectors.ErrNotFound, "Resource Not Found"},
		{409, body("conflict", "A contact matching those details already exists with id=5"), connectors.ErrRefused, "already exists with id=5"},
		{422, body("unprocessable_entity", "bad"), connectors.ErrRefused, "unprocessable_entity: bad"},
		{429, body("rate_limit_exceeded", "Exceeded rate limit of 167 in 10_seconds"), connectors.ErrBusy, "Exceeded rate limit"},
		{500, body("server_error", "oops"), connectors.ErrBusy, "oops"},
		{400, `not json`, connectors.ErrRefused, "not json"},
	} {
		s := intercomtest.New()
		s.Fault = func(r *http.Request) intercomtest.Fault {
			if strings.HasPrefix(r.URL.Path, "/companies/") {
				return intercomtest.Fault{Status: c.status, Body: c.body}
			}
			return intercomtest.Fault{}
		}
		_, err := sourceOf(t, configOf(s), envOf(t, s.Transport())).Fetch(t.Context(), desk.KindOrganization, "1")
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%d is %v, want %v", c.status, err, c.want)
		}
	}
}

// The token of another workspace is not taken for this one's.
func TestAnotherWorkspace(t *testing.T) {
	s := intercomtest.New()
	c := configOf(s)
	c.Workspace = "other"
	_, err := sourceOf(t, c, envOf(t, s.Transport())).Describe(t.Context())
	if !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "acme1") {
		t.Errorf("it said %v", err)
	}
}
