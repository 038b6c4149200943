//go:build integration

package znuny

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
	"github.com/deskhaul/deskhaul/desk"
)

// TestMain ends the server of all tests.
func TestMain(m *testing.M) {
	code := m.Run()
	znunytest.Forget()
	os.Exit(code)
}

// quick are the rules whose answer depends on Znuny itself, and not on how a client takes an
// answer. ZNUNY_ALL=1 in the environment asks for all of them; that takes ten minutes.
var quick = []string{"CreateRich", "NoteStaysNote", "UpdateNamed", "UpdateEmpties", "OddFiles", "Silent", "Foresees", "FindByMark", "ResumeChanged", "Deletions", "DeleteForGood"}

// realConfig is the configuration for a real server.
func realConfig(s *znunytest.Real) *Config {
	c := sampleConfig()
	c.URL, c.User, c.Password = s.URL, s.User, connectors.Secret(s.Password)
	c.wait = 10 * time.Millisecond
	return c
}

// The connector holds to the suite over a real Znuny.
func TestConnectorOverRealServer(t *testing.T) {
	znunytest.Script(t)
	conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
		_, rule, _ := strings.Cut(t.Name(), "/")
		if os.Getenv("ZNUNY_ALL") == "" && !slices.Contains(quick, rule) {
			t.Skip("not among the quick ones: ZNUNY_ALL=1 asks for it")
		}
		s := znunytest.StartReal(t, webService)
		c := realConfig(s)
		target := targetOf(t, c, envOf(t, http.DefaultTransport))
		for _, queue := range []string{"Rechnungen", "Rechnungen::Mahnungen"} {
			var made madeShape
			cover := target.asked()
			cover["Queue"], cover["State"], cover["OwnerID"] = queue, stateRemoved, 1
			if err := target.call(t.Context(), opCreate, object{"Ticket": cover, "Article": articleOf("gone", "gone", "text/plain; charset=utf-8")}, &made); err != nil {
				t.Fatal(err)
			}
		}
		return conntest.Far{Config: c, HTTP: http.DefaultTransport, Outbox: s.Mails, Standing: map[desk.Kind]int{desk.KindCategory: 2}}
	})
}
