package compose

import (
	"context"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

// renewed tells whether the place has a newer mail of the same record than the
// book knows, as a kill leaves one that comes after the mail was replaced and
// before the book was durable. The entry then learns of it.
func (s *Scribe) renewed(ctx context.Context, e *entry) bool {
	if !s.shelf.Rewrites() {
		return false
	}
	raw, err := s.shelf.Open(ctx, e.Place)
	if err != nil {
		return false
	}
	defer func() { _ = raw.Close() }() // only read
	h, _, err := rfc5322.ReadHeader(raw)
	if err != nil {
		return false
	}
	rec, ok, err := recordIn(h)
	if err != nil || !ok || rec.Kind() != e.Kind || rec.About().ID != e.ID || rec.About().Mark != e.Mark {
		return false
	}
	e.Seal, e.Version = h.Get(stamp.HeaderSeal), stamp.DecodeVersion(h)
	return true
}
