package saved

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Value is one record of a file of JSON, and where it stands.
type Value struct {
	Raw  json.RawMessage
	List string // the name of the list that it stands in; "" none that was asked for
	File string
	At   int64 // of its first byte in the file, unpacked
	Err  error // it is no record: what is wrong, and where
}

// errStopped says that nobody wants more.
var errStopped = errors.New("no more is wanted")

// Values goes through a file: a record a line, one list of them, or documents. Where a
// document has a list of one of the names, as an answer of an API does, the records of the
// list are yielded in its place; it is never in memory as a whole. After a torn record it goes
// on in the next line that begins as a record does.
func (f File) Values(lists ...string) iter.Seq2[Value, error] {
	return func(yield func(Value, error) bool) {
		for from := int64(0); from >= 0; {
			next, err := f.values(from, lists, yield)
			if err != nil {
				yield(Value{}, err)
				return
			}
			from = next
		}
	}
}

// values yields what comes from a place on, to where a record is torn: it returns from where
// to go on then, -1 if that is nowhere.
func (f File) values(from int64, lists []string, yield func(Value, error) bool) (next int64, err error) {
	file, err := f.from(from)
	if err != nil {
		return -1, err
	}
	defer func() { _ = file.Close() }() // it was only read
	r := &reading{dec: json.NewDecoder(file), file: f.Name, lists: lists, base: from, yield: yield}
	wrong := r.values()
	if wrong == nil || errors.Is(wrong, errStopped) {
		return -1, nil
	}
	if !yield(Value{File: f.Name, At: r.at(), Err: fmt.Errorf("%s, byte %d: %w", f.Name, r.at(), wrong)}, nil) {
		return -1, nil
	}
	return f.recordAfter(r.start)
}

// from gives the bytes of a file from a place on, unpacked.
func (f File) from(at int64) (io.ReadCloser, error) {
	file, err := f.Unpacked()
	if err != nil || at == 0 {
		return file, err
	}
	if _, err := io.CopyN(io.Discard, file, at); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", f.Name, err), file.Close())
	}
	return file, nil
}

// recordAfter is where the next line begins, after the one at a place, that looks like a
// record; -1 none.
func (f File) recordAfter(at int64) (int64, error) {
	file, err := f.from(at)
	if err != nil {
		return -1, err
	}
	defer func() { _ = file.Close() }() // it was only read
	in := bufio.NewReader(file)
	at += skipBlank(in)
	for first, begins := true, false; ; {
		line, err := in.ReadSlice('\n')
		if begins && !first && len(line) > 0 && (line[0] == '{' || line[0] == '[') {
			return at, nil
		}
		if at += int64(len(line)); err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return -1, nil //nolint:nilerr // the file ends; what cannot be read here could not be before
		}
		first, begins = false, err == nil
	}
}

// skipBlank goes to where a record begins, and tells how far that was.
func skipBlank(in *bufio.Reader) (n int64) {
	for {
		b, err := in.ReadByte()
		if err != nil {
			return n
		}
		if !strings.ContainsRune(" \t\r\n,", rune(b)) {
			_ = in.UnreadByte() // it was read just now
			return n
		}
		n++
	}
}

type reading struct {
	dec   *json.Decoder
	file  string
	lists []string
	base  int64 // where the decoder began
	start int64 // where the record begins that is read
	yield func(Value, error) bool
}

func (r *reading) at() int64 { return r.base + r.dec.InputOffset() }

// values reads one value after the other: records, lists of them, or pages.
func (r *reading) values() error {
	for {
		r.start = r.at()
		tok, err := r.dec.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		switch tok {
		case json.Delim('['):
			err = r.list("")
		case json.Delim('{'):
			err = r.object(r.start)
		default:
			err = fmt.Errorf("found %v where a record was expected", tok)
		}
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
	}
}

// list reads records to the end of a list.
func (r *reading) list(name string) error {
	for r.dec.More() {
		r.start = r.at()
		var raw json.RawMessage
		if err := r.dec.Decode(&raw); err != nil {
			return err
		}
		if err := r.element(name, raw); err != nil {
			return err
		}
	}
	_, err := r.dec.Token()
	return err
}

// element gives one of a list, or the records of a page that is one of a list of pages.
func (r *reading) element(name string, raw json.RawMessage) error {
	if name != "" || !slices.ContainsFunc(r.lists, func(l string) bool { return bytes.Contains(raw, []byte(`"`+l+`"`)) }) {
		return r.give(name, raw, r.start)
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return r.give(name, raw, r.start)
	}
	page := false
	for _, l := range r.lists {
		var rows []json.RawMessage
		if !bytes.HasPrefix(members[l], []byte("[")) || json.Unmarshal(members[l], &rows) != nil {
			continue
		}
		page = true
		for _, row := range rows {
			if err := r.give(l, row, r.start); err != nil {
				return err
			}
		}
	}
	if page {
		return nil
	}
	return r.give(name, raw, r.start)
}

// object reads what stands in braces: a page if it has lists that are known, else a
// record, whose members are put together again.
func (r *reading) object(at int64) error {
	members := map[string]json.RawMessage{}
	page := false
	for r.dec.More() {
		name, err := r.dec.Token()
		if err != nil {
			return err
		}
		key, _ := name.(string)
		if slices.Contains(r.lists, key) {
			raw, err := r.member(key)
			if err != nil {
				return err
			}
			if members[key] = raw; raw == nil {
				page = true
			}
			continue
		}
		var raw json.RawMessage
		if err := r.dec.Decode(&raw); err != nil {
			return err
		}
		members[key] = raw
	}
	if _, err := r.dec.Token(); err != nil || page {
		return err
	}
	raw, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return r.give("", raw, at)
}

// member reads what stands under the name of a list: nil of one, which was given; else it is
// something else of that name.
func (r *reading) member(name string) (json.RawMessage, error) {
	tok, err := r.dec.Token()
	switch {
	case err != nil:
		return nil, err
	case tok == json.Delim('['):
		return nil, r.list(name)
	case tok != json.Delim('{'):
		return json.Marshal(tok)
	}
	inner := map[string]json.RawMessage{}
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return nil, err
		}
		var raw json.RawMessage
		if err := r.dec.Decode(&raw); err != nil {
			return nil, err
		}
		inner[key.(string)] = raw
	}
	if _, err := r.dec.Token(); err != nil {
		return nil, err
	}
	return json.Marshal(inner)
}

func (r *reading) give(list string, raw json.RawMessage, at int64) error {
	if !r.yield(Value{Raw: raw, List: list, File: r.file, At: at}, nil) {
		return errStopped
	}
	return nil
}
