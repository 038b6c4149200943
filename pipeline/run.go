package pipeline

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// run is one walk of a pipeline: its configuration and what lives only as long.
type run struct {
	*Pipeline
	fetcher  connectors.Fetcher  // of the source; nil if it cannot be asked for one record
	foreseer connectors.Foreseer // the target, for a dry run; nil if it knows nothing beforehand
	syncer   connectors.Syncer   // of the target; nil if a write is durable when it returns

	tally   tally
	known   known // target ids looked up or written lately
	sought  known // by target ids over which calls were refused: what stands there now, "" nothing
	busy    keyed // records under way, by kind and id
	natural keyed // natural keys under way
	names   names
	strayed strayed       // messages that their tickets no longer have
	calls   chan struct{} // one token for each call to the target
	jobs    jobs
	cursors string       // the hash that the cursors are saved under
	waits   atomic.Bool  // a ticket waits for a reference to another
	named   atomic.Int64 // tickets that wait for others which their messages name
	hasty   bool         // those go as they are
	early   bool         // only people that come in any case are taken up
	// peopleWere tells that those have been taken up: the pass after the tickets
	// meets them again.
	peopleWere bool
	// listed are the natural keys of people that come in any case and wait for what is
	// in doubt: nobody else's record of them is made before theirs.
	listed sync.Map
	last   bool // all tickets of the source have been seen
	// check makes the walk a verification: what stands there is compared, nothing written.
	check *Verification
	// senders are the earlier runs whose last sign of life some line in doubt took its time
	// from, and that time.
	senders sync.Map
	lost    atomic.Int32 // calls in a row that failed for no fault of their records

	// still holds calls back while a target that is no idempotent one syncs: its
	// outcomes must be those that the sync made durable, neither more nor less.
	still sync.RWMutex

	saving  sync.Mutex
	torn    error  // of the save that failed
	saved   Counts // of what the last one that did not saved
	mu      sync.Mutex
	streams map[*stream]bool
	puts    int           // lines put since the last save
	ripe    time.Duration // the longest until a write in doubt can be told of, as last looked
}

func newRun(p *Pipeline) *run {
	if p.Now == nil {
		p.Now = time.Now
	}
	r := &run{
		Pipeline: p, calls: make(chan struct{}, max(1, p.Writes.Parallel)),
		streams: map[*stream]bool{}, cursors: CursorHash(p.MapHash, p.ReadHash),
	}
	r.fetcher, _ = p.Source.(connectors.Fetcher)
	r.syncer, _ = p.Target.(connectors.Syncer)
	r.foreseer, _ = p.Target.(connectors.Foreseer)
	r.jobs.maker, _ = p.Target.(connectors.Bulk)
	if p.Workers <= 0 { // while one job is under way, the next one fills
		p.Workers = max(4*runtime.GOMAXPROCS(0), p.Writes.Parallel, 2*r.jobs.most())
	}
	return r
}

// CursorHash is what cursors are saved under: the version of what a run selects,
// the mapping, and how the source is read.
func CursorHash(mapping, read string) string { return "1:" + mapping + ":" + read }

// exclusive tells whether nothing may be written while the target syncs.
func (r *run) exclusive() bool { return r.syncer != nil && !r.Writes.Idempotent }

// stream is one partition being read: a window of items and the cursor that is
// safe to save.
type stream struct {
	kind   desk.Kind
	part   string
	window *window
	moves  bool // the run may move the cursor
}

// part reads one partition of a kind and works its items side by side.
func (r *run) part(ctx context.Context, kind desk.Kind, part string) error {
	after, err := r.readTo(ctx, kind, part)
	if err != nil {
		return err
	}
	seq := r.Source.Read(ctx, kind, connectors.Cursor(after))
	if p, ok := r.Source.(connectors.Partitioner); ok {
		seq = p.ReadPart(ctx, kind, part, connectors.Cursor(after))
	}
	s := &stream{kind: kind, part: part, window: newWindow(), moves: !r.Select.narrow() && !r.early && !r.DryRun}
	r.watch(s, true)
	defer r.watch(s, false)
	err = r.work(ctx, s, seq)
	if r.check != nil {
		return errors.Join(err, r.passed(ctx, s))
	}
	r.advance(s)
	return err
}

// readTo is how far a part of a kind was read before.
func (r *run) readTo(ctx context.Context, kind desk.Kind, part string) (string, error) {
	switch {
	case r.check != nil:
		return r.check.Journal.cursor(ctx, kind, part)
	case r.Select.fromStart():
		return "", nil
	}
	return r.Ledger.Cursor(ctx, kind, part, r.cursors)
}

func (r *run) watch(s *stream, on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if on {
		r.streams[s] = true
	} else {
		delete(r.streams, s)
	}
}

// work hands the items of a stream to workers. One slow item holds back only the
// cursor, until the window behind it is full.
func (r *run) work(ctx context.Context, s *stream, seq iter.Seq2[connectors.Item, error]) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var workers sync.WaitGroup
	slots := make(chan struct{}, r.Workers)
	err := func() error {
		for item, err := range seq {
			if err != nil {
				return err
			}
			place, err := s.window.enter(ctx, item.Cursor, weight(item.Record))
			if err != nil {
				return err
			}
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			mine, leave := r.turn(item), r.jobs.enter()
			workers.Go(func() {
				defer func() { <-slots }()
				defer leave()
				defer mine()()
				if err := r.item(ctx, item); err != nil {
					stop(err) // no cursor passes this item
					return
				}
				s.window.leave(place)
			})
		}
		return nil
	}()
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return cause
	}
	return err
}

// turn makes sure that of a record that comes twice the later form is written
// later. It is taken while reading, and waited for by the worker.
func (r *run) turn(item connectors.Item) (wait func() (unlock func())) {
	if item.Record == nil {
		return func() func() { return func() {} }
	}
	return r.busy.inTurn(busyName(desk.To(item.Record.Kind(), item.Record.About().ID)))
}

// weight is about how many bytes a record holds in memory.
func weight(rec desk.Record) int {
	t, ok := rec.(*desk.Ticket)
	if !ok {
		return 1 << 10
	}
	n := 1 << 10
	for _, m := range t.Messages {
		n += 1<<10 + len(m.Text) + len(m.HTML)
	}
	return n
}
