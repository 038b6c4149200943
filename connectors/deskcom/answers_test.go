package deskcom

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

type answer = map[string]any

// account is a folder with the answers of an account, as somebody kept them.
type account struct {
	t      *testing.T
	folder string
	ids    map[desk.Ref]string
	files  int
}

func newAccount(t *testing.T) *account {
	return &account{t: t, folder: t.TempDir(), ids: map[desk.Ref]string{}}
}

// keep writes an answer into a file of its own.
func (a *account) keep(answers ...any) {
	a.t.Helper()
	for _, one := range answers {
		b, err := json.Marshal(one)
		if err != nil {
			a.t.Fatal(err)
		}
		a.files++
		a.put(fmt.Sprintf("answers/%05d.json", a.files), b)
	}
}

func (a *account) put(name string, b []byte) {
	a.t.Helper()
	path := filepath.Join(a.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		a.t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func at(class, path string, more ...any) answer {
	links := answer{"self": answer{"href": "/api/v2/" + path, "class": class}}
	for i := 0; i+1 < len(more); i += 2 {
		if href, _ := more[i+1].(string); href != "" && !strings.HasSuffix(href, "/") {
			links[more[i].(string)] = answer{"href": "/api/v2/" + href, "class": more[i]}
		}
	}
	return links
}

// page is a list as the API gives it.
func page(path string, entries ...answer) answer {
	return answer{"total_entries": len(entries), "_links": at("page", path+"?page=1&per_page=100"), "_embedded": answer{"entries": entries}}
}

func (a *account) id(r desk.Ref) string {
	if r.ID == "" {
		return ""
	}
	key := desk.To(r.Kind, r.ID)
	if a.ids[key] == "" {
		a.ids[key] = fmt.Sprint(len(a.ids) + 1)
	}
	return a.ids[key]
}

// seed puts records there.
func (a *account) seed(rs ...desk.Record) {
	for _, r := range rs {
		id := a.id(desk.To(r.Kind(), r.About().ID))
		switch r := r.(type) {
		case *desk.Organization:
			a.keep(answer{"name": r.Name, "domains": r.Domains, "_links": at("company", "companies/"+id)})
		case *desk.Group:
			a.keep(answer{"name": r.Name, "_links": at("group", "groups/"+id)})
		case *desk.Agent:
			user := answer{"name": r.Name, "email": r.Email, "level": "agent", "_links": at("user", "users/"+id)}
			a.keep(user)
			for _, g := range r.Groups {
				a.keep(page("groups/"+a.id(g)+"/users", user))
			}
		case *desk.Contact:
			var mails []answer
			for _, e := range r.Emails {
				mails = append(mails, answer{"type": "work", "value": e})
			}
			a.keep(answer{"first_name": r.Name, "emails": mails, "_links": at("customer", "customers/"+id, "company", "companies/"+a.id(r.Org))})
		case *desk.Ticket:
			a.ticket(id, r)
		}
	}
}

func (a *account) ticket(id string, t *desk.Ticket) {
	customer, base := "customers/"+a.id(t.Requester), "cases/"+id
	a.keep(answer{
		"subject": t.Subject, "status": "resolved", "priority": 7, "type": "email", "labels": t.Tags, "created_at": t.Created.Format(time.RFC3339),
		"_links": at("case", base, "customer", customer, "assigned_user", "users/"+a.id(t.Assignee), "assigned_group", "groups/"+a.id(t.Group)),
	})
	for i, m := range t.Messages {
		path, class := fmt.Sprintf("%s/replies/%d", base, i), "email"
		if m.Note {
			path, class = fmt.Sprintf("%s/notes/%d", base, i), "note"
		} else if i == 0 {
			path = base + "/message"
		}
		direction, user := "in", ""
		if m.Author.Kind == desk.KindAgent {
			direction, user = "out", "users/"+a.id(m.Author)
		}
		a.keep(answer{
			"body": m.Text, "direction": direction, "status": "sent", "created_at": m.At.Format(time.RFC3339), "from": m.From.Email,
			"_links": at(class, path, "customer", customer, "user", user, "sent_by", user),
		})
		for n, f := range m.Files {
			a.keep(answer{"file_name": f.Name, "content_type": f.Type, "size": fmt.Sprint(f.Size), "_links": at("attachment", fmt.Sprintf("%s/attachments/%s%d%d", path, id, i, n))})
			a.put(fmt.Sprintf("attachments/%s%d%d/%s", id, i, n, f.Name), a.bytes(f))
		}
	}
}

func (a *account) bytes(f desk.File) []byte {
	rc, err := f.Open(context.Background())
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = rc.Close() }() // it was only read
	b, err := io.ReadAll(rc)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}
