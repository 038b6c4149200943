//go:build integration

package rt

import (
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// quick are the rules whose answer depends on RT itself, and not on how a client
// takes an answer. RT_ALL=1 in the environment asks for all of them.
var quick = []string{"CreateRich", "NoteStaysNote", "UpdateNamed", "UpdateEmpties", "OddFiles", "Silent"}

// The connector holds to the suite over a real Request Tracker.
func TestConnectorOverRealServer(t *testing.T) {
	overRealServer(t, rttest.Standing, func(s *rttest.Real) string { return s.Token })
}

// The rights that the guide names suffice for all that the suite asks for: nobody needs
// to give us a superuser. Nor one to whom RT speaks English.
func TestOrdinaryAccountOverRealServer(t *testing.T) {
	standing := maps.Clone(rttest.Standing)
	standing[desk.KindAgent]++ // the account itself
	overRealServer(t, standing, func(s *rttest.Real) string {
		token := s.Ordinary(toWrite(t)...)
		s.Do(http.MethodPut, "user/reader", object{"Lang": "de"})
		return token
	})
}

func overRealServer(t *testing.T, standing map[desk.Kind]int, account func(*rttest.Real) string) {
	rttest.Script(t)
	conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
		_, rule, _ := strings.Cut(t.Name(), "/")
		if os.Getenv("RT_ALL") == "" && !slices.Contains(quick, rule) {
			t.Skip("not among the quick ones: RT_ALL=1 asks for it")
		}
		s := rttest.StartReal(t)
		c := &Config{URL: s.URL, Token: connectors.Secret(account(s)), Quiet: "scrips", Settling: "0s", Dates: "no", Fields: []string{"plan"}}
		c.Retries, c.wait = new(1), 10*time.Millisecond // where the suite breaks the line nobody gains by our patience
		return conntest.Far{Config: c, HTTP: http.DefaultTransport, Outbox: s.Mails, Standing: standing}
	})
}
