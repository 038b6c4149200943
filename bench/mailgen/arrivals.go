package mailgen

import (
	"container/heap"
	"math"
	"time"
)

// What a turn of a conversation is.
type sort int

const (
	asked     sort = iota // by the customer
	answered              // by an agent
	confirmed             // by the desk's robot: "we have received your request"
	absent                // by the customer's robot
	bounced
)

// thread is one conversation.
type thread struct {
	number   int
	voice    *voice
	customer person
	agent    person
	subject  string
	left     int      // turns to come
	ids      []string // Message-IDs so far, at most the last mostIDs
	history  []string // the last mail's lines, with all that it quoted
	last     time.Time
	said     person // who wrote last
}

const (
	mostIDs    = 12
	mostThread = 30
	// mostHistory bounds the quoted history of one mail, in bytes.
	mostHistory = 32 << 10
)

// turn is one mail of a thread, due at a time.
type turn struct {
	*thread
	at    time.Time
	sort  sort
	from  person
	to    person
	first bool
}

// calendar is what is due, and when the next conversation opens.
type calendar struct {
	due     turns
	opens   time.Time
	threads int
}

// arrival takes the next turn and plans the one after it.
func (g *generator) arrival() *turn {
	if len(g.desk.due) == 0 || g.desk.opens.Before(g.desk.due[0].at) {
		g.open()
		return g.arrival()
	}
	t := heap.Pop(&g.desk.due).(*turn)
	g.follow(t)
	return t
}

// open begins a conversation: about 60 a day.
func (g *generator) open() {
	at := g.desk.opens
	g.desk.opens = at.Add(g.wait(24 * time.Minute))
	g.desk.threads++
	customer := g.customer()
	th := &thread{
		number: g.desk.threads, customer: customer, agent: g.agent(), voice: g.voice(customer.lang),
		left: g.length(),
	}
	th.subject = th.voice.subject(g)
	heap.Push(&g.desk.due, &turn{thread: th, at: at, sort: asked, from: customer, to: supportDesk, first: true})
	if g.chance(21) { // one robot's answer to every fifth conversation: 5% of all mail
		th.left++
		robot := &turn{thread: th, at: at.Add(time.Duration(g.between(5, 90)) * time.Second), sort: confirmed, from: supportDesk, to: customer}
		switch {
		case g.chance(15):
			robot.sort, robot.from = bounced, mailer
			robot.to = supportDesk
		case g.chance(25):
			robot.sort, robot.from, robot.to = absent, customer, supportDesk
		}
		heap.Push(&g.desk.due, robot)
	}
}

// length draws how many mails a conversation has: a quarter has one, the others
// two and more with a long tail; the mean is about four.
func (g *generator) length() int {
	if g.chance(25) {
		return 1
	}
	n := 2 + int(math.Log(1-g.rnd.Float64())/math.Log(0.75))
	return min(n, mostThread)
}

// follow plans the mail after t.
func (g *generator) follow(t *turn) {
	t.left--
	if t.left <= 0 || t.sort > answered {
		return
	}
	next := &turn{thread: t.thread, at: t.at.Add(g.wait(9 * time.Hour)), sort: answered, from: t.agent, to: t.customer}
	// Agents answer customers, but one mail in six follows its own writer's.
	if (t.sort == answered) != g.chance(17) {
		next.sort, next.from, next.to = asked, t.customer, supportDesk
	} else if g.chance(10) {
		t.agent = g.agent()
		next.from = t.agent
	}
	heap.Push(&g.desk.due, next)
}

// wait draws a time around a mean, by the exponential distribution.
func (g *generator) wait(mean time.Duration) time.Duration {
	return time.Duration(g.rnd.ExpFloat64()*float64(mean)).Round(time.Second) + time.Second
}

// turns is a heap by time; equal times by thread, so that the order is one.
type turns []*turn

func (h turns) Len() int { return len(h) }

func (h turns) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].number < h[j].number
}

func (h turns) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *turns) Push(x any) { *h = append(*h, x.(*turn)) }

// Pop implements heap.Interface.
func (h *turns) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
