package pipeline

import (
	"context"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// jobs lets records that are made at the same time be made in one call, where the
// target can. Nobody waits for company that cannot come: a job begins when it is
// full, or when every worker waits for one. So it fills by itself while others are
// under way, and a record that comes alone goes alone.
type jobs struct {
	maker connectors.Bulk // nil: the target makes records one by one

	mu      sync.Mutex
	workers int // that may yet bring a record, or wait to
	waiting map[desk.Kind][]*seat
	alarm   *time.Timer

	ends sync.Map // what became of jobs of earlier runs: connectors.Job → *jobEnd
}

// seat is a record's in a job that has not begun.
type seat struct {
	run  context.Context // of the record's worker
	task *task
	step Step
	got  connectors.Receipt
	err  error
	echo bool          // the error is the job's, and another record has told it
	solo bool          // it is to be made by a call of its own
	done chan struct{} // closed when the above are set
}

const (
	// fewest is how many records are worth a job, which costs two requests at least.
	fewest = 3
	// patience is how long a record waits for workers that do something else, such
	// as sending a large file or waiting for this very record.
	patience = 2 * time.Second
)

// most is how many records of one kind the target makes in one call; 0 if it makes
// them one by one.
func (j *jobs) most() (n int) {
	if j.maker == nil {
		return 0
	}
	for _, kind := range desk.Kinds {
		n = max(n, j.maker.BulkSize(kind))
	}
	return n
}

// enter counts a worker, until leave is called.
func (j *jobs) enter() (leave func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.workers++
	return func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.workers--
		j.look()
	}
}

// look begins the jobs that are full, and all if nobody else can come.
func (j *jobs) look() {
	n := 0
	for kind, seats := range j.waiting {
		if n += len(seats); len(seats) >= j.maker.BulkSize(kind) {
			j.begin(kind)
			n -= len(seats)
		}
	}
	if n > 0 && n >= j.workers {
		j.beginAll()
	}
}

func (j *jobs) beginAll() {
	for kind := range j.waiting {
		j.begin(kind)
	}
}

func (j *jobs) begin(kind desk.Kind) {
	seats := j.waiting[kind]
	delete(j.waiting, kind)
	if len(seats) >= fewest {
		go runJob(seats)
		return
	}
	alone(seats)
}

// alone sends records away to be made by a call of their own.
func alone(seats []*seat) {
	for _, s := range seats {
		s.solo = true
		close(s.done)
	}
}

// take gives a record a seat in the next job.
func (j *jobs) take(s *seat) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.waiting == nil {
		j.waiting = map[desk.Kind][]*seat{}
	}
	if len(j.waiting) == 0 {
		if j.alarm != nil {
			j.alarm.Stop()
		}
		j.alarm = time.AfterFunc(patience, func() {
			j.mu.Lock()
			defer j.mu.Unlock()
			j.beginAll()
		})
	}
	kind := s.step.Record.Kind()
	j.waiting[kind] = append(j.waiting[kind], s)
	j.look()
}

// giveUp gives a seat up; false if its job has begun.
func (j *jobs) giveUp(s *seat) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	kind := s.step.Record.Kind()
	for i, other := range j.waiting[kind] {
		if other == s {
			j.waiting[kind] = append(j.waiting[kind][:i:i], j.waiting[kind][i+1:]...)
			if len(j.waiting[kind]) == 0 {
				delete(j.waiting, kind)
			}
			return true
		}
	}
	return false
}
