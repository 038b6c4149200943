package intercom

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

const shared = "../../../shared"

// exemption excuses a difference from the vendor's description: call and said are patterns
// for "GET /path" and for what the validator says.
type exemption struct{ call, said, why string }

var exemptions = []exemption{
	{`.`, `status is not supported`, "the description names few of the answers that refuse; 404 and 409 are documented elsewhere"},
}

func description(t *testing.T, file string) routers.Router {
	t.Helper()
	path := filepath.Join(shared, "specs", file)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the description is not there")
	}
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers, doc.Security = openapi3.Servers{{URL: intercomtest.URL}}, nil
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			op.Security = nil
		}
	}
	r, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// differences holds one exchange against the description.
func differences(r routers.Router, x intercomtest.Exchange) (said []string) {
	u, err := url.Parse(x.URL)
	if err != nil {
		return []string{err.Error()}
	}
	req, err := http.NewRequest(x.Method, intercomtest.URL+u.RequestURI(), bytes.NewReader(x.Body))
	if err != nil {
		return []string{err.Error()}
	}
	req.Header = x.Header.Clone()
	route, params, err := r.FindRoute(req)
	if err != nil {
		return []string{err.Error()}
	}
	options := &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true}
	in := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(req.Context(), in); err != nil {
		said = append(said, complaints("", err)...)
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: x.Status, Header: x.Answer, Options: options, Body: io.NopCloser(bytes.NewReader(x.AnswerBody))}
	if err := openapi3filter.ValidateResponse(req.Context(), out); err != nil {
		said = append(said, complaints("answer: ", err)...)
	}
	return said
}

// complaints are the single ones that an error is made of.
func complaints(where string, err error) (out []string) {
	var many openapi3.MultiError
	var request *openapi3filter.RequestError
	var response *openapi3filter.ResponseError
	var schema *openapi3.SchemaError
	switch {
	case errors.As(err, &request) && request.Err != nil:
		if request.Parameter != nil {
			where += fmt.Sprintf("parameter %q: ", request.Parameter.Name)
		}
		return complaints(where, request.Err)
	case errors.As(err, &response) && response.Err != nil:
		return complaints(where, response.Err)
	case errors.As(err, &many):
		for _, one := range many {
			out = append(out, complaints(where, one)...)
		}
		return out
	case errors.As(err, &schema):
		return []string{where + fmt.Sprintf("%q: %s", strings.Join(schema.JSONPointer(), "/"), schema.Reason)}
	}
	return []string{where + err.Error()}
}

var hexOrNumber = regexp.MustCompile(`/([0-9a-f]{24}|[0-9]+|dh[a-z2-7]{26})`)

// Every call that we make, and every answer of the stand-in, is as the vendor describes it,
// but for what is exempted; and each exemption is needed.
func TestCallsAreAsDescribed(t *testing.T) {
	r := description(t, "intercom-2.16.yaml")
	used, found := map[int]bool{}, map[string]int{}
	all := exchanges(t)
	for _, x := range all {
		call := x.Method + " " + strings.SplitN(x.URL, "?", 2)[0]
		for _, said := range differences(r, x) {
			i := slices.IndexFunc(exemptions, func(e exemption) bool {
				return regexp.MustCompile(e.call).MatchString(call) && regexp.MustCompile(e.said).MatchString(said)
			})
			if i >= 0 {
				used[i] = true
				continue
			}
			found[hexOrNumber.ReplaceAllString(call, "/N")+": "+hexOrNumber.ReplaceAllString(said, "/N")]++
		}
	}
	for c, n := range found {
		t.Errorf("%d times: %.600s", n, c)
	}
	for i, e := range exemptions {
		if !used[i] {
			t.Errorf("the exemption %q is not needed", e.why)
		}
	}
	t.Logf("%d exchanges compared", len(all))
}

// exchanges are those of a whole move in and out, with a delta, searches, refusals and a
// rollback.
func exchanges(t *testing.T) []intercomtest.Exchange {
	t.Helper()
	s := account()
	s.Keep()
	src := origin(12)
	c := configOf(s)
	c.page, c.Tags, c.Priority, c.SearchLag = 0, "Tags", "Priority", time.Minute
	h := weather.NewHaul(t, nil)
	h.Source = src
	h.Reads, _ = mem.Spec().CapsOf(src)
	_, h.Writes = Spec().CapsOf(c)
	target, err := newTarget(c, envOf(t, s.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	h.Target = target
	h.Settle(t, 0)
	ctx := t.Context()
	for _, r := range []desk.Record{
		&desk.Ticket{Meta: desk.Meta{Mark: weather.Marks(desk.KindTicket, "", "t1")}}, &desk.Contact{Meta: desk.Meta{Mark: weather.Marks(desk.KindContact, "", "none")}, Emails: []string{"nobody@acme.test"}},
		&desk.Organization{Meta: desk.Meta{Mark: "none"}, Name: "Acme & Söhne"}, &desk.Group{Name: "Nobody"}, &desk.Agent{Email: "aiko@desk.example.com"},
	} {
		_, _ = target.Find(ctx, r) // what it finds is another test's
	}
	who := &desk.Contact{Meta: desk.Meta{ID: "x", Mark: weather.Marks(desk.KindContact, "", "x")}, Name: "X", Emails: []string{"zoe0@acme.test"}}
	if got, err := target.Create(ctx, who); err != nil || !got.Adopted {
		t.Fatalf("an address that is taken: %+v, %v", got, err)
	}
	tk := s.Standing()[1]
	one := &desk.Ticket{Meta: desk.Meta{Mark: weather.Marks(desk.KindTicket, "", "t1"), Fields: map[string]any{"plan": "gold"}}, Subject: "new", Status: desk.StatusClosed}
	if _, err := target.Update(ctx, idOf(tk.ID), one, []string{"subject", "status", "assignee", "tags", "fields.plan"}); err != nil {
		t.Fatal(err)
	}
	stock(s, 14)
	reader := sourceOf(t, c, envOf(t, s.Transport()))
	for _, kind := range Spec().Reads.Kinds {
		readAll(t, reader, kind, "")
	}
	for _, d := range []connectors.Describer{reader, target} {
		if _, err := d.Describe(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for id, p := range s.Contacts() { // who asks, and is not deleted
		if p.Email == "zoe1@acme.test" {
			_ = target.Delete(ctx, desk.KindContact, desk.ID(id))
		}
	}
	if err := target.Delete(ctx, desk.KindTicket, idOf(tk.ID)); err != nil {
		t.Fatal(err)
	}
	readAll(t, reader, desk.KindTicket, "")
	return s.Exchanges()
}
