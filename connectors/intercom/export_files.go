package intercom

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
)

// exported is one object of a file, and where it stands.
type exported struct {
	kind string // its type: conversation, ticket, contact, company, admin, team
	raw  json.RawMessage
	file string
	at   int64 // of the byte after it
	bad  error // it is no object: what is wrong
}

// recordTypes are the types of objects that are records.
var recordTypes = map[string]string{
	"conversation": "conversation", "ticket": "ticket", "contact": "contact", "user": "contact", "lead": "contact", "company": "company", "admin": "admin", "team": "team",
}

// exportFiles are the files of an export, in order of their names.
func exportFiles(path string) (files []string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("path: %w: %w", err, connectors.ErrDenied)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && slices.Contains([]string{".json", ".jsonl", ".ndjson"}, strings.ToLower(filepath.Ext(p))) {
			files = append(files, p)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = denied("path: %s holds no file that ends in .json, .jsonl or .ndjson", path)
	}
	slices.Sort(files)
	return files, err
}

// fileObjects goes through a file: an object a line, a list of them, or pages as the API
// gives them. No list is in memory as a whole. A line that is no JSON takes no other with it;
// in a file that is not of lines, what is none ends it.
func fileObjects(path string) iter.Seq2[exported, error] {
	return func(yield func(exported, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(exported{}, fmt.Errorf("path: %w: %w", err, connectors.ErrDenied))
			return
		}
		defer func() { _ = f.Close() }() // it was only read
		r := &fileReading{path: path, yield: yield}
		in := bufio.NewReaderSize(f, 1<<16)
		if !ofLines(path) {
			r.values(in)
			return
		}
		for more := true; more; {
			line, err := in.ReadBytes('\n')
			if more = err == nil; err != nil && !errors.Is(err, io.EOF) {
				yield(exported{}, fmt.Errorf("path: %w: %w", err, connectors.ErrDenied))
				return
			}
			more = r.values(bytes.NewReader(line)) && more
			r.base += int64(len(line))
		}
	}
}

// ofLines tells whether a file has an object on each line: by its name, or since its first
// line is one.
func ofLines(path string) bool {
	if ext := strings.ToLower(filepath.Ext(path)); ext == ".jsonl" || ext == ".ndjson" {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only read
	in := bufio.NewReaderSize(io.LimitReader(f, 64<<20), 1<<16)
	line, err := in.ReadBytes('\n')
	next, _ := in.Peek(1)
	return err == nil && bytes.HasPrefix(line, []byte("{")) && json.Valid(line) && string(next) == "{"
}

// fileReading is one going through a file.
type fileReading struct {
	path  string
	base  int64 // of the decoder in the file
	dec   *json.Decoder
	yield func(exported, error) bool
}

// errEnough ends a reading whose caller has left the loop.
var errEnough = errors.New("enough")

// values reads value after value, to the end or to what is none; false when the caller has
// enough.
func (r *fileReading) values(in io.Reader) bool {
	r.dec = json.NewDecoder(in)
	for {
		err := r.value()
		switch {
		case err == nil:
			continue
		case errors.Is(err, io.EOF):
			return true
		case errors.Is(err, errEnough):
			return false
		}
		at := r.base + r.dec.InputOffset()
		return r.yield(exported{file: r.path, at: at, bad: fmt.Errorf("%s, byte %d: it is no JSON: %w; what follows in its line, or in a file that is not of lines, is left out", r.path, at, err)}, nil)
	}
}

// value reads a list, of objects or of pages, or one object.
func (r *fileReading) value() error {
	token, err := r.dec.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('['):
		return r.elements()
	case json.Delim('{'):
		return r.object()
	}
	return nil // a bare value says nothing
}

func (r *fileReading) elements() error {
	for r.dec.More() {
		if err := r.value(); err != nil {
			return torn(err)
		}
	}
	_, err := r.dec.Token()
	return torn(err)
}

// torn makes the end of a file inside of a value an error like another.
func torn(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// object reads an object whose beginning was read: a record, or a page of them, whose rows
// are taken one by one.
func (r *fileReading) object() error {
	all, err := r.members(func(name string, all map[string]json.RawMessage) bool { return listKeys[name] && !isRecord(all) })
	if err != nil {
		return torn(err)
	}
	return r.found(all)
}

// members reads what is in an object, but for lists whose elements are taken one by one.
func (r *fileReading) members(apart func(string, map[string]json.RawMessage) bool) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		var v json.RawMessage
		if apart == nil || !apart(name, all) {
			err = r.dec.Decode(&v)
		} else {
			v, err = r.member()
		}
		if err != nil {
			return nil, err
		}
		if v != nil {
			all[name] = v
		}
	}
	_, err := r.dec.Token()
	return all, err
}

// member reads a value that may be a list, whose elements are taken one by one; nil then.
func (r *fileReading) member() (json.RawMessage, error) {
	token, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		return nil, r.elements()
	case json.Delim('{'):
		inner, err := r.members(nil)
		if err != nil {
			return nil, err
		}
		return json.Marshal(inner)
	}
	return json.Marshal(token)
}

// listKeys are what the rows of a page stand under.
var listKeys = map[string]bool{"data": true, "conversations": true, "tickets": true, "contacts": true, "users": true, "companies": true, "admins": true, "teams": true}

// isRecord tells whether an object is one, by as much of it as was read.
func isRecord(of map[string]json.RawMessage) bool {
	_, typed := of["type"]
	_, numbered := of["id"]
	return typed && recordTypes[typeOf(of)] != "" || numbered
}

func typeOf(of map[string]json.RawMessage) (kind string) {
	_ = json.Unmarshal(of["type"], &kind) // what is no text is no type
	return kind
}

// found yields an object if it is a record.
func (r *fileReading) found(of map[string]json.RawMessage) error {
	kind := recordTypes[typeOf(of)]
	if _, whole := of["created_at"]; kind == "" || kind == "contact" && !whole { // which is a mere mention
		return nil
	}
	raw, err := json.Marshal(of)
	if err != nil {
		return err
	}
	if !r.yield(exported{kind: kind, raw: raw, file: r.path, at: r.base + r.dec.InputOffset()}, nil) {
		return errEnough
	}
	return nil
}
