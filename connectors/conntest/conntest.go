// Package conntest is the one suite that holds every connector to the interfaces
// of package connectors and to what its own Caps promise.
//
// The suite is a table of rules, and the table is the written contract: each
// rule has a name, the promise that it holds a connector to, and what it needs
// before it applies. A rule that does not apply is skipped with the name of
// what is missing, never without a word. A connector's test is one call:
//
//	func TestConnector(t *testing.T) {
//		conntest.Run(t, Spec, func(t *testing.T) conntest.Far {
//			return conntest.Far{Config: &Config{Path: filepath.Join(t.TempDir(), "box")}}
//		})
//	}
package conntest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Far is a system under test, empty: a fake server, a folder, a real account.
type Far struct {
	// Config opens it. If it is a pointer to a struct with string fields tagged
	// path:"true", the suite copies what lies there to see what a kill would
	// leave, and compares it before and after a dry run. A path should lie in a
	// temporary folder with nothing else in it.
	Config any
	// HTTP is the way to its server; nil if it does not speak HTTP. The suite
	// breaks requests on this way. A fake's pages should be small, of two or three
	// records: what happens between pages is broken most often.
	HTTP http.RoundTripper
	// Outbox lists the e-mails that the system has sent to people so far, a line
	// each. Needed with HTTP where Caps.Silent is promised.
	Outbox func() []string
	// Seed puts records there behind the connector's back, references by ID; it
	// may be called several times. Nil: they are written through the target.
	Seed func(...desk.Record)
	// Standing is how many records of a kind an empty system has: its owner, its
	// first shelf.
	Standing map[desk.Kind]int
	// Full makes every write to the system fail from now on, as on a full disk, or
	// makes room again. Nil: where Config has paths the suite limits the size of
	// files instead, for the whole process: no test may run beside it.
	Full func(full bool)
	// Env changes what the connector is given; nil nothing.
	Env func(*connectors.Env)
	// SourceOnly and TargetOnly leave out the rules of the other side.
	SourceOnly, TargetOnly bool
}

// Run holds a connector to every rule that applies to it. open makes an empty
// system for each rule.
func Run(t *testing.T, spec connectors.Spec, open func(*testing.T) Far) {
	t.Helper()
	for _, u := range rules() {
		t.Run(u.name, func(t *testing.T) {
			far := open(t)
			if u.limits() && !inAlone() && u.lacks(newRig(t, spec, far)) == nil {
				alone(t)
				return
			}
			err := u.hold(t, spec, far)
			var skip skipped
			switch {
			case errors.As(err, &skip):
				t.Skip(string(skip))
			case err != nil:
				t.Errorf("%v\nThe rule: %s", err, u.promise)
			}
		})
	}
}

// rule is one promise and how it is checked. check returns what broke it, or
// skipped; it fails no test itself, so that the suite can be tested.
type rule struct {
	name    string
	promise string // what every connector owes, one or two sentences
	needs   []need
	check   func(context.Context, *rig) error
}

// limits tells whether the rule limits what the whole process can do.
func (u rule) limits() bool {
	return slices.ContainsFunc(u.needs, func(n need) bool { return n.name == fillable.name })
}

// need is what a rule needs before it applies.
type need struct {
	name string
	has  func(*rig) bool
}

// skipped says why a rule does not apply.
type skipped string

func (s skipped) Error() string { return "does not apply: " + string(s) }

func rules() []rule {
	return slices.Concat(
		readRules(), resumeRules(), memoryRules(), createRules(), foreseeRules(), updateRules(), deleteRules(), findRules(), repeatRules(),
		durableRules(), fullRules(), textRules(), fileRules(), boundRules(), bulkRules(), httpRules(), pageRules(), secretRules(), silentRules(), idRules(),
	)
}

// lacks is the first of its needs that the rule lacks; nil if it applies.
func (u rule) lacks(r *rig) error {
	for _, n := range u.needs {
		if !n.has(r) {
			return skipped("needs " + n.name)
		}
	}
	return nil
}

// hold checks the rule against a fresh system. A panic of the connector is a
// broken promise like any other.
func (u rule) hold(t *testing.T, spec connectors.Spec, far Far) (err error) {
	r := newRig(t, spec, far)
	if lack := u.lacks(r); lack != nil {
		return lack
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	defer r.forget()
	err = u.check(t.Context(), r)
	r.forget()
	if left := r.left(); left != nil {
		return errors.Join(left, notSkipped(err))
	}
	return err
}

func notSkipped(err error) error {
	if errors.As(err, new(skipped)) {
		return nil
	}
	return err
}

// What rules need.
var (
	aSource    = need{"a source", func(r *rig) bool { return r.hasSource() }}
	aTarget    = need{"a target", func(r *rig) bool { return r.hasTarget() }}
	seeding    = need{"a target or Far.Seed to put records there", func(r *rig) bool { return r.far.Seed != nil || r.hasTarget() }}
	resuming   = need{"Reads.Resume", func(r *rig) bool { return r.reads.Resume }}
	rereading  = need{"Reads without OnePass", func(r *rig) bool { return !r.reads.OnePass }}
	reopening  = need{"Writes without OnePass", func(r *rig) bool { return !r.writes.OnePass }}
	changing   = need{"Writes without CreateOnly", func(r *rig) bool { return !r.writes.CreateOnly }}
	createOnly = need{"Writes.CreateOnly", func(r *rig) bool { return r.writes.CreateOnly }}
	backdating = need{"Writes.Backdate", func(r *rig) bool { return r.writes.Backdate }}
	repeating  = need{"Writes.Idempotent", func(r *rig) bool { return r.writes.Idempotent }}
	tickets    = need{"tickets among Writes.Kinds", func(r *rig) bool { return r.writes.Has(desk.KindTicket) }}
	readTicket = need{"tickets among Reads.Kinds", func(r *rig) bool { return r.reads.Has(desk.KindTicket) }}
	keepsFiles = need{"files among Writes.Fields of messages", func(r *rig) bool { return r.keepsFiles() }}
	deletions  = need{"Reads.Deletions", func(r *rig) bool { return r.reads.Deletions }}
	tombstones = need{"Writes.Tombstones", func(r *rig) bool { return r.writes.Tombstones }}
	speaksHTTP = need{"Far.HTTP", func(r *rig) bool { return r.far.HTTP != nil }}
	anyText    = need{"text among Writes.Fields of messages", func(r *rig) bool { return r.writes.Keeps(desk.KindMessage, "text") }}
	appending  = need{"Append: Writes without CreateOnly, or AtOnce", func(r *rig) bool {
		return !r.writes.CreateOnly || r.writes.AtOnce > 0
	}}
)
