package freshdesk

import (
	"bytes"
	"encoding/json"
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

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// described is a description of the API by a third party, and where it is known to
// be wrong or to say too little. The vendor publishes none.
type described struct {
	file  string
	reads bool // it describes reading alone
	// noNulls takes null for absent: recorded answers are full of it where the
	// description knows values alone, and emptying a field takes it.
	noNulls    bool
	exemptions []exemption
}

// exemption excuses a difference: call and said are patterns for "GET /path" and for
// what the validator says.
type exemption struct{ call, said, why string }

var descriptions = []described{
	{"freshdesk-apievangelist.yaml", false, true, []exemption{
		{`^GET /companies/autocomplete`, `.`, "the vendor documents it; the description lacks it, and takes its name for a number"},
		{`^GET /tickets/archived`, `.`, "the vendor documents it; the description lacks it, and takes its name for a number"},
		{`^GET /agents/me`, `"agent_id"`, "me is documented to stand for a number"},
		{`^GET /tickets/[0-9]+$`, `"include"`, "includes are documented to be joined with commas, the description allows one"},
		{`.`, `status is not supported`, "404 for what is not there is documented, and 409 for what is taken; the description names neither for every call"},
		{`^GET /(ticket|contact|company)_fields`, `choices|"type"`, "choices come in three shapes (recorded); the description knows one"},
		{`^GET /tickets`, `status"|/status`, "statuses of the account's own have numbers from 6 on"},
	}},
	{"airbyte-freshdesk.connector.yaml", true, false, []exemption{
		{`^GET /(products|contact_fields|company_fields|search)`, `no matching operation`, "it describes the calls that a copier of data makes"},
		{`^GET /tickets/[0-9]+/conversations`, `no matching operation`, "as before"},
		{`^GET /tickets/archived`, `.`, "as before, and it takes the name for a number"},
		{`^GET /companies/autocomplete`, `.`, "as before, and it takes the name for a number"},
		{`^GET /agents/me`, `parameter "id"`, "me is documented to stand for a number"},
	}},
}

func (d described) router(t *testing.T) routers.Router {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(shared, "specs", d.file))
	if os.IsNotExist(err) || err != nil && strings.Contains(err.Error(), "no such file") {
		t.Skip("the description is not there")
	}
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers, doc.Security = openapi3.Servers{{URL: freshdesktest.URL + "/api/v2"}}, nil
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

// compare holds one exchange against the description.
func (d described) compare(r routers.Router, x freshdesktest.Exchange) (said []string) {
	if d.noNulls {
		x.Body, x.AnswerBody = withoutNulls(x.Body), withoutNulls(x.AnswerBody)
	}
	req, err := http.NewRequest(x.Method, freshdesktest.URL+pathOf(x), bytes.NewReader(x.Body))
	if err != nil {
		return []string{err.Error()}
	}
	req.Header.Set("Content-Type", "application/json")
	route, params, err := r.FindRoute(req)
	if err != nil {
		return []string{err.Error()}
	}
	in := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route, Options: &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true}}
	if err := openapi3filter.ValidateRequest(req.Context(), in); err != nil {
		said = append(said, leaves("", err)...)
	}
	if x.Status == http.StatusNotFound || x.Status == http.StatusNoContent {
		return said // their bodies are empty
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: x.Status, Header: x.Answer, Options: in.Options, Body: io.NopCloser(bytes.NewReader(x.AnswerBody))}
	if err := openapi3filter.ValidateResponse(req.Context(), out); err != nil {
		said = append(said, leaves("", err)...)
	}
	return said
}

func pathOf(x freshdesktest.Exchange) string {
	u, err := url.Parse(x.URL)
	if err != nil {
		panic(err)
	}
	return u.RequestURI()
}

func withoutNulls(b []byte) []byte {
	var v any
	if json.Unmarshal(b, &v) != nil {
		return b
	}
	dropNulls(v)
	b, _ = json.Marshal(v)
	return b
}

func dropNulls(v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if dropNulls(x); x == nil {
				delete(v, k)
			}
		}
	case []any:
		for _, x := range v {
			dropNulls(x)
		}
	}
}

// leaves are the single complaints that an error is made of.
func leaves(where string, err error) (out []string) {
	switch e := err.(type) { //nolint:errorlint // each layer is taken off by hand
	case openapi3.MultiError:
		for _, inner := range e {
			out = append(out, leaves(where, inner)...)
		}
		return out
	case *openapi3filter.RequestError:
		if e.Parameter != nil {
			where += fmt.Sprintf("parameter %q: ", e.Parameter.Name)
		}
		if e.Err != nil {
			return leaves(where, e.Err)
		}
		return []string{where + e.Reason}
	case *openapi3filter.ResponseError:
		if e.Err != nil {
			return leaves(where+"answer: ", e.Err)
		}
		return []string{where + e.Reason}
	case *openapi3.SchemaError:
		return []string{where + fmt.Sprintf("%q: %s", strings.Join(e.JSONPointer(), "/"), e.Reason)}
	}
	return []string{where + err.Error()}
}

// Every call that we make, and every answer of the stand-in, is as the descriptions
// have it, but for what is exempted; and each exemption is needed.
func TestCallsAreAsDescribed(t *testing.T) {
	all := exchanges(t)
	for _, d := range descriptions {
		t.Run(d.file, func(t *testing.T) {
			r := d.router(t)
			used, compared := map[int]bool{}, 0
			complaints := map[string]int{}
			for _, x := range all {
				call := x.Method + " " + strings.TrimPrefix(strings.SplitN(pathOf(x), "?", 2)[0], "/api/v2")
				if d.reads && x.Method != http.MethodGet {
					continue
				}
				compared++
				for _, said := range d.compare(r, x) {
					i := slices.IndexFunc(d.exemptions, func(e exemption) bool {
						return regexp.MustCompile(e.call).MatchString(call) && regexp.MustCompile(e.said).MatchString(said)
					})
					if i >= 0 {
						used[i] = true
						continue
					}
					complaints[number.ReplaceAllString(call, "/N")+": "+number.ReplaceAllString(said, "/N")]++
				}
			}
			for c, n := range complaints {
				t.Errorf("%d times: %s", n, c)
			}
			for i, e := range d.exemptions {
				if !used[i] {
					t.Errorf("the exemption %q is not needed", e.why)
				}
			}
			t.Logf("%d exchanges compared", compared)
		})
	}
}

var number = regexp.MustCompile(`/[0-9]+`)

// exchanges are those of a whole move in and out, with a delta, searches and refusals.
func exchanges(t *testing.T) []freshdesktest.Exchange {
	t.Helper()
	s := account()
	s.AddAgent("Ann", "ann@desk.test")
	s.AddProduct("Shop")
	own := s.AddStatus("Waiting on Customer")
	s.Keep()
	src := origin(10)
	c := configOf(s)
	c.page, c.Leftovers, c.SearchLag = 0, leftNote, time.Minute
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
		&desk.Ticket{Meta: desk.Meta{Mark: weather.Marks(desk.KindTicket, "", "t1")}}, &desk.Contact{Emails: []string{"nobody@acme.test"}},
		&desk.Organization{Name: "Acme & Söhne"}, &desk.Group{Name: "Nobody"}, &desk.Agent{Email: "ann@desk.test"},
	} {
		_, _ = target.Find(ctx, r) // what it finds is another test's
	}
	who := &desk.Contact{Meta: desk.Meta{ID: "x", Mark: weather.Marks(desk.KindContact, "", "x")}, Name: "X", Emails: []string{"x@acme.test", "zoe0@acme.test"}}
	if _, err := target.Create(ctx, who); err == nil {
		t.Fatal("an address that is taken was taken again")
	}
	_, _ = target.Update(ctx, "1", &desk.Ticket{Meta: desk.Meta{Mark: "m"}, Subject: "new", Status: desk.StatusClosed}, []string{"subject", "status", "assignee", "tags"})
	s.ChangeTicket(2, func(tk *freshdesktest.Ticket) { tk.Status = own })
	for range 2 * fewTalks { // more than a ticket brings along
		s.AddTalk(5, freshdesktest.Talk{HTML: "<div>and</div>", Source: sourceNote, User: 80000000002})
	}
	s.AddRating(3, 1, 103, "")
	s.ChangeTicket(6, func(tk *freshdesktest.Ticket) { tk.Archived = true })
	reader := sourceOf(t, c, envOf(t, s.Transport()))
	for _, kind := range Spec().Reads.Kinds {
		readAll(t, reader, kind, "")
	}
	if _, err := reader.Describe(ctx); err != nil {
		t.Fatal(err)
	}
	if err := target.Delete(ctx, desk.KindTicket, "4"); err != nil {
		t.Fatal(err)
	}
	return s.Exchanges()
}
