package project

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
)

// Of each target the last canary is kept, where its owner alone can read it.
func TestCanariesAreKept(t *testing.T) {
	p := &Project{Folder: t.TempDir()}
	if err := p.Prepare(); err != nil {
		t.Fatal(err)
	}
	if c, err := p.CanaryOf("a"); c != nil || err != nil {
		t.Fatalf("%+v %v", c, err)
	}
	began := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	for _, c := range []Canary{{Target: "a", Address: "one@desk.test"}, {Target: "b", Address: "two@desk.test"}, {Target: "a", Address: "three@desk.test", Began: began, Answer: CameMail}} {
		if err := p.KeepCanary(c); err != nil {
			t.Fatal(err)
		}
	}
	all, err := p.Canaries()
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v %v", all, err)
	}
	if c, err := p.CanaryOf("a"); err != nil || c.Address != "three@desk.test" || !c.Began.Equal(began) || c.Answer != CameMail {
		t.Errorf("%+v %v", c, err)
	}
	path := filepath.Join(p.Hidden(), "canary.json")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	for _, broken := range []string{"{", `{"version": 2}`} {
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Canaries(); err == nil || !strings.Contains(err.Error(), "new canary") {
			t.Errorf("%s: %v", broken, err)
		}
	}
}

// What the silence may depend on asks for a new canary when it changes: where the target
// is, who logs in, be it by another token, and what is declared. All else does not, nor does
// a password beside the name of its user.
func TestWhatAsksForANewCanary(t *testing.T) {
	type nested struct {
		Client  string            `yaml:"client" silence:"true"`
		Refresh connectors.Secret `yaml:"refresh" silence:"true" secret:"true"`
	}
	type config struct {
		Quiet    string            `yaml:"quiet" silence:"true"`
		Token    connectors.Secret `yaml:"token" silence:"true" secret:"true"`
		Password connectors.Secret `yaml:"password" secret:"true"`
		Rate     int               `yaml:"rate"`
		Login    nested            `yaml:"login" access:"true"`
	}
	p := keyless(t)
	was := System{Account: "https://desk.test", Config: &config{Quiet: "yes", Token: "a", Password: "b", Login: nested{"x", "r"}}}
	settings, err := p.QuietSettings(&was)
	if err != nil {
		t.Fatal(err)
	}
	c := Canary{Settings: settings}
	for name, x := range map[string]struct {
		now  System
		want []string
	}{
		"nothing":       {was, nil},
		"no matter":     {System{Account: was.Account, Config: &config{Quiet: "yes", Token: "a", Password: "c", Rate: 7, Login: nested{"x", "r"}}}, nil},
		"another token": {System{Account: was.Account, Config: &config{Quiet: "yes", Token: "b", Password: "b", Login: nested{"x", "s"}}}, []string{"login.refresh", "token"}},
		"no token":      {System{Account: was.Account, Config: &config{Quiet: "yes", Password: "b", Login: nested{"x", "r"}}}, []string{"token"}},
		"all of it":     {System{Account: "https://other.test", Config: &config{Login: nested{"y", ""}}}, []string{"account", "login.client", "login.refresh", "quiet", "token"}},
	} {
		if got, err := p.Changed(&c, &x.now); err != nil || !slices.Equal(got, x.want) {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

// keyless is a project in which no canary was written yet.
func keyless(t *testing.T) *Project {
	t.Helper()
	p := &Project{Folder: t.TempDir()}
	if err := p.Prepare(); err != nil {
		t.Fatal(err)
	}
	return p
}

// What is kept of a token is made with a key that only its owner may read, which each
// project has its own of, and is too short to confirm a guess. Without the key a new canary
// is wanted, and looking makes none.
func TestWhatIsKeptOfATokenTellsNothing(t *testing.T) {
	type config struct {
		Token connectors.Secret `yaml:"token" silence:"true" secret:"true"`
	}
	s := System{Config: &config{Token: "hunter2"}}
	kept := map[string]bool{}
	for range 8 {
		p := keyless(t)
		settings, err := p.QuietSettings(&s)
		if err != nil || len(settings["token"]) != 2*keyedBytes {
			t.Fatalf("%v %v", settings, err)
		}
		kept[settings["token"]] = true
		path := filepath.Join(p.Hidden(), "canary.key")
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() != canaryKeySize {
			t.Fatalf("%v %v", info, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if changed, err := p.Changed(&Canary{Settings: settings}, &s); err != nil || !slices.Equal(changed, []string{"token"}) {
			t.Errorf("without the key: %q %v", changed, err)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("a look made a key: %v", err)
		}
	}
	if len(kept) < 4 {
		t.Errorf("projects keep the same of a token: %v", kept)
	}
}

// A target, and only a target, may be written to without a canary; that stands in a
// project file, and in one that is written.
func TestCanaryIsWaived(t *testing.T) {
	from, to := []string{"mbox:a.mbox"}, []string{"jsonl:b.jsonl"}
	for set, want := range map[string]string{"to.canary=waived": "", "jsonl.canary=waived": "", "to.canary=no": "can be waived", "from.canary=waived": "canary"} {
		p, err := Open(t.TempDir(), options(Flags{From: from, To: to, Set: []string{set}}))
		switch {
		case want == "" && (err != nil || !p.Targets[0].Waived):
			t.Errorf("%s: %v", set, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v", set, err)
		}
	}
	dir := t.TempDir()
	if _, err := Write(dir, options(Flags{From: from, To: to, Set: []string{"to.canary=waived"}}), First{}); err != nil {
		t.Fatal(err)
	}
	p, err := Open(dir, options(Flags{}))
	if err != nil || !p.Targets[0].Waived {
		t.Errorf("%v: it is not written that the canary is waived", err)
	}
}
