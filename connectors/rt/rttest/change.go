package rttest

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// change is PUT ticket: what fails is said in the answer, whose status is 200.
func (s *Server) change(t *ticket, b object) []string {
	said := []string{}
	tell := func(format string, args ...any) {
		said = append(said, fmt.Sprintf("Ticket %d: ", t.id)+fmt.Sprintf(format, args...))
	}
	was := t.updated
	if v, ok := b["Queue"]; ok {
		s.move(t, word(v), tell)
	}
	if v, ok := b["Status"]; ok {
		s.setStatus(t, word(v), "root", tell)
	}
	if v, ok := b["Owner"]; ok {
		s.own(t, word(v), tell)
	}
	if v, ok := b["Subject"]; ok && word(v) != t.subject {
		tell("Subject changed from '%s' to '%s'", t.subject, word(v))
		t.subject = subject(v)
	}
	if v := word(b["Priority"]); v != "" && v != t.priority {
		tell("Priority changed from '%s' to '%s'", priorityName(t.priority), priorityName(v))
		t.priority = v
	}
	s.setTimes(t, b, tell)
	for role, names := range map[string]*[]string{"Requestor": &t.requestors, "Cc": &t.cc, "AdminCc": &t.admin} {
		if v, ok := b[role]; ok {
			said = append(said, s.setPeople(role, names, v)...)
		}
	}
	said = append(said, s.setFields(t, b["CustomFields"])...)
	if v := word(b["MergeInto"]); v != "" {
		said = append(said, s.merge(t, v))
	}
	if len(said) > 0 && t.updated.Equal(was) {
		t.updated = s.now()
	}
	return said
}

// priorityName is the word that RT's standard configuration shows for a number.
func priorityName(number string) string {
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 50:
		return "Low"
	case n < 100:
		return "Medium"
	}
	return "High"
}

func (s *Server) move(t *ticket, name string, tell func(string, ...any)) {
	to := s.queueOf(name)
	switch {
	case to == nil:
		tell("Queue %s does not exist", name)
	case to.disabled && to.name == "___Approvals":
		tell("Queue %s is disabled", t.queue.name)
	case to != t.queue:
		tell("Queue changed from %s to %s", t.queue.name, to.name)
		s.record(t, "Set", "Queue", strconv.Itoa(t.queue.id), strconv.Itoa(to.id))
		t.queue = to
	}
}

func (s *Server) setStatus(t *ticket, status, by string, tell func(string, ...any)) {
	if !slices.Contains([]string{"new", "open", "stalled", "resolved", "rejected", "deleted"}, status) {
		tell("Status '%s' isn't a valid status for this ticket.", status)
		return
	}
	if status == t.status {
		return
	}
	if status == "deleted" && slices.Contains(s.Lacks, "DeleteTicket") {
		tell("Permission Denied")
		return
	}
	if status == "deleted" {
		tell("Ticket deleted")
	} else {
		tell("Status changed from '%s' to '%s'", t.status, status)
	}
	x := s.record(t, "Status", "Status", t.status, status)
	x.creator = by
	if inactive(status) && !inactive(t.status) {
		t.resolved = s.now()
	}
	t.status = status
	if status == "resolved" {
		s.send(t, "EmailRecord", t.requestors)
	}
}

func inactive(status string) bool {
	return status == "resolved" || status == "rejected" || status == "deleted"
}

func (s *Server) mayOwn(who *user) bool {
	return who.privileged && !who.disabled && !slices.Contains(s.Lacks, "OwnTicket")
}

func (s *Server) own(t *ticket, name string, tell func(string, ...any)) {
	who := s.find(name)
	switch {
	case who == nil || name == "":
		tell("That user does not exist")
	case who.name() != "Nobody" && !s.mayOwn(who):
		tell("That user may not own tickets in that queue")
	case who.name() == t.owner:
	case t.owner != "Nobody" && t.owner != "root" && slices.Contains(s.Lacks, "ReassignTicket"):
		tell("You can only reassign tickets that you own or that are unowned")
	default:
		tell("Owner changed from %s to %s", t.owner, who.name())
		t.owner = who.name()
		s.record(t, "SetWatcher", "Owner", "", "")
		s.send(t, "EmailRecord", []string{t.owner})
	}
}

func (s *Server) setTimes(t *ticket, b object, tell func(string, ...any)) {
	if v, ok := b["Due"]; ok && v != nil {
		if at := parseTime(v); !at.Equal(t.due) {
			tell("Due changed from %s to %s", dueName(t.due), dueName(at))
			t.due = at
		}
	}
	if v, ok := b["Resolved"]; ok && v != nil {
		if at := parseTime(v); !at.Equal(t.resolved) {
			tell("Resolved changed from '%s' to '%s'", t.resolved.Format(time.DateTime), at.Format(time.DateTime))
			t.resolved = at
		}
	}
}

func dueName(t time.Time) string {
	if t.IsZero() {
		return "Not set"
	}
	return t.Format("Mon Jan 02 15:04:05 2006")
}

func (s *Server) setPeople(role string, names *[]string, v any) (said []string) {
	now := s.people(v)
	for _, n := range now {
		if !slices.Contains(*names, n) {
			said = append(said, fmt.Sprintf("Added %s as %s for this ticket", n, role))
		}
	}
	for _, n := range *names {
		if !slices.Contains(now, n) {
			said = append(said, fmt.Sprintf("%s is no longer %s for this ticket", n, role))
		}
	}
	*names = now
	return said
}

func (s *Server) merge(t *ticket, into string) string {
	to := s.surviving(into)
	if to == nil || to == t {
		return "Couldn't load ticket"
	}
	for _, one := range s.tickets {
		if one.into == t.id {
			one.into = to.id
		}
	}
	for _, role := range [][2]*[]string{{&t.requestors, &to.requestors}, {&t.cc, &to.cc}, {&t.admin, &to.admin}} {
		for _, n := range *role[0] {
			if !slices.Contains(*role[1], n) {
				*role[1] = append(*role[1], n)
			}
		}
	}
	to.updated, t.updated = s.now(), s.now()
	s.record(to, "AddLink", "MergedInto", "", "")
	return "Merge Successful"
}
