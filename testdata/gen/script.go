package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// play is everything that the scripts say.
type play struct {
	cast    map[string]*person
	threads []*thread
	byName  map[string]*thread
}

// thread is one conversation. By intention it is one ticket.
type thread struct {
	name, subject, lang string
	to                  string // the mailbox that the outsiders write to: support, sales, ...
	mails               []*mail
}

// mail is one message of a script.
type mail struct {
	thread *thread
	n      int // from 1
	from   *person
	at     time.Time
	text   string
	notes  map[string][]string // what the script says besides: subject, to, attach, header, ...
	id     string              // without brackets; "" for none
}

func (m *mail) note(key string) string {
	if len(m.notes[key]) == 0 {
		return ""
	}
	return m.notes[key][0]
}

func (m *mail) String() string { return fmt.Sprintf("%s/%d", m.thread.name, m.n) }

func readPlay() (*play, error) {
	text, err := scripts.ReadFile("script/cast.txt")
	if err != nil {
		return nil, err
	}
	p := &play{byName: map[string]*thread{}}
	if p.cast, err = readCast(string(text)); err != nil {
		return nil, err
	}
	names, err := fs.Glob(scripts, "script/*.mails")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := scripts.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := p.read(string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
	}
	return p, nil
}

// read reads one script. "=== NAME" opens a conversation, "--- WHO WHEN" a mail;
// lines of "key: value" follow either, and after an empty line comes the text.
func (p *play) read(text string) error {
	for part := range strings.SplitSeq("\n"+text, "\n=== ") {
		if strings.HasPrefix(part, "\n") || strings.TrimSpace(part) == "" {
			continue // the remarks at the top
		}
		if err := p.readThread(part); err != nil {
			return err
		}
	}
	return nil
}

func (p *play) readThread(text string) error {
	parts := strings.Split(text, "\n--- ")
	name, head, _ := strings.Cut(parts[0], "\n")
	notes, rest := readNotes(head)
	t := &thread{name: name, to: "support"}
	if to := notes["to"]; to != nil {
		t.to = to[0]
	}
	if len(notes["subject"]) != 1 || strings.TrimSpace(rest) != "" || p.byName[name] != nil {
		return fmt.Errorf("thread %q: want a new name and one subject", name)
	}
	t.subject = notes["subject"][0]
	p.threads, p.byName[name] = append(p.threads, t), t
	for _, part := range parts[1:] {
		if err := p.readMail(t, part); err != nil {
			return fmt.Errorf("thread %q, mail %d: %w", name, len(t.mails)+1, err)
		}
	}
	t.lang = t.mails[0].from.lang
	if l := notes["lang"]; l != nil {
		t.lang = l[0]
	}
	return nil
}

func (p *play) readMail(t *thread, text string) error {
	first, rest, _ := strings.Cut(text, "\n")
	who, when, _ := strings.Cut(first, " ")
	m := &mail{thread: t, n: len(t.mails) + 1, from: p.cast[who]}
	if m.from == nil {
		return fmt.Errorf("nobody is called %q", who)
	}
	var err error
	if m.at, err = m.when(when); err != nil {
		return err
	}
	m.notes, m.text = readNotes(rest)
	m.text = strings.Trim(m.text, "\n") + "\n"
	m.id = m.messageID()
	t.mails = append(t.mails, m)
	return nil
}

// when reads "2025-03-04 09:12", the writer's own time, or "+2d3h10m" after the
// mail before. The seconds are made up.
func (m *mail) when(s string) (time.Time, error) {
	seconds := time.Duration(hashOf(m.String(), "seconds")%60) * time.Second
	if !strings.HasPrefix(s, "+") {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, m.from.zone)
		return at.Add(seconds), err
	}
	var sum time.Duration
	if days, rest, found := strings.Cut(s[1:], "d"); found {
		var n int
		if _, err := fmt.Sscan(days, &n); err != nil {
			return time.Time{}, err
		}
		sum, s = time.Duration(n)*24*time.Hour, "+"+rest
	}
	if s != "+" {
		d, err := time.ParseDuration(s[1:])
		if err != nil {
			return time.Time{}, err
		}
		sum += d
	}
	before := m.thread.mails[len(m.thread.mails)-1].at
	return before.Truncate(time.Minute).Add(sum + seconds).In(m.from.zone), nil
}

// readNotes cuts the lines of "key: value" off the front of a text.
func readNotes(text string) (map[string][]string, string) {
	notes := map[string][]string{}
	for {
		line, rest, more := strings.Cut(text, "\n")
		key, value, ok := strings.Cut(line, ": ")
		if !ok || strings.ContainsAny(key, " <>") || key != strings.ToLower(key) {
			return notes, text
		}
		notes[key] = append(notes[key], value)
		if text = rest; !more {
			return notes, ""
		}
	}
}
