package mail

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/score"
)

// authors counts the mails of each author of a folder.
func authors(t *testing.T, folder string, fix func(rfc5322.Header) rfc5322.Header) map[string]person {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(score.Data(t, folder), "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	people := map[string]person{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, mail := range score.Split(b) {
			h, _, err := rfc5322.ReadHeader(rfc5322.Bytes(mail))
			if err != nil {
				t.Fatal(err)
			}
			author, _ := authorAt(fix(h))
			people[author.id] = author
		}
	}
	return people
}

func asItIs(h rfc5322.Header) rfc5322.Header { return h }

// The list puts its own address into every From: the people behind it are in
// Reply-To.
func TestScoreAuthorsOfMungedMail(t *testing.T) {
	people := authors(t, "usrp-2019", asItIs)
	t.Logf("score: usrp-2019 has %d authors", len(people))
	if len(people) < 100 || len(people) > 140 {
		t.Errorf("%d authors", len(people))
	}
	for id, p := range people {
		if strings.Contains(id, "usrp-users") || p.email == "" || strings.Contains(strings.ToLower(p.name), " via ") {
			t.Errorf("author %+v", p)
		}
	}
}

// Without repair_at the authors of an archive that hides addresses are told apart
// and have none; with it they have.
func TestScoreAuthorsOfArchivedMail(t *testing.T) {
	plain, repaired := authors(t, "pipermail-2015", asItIs), authors(t, "pipermail-2015", repairAt)
	with := func(people map[string]person) (n int) {
		for _, p := range people {
			if p.email != "" {
				n++
			} else {
				t.Logf("no address: %+v", p)
			}
		}
		return n
	}
	t.Logf("score: pipermail-2015 has %d authors as it is and %d repaired", len(plain), len(repaired))
	if n := with(plain); n > 2 {
		t.Errorf("%d authors have an address unasked", n)
	}
	if n := with(repaired); n*100 < len(repaired)*99 || len(repaired) > len(plain) {
		t.Errorf("of %d authors %d have an address", len(repaired), n)
	}
}
