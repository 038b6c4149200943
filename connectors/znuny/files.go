package znuny

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
)

// spool keeps the files of the tickets that were read last, for those who open them; who
// comes later has the ticket fetched again.
type spool struct {
	mu    sync.Mutex
	held  map[int64]*poured
	order []int64 // oldest first
	bytes int64
}

// mostSpooled is how many bytes of files lie there; a larger ticket lies there alone.
const mostSpooled = 512 << 20

// put lays down the files of a ticket.
func (s *spool) put(ticket int64, p *poured) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		s.held = map[int64]*poured{}
	}
	s.drop(ticket)
	s.held[ticket] = p
	s.order = append(s.order, ticket)
	s.bytes += p.size()
	for s.bytes > mostSpooled && len(s.order) > 1 {
		s.drop(s.order[0])
	}
}

func (p *poured) size() int64 {
	if len(p.ends) == 0 {
		return 0
	}
	return p.ends[len(p.ends)-1]
}

// drop forgets a ticket. The caller holds mu.
func (s *spool) drop(ticket int64) {
	p := s.held[ticket]
	if p == nil {
		return
	}
	_ = os.Remove(p.path) // who has it open reads on; the folder is emptied between runs
	delete(s.held, ticket)
	s.bytes -= p.size()
	for i, id := range s.order {
		if id == ticket {
			s.order = append(s.order[:i:i], s.order[i+1:]...)
			return
		}
	}
}

// open opens one file of a ticket by its key; nil if the ticket does not lie there.
func (s *spool) open(ticket int64, key string) (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.held[ticket]
	if p == nil {
		return nil, nil
	}
	n, ok := p.keys[key]
	if !ok || n >= len(p.ends) {
		return nil, connectors.Refuse(connectors.ReasonVanished, "", "Znuny does not give it any more")
	}
	f, err := os.Open(p.path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, connectors.ErrBusy)
	}
	from, size := p.section(n)
	return &part{io.NewSectionReader(f, from, size), f}, nil
}

type part struct {
	io.Reader
	io.Closer
}

// whole asks for a ticket with all that is said in it, its files laid in the spool. What
// was poured to its end and is no whole answer is asked for again.
func (a *api) whole(ctx context.Context, s *spool, ticket string) (*ticketShape, error) {
	for attempt := 0; ; attempt++ {
		t, err := a.wholeOnce(ctx, s, ticket)
		if err == nil || attempt >= 2 || ctx.Err() != nil || !errors.Is(err, errTorn) {
			return t, err
		}
	}
}

// errTorn marks an answer that is none: half of one, or a page.
var errTorn = errors.New("the answer is not whole")

func (a *api) wholeOnce(ctx context.Context, s *spool, ticket string) (*ticketShape, error) {
	call := a.request(opGet, ticket)
	args := a.login()
	for name, v := range map[string]any{"TicketID": ticket, "AllArticles": 1, "Attachments": 1, "DynamicFields": 1, "Extended": 1, "HTMLBodyAsAttachment": 1} {
		args[name] = v
	}
	call.JSON, call.Harmless = args, true
	resp, err := a.client.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	var left bytes.Buffer
	files, err := pour(resp.Body, &left, a.env.Temp)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, connectors.ErrDenied) {
			return nil, err
		}
		return nil, fmt.Errorf("ticket %s: the answer broke off: %w: %w: %w", ticket, err, errTorn, connectors.ErrBusy)
	}
	t, err := oneTicket(ticket, left.Bytes())
	if err != nil {
		_ = os.Remove(files.path)
		return nil, err
	}
	files.keys = keysOf(t)
	s.put(t.ID.number(), files)
	return t, nil
}

// keysOf are the places of a ticket's files in the spool, by article and place there.
func keysOf(t *ticketShape) map[string]int {
	keys := map[string]int{}
	for i := range t.Articles {
		for j, f := range t.Articles[i].Attachments {
			keys[fileKey(&t.Articles[i], j)] = int(f.Content.number())
		}
	}
	return keys
}

func fileKey(a *articleShape, n int) string { return fmt.Sprintf("%s/%d", a.ID, n) }

// openFile opens a file of a ticket, where need be after the ticket is fetched again.
func (a *api) openFile(ctx context.Context, s *spool, ticket int64, key, name string) (io.ReadCloser, error) {
	for range 3 {
		r, err := s.open(ticket, key)
		if r != nil || err != nil && !errors.Is(err, connectors.ErrBusy) {
			return r, err
		}
		if _, err := a.whole(ctx, s, fmt.Sprint(ticket)); err != nil {
			return nil, fmt.Errorf("file %q of ticket %d: %w", name, ticket, err)
		}
	}
	return nil, fmt.Errorf("file %q of ticket %d: there is no room to keep it for long enough: %w", name, ticket, connectors.ErrBusy)
}

// clear removes all.
func (s *spool) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.order) > 0 {
		s.drop(s.order[0])
	}
}
