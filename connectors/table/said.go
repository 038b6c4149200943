package table

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// JoinsKind is, in configurations, the kind of a sheet between two others, as of tickets
// and tags.
const JoinsKind = "joins"

// Said is what a configuration says of one sheet; all of it may be left out.
type Said struct {
	Kind, Header, Dates, Zone, Separator string
	Columns                              map[string]string
	Values                               map[string]map[string]string
}

// Rows is what the rows are; a sheet of joins is read like one of messages. "" is not said.
func (s Said) Rows() desk.Kind {
	if s.Kind == JoinsKind {
		return desk.KindMessage
	}
	return KindNamed(s.Kind)
}

// Check finds mistakes; its errors name the key.
func (s Said) Check() error {
	if s.Kind != "" && s.Rows() == "" {
		return fmt.Errorf("kind: %q is none: use tickets, messages, contacts, organizations, groups, agents, categories or joins", s.Kind)
	}
	if s.Kind == JoinsKind && (s.Columns["ticket"] == "" || s.Columns["tags"] == "" && s.Columns["cc"] == "") {
		return errors.New("columns: of joins, say which holds the ticket and which tags or cc, as in {ticket: ticket_id, tags: tag}")
	}
	if _, err := s.Settings(); err != nil {
		return err
	}
	switch s.Header {
	case "", "auto", "yes", "no":
		return nil
	}
	return fmt.Errorf("header: %q: want auto, yes or no", s.Header)
}

// Settings is the same for Resolve.
func (s Said) Settings() (Settings, error) {
	set := Settings{
		Kind: s.Rows(), Joins: s.Kind == JoinsKind, Columns: s.Columns, Values: s.Values, Dates: s.Dates, Separator: s.Separator,
	}
	if s.Zone != "" {
		zone, err := time.LoadLocation(s.Zone)
		if err != nil {
			return set, fmt.Errorf("zone: %q is no time zone: want a name like Europe/Moscow: %w", s.Zone, err)
		}
		set.Zone = zone
	}
	if s.Dates != "" && s.Dates != "auto" {
		if _, err := ParseForm(s.Dates, set.Zone); err != nil {
			return set, err
		}
	}
	for field := range s.Columns {
		_, known := FieldNamed(set.Kind, field)
		if set.Kind != "" && !known && !strings.HasPrefix(field, "fields.") {
			return set, fmt.Errorf("columns: %ss have no field %q: use one of %s, or fields.NAME", set.Kind, field, fieldNames(set.Kind))
		}
	}
	return set, nil
}

// HeldBy lists the kinds that a sheet of the kind can hold; all of them where the
// kind is found out only when the file is opened.
func HeldBy(sheet desk.Kind) []desk.Kind {
	switch sheet {
	case desk.KindContact: // a column can say who is an agent
		return []desk.Kind{desk.KindContact, desk.KindOrganization, desk.KindAgent}
	case desk.KindAgent:
		return []desk.Kind{desk.KindAgent, desk.KindGroup}
	case desk.KindOrganization, desk.KindGroup, desk.KindCategory:
		return []desk.Kind{sheet}
	case desk.KindTicket, desk.KindMessage, desk.KindFile:
	}
	return desk.Kinds
}
