package main

import (
	"encoding/json"
	"strings"
)

// counts is what a run over the quickstart has to find.
type counts struct {
	Tickets       int `json:"ticket"`
	Messages      int `json:"message"` // copies not counted
	Files         int `json:"file"`    // attachments, inline images, parts of delivery reports
	Contacts      int `json:"contact"`
	Agents        int `json:"agent"`
	Categories    int `json:"category"`
	Organizations int `json:"organization"`
	Duplicates    int `json:"duplicates"` // second copies in the mailbox
}

// expected are the counts of the whole and of each source. Records of several
// sources are not joined: the contacts of the whole are the sum.
type expected struct {
	counts
	Sources map[string]counts `json:"sources"`
	Shared  int               `json:"contacts_in_both"` // addresses known to both sources
}

func (e expected) json() ([]byte, error) {
	b, err := json.MarshalIndent(e, "", "  ")
	return append(b, '\n'), err
}

// expect counts what the scripts mean, not what the mailbox shows.
func (p *play) expect(all []sent, rows [][]string) expected {
	box, agents, outsiders, boxes := counts{Tickets: len(p.threads)}, set{}, set{}, set{}
	for _, s := range all {
		if s.copy {
			box.Duplicates++
			continue
		}
		box.Messages++
		box.Files += s.files()
		if s.from.agent() {
			agents.add(s.from.email)
		} else {
			outsiders.add(s.from.email)
			boxes.add(s.box())
		}
		for key := range strings.FieldsSeq(s.to() + " " + s.note("cc")) {
			if who := p.cast[key]; who != nil && !who.agent() {
				outsiders.add(who.email)
			} else if strings.Contains(key, "@") && !strings.HasSuffix(key, "@") && !strings.Contains(key, "@lists.") {
				outsiders.add(key) // a list is nobody
			}
		}
	}
	box.Agents, box.Contacts, box.Categories = len(agents), len(outsiders), len(boxes)
	list, shared := customerCounts(rows, outsiders)
	return expected{
		counts: counts{
			box.Tickets, box.Messages, box.Files, box.Contacts + list.Contacts, box.Agents, box.Categories, list.Organizations, box.Duplicates,
		},
		Sources: map[string]counts{"mailbox": box, "customers": list},
		Shared:  shared,
	}
}

// files counts attachments, inline images, files inside the text, and of a
// delivery report the two parts for machines.
func (m *mail) files() int {
	n := len(m.notes["attach"]) + len(m.notes["uuencode"]) + len(m.images())
	if m.note("form") == "bounce" {
		n += 2
	}
	return n
}

func customerCounts(rows [][]string, outsiders set) (counts, int) {
	orgs, shared := set{}, set{}
	for _, row := range rows {
		for email := range strings.SplitSeq(row[1], ",") {
			if email = strings.ToLower(strings.TrimSpace(email)); outsiders[email] {
				shared.add(email)
			}
		}
		if org := strings.ToLower(strings.TrimSpace(row[3])); org != "" {
			orgs.add(org)
		}
	}
	return counts{Contacts: len(rows), Organizations: len(orgs)}, len(shared)
}

type set map[string]bool

func (s set) add(key string) { s[key] = true }
