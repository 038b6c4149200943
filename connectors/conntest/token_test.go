package conntest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// toyConfig is the configuration of a toy that signs in.
type toyConfig struct {
	Token connectors.Secret
	Plain string `secret:"true"`
}

// gossip is a connector of the toy that is careless with its token.
type gossip struct {
	*toy
	config *toyConfig
	env    connectors.Env
	fault  string
}

func (g *gossip) Create(ctx context.Context, r desk.Record) (connectors.Receipt, error) {
	token := g.config.Token.Reveal()
	switch g.fault {
	case "logs it":
		g.env.Log.Debug("create", "authorization", "Bearer "+token)
	case "keeps it":
		if err := g.env.State.Put(ctx, "session", []byte(token)); err != nil {
			return connectors.Receipt{}, err
		}
	}
	got, err := g.toy.Create(ctx, r)
	if err != nil && g.fault == "tells it" {
		err = fmt.Errorf("signed in with %s: %w", token, err)
	}
	return got, err
}

func gossipSpec(fault string) connectors.Spec {
	spec := toySpec(toy{})
	spec.Config = func() any { return new(toyConfig) }
	open := func(c any, env connectors.Env) *gossip {
		return &gossip{&toy{client: env.HTTP}, c.(*toyConfig), env, fault}
	}
	spec.Source = func(_ context.Context, c any, env connectors.Env) (connectors.Source, error) {
		return open(c, env), nil
	}
	spec.Target = func(_ context.Context, c any, env connectors.Env) (connectors.Target, error) {
		return open(c, env), nil
	}
	spec.Account = func(c any) string {
		if fault == "is known by it" {
			return "toy.test/" + c.(*toyConfig).Token.Reveal()
		}
		return "toy.test"
	}
	return spec
}

func TestSecretsNotices(t *testing.T) {
	for fault, where := range map[string][2]string{
		"":               {"Secrets", ""},
		"in order":       {"SecretsInErrors", ""},
		"is known by it": {"Secrets", "Account"},
		"prints it":      {"Secrets", "printed"},
		"logs it":        {"Secrets", "the log"},
		"keeps it":       {"Secrets", "State"},
		"tells it":       {"SecretsInErrors", "an error"},
	} {
		t.Run(fault, func(t *testing.T) {
			c := &toyConfig{Token: "sesame/open"}
			if fault == "prints it" {
				c.Plain = "sesame"
			}
			err := ruleNamed(t, where[0]).hold(t, gossipSpec(fault), Far{Config: c, HTTP: new(toyServer)})
			if said := fmt.Sprint(err); (err == nil) != (where[1] == "") || !strings.Contains(said, where[1]) {
				t.Errorf("it said %v, want %q", err, where[1])
			}
		})
	}
}

// mailing is a server that writes to people when something is made.
type mailing struct {
	toyServer
	sent []string
}

func (m *mailing) RoundTrip(r *http.Request) (*http.Response, error) {
	if isWrite(r) {
		m.sent = append(m.sent, "To: olga@gruen.test, Subject: we have heard you")
	}
	return m.toyServer.RoundTrip(r)
}

func TestSilentNotices(t *testing.T) {
	spec := toySpec(toy{})
	spec.Writes.Silent = true
	loud, calm := new(mailing), new(mailing)
	calmBox := func() []string { return nil }
	for name, c := range map[string]struct {
		rule string
		far  Far
		says string
	}{
		"sends":              {"Silent", Far{HTTP: loud, Outbox: func() []string { return loud.sent }}, "when a contact was made"},
		"sends elsewhere":    {"ReadKinds", Far{HTTP: loud, Outbox: func() []string { return loud.sent }}, "in the course"},
		"promises unwatched": {"Silent", Far{HTTP: calm}, "Far.Outbox"},
		"sends nothing":      {"Silent", Far{HTTP: calm, Outbox: calmBox}, ""},
	} {
		c.far.Config = new(struct{})
		err := ruleNamed(t, c.rule).hold(t, spec, c.far)
		if (err == nil) != (c.says == "") || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: it said %v, want %q", name, err, c.says)
		}
	}
}

// A value that is used again after it was put, or changed by who got it, is told.
func TestStateTellsOfChangedValues(t *testing.T) {
	s := new(State)
	v := []byte("one")
	if err := errors.Join(s.Put(t.Context(), "k", v), s.Changed()); err != nil {
		t.Fatal(err)
	}
	copy(v, "two")
	if got, err := s.Get(t.Context(), "k"); err != nil || string(got) != "two" {
		t.Errorf("got %q (%v), and the real one keeps the slice", got, err)
	}
	if err := s.Changed(); err == nil || !strings.Contains(err.Error(), `"k"`) {
		t.Errorf("nothing is told of it: %v", err)
	}
}

func TestStateMayBeDeafToCancelledContexts(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := new(State).Put(gone, "k", nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	deaf := &State{deaf: true}
	if err := deaf.Put(gone, "k", []byte("v")); err != nil {
		t.Error(err)
	}
	if got, err := deaf.Get(gone, "k"); err != nil || string(got) != "v" {
		t.Error(got, err)
	}
}
