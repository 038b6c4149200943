package rt

import (
	"context"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// first lets the first write of an opening go alone: if scrips are on that were said to
// be disabled, people hear of one ticket, and not of as many as are written at once.
type first struct {
	gate  sync.Mutex
	heard atomic.Bool // RT was looked at after a write, and was quiet
	err   error       // it was not quiet; kept by gate
	after int         // the last transaction that the ticket had before the first write
}

// alone waits until RT was found quiet, or until it is this caller's turn to try it
// with a write to a ticket that stands, or to a new one (""). The caller leaves when
// its write is over.
func (t *Target) alone(ctx context.Context, ticket desk.ID) (leave func(), err error) {
	f := &t.watch.first
	if t.config.Quiet != quietScrips || f.heard.Load() {
		return func() {}, nil
	}
	f.gate.Lock()
	if f.err != nil || f.heard.Load() {
		defer f.gate.Unlock()
		return func() {}, f.err
	}
	if f.after, err = t.lastOf(ctx, ticket); err != nil {
		f.gate.Unlock()
		return nil, err
	}
	return f.gate.Unlock, nil
}

// lastOf is the last transaction of a ticket that stands: what is older was not set off
// by us. It asks for no time, since RT's clock may go otherwise than ours.
func (t *Target) lastOf(ctx context.Context, ticket desk.ID) (last int, err error) {
	if ticket == "" {
		return 0, nil
	}
	var p page[transactionShape]
	call := history(string(ticket))
	call.Query.Set("per_page", "1")
	if _, err := t.client.JSON(ctx, call, &p); err != nil {
		return 0, err
	}
	for _, tx := range p.Items {
		last = max(last, number(tx.ID))
	}
	return last, nil
}

// history asks for the transactions of a ticket, the last one first.
func history(ticket string) rest.Call {
	query := url.Values{"fields": {"Type,Creator,ObjectId,Created"}, "orderby": {"id"}, "order": {"DESC"}}
	return rest.Call{Path: "ticket/" + url.PathEscape(ticket) + "/history", Query: query}
}

// quietly calls what writes to a ticket, in its turn.
func quietly[T any](ctx context.Context, t *Target, ticket desk.ID, write func() (T, error)) (got T, err error) {
	leave, err := t.alone(ctx, ticket)
	if err != nil {
		return got, err
	}
	defer leave()
	return write()
}
