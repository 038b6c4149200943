package csv

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/sheets"
	"github.com/deskhaul/deskhaul/desk"
)

// withJoins describes a folder with tickets, messages and what joins to them.
func withJoins(t *testing.T, files map[string]string) *Config {
	cfg := tables(t, files)
	for name := range files {
		f := File{Path: name}
		switch name {
		case "ticket_tags.csv":
			f.Kind, f.Columns = table.JoinsKind, map[string]string{"ticket": "ticket_id", "tags": "tag"}
		case "ticket_cc.csv":
			f.Kind, f.Columns = table.JoinsKind, map[string]string{"ticket": "ticket_id", "cc": "user"}
		}
		cfg.Files = append(cfg.Files, f)
	}
	return cfg
}

func joined(rs []desk.Record) map[string]string {
	got := map[string]string{}
	for _, r := range rs {
		tk := r.(*desk.Ticket)
		s := strings.Join(tk.Tags, ",") + "|"
		for _, p := range tk.Participants {
			s += string(p.ID) + " "
		}
		got[string(tk.ID)] = s
	}
	return got
}

func TestJoinsAddTagsAndPeopleToTickets(t *testing.T) {
	cfg := withJoins(t, map[string]string{
		"tickets.csv":     "id,subject,tags\n1,One,own\n2,Two,\n",
		"contacts.csv":    "id,name,email\n41,Ann,ann@example.com\n",
		"ticket_tags.csv": "ticket_id,tag\n2,red\n1,own\n1,blue\n9,lost\n",
		"ticket_cc.csv":   "ticket_id,user\n1,ann@example.com\n1,new@example.com\n2,41\n",
	})
	env := conntest.FileEnv(t)
	people, _, _ := read(t, cfg, env, desk.KindContact, "")
	if ids(people) != "41 new@example.com" {
		t.Errorf("contacts %q", ids(people))
	}
	schema := must[connectors.Schema](t)(must[*sheets.Source](t)(newSource(t.Context(), cfg, conntest.FileEnv(t))).Describe(t.Context()))
	if !slices.ContainsFunc(schema.Fields, func(f connectors.Field) bool {
		return f.Kind == desk.KindTicket && f.Name == "tags" && f.Source == "ticket_tags.csv: tag"
	}) || schema.Counts[desk.KindMessage] != 0 {
		t.Errorf("described as %+v, counted %v", schema.Fields, schema.Counts)
	}
	rs, asides, at := read(t, cfg, env, desk.KindTicket, "")
	if d := cmp.Diff(map[string]string{"1": "own,blue|41 new@example.com ", "2": "red|41 "}, joined(rs)); d != "" {
		t.Error(d)
	}
	if len(asides) != 1 || asides[0].Reason != connectors.ReasonReference || asides[0].Parent != "9" {
		t.Errorf("asides %+v", asides)
	}
	write(t, filepath.Join(cfg.Path, "ticket_tags.csv"), "ticket_id,tag\n2,red\n1,own\n1,blue\n9,lost\n2,green\n")
	if rs, _, _ = read(t, cfg, env, desk.KindTicket, at); len(rs) != 1 || joined(rs)["2"] != "red,green|41 " {
		t.Errorf("after one more row: %v", joined(rs))
	}
}

func TestJoinsToTicketsFromMessagesAlone(t *testing.T) {
	cfg := withJoins(t, map[string]string{
		"messages.csv":    "ticket id,ticket subject,body\n1,One,a\n1,One,b\n",
		"ticket_tags.csv": "ticket_id,tag\n1,red\n9,lost\n",
	})
	rs, asides, _ := read(t, cfg, conntest.FileEnv(t), desk.KindTicket, "")
	if len(rs) != 1 || joined(rs)["1"] != "red|" || len(rs[0].(*desk.Ticket).Messages) != 2 || len(asides) != 1 {
		t.Errorf("%v %+v", joined(rs), asides)
	}
}

func TestJoinsMustSayTheirColumns(t *testing.T) {
	for _, columns := range []map[string]string{nil, {"ticket": "a"}, {"tags": "a"}} {
		c := Config{Path: "x", Files: []File{{Path: "y", Kind: table.JoinsKind, Columns: columns}}}
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), "columns: of joins") {
			t.Errorf("%v: %v", columns, err)
		}
	}
}
