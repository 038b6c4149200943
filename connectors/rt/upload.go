package rt

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// upload is a JSON object with files; opening says that it makes a ticket. RT takes an
// empty file only if what stands for its bytes is not empty; its form of uploads
// takes none.
//
// The whole is put on disk first: a file that cannot be read is noticed before
// anything was sent, and web servers in front of RT want to know the length. The
// caller calls done when the call is over.
func (t *Target) upload(ctx context.Context, object map[string]any, files []desk.File, opening bool) (b *rest.Body, sizes []int64, done func(), err error) {
	head, err := json.Marshal(object)
	if err != nil {
		return nil, nil, nil, connectors.Refuse(connectors.ReasonRefused, "", "cannot be written as JSON: %w", err)
	}
	if len(files) == 0 {
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(head)), nil }
		return &rest.Body{Type: "application/json", Size: int64(len(head)), Open: open}, nil, func() {}, nil
	}
	b, done, err = rest.Spool(t.temp, "rt-*.json", func(w io.Writer) (err error) {
		sizes, err = writeUpload(ctx, w, head, files, opening)
		return err
	})
	return b, sizes, done, err
}

func writeUpload(ctx context.Context, w io.Writer, head []byte, files []desk.File, opening bool) (sizes []int64, err error) {
	between := string(head[:len(head)-1]) + `,"Attachments":[`
	for i := range files {
		if _, err := io.WriteString(w, between); err != nil {
			return nil, err
		}
		n, err := writeFile(ctx, w, &files[i], opening)
		if err != nil {
			return nil, err
		}
		sizes, between = append(sizes, n), ","
	}
	_, err = io.WriteString(w, "]}")
	return sizes, err
}

func writeFile(ctx context.Context, w io.Writer, f *desk.File, opening bool) (int64, error) {
	r, err := rest.OpenFile(ctx, f)
	if err != nil {
		return 0, err
	}
	name, kind := fileLabel(f)
	label, err := json.Marshal(map[string]string{"FileName": encodeName(name, opening), "FileType": kind})
	if err == nil {
		_, err = io.WriteString(w, string(label[:len(label)-1])+`,"FileContent":"`)
	}
	enc := base64.NewEncoder(base64.StdEncoding, w)
	var n int64
	if err == nil {
		n, err = io.Copy(enc, r)
	}
	end := `"}`
	if n == 0 {
		end = `="}`
	}
	if err = errors.Join(err, r.Close(), enc.Close()); err == nil {
		_, err = io.WriteString(w, end)
	}
	return n, err
}
