package itsm365

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

const day = 24 * time.Hour

func unix(n int64) time.Time { return time.Unix(n, 0) }

// signature is what the comments and files of a ticket are, in whatever order: how many, and
// a sum of hashes of their names and the times of their last changes.
type signature struct {
	count int
	sum   uint64
}

func (s *signature) add(id desk.ID, changed string) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(string(id) + "@" + changed)) // a hash never fails
	s.count, s.sum = s.count+1, s.sum+h.Sum64()
}

func (s *signature) String() string {
	if s == nil || s.count == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%x", s.count, s.sum)
}

// talks are the signatures of all tickets, from the lists of all comments and files.
func (a *api) talks(ctx context.Context) (map[desk.ID]string, error) {
	by := map[desk.ID]*signature{}
	for _, kind := range []desk.Kind{desk.KindMessage, desk.KindFile} {
		k := a.config.kind(kind)
		attrs := []string{"UUID", k.code("ticket")}
		if code := k.code("updated"); code != "" {
			attrs = append(attrs, code)
		}
		for r, err := range a.list(ctx, k.Class, k.filter(), attrs) {
			if err != nil {
				return nil, fmt.Errorf("what comments and files there are (deltas: %s looks at tickets alone): %w", ticketsOnly, err)
			}
			of := r.ref(k.code("ticket"))
			if classOf(string(of)) != classOf(a.config.kind(desk.KindTicket).Class) {
				continue
			}
			if by[of] == nil {
				by[of] = new(signature)
			}
			by[of].add(r.id(), r.text(k.code("updated")))
		}
	}
	out := make(map[desk.ID]string, len(by))
	for id, s := range by {
		out[id] = s.String()
	}
	return out, nil
}

// signatureOf is that of a ticket whose comments and files were read.
func (a *api) signatureOf(comments, files []row) string {
	s := new(signature)
	for _, r := range comments {
		s.add(r.id(), r.text(a.config.kind(desk.KindMessage).code("updated")))
	}
	for _, r := range files {
		s.add(r.id(), r.text(a.config.kind(desk.KindFile).code("updated")))
	}
	return s.String()
}
