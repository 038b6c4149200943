package okdesk

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// shared is where samples lie that others wrote; without it the tests skip.
var shared = filepath.Join("..", "..", "..", "shared", "fixtures", "okdesk", "okdesk_api-docstrings")

// sample is an object of the vendor's documentation, as a client of the API repeats it.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(shared, name+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the samples are not there")
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// strange are keys of the stand-in's that a sample lacks, and why.
var strange = map[string]string{
	"published_at": "two clients of the API read it; the sample of a comment is older",
	"author.type":  "a client reads it of issues too, and the sample of comments has it",
}

// The stand-in's objects have the keys of the documentation's, and values of the same sorts.
func TestStandInIsAsDocumented(t *testing.T) {
	s := okdesktest.New()
	for _, of := range []string{"issues", "companies"} {
		for _, p := range []okdesktest.Parameter{{Code: "a", Type: "ftstring"}, {Code: "b", Type: "ftcheckbox"}, {Code: "c", Type: "ftmultiselect", Options: []string{"x"}}} {
			s.AddParameter(of, p)
		}
	}
	custom := map[string]any{"a": "x", "b": true, "c": []any{"x"}}
	company := s.AddCompany("ООО «Ромашка»", custom)
	object := s.AddObject("Магазин №13", company)
	agent := s.AddEmployee(okdesktest.Person{Last: "Иванов", First: "Иван", Email: "i@acme.test", Groups: []int64{s.AddGroup("Механики")}})
	contact := s.AddContact(okdesktest.Person{Last: "Егоров", First: "Егор", Email: "e@client.test", Company: company})
	file := []okdesktest.File{{Name: "photo.jpg", About: "Фотография", Bytes: []byte("x")}}
	issue := s.AddIssue(okdesktest.Issue{
		Title: "Требуется мастер", Contact: contact, Object: object, Assignee: agent, Group: 1, Status: "completed", Rate: "normal", Due: time.Now(), Files: file, Custom: custom,
		Observers: []int64{agent}, Spent: []okdesktest.TimeEntry{{Employee: agent, Hours: 1, Comment: "Упаковка", At: time.Now()}},
	})
	s.AddComment(issue, okdesktest.Comment{HTML: "В ближайшее время", Employee: agent, Files: file})
	a := targetOf(t, configOf(s), envOf(t, s.Transport()))
	ask := func(path string) any {
		var v any
		if err := a.get(t.Context(), path, url.Values{}, &v); err != nil {
			t.Fatal(path, err)
		}
		if list, ok := v.([]any); ok {
			v = list[0]
		}
		return v
	}
	at := fmt.Sprintf("issues/%d", issue)
	one := ask(at).(map[string]any)
	attached := one["attachments"].([]any)[0].(map[string]any)
	for name, got := range map[string]any{
		"companies.Company": ask(fmt.Sprintf("companies/%d", company)), "maintaenance_entities.MaintanceEntity": ask(fmt.Sprintf("maintenance_entities/%d", object)),
		"issues.Issue": one, "issues.Comment": ask(at + "/comments"), "issues.TimeEntry": ask(at + "/time_entries"),
		"shared.Attachment_line_6_": ask(fmt.Sprintf("%s/attachments/%.0f", at, attached["id"])),
	} {
		var want any
		if err := json.Unmarshal(sample(t, name), &want); err != nil {
			t.Fatal(err)
		}
		for _, d := range unlike("", want, got) {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// unlike is in what a value is of another sort than a sample; what is null may be anything.
func unlike(at string, want, got any) (out []string) {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return says(at, want, got)
		}
		if at == "status_times" { // its keys are statuses
			return nil
		}
		for _, key := range slices.Sorted(maps.Keys(w)) {
			v, has := g[key]
			if !has {
				out = append(out, at+key+" is missing")
				continue
			}
			out = append(out, unlike(join(at, key), w[key], v)...)
		}
		for key := range g {
			if _, has := w[key]; !has && strange[key] == "" && strange[join(at, key)] == "" {
				out = append(out, join(at, key)+" is not documented")
			}
		}
	case []any:
		g, ok := got.([]any)
		if !ok {
			return says(at, want, got)
		}
		if len(w) > 0 && len(g) > 0 {
			out = unlike(at, w[0], g[0])
		}
	case nil:
	default:
		if got != nil && fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
			return says(at, want, got)
		}
	}
	return out
}

func join(at, key string) string { return strings.TrimPrefix(at+"."+key, ".") }

func says(at string, want, got any) []string {
	if got == nil {
		return nil
	}
	return []string{fmt.Sprintf("%s is a %T, not a %T", at, got, want)}
}

// The documentation's own objects are read as what they say.
func TestSamplesAreRead(t *testing.T) {
	s := okdesktest.New()
	src := sourceOf(t, configOf(s), envOf(t, s.Transport()))
	var issue issueShape
	var talk commentShape
	var company companyShape
	for name, out := range map[string]any{"issues.Issue": &issue, "issues.Comment": &talk, "companies.Company": &company} {
		if err := json.Unmarshal(sample(t, name), out); err != nil {
			t.Fatal(err)
		}
	}
	got, err := src.record(t.Context(), issue, []commentShape{talk})
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != "153" || got.Subject != "Требуется мастер на выезд" || got.Status != desk.StatusOpen || got.Priority != desk.PriorityLow || got.Type != "Обслуживание" {
		t.Errorf("it is %+v", got)
	}
	if want := desk.To(desk.KindContact, "3020"); got.Requester != want || got.Messages[0].Author != want { // the sample does not say of what sort its author is
		t.Errorf("asked by %v, written by %v", got.Requester, got.Messages[0].Author)
	}
	want := []desk.Ref{desk.To(desk.KindAgent, "3"), desk.To(desk.KindAgent, "113"), desk.To(desk.KindAgent, "121")}
	if d := cmp.Diff(want, got.Participants); d != "" {
		t.Error(d)
	}
	if len(got.Messages) != 3 { // the description, a file that the contact may not see, a comment
		t.Fatalf("messages %+v", got.Messages)
	}
	hidden, said := got.Messages[1], got.Messages[2]
	if !hidden.Note || len(hidden.Files) != 1 || hidden.Files[0].Size != 4149 || said.Note || said.Author != desk.To(desk.KindAgent, "10") || got.Fields["address"] != "г Пенза ул Гагарина д 13" {
		t.Errorf("messages %+v, fields %v", got.Messages, got.Fields)
	}
	org := organization(company).(*desk.Organization)
	if d := cmp.Diff([]any{"Главный офис", "Зона отдыха"}, org.Fields["attr6"]); d != "" || org.Fields["attr4"] != true || org.Fields["attr2"] != "2019-02-06" || org.Fields["crm_1c_id"] != "35067c4b23a8" {
		t.Error(d, org.Fields)
	}
}
