package project

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/deskhaul/deskhaul/connectors"
)

func vaultIn(t *testing.T, r ring) *Vault {
	return &Vault{file: filepath.Join(t.TempDir(), hidden, vaultFile), ring: r}
}

// What a login gave is in the keyring, where the next run finds it, and nowhere else.
func TestVaultIsTheKeyring(t *testing.T) {
	keyring.MockInit()
	v := vaultIn(t, osRing{})
	where, err := v.Put(t.Context(), "ann at issuer.test", "hush")
	if err != nil || where != "the system's keyring" {
		t.Fatal(where, err)
	}
	if got, err := v.Get(t.Context(), "ann at issuer.test"); got.Reveal() != "hush" || err != nil {
		t.Error(got.Reveal(), err)
	}
	if got, err := v.Get(t.Context(), "bob"); got != "" || err != nil {
		t.Error(got, err)
	}
	if _, err := os.Stat(v.file); !errors.Is(err, os.ErrNotExist) {
		t.Error("there is a file too", err)
	}
}

// Where there is no keyring, or one that refuses, a file that only its owner can read
// holds it, and where that is and why is said. What lies in it stays there.
func TestVaultIsAFile(t *testing.T) {
	keyring.MockInitWithError(errors.New("locked"))
	for name, r := range map[string]ring{"none": nil, "unsupported": without{}, "locked": osRing{}} {
		v := vaultIn(t, r)
		for _, s := range []string{"hush-1", "hush-2"} {
			where, err := v.Put(t.Context(), "ann", connectors.Secret(s))
			if err != nil || !strings.HasPrefix(where, v.file+", which only you may read") {
				t.Fatal(name, where, err)
			}
			if refused := strings.Contains(where, "(the system's keyring refused: locked)"); refused != (name == "locked" && s == "hush-1") {
				t.Errorf("%s: %s", name, where)
			}
			if got, err := v.Get(t.Context(), "ann"); got.Reveal() != s || err != nil {
				t.Error(name, got.Reveal(), err)
			}
		}
		st, err := os.Stat(v.file)
		if err != nil || st.Mode().Perm() != 0o600 {
			t.Error(name, st, err)
		}
		entries, err := os.ReadDir(filepath.Dir(v.file))
		if err != nil || len(entries) != 2 { // the other is its lock
			t.Error(name, entries, err)
		}
	}
	if _, err := vaultIn(t, osRing{}).Get(t.Context(), "ann"); err == nil || !strings.Contains(err.Error(), "does not answer: locked – unlock it") {
		t.Error(err)
	}
	broken := vaultIn(t, nil)
	if _, err := broken.Put(t.Context(), "ann", "hush"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(broken.file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := broken.Put(t.Context(), "bob", "hush"); err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Error(err)
	}
}

// Whoever renews a login beside others, in this process or in another, takes none of
// theirs away.
func TestVaultKeepsAllLogins(t *testing.T) {
	dir := t.TempDir()
	others := make([]*exec.Cmd, 2)
	for i := range others {
		others[i] = exec.CommandContext(t.Context(), os.Args[0])
		others[i].Env = append(os.Environ(), keepIn+"="+dir, fmt.Sprintf("%s=process %d", keepAs, i))
		if err := others[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for i := range 2 {
		all.Go(func() {
			if err := keepLogins(dir, fmt.Sprintf("vault %d", i)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, other := range others {
		if err := other.Wait(); err != nil {
			t.Error(err)
		}
	}
	for _, who := range []string{"process 0", "process 1", "vault 0", "vault 1"} {
		for i := range manyLogins {
			name := fmt.Sprint(who, " ", i)
			if s, err := (&Project{Folder: dir}).Vault(true).Get(t.Context(), name); s.Reveal() != "hush" || err != nil {
				t.Fatalf("%s is lost: %v", name, err)
			}
		}
	}
}

// keepIn is set for a second process, which keeps logins in that folder, as who keepAs says.
const (
	keepIn     = "DESKHAUL_TEST_KEEP"
	keepAs     = "DESKHAUL_TEST_AS"
	manyLogins = 20
)

// keepLogins keeps logins of different names, each as another system would.
func keepLogins(dir, who string) error {
	for i := range manyLogins {
		v := (&Project{Folder: dir}).Vault(true)
		if _, err := v.Put(context.Background(), fmt.Sprint(who, " ", i), "hush"); err != nil {
			return err
		}
	}
	return nil
}

// A machine without a session's bus has no keyring, and none is started for us.
func TestNoBusNoKeyring(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	if r := systemRing(); r != nil && os.PathSeparator == '/' {
		if _, err := os.Stat("/System/Library"); err != nil { // nor is it a Mac
			t.Error(r)
		}
	}
}

type without struct{}

func (without) get(context.Context, string) (string, error) { return "", errNoRing }
func (without) set(context.Context, string, string) error   { return errNoRing }
