package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// coverRow is a record as its row holds it, without its messages.
type coverRow struct {
	kind    desk.Kind
	mark    string
	natural string
	updated string // RFC 3339, "" if unknown
	state   int
	body    string
}

// messageRow is a message as its row holds it.
type messageRow struct {
	id    desk.ID
	name  string
	at    any // milliseconds since 1970, nil if unknown
	files int
	rest  string // JSON of all but mark, text and HTML
	body  string // Text, any bytes
	html  string
}

// packCover turns a record into its row. References become what the archive calls
// the records: their Target; those that lead nowhere are dropped.
func packCover(r desk.Record) (coverRow, error) {
	c := bare(r)
	m := c.About()
	row := coverRow{kind: c.Kind(), mark: m.Mark, updated: stamp(m.Updated)}
	if m.Deleted {
		row.state = stateGone
	}
	// These have columns of their own; the version is the archive's change number.
	m.ID, m.Mark, m.Version, m.Updated = "", "", "", time.Time{}
	m.Created = m.Created.UTC()
	for _, ref := range desk.Refs(c) {
		*ref = desk.To(ref.Kind, ref.Target)
	}
	if t, ok := c.(*desk.Ticket); ok {
		t.Participants = slices.DeleteFunc(t.Participants, desk.Ref.IsZero)
	}
	if a, ok := c.(*desk.Agent); ok {
		a.Groups = slices.DeleteFunc(a.Groups, desk.Ref.IsZero)
	}
	row.natural = desk.Natural(c)
	body, err := compact(c)
	row.body = body
	return row, unfit(r, err)
}

// bare copies r without its messages, deeply enough to rewrite its references.
func bare(r desk.Record) desk.Record {
	t, ok := r.(*desk.Ticket)
	if !ok {
		return desk.Clone(r)
	}
	c := *t
	c.Messages = nil
	c.Participants, c.History = slices.Clone(t.Participants), slices.Clone(t.History)
	return &c
}

// packMessage turns a message into its row; files are its attachments as they
// were stored.
func packMessage(m *desk.Message, files []desk.File) (messageRow, error) {
	c := *m
	c.Author = desk.To(m.Author.Kind, m.Author.Target)
	c.At = m.At.UTC()
	c.Mark, c.Text, c.HTML, c.Files = "", "", "", files
	row := messageRow{id: m.ID, files: len(files), body: m.Text, html: m.HTML}
	switch {
	case m.Mark != "":
		row.name = "m" + m.Mark
	case m.ID != "":
		row.name = "i" + string(m.ID)
	default:
		row.name = "p" + m.Print()
	}
	if c.ID == "" {
		c.ID = desk.ID(madeID(row.name))
		row.id = c.ID
	}
	if !m.At.IsZero() {
		row.at = m.At.UnixMilli()
	}
	var err error
	row.rest, err = compact(&c)
	return row, err
}

// key finds a message of the ticket n by its name.
func (m *messageRow) key(n int64) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(m.name)) // a hash takes any bytes
	return n<<32 | int64(h.Sum32())
}

// compact is the JSON of v, with HTML characters as they are.
func compact(v any) (string, error) {
	e, _ := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.text.Reset()
	if err := e.json.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(e.text.Bytes(), []byte("\n"))), nil
}

// encoder writes JSON to a text of its own.
type encoder struct {
	text bytes.Buffer
	json *json.Encoder
}

// encoders lends them, grown as they are.
var encoders = sync.Pool{New: func() any {
	e := new(encoder)
	e.json = json.NewEncoder(&e.text)
	e.json.SetEscapeHTML(false)
	return e
}}

// unfit says that a record holds what JSON cannot: a year beyond 9999, not a number.
func unfit(r desk.Record, err error) error {
	if err == nil {
		return nil
	}
	return connectors.Refuse(connectors.ReasonRefused, "", "%s %s cannot be written down: %w", r.Kind(), r.About().ID, err)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// unpackCover turns a row back into a record without messages.
func unpackCover(kind desk.Kind, id desk.ID, mark, updated string, change int64, body []byte) (desk.Record, error) {
	r := desk.New(kind)
	if err := json.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("%s %s: stored record cannot be read: %w", kind, id, err)
	}
	m := r.About()
	m.ID, m.Mark, m.Version = id, mark, version(change)
	if updated != "" {
		at, err := time.Parse(time.RFC3339Nano, updated)
		if err != nil {
			return nil, fmt.Errorf("%s %s: stored time: %w", kind, id, err)
		}
		m.Updated = at
	}
	return r, nil
}

// unpackMessage turns a row back into a message; its files have no Open yet.
func unpackMessage(name string, rest []byte, body, html string) (desk.Message, error) {
	var m desk.Message
	if err := json.Unmarshal(rest, &m); err != nil {
		return m, fmt.Errorf("stored message cannot be read: %w", err)
	}
	if mark, ok := marked(name); ok {
		m.Mark = mark
	}
	m.Text, m.HTML = body, html
	return m, nil
}

func marked(name string) (string, bool) {
	if len(name) > 0 && name[0] == 'm' {
		return name[1:], true
	}
	return "", false
}

// oldestFirst sorts messages by their times; one without a time stays with the
// one that was stored before it.
func oldestFirst(ms []desk.Message) {
	if slices.IsSortedFunc(ms, func(a, b desk.Message) int { return a.At.Compare(b.At) }) {
		return
	}
	type timed struct {
		at time.Time
		m  desk.Message
	}
	order := make([]timed, len(ms))
	var last time.Time
	for i, m := range ms {
		if !m.At.IsZero() {
			last = m.At
		}
		order[i] = timed{last, m}
	}
	slices.SortStableFunc(order, func(a, b timed) int { return a.at.Compare(b.at) })
	for i := range order {
		ms[i] = order[i].m
	}
}
