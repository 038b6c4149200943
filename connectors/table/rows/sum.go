package rows

import (
	"crypto/sha256"
	"encoding/hex"
)

// Sum tells bytes from other bytes, in a few letters.
func Sum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}
