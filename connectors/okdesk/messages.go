package okdesk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/byline"
	"github.com/deskhaul/deskhaul/desk"
)

// opening is the id of a ticket's first message, which has no number of its own.
const opening = "description"

// lateFile is how long after an issue a file that was added to it came to be, for it to be
// no part of the description.
const lateFile = 5 * time.Minute

// messages are the turns of a ticket: its description, files that were added to it later or
// that its requester may not see, and its comments. What we wrote ourselves says in its
// first line who wrote it and when; only in issues that carry our mark is that believed.
func (a *api) messages(ctx context.Context, issue issueShape, talk []commentShape, ours bool) ([]desk.Message, error) {
	first, err := a.first(ctx, issue, ours)
	if err != nil {
		return nil, err
	}
	var out []desk.Message
	for _, f := range ownFiles(issue, talk) {
		file := a.file(f, issue.ID, opening, ours)
		switch late := f.Created.Sub(issue.Created.Time) > lateFile; {
		case f.Public && !late || ours && !late && first != nil:
			if first == nil {
				first = &desk.Message{ID: opening, At: issue.Created.Time}
			}
			first.Files = append(first.Files, file)
		default: // who put it there is not told
			out = append(out, desk.Message{ID: "file-" + idOf(f.ID), At: f.Created.Time, Note: !f.Public, Files: []desk.File{file}, Text: f.About})
		}
	}
	if first != nil {
		out = append([]desk.Message{*first}, out...)
	}
	for _, c := range talk {
		m, err := a.comment(ctx, issue, c, ours)
		if err != nil {
			return nil, err
		}
		out = appended(out, m)
	}
	if !ours {
		slices.SortStableFunc(out[min(1, len(out)):], func(a, b desk.Message) int {
			if a.At.IsZero() || b.At.IsZero() {
				return 0
			}
			return a.At.Compare(b.At)
		})
	}
	return out, nil
}

// written is a message with what its line said.
type written struct {
	*desk.Message
	preface
}

// appended adds a message. What we wrote beside messages is none: a word that the change of a
// status wanted; files that Okdesk had not taken with theirs go to that.
func appended(out []desk.Message, m written) []desk.Message {
	switch m.kind {
	case "s":
		return out
	case "f":
		for i := range out {
			if out[i].Mark == m.mark && m.mark != "" {
				out[i].Files = append(out[i].Files, m.Files...)
				return out
			}
		}
	}
	return append(out, *m.Message)
}

// first is the description as a message; nil if nothing was said there.
func (a *api) first(ctx context.Context, issue issueShape, ours bool) (*desk.Message, error) {
	m := &desk.Message{ID: opening, At: issue.Created.Time}
	var err error
	if m.Author, err = a.person(ctx, issue.Author, issue.Contact); err != nil {
		return nil, err
	}
	if p := a.fill(m, issue.Description, ours); p.kind == "p" {
		return nil, nil
	}
	return m, nil
}

func (a *api) comment(ctx context.Context, issue issueShape, c commentShape, ours bool) (written, error) {
	m := &desk.Message{ID: idOf(c.ID), At: c.Published.Time, Note: !c.Public}
	var err error
	if m.Author, err = a.person(ctx, c.Author, issue.Contact); err != nil {
		return written{}, err
	}
	p := a.fill(m, c.Content, ours)
	for _, f := range c.Attachments {
		m.Files = append(m.Files, a.file(f, issue.ID, m.ID, ours))
	}
	return written{m, p}, nil
}

// fill fills in text and HTML, and says what the line before them did.
func (a *api) fill(m *desk.Message, page string, ours bool) (p preface) {
	if ours {
		if p, page, _ = parsePreface(page); p.kind != byline.UnknownKind {
			m.Mark, m.From, m.To, m.CC = p.mark, p.From, p.To, p.CC
			if !p.At.IsZero() {
				m.At = p.At
			}
		}
	}
	byline.Fill(m, page, p.kind)
	return p
}

// unmark takes our mark from where the writer puts it; it tells whether there is one.
func (a *api) unmark(t *desk.Ticket, issue issueShape) bool {
	if code := a.config.Mark; code != "" {
		name := fieldName(code, issueWords)
		t.Mark, _ = t.Fields[name].(string)
		delete(t.Fields, name)
	}
	if p, _, ok := parsePreface(issue.Description); ok && a.config.Mark == "" && isMark.MatchString(p.ticket) {
		t.Mark = p.ticket
	}
	if code := a.config.Tags; code != "" {
		name := fieldName(code, issueWords)
		t.Tags = tagsOf(t.Fields[name])
		delete(t.Fields, name)
	}
	if len(t.Fields) == 0 {
		t.Fields = nil
	}
	return t.Mark != ""
}

// tagsOf are the tags of a parameter: a list of values, or a text with commas.
func tagsOf(v any) (tags []string) {
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			tags = append(tags, s)
		}
	}
	switch v := v.(type) {
	case string:
		for s := range strings.SplitSeq(v, ",") {
			add(s)
		}
	case []any:
		for _, e := range v {
			if s, ok := e.(string); ok {
				add(s)
			}
		}
	}
	return tags
}
