package table

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// Marker is the column by which a sheet of our own writing is known: its cells
// are guarded, its columns are those of Columns, and nothing in it is guessed.
// It holds the version of the row: of rows with one id the greatest wins.
const Marker = "deskhaul_version"

// Columns are the columns of the sheets that this package writes, the Marker
// first, then the names of the canonical JSON.
func Columns(kind desk.Kind) []string {
	const tail = " url created updated version deleted fields mark"
	list := ""
	switch kind {
	case desk.KindOrganization:
		list = "id name domains note" + tail
	case desk.KindGroup:
		list = "id name" + tail
	case desk.KindAgent:
		list = "id name email groups disabled" + tail
	case desk.KindCategory:
		list = "id name parent" + tail
	case desk.KindContact:
		list = "id name emails phones org language zone note" + tail
	case desk.KindTicket:
		list = "id number subject status priority type channel requester participants assignee group category tags " +
			"rating history due solved closed merged_into" + tail
	case desk.KindMessage:
		list = "ticket id at note author from to cc bcc subject text html files channel message_id in_reply_to references folds fields mark"
	case desk.KindFile:
	}
	return append([]string{Marker}, strings.Fields(list)...)
}

// cellType tells how a value of the canonical JSON stands in a cell: s as it is,
// l joined with semicolons where that can be undone, r as kind:id, j as JSON.
func cellType(kind desk.Kind, name string) byte {
	switch name {
	case "emails", "phones", "domains", "tags", "references":
		return 'l'
	case "org", "parent", "requester", "assignee", "group", "category", "merged_into", "author":
		return 'r'
	case "groups", "participants", "rating", "history", "fields", "from", "to", "cc", "bcc", "files", "folds", "deleted", "disabled":
		return 'j'
	case "note":
		if kind == desk.KindMessage {
			return 'j'
		}
	}
	return 's'
}

// Type is what a column of a sheet of our own writing holds.
type Type int

// The types.
const (
	TypeText Type = iota
	TypeNumber
	TypeTime // RFC 3339
	TypeBool // true or false
	TypeJSON
)

// TypeOf tells it of a column of the kind.
func TypeOf(kind desk.Kind, name string) Type {
	switch name {
	case Marker:
		return TypeNumber
	case "created", "updated", "due", "solved", "closed", "at":
		return TypeTime
	case "deleted", "disabled":
		return TypeBool
	case "note":
		if kind == desk.KindMessage {
			return TypeBool
		}
	}
	if cellType(kind, name) == 'j' {
		return TypeJSON
	}
	return TypeText
}

// Cells writes a record as the cells of its sheet, by the names of Columns.
// References are written by their targets' ids. Messages are left out: they
// stand in a sheet of their own.
func Cells(r desk.Record, version int64) ([]string, error) {
	c := desk.Clone(r)
	if t, ok := c.(*desk.Ticket); ok {
		t.Messages = nil
	}
	for _, ref := range desk.Refs(c) {
		ref.ID = ref.Target
	}
	line, err := desk.Marshal(c)
	if err != nil {
		return nil, err
	}
	return toCells(r.Kind(), line, version)
}

// MessageCells writes a message of a ticket as the cells of its sheet.
func MessageCells(ticket desk.ID, m *desk.Message) ([]string, error) {
	c := *m
	c.Author.ID = c.Author.Target
	line, err := json.Marshal(&c)
	if err != nil {
		return nil, fmt.Errorf("message %s: %w", m.ID, err)
	}
	cells, err := toCells(desk.KindMessage, line, 1)
	if err == nil {
		cells[1] = string(ticket)
	}
	return cells, err
}

func toCells(kind desk.Kind, line []byte, version int64) ([]string, error) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(line, &values); err != nil {
		return nil, err
	}
	names := Columns(kind)
	cells := make([]string, len(names))
	cells[0] = strconv.FormatInt(version, 10)
	for i, name := range names[1:] {
		raw, ok := values[name]
		if !ok {
			continue
		}
		cell, err := toCell(cellType(kind, name), raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		cells[i+1] = cell
	}
	return cells, nil
}

func toCell(kind byte, raw json.RawMessage) (string, error) {
	switch kind {
	case 's':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case 'r':
		var ref desk.Ref
		if err := json.Unmarshal(raw, &ref); err != nil || ref.ID == "" {
			return "", err
		}
		return string(ref.Kind) + ":" + string(ref.ID), nil
	case 'l':
		var list []string
		if err := json.Unmarshal(raw, &list); err != nil {
			return "", err
		}
		if joined := strings.Join(list, "; "); joined != "" && slices.Equal(unlist(joined), list) {
			return joined, nil
		}
	}
	return string(raw), nil
}

func unlist(cell string) []string {
	if strings.HasPrefix(cell, "[") {
		return nil
	}
	return strings.Split(cell, "; ")
}

// fromCell is the reverse of toCell; nil for an empty cell.
func fromCell(kind byte, cell string) (json.RawMessage, error) {
	switch kind {
	case 's':
		return json.Marshal(cell)
	case 'r':
		k, id, ok := strings.Cut(cell, ":")
		if !ok {
			return nil, fmt.Errorf("%q is no reference: want kind:id", cell)
		}
		return json.Marshal(desk.Ref{Kind: desk.Kind(k), ID: desk.ID(id)})
	case 'l':
		if !strings.HasPrefix(cell, "[") {
			return json.Marshal(unlist(cell))
		}
	}
	if k := strings.ToLower(cell); k == "true" || k == "false" {
		cell = k // Excel writes TRUE
	}
	if !json.Valid([]byte(cell)) {
		return nil, fmt.Errorf("%.40q is no JSON", cell)
	}
	return json.RawMessage(cell), nil
}

// exact takes the columns of a sheet of our own writing by their names.
func (l *Layout) exact() error {
	l.Exact = true
	for i, name := range l.Names {
		l.at[name] = i
		if slices.Contains(Columns(l.Kind), name) {
			l.Picks = append(l.Picks, Pick{Field: Field{Name: name, Title: name, Type: "text"}, Column: i, Sure: 1})
		}
	}
	if !l.Has("id") {
		return fmt.Errorf("a sheet with a column %s must have a column id: it was changed by hand; take that column out to have it read like any other", Marker)
	}
	return nil
}

// Version tells the version of a row of an exact sheet.
func (l *Layout) Version(cells []string) (id string, version int64) {
	get := func(name string) string {
		if c, ok := l.at[name]; ok && c < len(cells) {
			return Unguard(cells[c])
		}
		return ""
	}
	n, err := strconv.ParseInt(get(Marker), 10, 64)
	if err != nil {
		n = 1
	}
	return get("id"), n
}

func (l *Layout) toJSON(cells []string) ([]byte, error) {
	values := map[string]json.RawMessage{}
	for _, name := range Columns(l.Kind)[1:] {
		c, ok := l.at[name]
		if !ok || c >= len(cells) || cells[c] == "" {
			continue
		}
		raw, err := fromCell(cellType(l.Kind, name), Unguard(cells[c]))
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", name, err)
		}
		values[name] = raw
	}
	if l.Kind == desk.KindMessage {
		delete(values, "ticket")
	} else {
		values["kind"], _ = json.Marshal(l.Kind) // a string cannot fail
	}
	return json.Marshal(values)
}

func (l *Layout) exactRecord(cells []string) (desk.Record, error) {
	line, err := l.toJSON(cells)
	if err != nil {
		return nil, err
	}
	return desk.Unmarshal(line)
}

func (l *Layout) exactMessage(cells []string) (desk.Message, desk.ID, error) {
	var m desk.Message
	line, err := l.toJSON(cells)
	if err != nil {
		return m, "", err
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	ticket, _ := l.exactPlace(cells)
	err = dec.Decode(&m)
	return m, ticket, err
}

func (l *Layout) exactPlace(cells []string) (desk.ID, time.Time) {
	id, at := "", time.Time{}
	if c, ok := l.at["ticket"]; ok && c < len(cells) {
		id = Unguard(cells[c])
	}
	if c, ok := l.at["at"]; ok && c < len(cells) {
		at, _ = time.Parse(time.RFC3339Nano, Unguard(cells[c])) // a bad one is reported when the message is read
	}
	return desk.ID(id), at
}
