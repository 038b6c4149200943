package itsm365

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// The words of the configuration.
const (
	quietDeclared = "events-off"
	firstLast     = "first-last"
	byEdit        = "edit"
	ticketsOnly   = "tickets"
)

// Check finds what is missing or wrong.
func (c *Config) Check() error {
	errs := []error{c.Settings.Check(), rest.CheckAddress(c.URL, "https://acme.itsm365.com")}
	if c.Key == "" {
		errs = append(errs, errors.New("token: missing – the administrator makes an access key (accessKey) for a user; give it as ${ITSM365_TOKEN} or in a file"))
	}
	if c.URL != "" && rest.InTheClear(c.URL) {
		errs = append(errs, fmt.Errorf("url: %q would send the key in the clear: write it with https", c.URL))
	}
	if c.Prefix != "" && !strings.HasPrefix(c.Prefix, "/") {
		errs = append(errs, fmt.Errorf("prefix: %q does not begin with a slash: write it as /sd/services/rest", c.Prefix))
	}
	errs = append(errs, c.checkWords(), c.checkTables(), c.checkTimes(), c.checkSections())
	if c.MaxFile < 0 || c.PerMinute < 0 {
		errs = append(errs, errors.New("max_file, per_minute: must not be negative"))
	}
	return errors.Join(errs...)
}

func (c *Config) checkWords() error {
	var errs []error
	for _, of := range []struct {
		key, value string
		allowed    []string
	}{
		{"names", c.Names, []string{"", "last-first", firstLast}},
		{"deltas", c.Deltas, []string{"", "all", ticketsOnly}},
		{"others", c.Others, []string{"", "yes", "no"}},
		{"quiet", c.Quiet, []string{"", quietDeclared}},
		{"comment", c.Comment, []string{"", "create", byEdit}},
		{"authors", c.Authors, []string{"", "yes", "no"}},
	} {
		if !slices.Contains(of.allowed, of.value) {
			errs = append(errs, fmt.Errorf("%s: %q is none of %s", of.key, of.value, strings.Join(of.allowed[1:], ", ")))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) checkTables() error {
	var errs []error
	for _, word := range slices.Sorted(maps.Keys(c.Statuses)) {
		if !slices.Contains(desk.Statuses, desk.Status(c.Statuses[word])) {
			errs = append(errs, fmt.Errorf("statuses: %s: %q is none of %v", word, c.Statuses[word], desk.Statuses))
		}
	}
	for _, word := range slices.Sorted(maps.Keys(c.Write)) {
		if !slices.Contains(desk.Statuses, desk.Status(word)) {
			errs = append(errs, fmt.Errorf("write: %q is none of %v", word, desk.Statuses))
		}
	}
	for _, word := range slices.Sorted(maps.Keys(c.Priorities)) {
		if !slices.Contains(desk.Priorities, desk.Priority(c.Priorities[word])) {
			errs = append(errs, fmt.Errorf("priorities: %s: %q is none of %v", word, c.Priorities[word], desk.Priorities))
		}
	}
	for _, code := range slices.Sorted(maps.Keys(c.Through)) {
		if len(c.path(code)) > len(c.Through)+1 {
			errs = append(errs, fmt.Errorf("through: %s: the way leads round in a circle", code))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) checkTimes() error {
	_, zone := time.LoadLocation(c.zone())
	if zone != nil {
		zone = fmt.Errorf("zone: %q is no time zone: write it as Europe/Moscow", c.Zone)
	}
	layout := c.layout()
	at := time.Date(2011, 3, 4, 5, 6, 7, 0, time.UTC)
	var dates error
	if back, err := time.Parse(layout, at.Format(layout)); err != nil || !back.Equal(at) {
		dates = fmt.Errorf("dates: %q does not tell a time to the second: write it as yyyy.MM.dd HH:mm:ss", c.Dates)
	}
	_, settling := rest.Settling(c.Settling)
	return errors.Join(zone, dates, settling)
}

// checkSections looks whether the names of attributes are such as we know.
func (c *Config) checkSections() error {
	var errs []error
	for _, section := range slices.Sorted(maps.Keys(usual)) {
		said := c.sections()[section]
		for _, name := range slices.Sorted(maps.Keys(said.Attributes)) {
			if _, known := usual[section].Attributes[name]; !known {
				errs = append(errs, fmt.Errorf("%s: attributes: %q is none of %s; what is your own belongs into fields", section, name, strings.Join(slices.Sorted(maps.Keys(usual[section].Attributes)), ", ")))
			}
		}
		for _, fqn := range append([]string{said.Class, said.Made}, said.Only...) {
			if strings.ContainsAny(fqn, " /?#") {
				errs = append(errs, fmt.Errorf("%s: %q is no metaclass: write it as serviceCall or serviceCall$incident", section, fqn))
			}
		}
	}
	return errors.Join(errs...)
}

// path is which states lead to one, itself the last; longer than Through if in a circle.
func (c *Config) path(code string) []string {
	steps := []string{code}
	for len(steps) <= len(c.Through)+1 {
		before := c.Through[steps[0]]
		if before == "" {
			break
		}
		steps = append([]string{before}, steps...)
	}
	return steps
}

func (c *Config) zone() string { return cmp.Or(c.Zone, "Europe/Moscow") }

func (c *Config) prefix() string {
	if c.Prefix == "" {
		return "/sd/services/rest"
	}
	return strings.TrimRight(c.Prefix, "/")
}

func (c *Config) perMinute() int { return cmp.Or(c.PerMinute, 120) }

// Caps is what holds under the configuration: writes are silent where that is declared, and
// those fields are kept for which an attribute is named.
func (c *Config) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	reads.Deletions = c.Since == ""
	writes.MaxFile, writes.Silent = c.MaxFile, c.Quiet == quietDeclared
	if writes.Silent {
		writes.Declared = "quiet: " + quietDeclared
	}
	writes.Fields = maps.Clone(writes.Fields)
	for _, kind := range []desk.Kind{desk.KindOrganization, desk.KindContact, desk.KindTicket} {
		k, names := c.kind(kind), slices.Clone(writes.Fields[kind])
		for name, attribute := range map[string]string{"assignee": "assignee", "group": "group", "category": "category", "requester": "requester", "org": "organization"} {
			if k.code(attribute) == "" {
				names = slices.DeleteFunc(names, func(n string) bool { return n == name })
			}
		}
		for _, name := range []string{"due", "tags", "note"} {
			if k.code(name) != "" {
				names = append(names, name)
			}
		}
		if kind == desk.KindTicket && k.code("priority") != "" && c.writesPriority() {
			names = append(names, "priority")
		}
		for _, name := range slices.Sorted(maps.Keys(k.Fields)) {
			names = append(names, "fields."+name)
		}
		writes.Fields[kind] = names
	}
	if c.Comment == byEdit {
		writes.Fields[desk.KindMessage] = slices.DeleteFunc(slices.Clone(writes.Fields[desk.KindMessage]), func(n string) bool { return n == "note" })
	}
	return reads, writes
}

// writesPriority tells whether a priority is named by its UUID.
func (c *Config) writesPriority() bool {
	for word := range c.Priorities {
		if strings.Contains(word, "$") {
			return true
		}
	}
	return false
}
