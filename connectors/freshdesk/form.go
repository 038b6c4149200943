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

// counted is a file on its way: what was read of it, and what that hashes to.
type counted struct {
	file desk.File
	most int64
	n    int64
	hash hash.Hash
}

func (c *counted) open(ctx context.Context) (io.ReadCloser, error) {
	if c.file.Open == nil {
		return nil, connectors.Refuse(connectors.ReasonVanished, "", "the source gives no bytes for it")
	}
	r, err := c.file.Open(ctx)
	if err != nil {
		return nil, err
	}
	c.n, c.hash = 0, sha256.New() // of the last attempt
	return &counting{r, c}, nil
}

type counting struct {
	io.ReadCloser
	c *counted
}

// Read implements io.Reader; it ends a file that is larger than one may be.
func (r *counting) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.c.n += int64(n)
	_, _ = r.c.hash.Write(p[:n]) // a hash never fails
	if r.c.n > r.c.most {
		return 0, connectors.Refuse(connectors.ReasonTooLarge, "leave it out in the mapping", "it is larger than %d bytes", r.c.most)
	}
	return n, err
}

func receipts(m *desk.Message, taken []*counted) (out []connectors.FileReceipt) {
	for _, c := range taken {
		if c.hash != nil {
			out = append(out, connectors.FileReceipt{Message: m.ID, Name: c.file.Name, Size: c.n, SHA256: hex.EncodeToString(c.hash.Sum(nil))})
		}
	}
	return out
}
