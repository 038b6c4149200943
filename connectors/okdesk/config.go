package okdesk

import (
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
	quietDeclared = "notifications-off"
	firstLast     = "first-last"
	organizations = "organizations"
	asAttributes  = "attributes"
)

// Check finds what is missing or wrong.
func (c *Config) Check() error {
	errs := []error{c.Settings.Check(), rest.CheckAccount(c.URL, "https://acme.okdesk.ru")}
	if c.Token == "" {
		errs = append(errs, errors.New("token: missing – it is made in Okdesk under Настройки → API; give it as ${OKDESK_TOKEN} or in a file"))
	}
	errs = append(errs, c.checkWords(), c.checkTables(), c.checkTimes())
	if c.Preface == "no" && c.Mark == "" {
		errs = append(errs, errors.New("mark: missing – without the line before each message nothing else tells which issues are ours: name a text parameter, or leave preface out"))
	}
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
		{"objects", c.Objects, []string{"", "fields", organizations}},
		{"quiet", c.Quiet, []string{"", quietDeclared}},
		{"preface", c.Preface, []string{"", "yes", "no"}},
		{"observers", c.Observers, []string{"", "yes", "no"}},
		{"uploads", c.Uploads, []string{"", "attachments", asAttributes}},
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
	for _, word := range slices.Sorted(maps.Keys(c.Priorities)) {
		if !slices.Contains(desk.Priorities, desk.Priority(c.Priorities[word])) {
			errs = append(errs, fmt.Errorf("priorities: %s: %q is none of %v", word, c.Priorities[word], desk.Priorities))
		}
	}
	for _, code := range slices.Sorted(maps.Keys(c.Through)) {
		if path := c.path(code); path[0] == code || len(path) > len(c.Through)+1 {
			errs = append(errs, fmt.Errorf("through: %s: the way leads round in a circle", code))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) checkTimes() error {
	_, zone := time.LoadLocation(c.Zone)
	if zone != nil {
		zone = fmt.Errorf("zone: %q is no time zone: write it as Europe/Moscow", c.Zone)
	}
	_, settling := rest.Settling(c.Settling)
	_, delay := c.delay()
	return errors.Join(zone, settling, delay)
}

// path is which statuses lead to one, itself the last.
func (c *Config) path(code string) (steps []string) {
	for steps = []string{code}; len(steps) <= len(c.Through)+1; {
		before, more := c.Through[steps[0]]
		if !more || before == "" {
			return steps
		}
		steps = append([]string{before}, steps...)
		if before == code {
			return steps
		}
	}
	return steps
}

func (c *Config) delay() (time.Duration, error) {
	if c.Delay == "" {
		return 365 * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(c.Delay)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("delay: %q is no length of time: write it as 720h", c.Delay)
	}
	return d, nil
}

func (c *Config) prefaced() bool { return c.Preface != "no" }

func (c *Config) perMinute() int {
	if c.PerMinute == 0 {
		return 120
	}
	return c.PerMinute
}

// Caps is what holds under the configuration: writes are silent where that is declared;
// tags and observers are kept where they are asked for; without the line before each
// message there is no room for its mark and how it names its author.
func (c *Config) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	writes.MaxFile, writes.Silent = c.MaxFile, c.Quiet == quietDeclared
	if writes.Silent {
		writes.Declared = "quiet: " + quietDeclared
	}
	writes.Fields = maps.Clone(writes.Fields)
	ticket := slices.Clone(writes.Fields[desk.KindTicket])
	if c.Tags != "" {
		ticket = append(ticket, "tags")
	}
	if c.Observers == "yes" {
		ticket = append(ticket, "participants")
	}
	writes.Fields[desk.KindTicket] = ticket
	if !c.prefaced() {
		writes.Fields[desk.KindMessage] = []string{"text", "html", "note", "author", "files"}
	}
	return reads, writes
}
