// Package mailgen makes the mail of a support desk that does not exist: any number
// of messages, the same ones for the same seed, one at a time. What it draws, and
// how often, stands in bench/README.md.
package mailgen

import (
	"bytes"
	"iter"
	"math/rand/v2"
	"time"
)

// Message is one mail as it arrived.
type Message struct {
	N      int       // counts from 0
	At     time.Time // when it arrived
	Sender string    // of the envelope; "" for a bounce
	Raw    []byte    // header and body, LF line ends; valid until the next message
}

// Messages yields the mails of a seed for ever, in the order of their arrival:
// the first thousand are the same however many are taken.
func Messages(seed uint64) iter.Seq[Message] {
	return func(yield func(Message) bool) {
		g := newGenerator(seed)
		for n := 0; ; n++ {
			if !yield(g.next(n)) {
				return
			}
		}
	}
}

// generator is the desk: its open conversations and its clock.
type generator struct {
	seed   uint64
	rnd    *rand.Rand
	desk   calendar
	people int // customers seen so far
	out    bytes.Buffer
	soft   bytes.Buffer // while a part is encoded
	voices map[string]*voice
}

func newGenerator(seed uint64) *generator {
	g := &generator{seed: seed, rnd: rand.New(rand.NewPCG(seed, 1)), voices: map[string]*voice{}}
	g.desk.opens = time.Date(2023, 1, 2, 7, 0, 0, 0, time.UTC)
	return g
}

// next writes the next mail to arrive.
func (g *generator) next(n int) Message {
	turn := g.arrival()
	g.out.Reset()
	m := Message{N: n, At: turn.at, Sender: turn.from.email}
	if turn.sort == bounced {
		m.Sender = ""
	}
	g.write(turn)
	m.Raw = g.out.Bytes()
	return m
}

func (g *generator) chance(percent float64) bool { return g.rnd.Float64()*100 < percent }

// between draws a whole number from lo to hi.
func (g *generator) between(lo, hi int) int { return lo + g.rnd.IntN(hi-lo+1) }

func pick[T any](g *generator, from []T) T { return from[g.rnd.IntN(len(from))] }
