package rt

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// An agent is a user whom RT calls privileged. All of them are in a group of RT's own. Since
// October 2026 RT shows no groups but those that people made (CVE-2026-108353,
// RT/REST2/Resource/Group.pm): then it is asked of each user who is named, once.

// mostKnown bounds of how many users it is remembered whether they are agents.
const mostKnown = 100_000

// agents learns who is an agent, as far as RT tells it of all together.
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
	group, err := s.privilegedGroup(ctx)
	if err != nil {
		return err
	}
	names := map[string]bool{}
	if group != "" {
		if names, err = s.members(ctx, group); err != nil {
			return err
		}
	}
	s.privileged, s.whole = names, group != ""
	return nil
}

// members are the names of the users in a group.
func (s *Source) members(ctx context.Context, group string) (map[string]bool, error) {
	names := map[string]bool{}
	for m, err := range pages[link](ctx, s.client, rest.Call{Path: "group/" + group + "/members"}) {
		var e *rest.Error
		if errors.As(err, &e) && e.Status == http.StatusForbidden { // RT 5.0.3 asks for no less (REST2/Resource/GroupMembers.pm)
			err = fmt.Errorf("who is an agent is not told: give the account the right AdminGroupMembership: %w", err)
		}
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
	for _, n := range []int{4, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12} { // 4 in all that were seen
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
