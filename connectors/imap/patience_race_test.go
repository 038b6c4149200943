//go:build race

package imap

import "time"

// little patience is enough for a server in the same process.
const little = 2 * time.Second
