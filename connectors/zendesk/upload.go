package zendesk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// uploaded is a file that waits for its comment.
type uploaded struct {
	token   string
	address string // where it can be seen
	receipt connectors.FileReceipt
}

// upload sends the bytes of a file and returns the token by which a comment takes
// it. A token is good for an hour; what no comment takes is thrown away, so that an
// upload whose answer was lost may be sent again.
func (t *Target) upload(ctx context.Context, m *desk.Message, f *desk.File) (up uploaded, err error) {
	most := t.config.maxFile()
	if f.Size > most {
		return up, tooLarge(f, most)
	}
	var now *measured
	source := *f
	if f.Open != nil {
		source.Open = func(ctx context.Context) (io.ReadCloser, error) {
			rc, err := f.Open(ctx)
			if err != nil {
				return nil, err
			}
			now = &measured{ReadCloser: rc, sum: sha256.New(), most: most, file: f}
			return now, nil
		}
	}
	var out struct {
		Upload struct {
			Token      string          `json:"token"`
			Attachment attachmentShape `json:"attachment"`
		} `json:"upload"`
	}
	call := rest.Call{
		Method: http.MethodPost, Path: "uploads", Query: url.Values{"filename": {cmp.Or(f.Name, noName)}}, Harmless: true,
		Body: &rest.Body{Type: cmp.Or(f.Type, "application/octet-stream"), Size: f.Size, Open: func() (io.ReadCloser, error) { return rest.OpenFile(ctx, &source) }},
	}
	if _, err := t.client.JSON(ctx, call, &out); err != nil {
		return up, err
	}
	if out.Upload.Token == "" || now == nil {
		return up, notThis("uploads", "token")
	}
	return uploaded{
		token: out.Upload.Token, address: out.Upload.Attachment.URL,
		receipt: connectors.FileReceipt{Message: m.ID, Name: f.Name, Size: now.size, SHA256: hex.EncodeToString(now.sum.Sum(nil))},
	}, nil
}

// uploadsLast is how long we count on an upload. Zendesk keeps it for an hour (a comment
// that comes later is taken without its file, and nothing says so); a job may wait for
// its turn there.
const uploadsLast = 45 * time.Minute

// keepsUploads notes that a file is uploaded now, by our clock.
func (in *inputs) keepsUploads(now time.Time) {
	if in.before.IsZero() {
		in.before = now.Add(uploadsLast)
	}
}

func tooLarge(f *desk.File, most int64) error {
	return connectors.Refuse(connectors.ReasonTooLarge, "raise max_file if the account takes more", "file %q is larger than the %d MiB that the account takes", f.Name, most>>20)
}

// measured is a file that is counted and hashed while it is sent, and that ends with
// an error where it is too large.
type measured struct {
	io.ReadCloser
	sum  hash.Hash
	size int64
	most int64
	file *desk.File
}

// Read implements io.Reader.
func (m *measured) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.size += int64(n)
	_, _ = m.sum.Write(p[:n]) // a hash fails never
	if m.size > m.most {
		return n, tooLarge(m.file, m.most)
	}
	return n, err
}
