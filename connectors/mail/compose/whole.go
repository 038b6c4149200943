package compose

import (
	"bytes"
	"mime"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
	"github.com/deskhaul/deskhaul/desk"
)

// MaxWrittenText is how long a text may be that a mail carries as text: well
// below the default of Limits.MaxText, as line ends may double it.
const MaxWrittenText = 2 << 20

// WrittenKinds are the kinds that a Scribe writes: all of them.
func WrittenKinds() []desk.Kind { return slices.Clone(desk.Kinds) }

// recordText is the text of a mail that carries a record alone.
const recordText = "This is no mail but a record of a helpdesk, kept by deskhaul\n" +
	"in the X-Deskhaul fields above.\n"

// Whole tells whether a mail that deskhaul wrote is complete, and not torn by a
// kill in the middle of writing it.
func Whole(raw rfc5322.Raw) (bool, error) {
	h, body, err := rfc5322.ReadHeader(raw)
	if err != nil || !stamp.Sealed(h) {
		return false, err
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return false, nil //nolint:nilerr // a torn header
	}
	end, err := rfc5322.ReadAt(raw, max(body, raw.Size()-200), 200)
	if err != nil {
		return false, err
	}
	if strings.HasPrefix(kind, "multipart/") {
		return bytes.HasSuffix(bytes.TrimRight(end, "\r\n"), []byte("--"+params["boundary"]+"--")), nil
	}
	if h.Get(stamp.HeaderMessage) == "" {
		return bytes.HasSuffix(bytes.TrimRight(end, "\r\n"), []byte("fields above.")), nil
	}
	m, err := rfc5322.Parse(raw, rfc5322.Limits{})
	if err != nil {
		return false, err
	}
	w, ok, err := stamp.DecodeMessage(h, m)
	return ok && !w.Edited, err
}
