// Package thread draws from single mails what ties them together: references,
// subjects, tokens of ticket systems, dates; and puts a ticket's messages into the
// order of the conversation. It has no memory: that is the index of package mail.
package thread

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// maxRefs bounds how many ids one message may refer to; of longer lists the
// first and the nearest count.
const maxRefs = 200

// References returns the message ids that a mail refers to, the nearest
// ancestor first: References from its end (RFC 5322 section 3.6.4), then
// In-Reply-To. What is in angle brackets but names a person or nothing is left out.
func References(h rfc5322.Header, self string, people []string) []string {
	refs := h.IDs("References")
	if len(refs) > maxRefs {
		refs = append(refs[:1:1], refs[len(refs)-maxRefs+1:]...)
	}
	slices.Reverse(refs)
	refs = append(refs, repliedTo(h)...)
	kept := refs[:0]
	for _, id := range refs {
		if id == self || !isReference(id) || slices.Contains(kept, id) {
			continue
		}
		if slices.ContainsFunc(people, func(p string) bool { return len(p) == len(id) && strings.EqualFold(p, id) }) {
			continue // In-Reply-To: Message from Jane <jane@example.com> of Monday
		}
		kept = append(kept, id)
	}
	return kept
}

// repliedTo returns the ids of In-Reply-To. Beside prose ("Your message of …",
// "mail from Jane <jane@…>") only what cannot be a person's address counts.
func repliedTo(h rfc5322.Header) []string {
	ids := h.IDs("In-Reply-To")
	if !hasProse(h.Get("In-Reply-To")) {
		return ids
	}
	return slices.DeleteFunc(ids, func(id string) bool {
		local, _, found := strings.Cut(id, "@")
		return !found || !strings.ContainsAny(local, "0123456789") || len(local) < 8
	})
}

// hasProse tells whether words stand outside the angle brackets and comments.
func hasProse(value string) bool {
	depth := 0
	for _, r := range value {
		switch {
		case r == '<' || r == '(':
			depth++
		case r == '>' || r == ')':
			depth = max(0, depth-1)
		case depth == 0 && r > ' ' && r != ',' && r != ';':
			return strings.ContainsAny(value, "<") || strings.ContainsAny(strings.TrimSpace(value), " \t")
		}
	}
	return false
}

// isReference tells whether an id can name one mail.
func isReference(id string) bool {
	if len(id) < 3 {
		return false
	}
	local, _, found := strings.Cut(id, "@")
	if !found {
		return len(id) >= 8 // Notes and others leave the host out
	}
	if len(local) > len("mailer-daemon") {
		return true
	}
	switch strings.ToLower(local) {
	case "", "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "unknown", "null", "(null)", "nil",
		"none", "undefined", "mailer-daemon", "postmaster", "auto-reply", "autoreply":
		return false
	}
	return true
}

// IsUnique tells whether an id looks as if a program had made it for one mail.
func IsUnique(id string) bool {
	digits := 0
	for i := range len(id) {
		if '0' <= id[i] && id[i] <= '9' {
			digits++
		}
	}
	return digits >= 6 || len(id) >= 40
}
