package okdesk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// form is a write with files: nested values are spelt "issue[custom_parameters][code]", those
// of lists "issue[observer_ids][]".
func form(ctx context.Context, what string, values map[string]any, files []desk.File, public, way bool) (*rest.Body, []*counted) {
	parts := formParts(what, values)
	reading := make([]*counted, len(files))
	for i, f := range files {
		at := fileName(what, i, way)
		reading[i] = &counted{file: f}
		f.Name, f.Open = formName(f.Name), reading[i].open
		parts = append(parts, rest.FilePart(ctx, at.file, &f))
		if what == "issue" {
			parts = append(parts, rest.Text(at.rest+"[is_public]", strconv.FormatBool(public)))
		}
	}
	return rest.Form(parts...), reading
}

// fileName is what a file is called in a form, and what is said of it begins with.
func fileName(what string, i int, way bool) (at struct{ file, rest string }) {
	list, file := "attachments", "attachment"
	if way && what == "issue" {
		list = "files_attributes"
	} else if way {
		list, file = "attachments_attributes", "file"
	}
	at.rest = fmt.Sprintf("%s[%s][%d]", what, list, i)
	at.file = at.rest + "[" + file + "]"
	return at
}

func formParts(name string, value any) (parts []rest.Part) {
	switch v := value.(type) {
	case nil:
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, formParts(name+"["+key+"]", v[key])...)
		}
	case []any:
		for _, e := range v {
			parts = append(parts, formParts(name+"[]", e)...)
		}
	case []number:
		for _, e := range v {
			parts = append(parts, rest.Text(name+"[]", string(idOf(e))))
		}
	default:
		parts = append(parts, rest.Text(name, fmt.Sprint(v)))
	}
	return parts
}

// counted is a file on its way, and what the last attempt to send it read of it. An attempt
// that was turned away early may still be reading when the next one begins.
type counted struct {
	file desk.File
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
	now := &counting{ReadCloser: r, hash: sha256.New()}
	c.last.Store(now)
	return now, nil
}

// counting is one attempt: how many bytes were read, and what they hash to.
type counting struct {
	io.ReadCloser
	n    int64
	hash hash.Hash
}

// Read implements io.Reader.
func (r *counting) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.n += int64(n)
	_, _ = r.hash.Write(p[:n]) // a hash never fails
	return n, err
}

func receipts(m *desk.Message, reading []*counted) (out []connectors.FileReceipt) {
	for _, c := range reading {
		if last := c.last.Load(); last != nil {
			out = append(out, connectors.FileReceipt{Message: m.ID, Name: c.file.Name, Size: last.n, SHA256: hex.EncodeToString(last.hash.Sum(nil))})
		}
	}
	return out
}
