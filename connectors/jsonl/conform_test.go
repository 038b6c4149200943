package jsonl

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
)

func TestFile(t *testing.T) {
	conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
		return conntest.Far{Config: &Config{Path: filepath.Join(t.TempDir(), "all.jsonl")}}
	})
}

// What one run writes to standard output another reads from standard input.
func TestStdio(t *testing.T) {
	for name, files := range map[string]string{"without files": "", "with files": "all.files"} {
		t.Run(name, func(t *testing.T) {
			conntest.Run(t, Spec(), func(t *testing.T) conntest.Far {
				pipe := new(bytes.Buffer)
				c := &Config{Path: "-", in: func() io.Reader { return bytes.NewReader(pipe.Bytes()) }, out: pipe}
				if files != "" {
					c.Files = filepath.Join(t.TempDir(), files)
				}
				return conntest.Far{Config: c}
			})
		})
	}
}
