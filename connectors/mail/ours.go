package mail

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Agents says by configuration who is one of us.
type Agents struct {
	Domains   []string `yaml:"domains" doc:"Mail domains whose people are agents, subdomains not included."`
	Addresses []string `yaml:"addresses" doc:"Addresses of agents."`
	Patterns  []string `yaml:"patterns" doc:"Regular expressions; who has a matching address is an agent."`
}

// ours answers who is one of us.
type ours struct {
	domains  map[string]bool
	who      map[string]bool
	patterns []*regexp.Regexp
	aliases  map[string]string // address to category
}

func newOurs(a Agents, aliases map[string]string) (*ours, error) {
	o := &ours{domains: map[string]bool{}, who: map[string]bool{}, aliases: map[string]string{}}
	var errs []error
	for _, d := range a.Domains {
		o.domains[strings.ToLower(strings.TrimPrefix(strings.TrimSpace(d), "@"))] = true
	}
	for _, who := range a.Addresses {
		if !strings.Contains(who, "@") {
			errs = append(errs, fmt.Errorf("agents.addresses: %q is no address", who))
		}
		o.who[strings.ToLower(strings.TrimSpace(who))] = true
	}
	for _, p := range a.Patterns {
		re, err := regexp.Compile("(?i)" + p)
		if err != nil {
			errs = append(errs, fmt.Errorf("agents.patterns: %w", err))
			continue
		}
		o.patterns = append(o.patterns, re)
	}
	for alias, category := range aliases {
		if !strings.Contains(alias, "@") {
			errs = append(errs, fmt.Errorf("aliases: %q is no address", alias))
		}
		o.aliases[strings.ToLower(strings.TrimSpace(alias))] = category
	}
	return o, errors.Join(errs...)
}

// has tells whether an address, in lower case, is one of ours: an agent's or an
// alias.
func (o *ours) has(address string) bool {
	if o.who[address] {
		return true
	}
	if _, ok := o.alias(address); ok {
		return true
	}
	if at := strings.LastIndexByte(address, '@'); at >= 0 && o.domains[address[at+1:]] {
		return true
	}
	for _, re := range o.patterns {
		if re.MatchString(address) {
			return true
		}
	}
	return false
}

// alias finds the category of an address, in lower case, and whether it is an
// alias. What comes after a "+" makes no other address of it (RFC 5233), unless an
// alias names it so.
func (o *ours) alias(address string) (category string, ok bool) {
	if category, ok = o.aliases[address]; ok || len(o.aliases) == 0 {
		return category, ok
	}
	at := strings.LastIndexByte(address, '@')
	if plus := strings.IndexByte(address, '+'); plus > 0 && plus < at {
		category, ok = o.aliases[address[:plus]+address[at:]]
	}
	return category, ok
}

// unset tells whether the configuration names nobody.
func (o *ours) unset() bool {
	return len(o.domains) == 0 && len(o.who) == 0 && len(o.patterns) == 0 && len(o.aliases) == 0
}
