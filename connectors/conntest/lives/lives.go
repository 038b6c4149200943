// Package lives goes through whole weeks after a cutover, drawn by lot: customers write
// to the old helpdesk, agents work in both, and in between there are runs, retries and
// rollbacks in bad weather, which are refused, stopped and killed. The old helpdesk is in
// memory, the new one a stand-in of a vendor's behind its connector.
//
// A bystander who knows of all that was done to both looks at the stand-in itself, after
// each run and in the end: nothing of the source is there twice, nothing is missing that
// nobody took away, what agents did stands as they left it, nobody was sent an e-mail, and
// verify says just that; a rollback takes what nobody touched, and leaves the rest.
package lives

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/deskhaul/deskhaul/connectors/conntest/rounds"
)

var (
	many  = flag.Int("lives", 0, "how many lives there are; 0: a few, or more with the tag integration")
	eye   = flag.String("life.eye", "", "the ticket of the source of which a life that fails tells the line each time")
	first = flag.Uint64("life.seed", 1, "the first life's seed; the next have the numbers after it")
)

// Go goes through lives with a stand-in, each with one that open makes of its seed: so many
// with -short, usually, and with the tag integration.
func Go(t *testing.T, short, ordinary, all int, open func(t *testing.T, seed uint64) *Far) {
	n := *many
	if n == 0 {
		n = rounds.Of(short, ordinary, all)
	}
	for i := range n {
		seed := *first + uint64(i)
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := begin(t, seed, open(t, seed))
				defer func() {
					if t.Failed() {
						name, _, _ := strings.Cut(t.Name(), "/")
						t.Logf("again: -run '^%s$' -lives=1 -life.seed=%d\n%s", name, seed, strings.Join(l.diary, "\n"))
					}
				}()
				l.live(t)
			})
		})
	}
}
