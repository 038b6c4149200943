//go:build integration && linux

package main

import (
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
	"github.com/deskhaul/deskhaul/connectors/freshdesk/freshdesktest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/intercom/intercomtest"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/connectors/okdesk/okdesktest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
)

// greatEnd is one end of a move in the great storm.
type greatEnd struct {
	*cloud
	name  string
	lines []*greatLine
	look  func(*testing.T) []voice
	// mails puts the mails of so many numbers there, where it is a mailbox.
	mails func(t *testing.T, from, to int)
	// restart ends the server and starts it again; nil where that is no more than a line
	// with nobody at its far end.
	restart func(hard bool, away time.Duration) error
	onDisk  bool // it is a file or a folder of the round's disk
}

// greatEnds makes the ends that routes are made of, by name.
var greatEnds = map[string]func(*testing.T, *greatRound) *greatEnd{
	"mbox": greatMbox, "imap": greatMailbox, "rt": greatRT, "rttest": greatStandIn, "zendesk": greatZendesk, "freshdesk": greatFreshdesk, "intercom": greatIntercom, "okdesk": greatOkdesk, "itsm365": greatITSM365, "znuny": greatZnuny,
	"jsonl": greatLines, "csv": greatTables, "xlsx": greatWorkbook, "archive": greatArchive,
}

// withLine puts a line before a stand-in, which is reached through it.
func withLine(t *testing.T, g *greatRound, name string, start func(at site) *cloud) *greatEnd {
	t.Helper()
	l := newGreatLine(t, g.more())
	c := start(site{"http://" + l.address, g.now})
	to := strings.TrimPrefix(c.url, "http://")
	l.to = func() string { return to }
	c.url = "http://" + l.address
	c.weather.Seed = g.rng.Uint64()
	return &greatEnd{cloud: c, name: name, lines: []*greatLine{l}}
}

func greatZendesk(t *testing.T, g *greatRound) *greatEnd {
	var p zendeskPeople
	e := withLine(t, g, "zendesk", func(at site) *cloud {
		c := zendeskAt(t, at)
		p = c.people.(zendeskPeople)
		return c
	})
	e.look = func(*testing.T) []voice { return voicesOfZendesk(p.Account) }
	return e
}

func greatFreshdesk(t *testing.T, g *greatRound) *greatEnd {
	var s *freshdesktest.Server
	e := withLine(t, g, "freshdesk", func(at site) *cloud {
		c := freshdeskAt(t, at)
		s = c.people.(freshdeskPeople).Server
		return c
	})
	e.look = func(*testing.T) []voice { return voicesOfFreshdesk(s) }
	return e
}

func greatIntercom(t *testing.T, g *greatRound) *greatEnd {
	var s *intercomtest.Server
	e := withLine(t, g, "intercom", func(at site) *cloud {
		c := intercomAt(t, at)
		s = c.people.(intercomPeople).Server
		return c
	})
	e.look = func(*testing.T) []voice { return voicesOfIntercom(s) }
	return e
}

// greatOkdesk is another account in each round, as far as nobody says what all are like.
func greatOkdesk(t *testing.T, g *greatRound) *greatEnd {
	var s *okdesktest.Server
	e := withLine(t, g, "okdesk", func(at site) *cloud {
		c := okdeskAt(t, at)
		s = c.people.(okdeskPeople).Server
		return c
	})
	s.AddEmployee(okdesktest.Person{First: "Bob", Email: "bob@desk.test", Groups: []int64{s.AddGroup("General")}}) // of others, as nobody can make one
	for _, odd := range []*bool{&s.StillTalk, &s.SlimRows, &s.UntypedAuthors, &s.Attributes, &s.Numbered, &s.NoRetryAfter} {
		*odd = g.rng.IntN(2) == 0
	}
	if g.rng.IntN(2) == 0 {
		e.settings = slices.DeleteFunc(e.settings, func(kv string) bool { return strings.HasPrefix(kv, "mark=") })
	}
	e.look = func(*testing.T) []voice { return voicesOfOkdesk(s) }
	return e
}

// greatITSM365 is another installation in each round, as far as no client of its API says
// what all are like.
func greatITSM365(t *testing.T, g *greatRound) *greatEnd {
	var s *itsm365test.Server
	e := withLine(t, g, "itsm365", func(at site) *cloud {
		c := itsm365At(t, at)
		s = c.people.(itsm365People).Server
		return c
	})
	s.Add("slmService$slmService", map[string]any{"title": "Support"}) // of others, as nobody can make one
	s.Add("employee$employee", map[string]any{"lastName": "Owner", "email": "owner@acme.test"})
	for _, odd := range []*bool{&s.Restless, &s.TalkTouches} {
		*odd = g.rng.IntN(2) == 0
	}
	e.look = func(*testing.T) []voice { return voicesOfITSM365(s) }
	return e
}

func greatZnuny(t *testing.T, g *greatRound) *greatEnd {
	var s *znunytest.Server
	e := withLine(t, g, "znuny", func(at site) *cloud {
		c := znunyAt(t, at)
		s = c.people.(znunyPeople).Server
		return c
	})
	s.AddQueue("General") // of others, as nobody can make one
	e.look = func(*testing.T) []voice { return voicesOfZnuny(s) }
	return e
}

func greatStandIn(t *testing.T, g *greatRound) *greatEnd {
	var s *rttest.Server
	e := withLine(t, g, "rttest", func(at site) *cloud {
		c := rtAt(t, at)
		s = c.people.(rtPeople).Handler.(*rttest.Server)
		return c
	})
	e.look = func(*testing.T) []voice { return voicesOfStandIn(s) }
	return e
}

// greatRT is a real Request Tracker with weather before it, and a line before that.
func greatRT(t *testing.T, g *greatRound) *greatEnd {
	s := rttest.StartReal(t)
	t.Setenv("TOKEN_RT", s.Token)
	proxy := proxyTo(t, s)
	e := withLine(t, g, "rt", func(site) *cloud {
		w := &weather.Weather{Totals: true}
		return &cloud{
			connector: "rt", url: gateTo(t, proxy, w), token: s.Token, settings: []string{"quiet=scrips", "settling=5s"}, outbox: s.Mails, weather: w, people: rtPeople{proxy, s.Token},
		}
	})
	e.look = func(t *testing.T) []voice { return voicesOfRT(t, s) }
	e.restart = s.Restart
	return e
}

func greatMbox(t *testing.T, g *greatRound) *greatEnd {
	path := filepath.Join(g.dir, "support.mbox")
	return &greatEnd{
		cloud: &cloud{connector: "mbox", url: path, settings: []string{"agents.domains=desk.test"}}, name: "mbox",
		mails: func(t *testing.T, from, to int) {
			if err := appendMails(path, from, to); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// greatMailbox is an account of a real Dovecot: the first one, or the second for the far
// end.
func greatMailbox(t *testing.T, g *greatRound) *greatEnd {
	if g.dovecot == nil {
		g.dovecot = imaptest.StartDovecot(t)
	}
	d := g.dovecot
	g.accounts++
	n := g.accounts
	user, password := d.Account(n)
	t.Setenv(fmt.Sprintf("TOKEN_IMAP_%d", n), password)
	l := newGreatLine(t, g.more())
	l.to = func() string { return fmt.Sprintf("127.0.0.1:%d", d.Port) }
	host, port, err := net.SplitHostPort(l.address)
	if err != nil {
		t.Fatal(err)
	}
	var c *imapclient.Client
	return &greatEnd{
		name: "imap", lines: []*greatLine{l}, look: func(t *testing.T) []voice { return voicesOfDovecot(t, d, n) },
		cloud: &cloud{connector: "imap", url: user + "@" + host, settings: []string{
			"port=" + port, "security=none", fmt.Sprintf("password=${TOKEN_IMAP_%d}", n), "agents.domains=desk.test",
		}},
		mails: func(t *testing.T, from, to int) {
			if c == nil {
				c = d.Login(n)
			}
			path := filepath.Join(t.TempDir(), "new.mbox")
			if err := appendMails(path, from, to); err != nil {
				t.Fatal(err)
			}
			for i, raw := range mboxMails(t, path) {
				imaptest.Append(t, c, "INBOX", raw, time.Date(2024, 2, 1, 0, 0, from+i, 0, time.UTC))
			}
		},
	}
}

func greatLines(_ *testing.T, g *greatRound) *greatEnd {
	path := filepath.Join(g.disk.at, "all.jsonl")
	return &greatEnd{
		cloud: &cloud{connector: "jsonl", url: path}, name: "jsonl", onDisk: true, look: func(t *testing.T) []voice { return voicesOfLines(t, path) },
	}
}

func greatTables(_ *testing.T, g *greatRound) *greatEnd {
	path := filepath.Join(g.disk.at, "tables")
	return &greatEnd{
		cloud: &cloud{connector: "csv", url: path}, name: "csv", onDisk: true, look: func(t *testing.T) []voice { return voicesOfTables(t, path) },
	}
}

func greatWorkbook(_ *testing.T, g *greatRound) *greatEnd {
	path := filepath.Join(g.disk.at, "all.xlsx")
	return &greatEnd{
		cloud: &cloud{connector: "xlsx", url: path}, name: "xlsx", onDisk: true, look: func(t *testing.T) []voice { return voicesOfWorkbook(t, path) },
	}
}

// greatArchive is our own; what it holds is seen in the lines that it is loaded into.
func greatArchive(_ *testing.T, g *greatRound) *greatEnd {
	return &greatEnd{cloud: &cloud{connector: "archive"}, name: "archive", onDisk: true, look: func(t *testing.T) []voice {
		path := filepath.Join(t.TempDir(), "archive.jsonl")
		mustRun(t, "load", "--quiet", "--from", "archive:", "--to", "jsonl:"+path, g.project)
		return voicesOfLines(t, path)
	}}
}

// sourceNames are the ends that can be a source of the storm: those that people work at.
func sourceNames() []string {
	return []string{"mbox", "imap", "rt", "rttest", "zendesk", "freshdesk", "intercom", "okdesk", "itsm365", "znuny"}
}

// isRT tells whether an end's token is under the name of Request Tracker's.
func isRT(end string) bool { return end == "rt" || end == "rttest" }

// greatRoutes are all ways from one end to another that make sense: a mailbox on
// a server goes into another or stays in our archive, for what is read there is the same
// as from a file.
func greatRoutes() (out [][2]string) {
	for _, from := range sourceNames() {
		for to := range greatEnds {
			switch {
			case to == "mbox", to == "imap" && from != "imap", isRT(from) && isRT(to), from == "imap" && to != "imap" && to != "archive":
				continue
			}
			out = append(out, [2]string{from, to})
		}
	}
	slices.SortFunc(out, func(a, b [2]string) int { return strings.Compare(a[0]+"-"+a[1], b[0]+"-"+b[1]) })
	return out
}
