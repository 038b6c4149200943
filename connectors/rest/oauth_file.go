package rest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/oauth2"
)

// keptToken is a token as it lies in the file.
type keptToken struct {
	// Of tells which configured credentials it came from: when a person puts new
	// ones into the configuration, the file is out of date.
	Of    string        `json:"of"`
	Token *oauth2.Token `json:"token"`
}

func (o OAuth) of() string {
	sum := sha256.Sum256([]byte(o.TokenURL + "\x00" + o.ClientID + "\x00" + o.RefreshToken.Reveal()))
	return hex.EncodeToString(sum[:])
}

// kept returns the token of an earlier run, nil if there is none.
func (o OAuth) kept() (*oauth2.Token, error) {
	if o.File == "" {
		return nil, nil
	}
	b, err := os.ReadFile(o.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("oauth.file: %w", err)
	}
	var k keptToken
	if err := json.Unmarshal(b, &k); err != nil {
		return nil, fmt.Errorf("oauth.file: %s is no file of tokens: move it away, and it is made anew", o.File)
	}
	if k.Of != o.of() {
		return nil, nil
	}
	return k.Token, nil
}

// keep puts the token into the file. It is durable before it is used: of two refresh
// tokens only the newer one may be good.
func (o OAuth) keep(token *oauth2.Token) (err error) {
	if o.File == "" {
		return nil
	}
	b, err := json.Marshal(keptToken{Of: o.of(), Token: token})
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(o.File), ".token-*") // 0600
	if err != nil {
		return fmt.Errorf("oauth.file: %w", err)
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), o.File)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("oauth.file: %w", err), os.Remove(f.Name()))
	}
	return nil
}
