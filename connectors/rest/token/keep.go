package token

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/oauth2"

	"github.com/deskhaul/deskhaul/connectors"
)

// Keep holds a token from run to run.
type Keep interface {
	// Load returns the token that is kept, nil if there is none.
	Load(ctx context.Context) (*oauth2.Token, error)
	// Save keeps a token; it is durable when Save returns.
	Save(ctx context.Context, t *oauth2.Token) error
}

// kept is a token as it is kept.
type kept struct {
	// Of tells which configured credentials it came from: when a person puts new ones
	// into the configuration, what is kept is out of date.
	Of    string        `json:"of"`
	Token *oauth2.Token `json:"token"`
}

// Of names credentials of a configuration. refresh is the refresh token there, "" if
// the token comes from a login.
func Of(tokenURL, id string, refresh connectors.Secret) string {
	sum := sha256.Sum256([]byte(tokenURL + "\x00" + id + "\x00" + refresh.Reveal()))
	return hex.EncodeToString(sum[:])
}

// File keeps tokens in a file that only its owner may read. Setting is what the
// configuration calls it.
type File struct {
	Path, Of, Setting string
}

// Load implements Keep.
func (f File) Load(context.Context) (*oauth2.Token, error) {
	b, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Setting, err)
	}
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return nil, fmt.Errorf("%s: %s is no file of tokens: move it away, and it is made anew", f.Setting, f.Path)
	}
	if k.Of != f.Of {
		return nil, nil
	}
	return k.Token, nil
}

// Save implements Keep.
func (f File) Save(_ context.Context, t *oauth2.Token) error {
	b, err := json.Marshal(kept{f.Of, t})
	if err != nil {
		return err
	}
	if err := replace(f.Path, b); err != nil {
		return fmt.Errorf("%s: %w", f.Setting, err)
	}
	return nil
}

// replace writes a file that only its owner may read in the place of another.
func replace(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".token-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// InVault keeps refresh tokens in a vault, under a name.
type InVault struct {
	Vault    connectors.Vault
	Name, Of string
}

// Load implements Keep.
func (v InVault) Load(ctx context.Context) (*oauth2.Token, error) {
	s, err := v.Vault.Get(ctx, v.Name)
	if err != nil || s == "" {
		return nil, err
	}
	var k kept
	if json.Unmarshal([]byte(s.Reveal()), &k) != nil || k.Of != v.Of {
		return nil, nil // of other credentials
	}
	return k.Token, nil
}

// Save implements Keep.
func (v InVault) Save(ctx context.Context, t *oauth2.Token) error {
	if had, err := v.Load(ctx); t.RefreshToken == "" || err == nil && had != nil && had.RefreshToken == t.RefreshToken {
		return nil // a keyring may ask its owner each time
	}
	_, err := v.Put(ctx, t)
	return err
}

// Put keeps the refresh token of a login and says where.
func (v InVault) Put(ctx context.Context, t *oauth2.Token) (where string, err error) {
	b, err := json.Marshal(kept{v.Of, &oauth2.Token{RefreshToken: t.RefreshToken}})
	if err != nil {
		return "", err
	}
	return v.Vault.Put(ctx, v.Name, connectors.Secret(b))
}
