package archive_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/archive"
	"github.com/deskhaul/deskhaul/desk"
)

func TestOrganizationsHaveMembersAndTickets(t *testing.T) {
	path := folderOf(t)
	a := pulled(t, path, "u1", "box")
	org := created(t, a, &desk.Organization{Meta: desk.Meta{ID: "o", Mark: "o"}, Name: "Løv & Sønn"}).ID
	for _, id := range []string{"b", "a"} {
		c := contact(id, "Person "+id)
		c.Org = desk.Ref{Kind: desk.KindOrganization, Target: org}
		who := created(t, a, c).ID
		r := ticket(id, "words")
		r.Requester, r.Channel, r.Group = desk.Ref{Kind: desk.KindContact, Target: who}, "web", desk.Ref{Kind: desk.KindGroup, Target: "box/g"}
		created(t, a, r)
	}
	created(t, a, contact("c", "Alone"))
	created(t, a, ticket("c", "words"))
	closed(t, a)
	l := library(t, path)
	list, total, err := l.Members(t.Context(), org, 0, 1)
	if err != nil || total != 2 || len(list) != 1 || list[0].Name != "Person a" {
		t.Errorf("members %v of %d, %v", list, total, err)
	}
	if list, total, err = l.Members(t.Context(), "", 0, 0); err != nil || total != 0 || len(list) != 0 {
		t.Errorf("members of nothing: %v of %d, %v", list, total, err)
	}
	if list, total, err = l.Labels(t.Context(), desk.KindOrganization, "sønn", 0, 0); err != nil || total != 1 || list[0].ID != org {
		t.Errorf("organisations %v of %d, %v", list, total, err)
	}
	if got := found(t, l, archive.Filter{Org: org}); got != "a b" {
		t.Errorf("tickets of the organisation: %q", got)
	}
	f, err := l.Facets(t.Context(), archive.Filter{Org: org})
	if err != nil || fmt.Sprint(f.Channel, f.Group) != "[{web web 2}] [{box/g box/g 2}]" {
		t.Errorf("facets %v %v, %v", f.Channel, f.Group, err)
	}
}

func TestOrders(t *testing.T) {
	path := folderOf(t)
	a := plain(t, path)
	for i, id := range []string{"first", "second", "third"} {
		r := ticket(id, "words")
		r.Created = day(1 + i)
		r.Messages[0].At = day(20 - i)
		created(t, a, r)
	}
	closed(t, a)
	l := library(t, path)
	for order, want := range map[archive.Sort]string{
		archive.NewestFirst: "first second third", archive.OldestFirst: "third second first",
		archive.NewestCreatedFirst: "third second first", archive.OldestCreatedFirst: "first second third",
	} {
		var got []string
		for page, more := "", true; more; more = page != "" {
			p, err := l.List(t.Context(), archive.Filter{}, order, page, 1)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(p.Tickets[0].ID))
			page = p.Next
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %s", order, got, want)
		}
	}
}

func TestArchiveWithoutAnIndexIsIndexed(t *testing.T) {
	path := shelf(t)
	files, err := filepath.Glob(filepath.Join(path, "search.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := archive.OpenLibrary(t.Context(), path); !errors.Is(err, archive.ErrNoIndex) {
		t.Fatal(err)
	}
	if err := archive.Reindex(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if got := found(t, library(t, path), archive.Filter{Text: "printer"}); got != "en" {
		t.Errorf("found %q", got)
	}
}
