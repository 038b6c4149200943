package zendesk

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// description is Zendesk's own OpenAPI file.
const description = "../../../shared/specs/zendesk-support.yaml"

// describedPaths loads the description once: it is large.
var describedPaths = sync.OnceValues(func() (routers.Router, error) {
	b, err := os.ReadFile(description)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		return nil, err
	}
	doc.Servers = openapi3.Servers{{URL: "https://example.zendesk.test"}}
	for _, e := range exemptions {
		if e.doc != nil {
			e.doc(doc)
		}
	}
	return gorillamux.NewRouter(doc)
})

// exemption is where we, or the stand-in, do not keep to the description, and why.
type exemption struct {
	why  string
	doc  func(*openapi3.T)             // corrects the description
	body func(path string, answer obj) // corrects an answer before it is compared
}

var exemptions = []exemption{
	{
		why: "Parameters that are said to be in the path, and are not in it (groups, group_memberships): the file's generator put those of /users/{id}/… there.",
		doc: func(doc *openapi3.T) {
			eachParameters(doc, func(path string, all openapi3.Parameters) openapi3.Parameters {
				return slices.DeleteFunc(all, func(p *openapi3.ParameterRef) bool {
					return p.Value.In == "path" && !strings.Contains(path, "{"+p.Value.Name+"}")
				})
			})
		},
	},
	{
		why: "start_time is said to be required, also where a cursor takes its place (recorded: cursor alone).",
		doc: func(doc *openapi3.T) {
			eachParameters(doc, func(path string, all openapi3.Parameters) openapi3.Parameters {
				for _, p := range all {
					if strings.HasSuffix(path, "/cursor") && p.Value.Name == "start_time" {
						loose := *p.Value
						loose.Required = false
						p.Value = &loose
					}
				}
				return all
			})
		},
	},
	{
		why: "external_id of organisations is said to be a number in searches, and a text in records: it is a text.",
		doc: func(doc *openapi3.T) {
			eachParameters(doc, func(path string, all openapi3.Parameters) openapi3.Parameters {
				for _, p := range all {
					if path == "/api/v2/organizations/search" && p.Value.Name == "external_id" {
						text := *p.Value
						text.Schema = openapi3.NewStringSchema().NewRef()
						p.Value = &text
					}
				}
				return all
			})
		},
	},
	{
		why: "name and email are said to be required of a user that is written; an update names what changes, and a contact may have no address (UserInput also takes other shapes).",
		doc: func(doc *openapi3.T) { doc.Components.Schemas["UserCreateInput"].Value.Required = nil },
	},
	{
		why: "created_at of a comment is said to be read only; that imports take it says the page on imports, which the facts hold for the truth.",
		doc: func(doc *openapi3.T) {
			doc.Components.Schemas["TicketCommentObject"].Value.Properties["created_at"].Value.ReadOnly = false
		},
	},
	{
		why: "Fields of organisations are said to be texts or numbers; a checkbox among them is true or false, as it is among fields of users.",
		doc: func(doc *openapi3.T) {
			fields := doc.Components.Schemas["OrganizationObject"].Value.Properties["organization_fields"].Value
			fields.AdditionalProperties = openapi3.AdditionalProperties{}
		},
	},
	{
		why: "Values of custom fields are said to be texts; recorded ones are truths and lists too.",
		doc: func(doc *openapi3.T) {
			ticket := doc.Components.Schemas["TicketObject"].Value
			ticket.Properties["custom_fields"].Value.Items.Value.Properties["value"] = openapi3.NewSchemaRef("", openapi3.NewSchema())
		},
	},
	{
		why: "Exports give deleted tickets the status deleted (recorded); the list of statuses lacks it.",
		doc: func(doc *openapi3.T) {
			s := doc.Components.Schemas["TicketObject"].Value.Properties["status"].Value
			s.Enum = append(s.Enum, "deleted")
		},
	},
	{
		why: "In updates, custom_fields is described by the definition of a field (key, type and title required) in place of id and value.",
		doc: func(doc *openapi3.T) {
			delete(doc.Components.Schemas["TicketUpdateInput"].Value.Properties, "custom_fields")
		},
	},
	{
		why: "Emptying a field of a ticket takes null, which the description does not tell of (due_at aside).",
		doc: func(doc *openapi3.T) {
			for name, p := range doc.Components.Schemas["TicketUpdateInput"].Value.Properties {
				if slices.Contains([]string{"assignee_id", "group_id", "priority", "type", "status"}, name) && p.Value != nil {
					p.Value.Nullable = true
					p.Value.Enum = append(p.Value.Enum, nil)
					if len(p.Value.Enum) == 1 {
						p.Value.Enum = nil
					}
				}
			}
		},
	},
	{
		why:  "Recorded answers are full of null where the description knows texts and numbers alone: null is taken for absent.",
		body: func(_ string, answer obj) { dropNulls(answer) },
	},
	{
		why: "A failed item of a job keeps its index, else nobody could tell which it is; the description has no index there, and takes the item for a made one and a failed one at once.",
		body: func(path string, answer obj) {
			job, _ := answer["job_status"].(obj)
			list, _ := job["results"].([]any)
			for _, r := range list {
				if o, is := r.(obj); is && o["error"] != nil {
					delete(o, "index")
				}
			}
		},
	},
}

// eachParameters changes the parameters of every path and of every call.
func eachParameters(doc *openapi3.T, change func(path string, all openapi3.Parameters) openapi3.Parameters) {
	for path, item := range doc.Paths.Map() {
		item.Parameters = change(path, item.Parameters)
		for _, op := range item.Operations() {
			op.Parameters = change(path, op.Parameters)
		}
	}
}

func dropNulls(v any) {
	switch x := v.(type) {
	case obj:
		for k, item := range x {
			if item == nil {
				delete(x, k)
				continue
			}
			dropNulls(item)
		}
	case []any:
		for _, item := range x {
			dropNulls(item)
		}
	}
}

// witness compares every call on a line with the description.
type witness struct {
	t    testing.TB
	next http.RoundTripper
	with routers.Router
	mu   sync.Mutex
	seen map[string]bool
}

// witnessed is the line with a witness, where the description is at hand.
func witnessed(t testing.TB, line http.RoundTripper) http.RoundTripper {
	t.Helper()
	with, err := describedPaths()
	if os.IsNotExist(err) {
		return line
	}
	if err != nil {
		t.Fatal(err)
	}
	return &witness{t: t, next: line, with: with, seen: map[string]bool{}}
}

// RoundTrip implements http.RoundTripper.
func (w *witness) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(r.URL.Path, "/api/v2/") {
		return w.next.RoundTrip(r)
	}
	var body []byte
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		_ = r.Body.Close() // it was read
		if err != nil {
			return nil, err
		}
		body = b
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := w.next.RoundTrip(r)
	if err != nil {
		return resp, err
	}
	answer, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close() // it was read
	if err != nil {       // half an answer says nothing: it is handed on as it came
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(answer), iotest.ErrReader(err)))
		return resp, nil
	}
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	w.compare(r, body, resp, answer)
	return resp, nil
}

// compare compares a call and its answer. That of a refusal is compared where the
// description has one for its status, or for any other, and where it is JSON: what a
// proxy, or a storm, says in its place is nothing of Zendesk's.
func (w *witness) compare(r *http.Request, body []byte, resp *http.Response, answer []byte) {
	q := r.Clone(r.Context())
	q.Body, q.GetBody = io.NopCloser(bytes.NewReader(body)), nil // else the validator opens the file anew
	route, params, err := w.with.FindRoute(q)
	if err != nil {
		w.complain(r, "no such call: "+err.Error())
		return
	}
	in := &openapi3filter.RequestValidationInput{
		Request: q, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: resp.StatusCode < 400, MultiError: true},
	}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		w.complain(r, "asked: "+err.Error())
	}
	var v obj
	if err := json.Unmarshal(answer, &v); err != nil && resp.StatusCode >= 400 {
		return
	} else if err == nil {
		for _, e := range exemptions {
			if e.body != nil {
				e.body(r.URL.Path, v)
			}
		}
		if b, err := json.Marshal(v); err == nil {
			answer = b
		}
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: resp.StatusCode, Header: resp.Header, Body: io.NopCloser(bytes.NewReader(answer)), Options: in.Options,
	}
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		w.complain(r, "answered: "+err.Error())
	}
}

// complain tells each thing once.
func (w *witness) complain(r *http.Request, what string) {
	if len(what) > 600 {
		what = what[:600] + "…"
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.seen[what] {
		w.seen[what] = true
		w.t.Errorf("%s %s against Zendesk's description: %s", r.Method, r.URL.Path, what)
	}
}

// Every exemption has its reason.
func TestExemptionsHaveReasons(t *testing.T) {
	for i, e := range exemptions {
		if len(e.why) < 40 || e.doc == nil && e.body == nil {
			t.Errorf("exemption %d: %+v", i+1, e)
		}
	}
}
