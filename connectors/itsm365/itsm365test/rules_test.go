package itsm365test_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
)

// far asks a server, and tells the status and the answer.
type far struct {
	t *testing.T
	*itsm365test.Server
}

func (f far) ask(method, path, kind string, body []byte) (int, string, http.Header) {
	f.t.Helper()
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	r, err := http.NewRequestWithContext(f.t.Context(), method, itsm365test.URL+path+sign+"accessKey="+f.Key, bytes.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	resp, err := f.Transport().RoundTrip(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Header
}

func (f far) post(path string, v any) (int, string) {
	f.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		f.t.Fatal(err)
	}
	status, said, _ := f.ask(http.MethodPost, "/sd/services/rest/"+path, "application/json", b)
	return status, said
}

func (f far) read(path string) (int, string, http.Header) {
	f.t.Helper()
	return f.ask(http.MethodGet, "/sd/services/rest/"+path, "", nil)
}

// list decodes a list of objects.
func (f far) list(said string) (rows []map[string]any) {
	f.t.Helper()
	if err := json.Unmarshal([]byte(said), &rows); err != nil {
		f.t.Fatalf("%s: %v", said, err)
	}
	return rows
}

func (f far) ticket() string { return f.Add("serviceCall$incident", map[string]any{"shortDescr": "x"}) }

func (f far) attach(id, part, name, text string) (int, string) {
	f.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	w, err := form.CreateFormFile(part, name)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err != nil || form.Close() != nil {
		f.t.Fatal(err)
	}
	status, said, _ := f.ask(http.MethodPost, "/sd/services/rest/add-file/"+id, form.FormDataContentType(), b.Bytes())
	return status, said
}

// fact is a rule that a client of the API shows, in the words of the facts page, and what
// holds the stand-in to it.
type fact struct {
	cites string
	holds func(far) bool
}

var facts = []fact{
	{"Query parameter `accessKey={key}` on each call.", func(f far) bool {
		id := f.ticket()
		known, _, _ := f.read("get/" + id)
		key := f.Key
		f.Key = "another"
		defer func() { f.Key = key }()
		r, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, itsm365test.URL+"/sd/services/rest/get/"+id+"?accessKey="+key, nil)
		if err != nil {
			f.t.Fatal(err)
		}
		resp, err := f.Transport().RoundTrip(r)
		return err == nil && resp.Body.Close() == nil && known == http.StatusOK && resp.StatusCode == http.StatusUnauthorized
	}},
	{"UUID = `{class}${number}`", func(f far) bool {
		return regexp.MustCompile(`^serviceCall\$[0-9]+$`).MatchString(f.ticket())
	}},
	{"| `GET get/{UUID}[?attrs=a,b]` | one object, all attributes or the named ones |", func(f far) bool {
		id := f.ticket()
		_, all, _ := f.read("get/" + id)
		_, named, _ := f.read("get/" + id + "?attrs=UUID,title")
		return strings.Contains(all, `"creationDate"`) && !strings.Contains(named, `"creationDate"`) && strings.Contains(named, id)
	}},
	{"search by attribute equality; array of objects; `{}` = all", func(f far) bool {
		id := f.ticket()
		f.Add("serviceCall$incident", map[string]any{"shortDescr": "y"})
		_, all := f.post("find/serviceCall", map[string]any{})
		_, one := f.post("find/serviceCall", map[string]any{"shortDescr": "x"})
		return len(f.list(all)) == 2 && len(f.list(one)) == 1 && f.list(one)[0]["UUID"] == id
	}},
	{"| `POST create/{fqn}` JSON | create, no useful body |", func(f far) bool {
		status, said := f.post("create/serviceCall$incident", map[string]any{"shortDescr": "x"})
		return status < 300 && said == ""
	}},
	{"| `POST create-m2m/{fqn}[?attrs=]` JSON | create, returns the object (use this) |", func(f far) bool {
		_, said := f.post("create-m2m/serviceCall?attrs=UUID", map[string]any{"metaClass": "serviceCall$incident", "shortDescr": "x"})
		return strings.HasPrefix(said, `{"UUID":"serviceCall$`)
	}},
	{"create-m2m is not idempotent", func(f far) bool {
		for range 2 {
			f.post("create-m2m/serviceCall$incident", map[string]any{"shortDescr": "x"})
		}
		return len(f.Objects("serviceCall")) == 2
	}},
	{"`POST edit-m2m/{UUID}[?attrs=]` | change |", func(f far) bool {
		id := f.ticket()
		_, said := f.post("edit-m2m/"+id+"?attrs=shortDescr", map[string]any{"shortDescr": "z"})
		return said == `{"shortDescr":"z"}`
	}},
	{"| `GET delete/{UUID}` | delete (a GET that writes: never prefetch or retry blindly) |", func(f far) bool {
		id := f.ticket()
		first, _, _ := f.read("delete/" + id)
		second, _, _ := f.read("delete/" + id)
		return first == 200 && second >= 400 && len(f.Objects("serviceCall")) == 0
	}},
	{"Upload: multipart part name free (`0`,`1`,… or `file`).", func(f far) bool {
		id := f.ticket()
		f.attach(id, "0", "a.txt", "a")
		status, _ := f.attach(id, "file", "b.txt", "b")
		return status < 300 && len(f.Objects("file")) == 2
	}},
	{"List: `POST find/file` body `{\"source\":\"serviceCall$…\"}` → objects with UUID, title; then get-file.", func(f far) bool {
		id := f.ticket()
		f.attach(id, "file", "b.txt", "bytes")
		_, said := f.post("find/file", map[string]any{"source": id})
		rows := f.list(said)
		uuid, _ := rows[0]["UUID"].(string)
		_, got, _ := f.read("get-file/" + uuid)
		return len(rows) == 1 && rows[0]["title"] == "b.txt" && got == "bytes"
	}},
	{"name from `Content-Disposition`, type from `Content-Type`", func(f far) bool {
		_, _, head := f.read("get-file/" + f.AddFile(f.ticket(), "b.txt", "text/plain", nil))
		return strings.Contains(head.Get("Content-Disposition"), "b.txt") && head.Get("Content-Type") != ""
	}},
	{"`offset` + `limit` on find; no total", func(f far) bool {
		for range 5 {
			f.ticket()
		}
		_, first := f.post("find/serviceCall?offset=0&limit=3", map[string]any{})
		_, last := f.post("find/serviceCall?offset=3&limit=3", map[string]any{})
		return len(f.list(first)) == 3 && len(f.list(last)) == 2
	}},
	{"References are written as UUID strings; read back as objects `{UUID,title,metaClass}`", func(f far) bool {
		team := f.Add("team$team", map[string]any{"title": "Первая линия"})
		_, said := f.post("create-m2m/serviceCall$incident?attrs=responsibleTeam", map[string]any{"responsibleTeam": team})
		return said == `{"responsibleTeam":{"UUID":"`+team+`","metaClass":"team$team","title":"Первая линия"}}`
	}},
	{"reading format `yyyy.MM.dd HH:mm:ss` also met in the wild", func(f far) bool {
		_, said, _ := f.read("get/" + f.ticket() + "?attrs=creationDate")
		return regexp.MustCompile(`"\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d"`).MatchString(said)
	}},
	{"Add: edit the ticket with `@comment` (text/HTML) in the body", func(f far) bool {
		f.post("edit-m2m/"+f.ticket(), map[string]any{"@comment": "<p>x</p>"})
		said := f.Objects("comment")
		return len(said) == 1 && said[0].Values["text"] == "<p>x</p>"
	}},
	{"Setting creation date or number on create: UNCONFIRMED, presumably refused for system attributes.", func(f far) bool {
		status, _ := f.post("create-m2m/serviceCall$incident", map[string]any{"creationDate": "2011.03.04 05:06:07"})
		return status >= 400
	}},
	{"500 with a plain-text Java message also for", func(f far) bool {
		status, said := f.post("create-m2m/serviceCall$nothing", map[string]any{})
		return status == 500 && !json.Valid([]byte(said))
	}},
	{"`GET /sd/services/smpsync/metainfo` returns the installation's metadata XML (attributes per class)", func(f far) bool {
		_, said, _ := f.ask(http.MethodGet, "/sd/services/smpsync/metainfo", "", nil)
		return strings.HasPrefix(said, "<?xml") && strings.Contains(said, "shortDescr")
	}},
}

// The stand-in keeps the rules that clients of the API show; where the page of facts lies
// beside the checkout, it says so in these words.
func TestKeepsTheFacts(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "facts", "naumen-itsm365.md"))
	for _, f := range facts {
		t.Run(f.cites, func(t *testing.T) {
			if !f.holds(far{t, itsm365test.New()}) {
				t.Error("it does not keep this rule")
			}
			if err == nil && !strings.Contains(flat(string(page)), flat(f.cites)) {
				t.Error("the page of facts does not say so")
			}
		})
	}
}

// flat is a text in one line.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }
