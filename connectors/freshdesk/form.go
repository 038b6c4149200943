package freshdesk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// form is a write with files: nested values are spelt "custom_fields[cf_x]", those of
// lists "tags[]".
func (t *Target) form(ctx context.Context, values map[string]any, files []desk.File) (*rest.Body, []*counted) {
	var parts []rest.Part
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch v := values[name].(type) {
		case nil:
		case []string:
			for _, s := range v {
				parts = append(parts, rest.Text(name+"[]", s))
			}
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if v[key] != nil {
					parts = append(parts, rest.Text(name+"["+key+"]", fmt.Sprint(v[key])))
				}
			}
		default:
			parts = append(parts, rest.Text(name, fmt.Sprint(v)))
		}
	}
	taken := make([]*counted, len(files))
	for i, f := range files {
		taken[i] = &counted{file: f, most: t.config.maxFiles()}
		f.Name, f.Open = formName(f.Name), taken[i].open
		parts = append(parts, rest.FilePart(ctx, "attachments[]", &f))
	}
	return rest.Form(parts...), taken
}

// counted is a file on its way, and what the last attempt to send it read of it. An
// attempt that was turned away early may still be reading when the next one begins.
type counted struct {
	file desk.File
	most int64
	last atomic.Pointer[counting] // nil: nothing was read yet
}

func (c *counted) open(ctx context.Context) (io.ReadCloser, error) {
	if c.file.Open == nil {
		return nil, connectors.Refuse(connectors.ReasonVanished, "", "the source gives no bytes for it")
	}
	r, err := c.file.Open(ctx)
	if err != nil {
		return nil, err
	}
	now := &counting{ReadCloser: r, most: c.most, hash: sha256.New()}
	c.last.Store(now)
	return now, nil
}

// counting is one attempt: how many bytes were read, and what they hash to.
type counting struct {
	io.ReadCloser
	most, n int64
	hash    hash.Hash
}

// Read implements io.Reader; it ends a file that is larger than one may be.
func (r *counting) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.n += int64(n)
	_, _ = r.hash.Write(p[:n]) // a hash never fails
	if r.n > r.most {
		return 0, connectors.Refuse(connectors.ReasonTooLarge, "leave it out in the mapping", "it is larger than %d bytes", r.most)
	}
	return n, err
}

func receipts(m *desk.Message, taken []*counted) (out []connectors.FileReceipt) {
	for _, c := range taken {
		if last := c.last.Load(); last != nil {
			out = append(out, connectors.FileReceipt{Message: m.ID, Name: c.file.Name, Size: last.n, SHA256: hex.EncodeToString(last.hash.Sum(nil))})
		}
	}
	return out
}
