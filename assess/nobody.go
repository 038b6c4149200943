package assess

import (
	"context"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// NoAgent is a flaw that is seen when all has been read: messages answer customers, and
// nobody is known as an agent. Its examples are the domains from which most of them come.
const NoAgent = "agent.none"

// answers notes from where messages come that answer somebody else's ticket. They are
// customers' only as far as nobody said who the agents are.
func (s *Survey) answers(t *desk.Ticket) {
	for i := range t.Messages {
		m := &t.Messages[i]
		if m.Author.Kind == desk.KindAgent {
			s.answered++
			return
		}
		if i > 0 && !m.Author.IsZero() && m.Author != t.Requester {
			s.tally.add("answers from", domainOf(strings.ToLower(m.From.Email)), entry{n: 1})
			s.others++
		}
	}
}

// leastAnswers is how many answers of unknown people there must be to ask who they are.
const leastAnswers = 10

func (s *Survey) nobody(ctx context.Context, a *Assessment) error {
	if s.answered > 0 || s.others < leastAnswers {
		return nil
	}
	rows, err := s.tally.top(ctx, "answers from", 3)
	if err != nil {
		return err
	}
	f := Flaw{Key: NoAgent, Count: s.others, Of: s.kinds[desk.KindMessage]}
	for _, r := range rows {
		f.Examples = append(f.Examples, Example{Kind: desk.KindAgent, ID: desk.ID("@" + r.key), What: fmt.Sprintf("%d ×", r.n)})
	}
	a.Flaws = append(a.Flaws, f)
	return nil
}
