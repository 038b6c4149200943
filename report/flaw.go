package report

import (
	"strings"

	"github.com/deskhaul/deskhaul/assess"
	"github.com/deskhaul/deskhaul/connectors"
)

// flawWords say what a flaw is, and what becomes of it or can be done.
var flawWords = map[string][2]string{
	assess.SameAddress:             {"Contacts that share an address with another", "They become one person where the mapping joins people; look which name is right."},
	assess.SameNumber:              {"Contacts that share a telephone number with another", "Perhaps one person twice, perhaps one office."},
	assess.SameName:                {"Contacts of one name in one organisation", "Perhaps one person with several addresses."},
	assess.NoAgent:                 {"Nobody is known as an agent", "These messages answer other people's tickets. Say whose addresses are yours, such as --set from.agents.domains=acme.example: else all are customers, and no first response and no address of your own is known."},
	assess.NoAddress:               {"Agents without an address", "Only their name says who they are: name in the mapping who that is in the new helpdesk, or their tickets come without them."},
	assess.SameOrganization:        {"Organisations whose names differ only in how they are written", "Perhaps one organisation: join them in the source, or in the new helpdesk."},
	assess.NoNumber:                {"Contacts with a telephone number that is none", "Fewer than seven digits: mend it in the source, or it stands there as it is."},
	assess.Malformed:               {"Contacts with an address that is none", "Helpdesks refuse such an address, and the tickets of who has it wait: mend it in the source, or leave it out in the mapping (deskhaul help mapping, recipe 11)."},
	assess.Unreachable:             {"Contacts with neither address nor number", "Nothing but their name says who they are, so they cannot be matched with anybody."},
	assess.SameAgent:               {"Agents that share an address with another", "One seat for both: name in the mapping which of them goes where."},
	assess.UnknownAgent:            {"Agents that tickets name and that there are not", "They left or were deleted. Map them to somebody, or their tickets come without."},
	assess.NoRequester:             {"Tickets without a requester", "Many helpdesks want one: somebody stands in, or they are refused."},
	assess.NoSubject:               {"Tickets without a subject", "Give them one in the mapping."},
	assess.NoMessages:              {"Tickets without a message", "Many helpdesks want a first message: one is made up, and told."},
	assess.Undated:                 {"Tickets that do not say when they were opened", "They are dated with the day of the move."},
	assess.Incredible:              {"Tickets with a date that cannot be", "Before 1985 or in the future: a clock was wrong, and helpdesks refuse such dates."},
	assess.Disorder:                {"Tickets with a message older than the one before", "Messages are put in order of their times; look whether these are right."},
	assess.Long:                    {"Tickets with more than 200 messages", "Some helpdesks take fewer: what is too much waits in quarantine, and the plan tells it."},
	assess.Empty:                   {"Messages that say nothing", "Without text or file. Some helpdesks refuse them."},
	assess.Lies:                    {"Texts whose letters an encoding got wrong", "They come as they stand. Look whether the source can give them again in the right encoding."},
	assess.SameMessage:             {"Messages whose Message-ID another has too", "Copies of one mail, or one mail in several tickets."},
	assess.LargeFile:               {"Files of more than 20 MiB", "Most helpdesks refuse them: they are left out and told."},
	assess.EmptyFile:               {"Files without a byte", "Some helpdesks refuse them."},
	assess.Nameless:                {"Files without a name", "They get one."},
	assess.Unreadable:              {"Files that cannot be read", "They are lost already; their tickets are moved without them."},
	assess.UnusedField:             {"Custom fields that almost nobody fills in", "Fewer than one in a hundred: they need not be made in the new helpdesk."},
	assess.SingleField:             {"Custom fields that say the same everywhere", "They tell nothing: they need not be made in the new helpdesk."},
	assess.TagOnce:                 {"Tags that one ticket has", "A move is the time to leave them behind."},
	assess.Orphan + "contact":      {"Contacts that tickets name and that there are not", "They were deleted. Their tickets come without them."},
	assess.Orphan + "organization": {"Organisations that contacts name and that there are not", "They were deleted. Their contacts come without them."},
	assess.Orphan + "group":        {"Groups that tickets name and that there are not", "They were deleted. Their tickets come without them."},
	assess.Orphan + "category":     {"Categories that tickets name and that there are not", "They were deleted. Their tickets come without them."},
}

// flawOf says what a flaw is, and what can be done.
func flawOf(t Tongue, key string) (title, advice string) {
	if reason, unread := strings.CutPrefix(key, assess.Unread); unread {
		if reason == string(connectors.ReasonDuplicate) {
			return t.Say("Second copies"), t.Say("The same message or row again: the first counts.")
		}
		return t.Say("What the source could not read (%s)", reason), t.Say("It goes to quarantine, with the reason.")
	}
	words, known := flawWords[key]
	if !known {
		return key, ""
	}
	return t.Say(words[0]), t.Say(words[1])
}
