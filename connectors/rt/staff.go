package rt

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// staff is what is known of who is an agent: a user whom RT calls privileged.
type staff struct {
	asked bool
	// all are the names of all agents; nil where RT does not show the group of them: to an
	// account without the rights, and to none since its fix of CVE-2026-108353 (October 2026).
	all map[string]bool
	// some is what was learnt of users one by one, by name.
	some map[string]bool
}

// mostSome bounds what is remembered of users.
const mostSome = 100_000

// person is a reference to a user.
func (s *Source) person(ctx context.Context, name text) (desk.Ref, error) {
	if nobody(name) {
		return desk.Ref{}, nil
	}
	n := string(name)
	agent, err := s.isAgent(ctx, n)
	if agent {
		return desk.To(desk.KindAgent, desk.ID(n)), err
	}
	return desk.To(desk.KindContact, desk.ID(n)), err
}

// nobody tells RT's own users from people.
func nobody(name text) bool { return name == "" || name == "Nobody" || name == "RT_System" }

func (s *Source) isAgent(ctx context.Context, name string) (bool, error) {
	if err := s.askStaff(ctx); err != nil {
		return false, err
	}
	if agent, known := s.knownAgent(name); known {
		return agent, nil
	}
	var u userShape
	_, err := s.client.JSON(ctx, rest.Call{Path: "user/" + url.PathEscape(name)}, &u)
	if isAbsent(err) {
		err = nil // somebody of a history that is longer than the users' list
	}
	if err != nil {
		return false, fmt.Errorf("whether user %s is an agent: %w", name, err)
	}
	agent := u.Privileged == "1" && !mistaken(u, name)
	s.hire(name, agent)
	return agent, nil
}

// mistaken tells whether RT gave another user: it takes a name of digits for a number.
func mistaken(u userShape, name string) bool {
	_, err := strconv.Atoi(name)
	return err == nil && string(u.Name) != name
}

func (s *Source) knownAgent(name string) (agent, known bool) {
	s.asking.Lock()
	defer s.asking.Unlock()
	if s.staff.all != nil {
		return s.staff.all[name], true
	}
	agent, known = s.staff.some[name]
	return agent, known
}

// hire notes whether a user is an agent.
func (s *Source) hire(name string, agent bool) {
	s.asking.Lock()
	defer s.asking.Unlock()
	switch {
	case s.staff.all != nil:
		s.staff.all[name] = agent
		return
	case s.staff.some == nil || len(s.staff.some) >= mostSome:
		s.staff.some = map[string]bool{}
	}
	s.staff.some[name] = agent
}

// askStaff asks once for all agents. Where they are not told each user is asked when met.
func (s *Source) askStaff(ctx context.Context) error {
	s.asking.Lock()
	defer s.asking.Unlock()
	if s.staff.asked {
		return nil
	}
	group, err := s.privilegedGroup(ctx)
	if err == nil && group != "" {
		s.staff.all, err = s.members(ctx, group)
	}
	var e *rest.Error
	if errors.As(err, &e) && e.Status == http.StatusForbidden { // the right SeeGroup, or AdminGroupMembership, lacks
		err = nil
	}
	s.staff.asked = err == nil
	return err
}

// privilegedGroup is the number of the group of all privileged users; "" where it is not
// shown. It is made when RT is installed, as one of the first; no search finds it.
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
			return strconv.Itoa(n), nil
		}
	}
	return "", nil
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

// pageOfUsers is how many users are asked side by side, as far as the line is wide.
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
