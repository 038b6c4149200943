package mail

import (
	"context"
	"strings"
)

// conversationMark begins the token of a conversation that the store made. No token
// of a subject begins so: those are RULE:NUMBER.
const conversationMark = "conversation "

// conversationOf is the token of a message's conversation among its tokens; "" none.
func conversationOf(tokens []string) string {
	for _, t := range tokens {
		if isConversation(t) {
			return t
		}
	}
	return ""
}

func isConversation(token string) bool {
	return strings.HasPrefix(token, conversationMark) && !strings.Contains(token, ":")
}

// wholeConversations tells whether a conversation of the store is one ticket, whatever
// else is known.
func (s *Source) wholeConversations() bool {
	c, ok := s.store.(Converser)
	return ok && c.WholeConversations()
}

// joinConversation adds the ticket of a message's conversation to those found. It is a
// hint like a subject: it counts where nothing else leads to a ticket.
func (s *Source) joinConversation(ctx context.Context, f *facts, found []uint64) ([]uint64, error) {
	token := conversationOf(f.event.Tokens)
	whole := token != "" && s.wholeConversations()
	if token == "" || len(found) > 0 && !whole {
		return found, nil
	}
	hs, err := s.x.hints(ctx, keyToken+token)
	if err != nil {
		return nil, err
	}
	var tickets, among []uint64
	for _, h := range hs {
		tickets = append(tickets, h.Ticket)
		if talking(h, &f.event) {
			among = []uint64{h.Ticket} // the latest
		}
	}
	if tickets, err = s.roots(ctx, tickets); err != nil {
		return nil, err
	}
	switch {
	case whole:
		return s.roots(ctx, append(found, tickets...))
	case !f.event.Reply && len(f.refs) == 0:
		return nil, nil // forms of one web page look alike, and are of many customers
	case len(tickets) == 1:
		return tickets, nil
	}
	return s.roots(ctx, among)
}
