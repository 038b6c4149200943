package rt

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// An agent is a user whom RT calls privileged. All of them are in a group of RT's own. Since
// October 2026 RT shows no groups but those that people made (CVE-2026-108353,
// RT/REST2/Resource/Group.pm): then it is asked of each user who is named, once.

// mostKnown bounds of how many users it is remembered whether they are agents.
const mostKnown = 100_000

// agents learns who is an agent, as far as RT tells it of all together: to an account that
// lacks the right SeeGroup, or AdminGroupMembership, it does not.
func (s *Source) agents(ctx context.Context) error {
	s.asking.Lock()
	defer s.asking.Unlock()
	if s.privileged != nil {
		return nil
	}
	var about struct{}
	if _, err := s.client.JSON(ctx, rest.Call{Path: "rt"}, &about); err != nil { // what is absent shows of no address that it is RT's
		return err
	}
	var names map[string]bool
	group, err := s.privilegedGroup(ctx)
	if err == nil && group != "" {
		names, err = s.members(ctx, group)
	}
	var e *rest.Error
	lacks := errors.As(err, &e) && e.Status == http.StatusForbidden
	if err != nil && !lacks {
		return err
	}
	if s.privileged, s.whole = names, names != nil; names == nil {
		s.privileged = map[string]bool{}
	}
	return nil
}

// members are the names of the users in a group.
func (s *Source) members(ctx context.Context, group string) (map[string]bool, error) {
	names := map[string]bool{}
	for m, err := range pages[link](ctx, s.client, rest.Call{Path: "group/" + group + "/members"}) {
		if err != nil {
			return nil, err
		}
		var u userShape
		if _, err := s.client.JSON(ctx, rest.Call{Path: "user/" + string(m.ID)}, &u); err != nil {
			return nil, err
		}
		names[string(u.Name)] = true
	}
	return names, nil
}

// privilegedGroup is the number of the group of all privileged users; "" if RT does not
// show it. It is made when RT is installed, as one of the first; no search finds it.
func (s *Source) privilegedGroup(ctx context.Context) (string, error) {
	for _, n := range []int{4, 2, 3, 5, 6, 7} { // 4 in all that were seen
		var g struct {
			Name   text `json:"Name"`
			Domain text `json:"Domain"`
		}
		_, err := s.client.JSON(ctx, rest.Call{Path: fmt.Sprintf("group/%d", n)}, &g)
		if isAbsent(err) {
			continue
		}
		if err != nil {
			return "", err
		}
		if g.Name == "Privileged" && g.Domain == "SystemInternal" {
			return fmt.Sprint(n), nil
		}
	}
	return "", nil
}

// person is a reference to a user.
func (s *Source) person(ctx context.Context, name text) (desk.Ref, error) {
	if isNobody(name) {
		return desk.Ref{}, nil
	}
	agent, err := s.isAgent(ctx, string(name))
	if err != nil {
		return desk.Ref{}, fmt.Errorf("user %s: whether it is an agent: %w", name, err)
	}
	return reference(name, agent), nil
}

// isNobody tells a user of RT's own.
func isNobody(name text) bool { return name == "" || name == "Nobody" || name == "RT_System" }

func reference(name text, agent bool) desk.Ref {
	if agent {
		return desk.To(desk.KindAgent, desk.ID(name))
	}
	return desk.To(desk.KindContact, desk.ID(name))
}

func (s *Source) isAgent(ctx context.Context, name string) (bool, error) {
	if err := s.agents(ctx); err != nil {
		return false, err
	}
	s.asking.Lock()
	agent, known := s.privileged[name]
	known = known || s.whole
	s.asking.Unlock()
	if known {
		return agent, nil
	}
	u, err := s.user(ctx, name)
	if err != nil && !isAbsent(err) {
		return false, err
	}
	s.know(name, u.Privileged == "1")
	return u.Privileged == "1", nil
}

// know remembers whether a user is an agent.
func (s *Source) know(name string, agent bool) {
	s.asking.Lock()
	defer s.asking.Unlock()
	switch {
	case s.privileged == nil: // it is asked for when it is needed
		return
	case !s.whole && len(s.privileged) >= mostKnown:
		s.privileged = map[string]bool{}
	}
	s.privileged[name] = agent
}

// met yields users as they come, each when it is known whether it is an agent: a page of
// them is asked side by side where that takes a call for each.
func (s *Source) met(ctx context.Context, users iter.Seq2[userShape, error]) iter.Seq2[userShape, error] {
	return func(yield func(userShape, error) bool) {
		var some []userShape
		hand := func() bool {
			err := s.meet(ctx, some)
			for _, u := range some {
				if !yield(u, err) || err != nil {
					return false
				}
			}
			some = some[:0]
			return true
		}
		for u, err := range users {
			if err != nil {
				yield(u, err)
				return
			}
			if some = append(some, u); len(some) == pageOfUsers && !hand() {
				return
			}
		}
		hand()
	}
}

// pageOfUsers is how many users are asked one after another, as far as the line is wide.
const pageOfUsers = 100

func (s *Source) meet(ctx context.Context, users []userShape) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, u := range users {
		g.Go(func() error {
			_, err := s.person(ctx, u.Name)
			return err
		})
	}
	return g.Wait()
}
