package connectors

import "time"

// Load is how much is to be moved.
type Load struct {
	People   int64 // contacts and agents
	Places   int64 // organisations, groups and categories
	Tickets  int64
	Messages int64
	Files    int64
}

// Calls are how many calls something takes.
type Calls struct {
	Counted int64 // of those that the vendor allows so many a minute of
	Other   int64 // such as the bytes of files, which lie elsewhere
}

// All are both together.
func (c Calls) All() int64 { return c.Counted + c.Other }

// Pace tells how long a system takes that is reached by calls, as far as that can be told
// beforehand: how many there are, and how many it bears. What a run needs depends on the
// records too.
type Pace struct {
	// Read and Write are what it takes to read so much, or to write it anew; nil where that
	// cannot be.
	Read, Write func(Load) Calls
	// Plans are what the vendor allows, by what is paid for; none where only the strength of
	// the server bounds it.
	Plans []Allowance
	// AtOnce is how many calls are under way together.
	AtOnce int
	// Each is how long one call is taken to last.
	Each time.Duration
}

// Allowance is how many calls a minute are allowed.
type Allowance struct {
	Plan      string // its name; "" as configured
	PerMinute float64
}

// Takes is how long so many calls last where so many a minute are allowed; 0 allows any
// number.
func (p Pace) Takes(calls Calls, perMinute float64) time.Duration {
	worked := time.Duration(calls.All()) * p.Each / time.Duration(max(1, p.AtOnce))
	if perMinute <= 0 {
		return worked
	}
	return max(worked, time.Duration(float64(calls.Counted)/perMinute*float64(time.Minute)))
}

// PagesOf is how many pages so many rows take.
func PagesOf(rows, perPage int64) int64 { return (rows + perPage - 1) / perPage }
