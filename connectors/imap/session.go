package imap

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
)

// session is one connection to the server, logged in. One goroutine uses it at a time.
type session struct {
	client *imapclient.Client
	line   *line
	gmail  *gmailLine // nil where Gmail's items cannot be asked for
	caps   imap.CapSet
	open   string           // the folder that is selected, by its name at the server; "" none
	write  bool             // and whether it may be changed
	seen   *imap.SelectData // what the server said of it
	dead   bool
	// worked tells that a command was answered well after the login.
	worked bool
	whose  func(*imap.Error) error // what it means that the mailbox is out of reach
	// crowded is what it means that there are too many connections.
	crowded func(error) error
	// quiet tells a person that nothing has come for a while, of what is waited for; nil
	// tells nobody.
	quiet func(*session)
}

// errLost says that a connection broke: what was asked for may be asked for again on
// another.
var errLost = errors.New("the connection broke")

// asksGmail tells whether Gmail's own items come with each message.
func (s *session) asksGmail() bool { return s.gmail != nil && s.gmail.asks() }

// ours is an error that came of what we did with an answer.
type ours struct{ error }

func (o *ours) Unwrap() error { return o.error }

// do runs commands while the context lives. An error that is no answer of the server
// ends the session.
func (s *session) do(ctx context.Context, commands func(*imapclient.Client) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = s.line.Close() }) // it ends what is under way
	defer stop()
	defer s.line.expect()()
	defer s.watch()()
	err := commands(s.client)
	if err == nil {
		s.worked = true
		return nil
	}
	if ctx.Err() != nil {
		s.dead = true
		return ctx.Err()
	}
	var own *ours
	if errors.As(err, &own) {
		s.dead = true // the rest of the answer may be under way
		return own.error
	}
	var answer *imap.Error
	crowded := errors.As(err, &answer) && tooMany(answer.Text) || tooMany(s.line.goodbye())
	if answer != nil && answer.Type != imap.StatusResponseTypeBye && !unconnected(answer) && !crowded {
		return err
	}
	s.dead = true
	if errors.Is(err, errCrowded) {
		return err
	}
	if errors.Is(err, connectors.ErrDenied) {
		return err // it would be the same on another
	}
	if answer != nil && unconnected(answer) && !s.worked && s.whose != nil {
		return s.whose(answer)
	}
	if bye := s.line.goodbye(); bye != "" {
		err = fmt.Errorf("the server said goodbye: %s", bye)
	}
	if crowded && s.crowded != nil {
		return s.crowded(err)
	}
	return fmt.Errorf("%w: %w", errLost, err)
}

// watch has a person told when nothing has come for a while; what it returns ends that.
func (s *session) watch() (stop func()) {
	if s.quiet == nil {
		return func() {}
	}
	began := time.Now()
	t := time.AfterFunc(quietFor, func() {
		if last := s.line.heard.Load(); last < began.UnixNano() || time.Since(time.Unix(0, last)) >= quietFor {
			s.quiet(s)
		}
	})
	return func() { t.Stop() }
}

// choose selects a folder by its name at the server, for reading only unless write is
// set, and tells what the server says of it. One that is selected is asked for again
// only if fresh is set.
func (s *session) choose(ctx context.Context, folder string, write, fresh bool) (*imap.SelectData, error) {
	if s.open == folder && !fresh && (s.write || !write) {
		return s.seen, nil
	}
	s.open = ""
	err := s.do(ctx, func(c *imapclient.Client) (err error) {
		o := &imap.SelectOptions{ReadOnly: !write, CondStore: s.caps.Has(imap.CapCondStore)}
		s.seen, err = c.Select(folder, o).Wait()
		return err
	})
	if err != nil {
		return nil, err
	}
	s.open, s.write = folder, write
	return s.seen, nil
}

// close says goodbye if the line still stands; it does not wait for an answer.
func (s *session) close() {
	if !s.dead {
		_ = s.client.Logout() // politeness
	}
	_ = s.client.Close() // nothing is under way
}

// search lists the messages of the open folder that are among a set.
func (s *session) search(ctx context.Context, among imap.UIDSet) (set imap.UIDSet, err error) {
	err = s.do(ctx, func(c *imapclient.Client) error {
		var o *imap.SearchOptions
		if s.caps.Has(imap.CapESearch) {
			o = &imap.SearchOptions{ReturnAll: true} // ranges instead of each number
		}
		data, err := c.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{among}}, o).Wait()
		if err != nil {
			return err
		}
		set, _ = data.All.(imap.UIDSet)
		return nil
	})
	if err == nil && set.Dynamic() {
		return nil, fmt.Errorf("the server's list of messages has no end: %w", connectors.ErrBusy)
	}
	return set, err
}
