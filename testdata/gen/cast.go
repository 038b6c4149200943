package main

import (
	"fmt"
	"strings"
	"time"
)

// agentDomain is the domain of the invented company.
const agentDomain = "nordlicht.example"

// person is somebody who writes mail, one line of script/cast.txt.
type person struct {
	key, name, email string
	lang             string // of names of months, "wrote", "Re:"
	charset          string // of what they write
	program          string // the mail program: thunderbird, outlook, gmail, phone, web
	zone             *time.Location
	signature        []string // lines; empty for none
}

func (p *person) agent() bool { return strings.HasSuffix(p.email, "@"+agentDomain) }

func (p *person) domain() string { return p.email[strings.IndexByte(p.email, '@')+1:] }

// readCast reads lines of
//
//	key | name | address | language | charset | program | zone | signature \ lines
func readCast(text string) (map[string]*person, error) {
	cast := map[string]*person{}
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "|")
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		if len(f) != 8 || cast[f[0]] != nil {
			return nil, fmt.Errorf("cast: want 8 columns and a new key: %q", line)
		}
		at, err := time.Parse("-0700", f[6])
		if err != nil {
			return nil, fmt.Errorf("cast: %s: %w", f[0], err)
		}
		p := &person{key: f[0], name: f[1], email: f[2], lang: f[3], charset: f[4], program: f[5], zone: at.Location()}
		if f[7] != "" {
			for s := range strings.SplitSeq(f[7], `\`) {
				p.signature = append(p.signature, strings.TrimSpace(s))
			}
		}
		cast[p.key] = p
	}
	return cast, nil
}
