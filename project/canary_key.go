package project

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// canaryKeySize is the size of the key, in bytes.
const canaryKeySize = 32

// canaryKey is what tokens are digested under, .deskhaul/canary.key, readable by its owner
// alone; with makes set it is made where there is none, else that is nil. Who loses it has
// to write a new canary, and no more.
func (p *Project) canaryKey(makes bool) ([]byte, error) {
	path := filepath.Join(p.Hidden(), "canary.key")
	key, err := os.ReadFile(path)
	switch {
	case err == nil && len(key) == canaryKeySize:
		return key, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("read the key of canaries: %w – delete it, and write a new canary", err)
	case !makes:
		return nil, nil
	}
	key = make([]byte, canaryKeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make the key of canaries: %w", err)
	}
	return key, replaceFile(path, key)
}

// keyedBytes is how much of a digest of a token is kept. So few confirm no guess: who has
// the key and the digest still cannot tell the token from one in 65536 others. That another
// token is taken for the same is as rare.
const keyedBytes = 2

// keyed makes digests of tokens, which say whether there is another, and nothing else.
// Without a key none is like one that was made with it.
func keyed(key []byte) func([]byte) string {
	if key == nil {
		return func([]byte) string { return "" }
	}
	return func(token []byte) string {
		h := hmac.New(sha256.New, key)
		h.Write(token)
		return hex.EncodeToString(h.Sum(nil)[:keyedBytes])
	}
}
