package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Part is one part of a form.
type Part struct {
	Name     string // of the field
	FileName string // "" if it is no file
	Type     string // Content-Type; "" for the usual one
	Open     func() (io.ReadCloser, error)
}

// Text is a part that holds a value.
func Text(name, value string) Part {
	return Part{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(value)), nil }}
}

// FilePart is a part that holds a file. It is read anew for each attempt.
func FilePart(ctx context.Context, name string, f *desk.File) Part {
	return Part{Name: name, FileName: f.Name, Type: f.Type, Open: func() (io.ReadCloser, error) { return OpenFile(ctx, f) }}
}

// OpenFile opens a file's bytes. Its errors say that the record can be tried again,
// unless they say otherwise themselves.
func OpenFile(ctx context.Context, f *desk.File) (io.ReadCloser, error) {
	if f.Open == nil {
		return nil, connectors.Refuse(connectors.ReasonVanished, "", "file %q: the source gives no bytes for it", f.Name)
	}
	r, err := f.Open(ctx)
	if err == nil {
		return &fileReader{ReadCloser: r, name: f.Name}, nil
	}
	return nil, unread(ctx, f.Name, err)
}

// unread is what a source's failure means to a target: nothing was sent that counts.
func unread(ctx context.Context, name string, err error) error {
	if ctx != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	for _, known := range []error{connectors.ErrNotFound, connectors.ErrRefused, connectors.ErrDenied, connectors.ErrBusy} {
		if errors.Is(err, known) {
			return fmt.Errorf("file %q: %w", name, err)
		}
	}
	return fmt.Errorf("file %q: reading it failed: %w: %w", name, err, connectors.ErrBusy)
}

// fileReader marks the source's errors, to tell them from the line's.
type fileReader struct {
	io.ReadCloser
	name string
}

// Read implements io.Reader.
func (r *fileReader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &unsent{error: unread(nil, r.name, err)} //nolint:staticcheck // no context says why
	}
	return n, err
}

// Form makes a multipart/form-data body (RFC 7578) that is streamed: no file is in
// memory as a whole.
func Form(parts ...Part) *Body {
	boundary := multipart.NewWriter(io.Discard).Boundary()
	return &Body{
		Type: "multipart/form-data; boundary=" + boundary, Size: -1,
		Open: func() (io.ReadCloser, error) {
			r, w := io.Pipe()
			go func() { w.CloseWithError(writeForm(w, boundary, parts)) }()
			return r, nil
		},
	}
}

func writeForm(w io.Writer, boundary string, parts []Part) error {
	form := multipart.NewWriter(w)
	if err := form.SetBoundary(boundary); err != nil {
		return err
	}
	for _, p := range parts {
		if err := writePart(form, p); err != nil {
			return err
		}
	}
	return form.Close()
}

var escapeQuotes = strings.NewReplacer("\\", "\\\\", `"`, `\"`, "\r", " ", "\n", " ")

func writePart(form *multipart.Writer, p Part) error {
	h := textproto.MIMEHeader{}
	disposition := fmt.Sprintf(`form-data; name="%s"`, escapeQuotes.Replace(p.Name))
	if p.FileName != "" {
		disposition += fmt.Sprintf(`; filename="%s"`, escapeQuotes.Replace(p.FileName))
	}
	h.Set("Content-Disposition", disposition)
	if p.FileName != "" && p.Type == "" {
		p.Type = "application/octet-stream"
	}
	if p.Type != "" {
		h.Set("Content-Type", p.Type)
	}
	w, err := form.CreatePart(h)
	if err != nil {
		return err
	}
	r, err := p.Open()
	if err != nil {
		return &unsent{error: err}
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, r.Close())
}
