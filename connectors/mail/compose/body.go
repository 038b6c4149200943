package compose

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/emersion/go-message"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// body writes the MIME structure of one message: text and HTML as alternatives,
// the images of the HTML related to it, all other files after them.
type body struct {
	ctx      context.Context
	m        *desk.Message
	seed     string // makes boundaries: the same mail is written in the same way
	receipts []connectors.FileReceipt
}

// arrange tells the order in which the files stand in the mail: images of the
// HTML first. order[i] is the place of file i; nil if no file moves.
func arrange(m *desk.Message) (related, attached []int, order []int) {
	for i := range m.Files {
		if relates(m, &m.Files[i]) {
			related = append(related, i)
		} else {
			attached = append(attached, i)
		}
	}
	if len(related) == 0 || len(attached) == 0 || related[len(related)-1] < attached[0] {
		return related, attached, nil
	}
	order = make([]int, len(m.Files))
	for at, i := range append(related[:len(related):len(related)], attached...) {
		order[i] = at
	}
	return related, attached, order
}

func relates(m *desk.Message, f *desk.File) bool {
	return m.HTML != "" && f.Inline && plainID(f.CID) && strings.HasPrefix(f.Type, "image/")
}

// create makes the top of a MIME tree or a node of it.
type create func(message.Header) (*message.Writer, error)

// write writes the MIME fields, the blank line and the body.
func (b *body) write(w io.Writer) error {
	related, attached, _ := arrange(b.m)
	b.receipts = make([]connectors.FileReceipt, len(b.m.Files))
	top := func(h message.Header) (*message.Writer, error) { return message.CreateWriter(w, h) }
	return b.multi(top, "mixed", len(attached) > 0, func(c create) error {
		if err := b.texts(c, related); err != nil {
			return err
		}
		return b.files(c, attached, false)
	})
}

func (b *body) texts(c create, related []int) error {
	m := b.m
	return b.multi(c, "alternative", m.Text != "" && m.HTML != "", func(c create) error {
		if m.Text != "" || m.HTML == "" {
			if err := b.text(c, "plain", m.Text); err != nil {
				return err
			}
		}
		if m.HTML == "" {
			return nil
		}
		return b.multi(c, "related", len(related) > 0, func(c create) error {
			if err := b.text(c, "html", m.HTML); err != nil {
				return err
			}
			return b.files(c, related, true)
		})
	})
}

// multi puts what fill makes into a multipart, or where one is not needed
// straight into its parent.
func (b *body) multi(c create, kind string, needed bool, fill func(create) error) error {
	if !needed {
		return fill(c)
	}
	var h message.Header
	// "=_" cannot occur in quoted-printable or base64 (RFC 2045 section 6.7).
	h.SetContentType("multipart/"+kind, map[string]string{"boundary": "=_" + kind[:3] + "_" + b.seed})
	w, err := c(h)
	if err != nil {
		return err
	}
	if err := fill(w.CreatePart); err != nil {
		return err
	}
	return w.Close()
}

func (b *body) text(c create, kind, text string) error {
	var h message.Header
	h.SetContentType("text/"+kind, map[string]string{"charset": "utf-8"})
	h.Set("Content-Transfer-Encoding", "quoted-printable")
	w, err := c(h)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, strings.ToValidUTF8(text, "\ufffd")); err != nil {
		return err
	}
	return w.Close()
}

func (b *body) files(c create, which []int, inline bool) error {
	for _, i := range which {
		if err := b.file(c, i, inline); err != nil {
			return fmt.Errorf("file %q of message %s: %w", b.m.Files[i].Name, b.m.ID, err)
		}
	}
	return nil
}

func (b *body) file(c create, i int, inline bool) error {
	f := &b.m.Files[i]
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	var h message.Header
	h.SetContentType(partType(f.Type), nil)
	h.AddRaw([]byte(folded("Content-Disposition", disposition(kind, f.Name))))
	if plainID(f.CID) {
		h.Set("Content-Id", "<"+f.CID+">")
	}
	h.Set("Content-Transfer-Encoding", "base64")
	w, err := c(h)
	if err != nil {
		return err
	}
	if b.receipts[i], err = b.copy(w, f); err != nil {
		return err
	}
	return w.Close()
}

// copy streams a file's bytes; the size that the source promised is held to.
func (b *body) copy(w io.Writer, f *desk.File) (connectors.FileReceipt, error) {
	sum := sha256.New()
	var n int64
	if f.Open != nil {
		r, err := f.Open(b.ctx)
		if err != nil {
			return connectors.FileReceipt{}, err
		}
		n, err = io.Copy(io.MultiWriter(w, sum), &stoppable{b.ctx, r})
		if closing := r.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return connectors.FileReceipt{}, err
		}
	} else if f.Size != 0 {
		return connectors.FileReceipt{}, connectors.Refuse(connectors.ReasonVanished,
			"pull the ticket again", "its bytes are not at hand")
	}
	if f.Size >= 0 && n != f.Size {
		return connectors.FileReceipt{}, fmt.Errorf("%d bytes came where %d were promised", n, f.Size)
	}
	return connectors.FileReceipt{Message: b.m.ID, Name: f.Name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

// stoppable ends a long copy when the run is interrupted.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// partType is the media type under which a file goes into the mail. Whatever
// mail programs would take apart again goes as plain bytes: a nested mail must
// not be base64 (RFC 2046 section 5.2.1), and exact bytes matter more.
func partType(t string) string {
	kind, sub, ok := strings.Cut(t, "/")
	switch {
	case !ok, kind == "message", kind == "multipart", strings.Contains(sub, "tnef"):
		return "application/octet-stream"
	}
	if got, _, err := mime.ParseMediaType(t); err != nil || got != t || len(t) > 200 {
		return "application/octet-stream"
	}
	return t
}
