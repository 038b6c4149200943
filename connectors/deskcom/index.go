package deskcom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/saved"
)

// The index is what the files say, in the source's own memory, so that a case finds its
// messages wherever they lie, and a later reading knows what is new. Its keys:
//
//	v                   which files it was made of, and its generation
//	o/KIND/ID           a record, as it was answered
//	k/CASE/PATH         a message, note or attachment of a case
//	c/CASE              the generation in which anything of a case changed last
//	a/NAME/ATTACHMENT   what attachments are called
//	m/USER/GROUP        who is in a group
//	s/CUSTOMER          the address of a customer, as messages tell it
//	x/FILE@BYTE         what cannot be read, and why
//	n/CLASS             how many of a class there are that are not moved
//
// Ids in keys have leading zeros, so that they stand in order. Records begin with the
// generation in which they changed.
type index struct {
	state  connectors.State
	gen    uint64
	others map[string]int // of classes that are not moved
}

type indexed struct {
	Gen   uint64 `json:"gen"`
	Files string `json:"files"`
}

const versionKey = "v"

// build brings the index up to what the files say. Files that are as they were are not read.
func (x *index) build(ctx context.Context, folder *saved.Folder) error {
	var was indexed
	raw, err := x.state.Get(ctx, versionKey)
	if err != nil {
		return err
	}
	if raw != nil {
		if err := json.Unmarshal(raw, &was); err != nil {
			return fmt.Errorf("the index of the files: %w", err)
		}
	}
	files := folder.Print()
	x.gen = was.Gen
	if was.Files == files {
		return nil
	}
	x.gen++
	x.others = map[string]int{}
	if err := x.forget(ctx, "x/", "n/"); err != nil {
		return err
	}
	for _, f := range folder.Files {
		if !f.Ends(endings...) {
			continue
		}
		if err := x.file(ctx, f); err != nil {
			return err
		}
	}
	for class, n := range x.others {
		if err := x.state.Put(ctx, "n/"+class, []byte(strconv.Itoa(n))); err != nil {
			return err
		}
	}
	raw, err = json.Marshal(indexed{x.gen, files})
	if err != nil {
		return err
	}
	return x.state.Put(ctx, versionKey, raw)
}

func (x *index) forget(ctx context.Context, prefixes ...string) error {
	for _, prefix := range prefixes {
		var keys []string
		for e, err := range x.state.Scan(ctx, prefix, "") {
			if err != nil {
				return err
			}
			keys = append(keys, e.Key)
		}
		for _, key := range keys {
			if err := x.state.Delete(ctx, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// file reads one file. What cannot be read is noted, and is told with the cases.
func (x *index) file(ctx context.Context, f saved.File) error {
	for v, err := range f.Values() {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		wrong := v.Err
		if wrong == nil {
			wrong = x.value(ctx, v.Raw)
		}
		var torn *json.UnmarshalTypeError
		var syntax *json.SyntaxError
		switch {
		case wrong == nil:
		case v.Err != nil, errors.As(wrong, &torn), errors.As(wrong, &syntax):
			name := fmt.Sprintf("x/%s@%d", filepath.Base(f.Name), v.At)
			if err := x.state.Put(ctx, name, []byte(fmt.Sprintf("%s, byte %d: %v", f.Name, v.At, wrong))); err != nil {
				return err
			}
		default:
			return wrong
		}
	}
	return nil
}

// value takes up an answer: a record with those that are embedded in it, or a page of them.
func (x *index) value(ctx context.Context, raw json.RawMessage) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '[' {
		var all []json.RawMessage
		if err := json.Unmarshal(raw, &all); err != nil {
			return err
		}
		for _, one := range all {
			if err := x.value(ctx, one); err != nil {
				return err
			}
		}
		return nil
	}
	if len(raw) == 0 || raw[0] != '{' {
		return nil // an embedded null
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return err
	}
	var inside map[string]json.RawMessage
	if e := members["_embedded"]; e != nil {
		if err := json.Unmarshal(e, &inside); err != nil {
			return err
		}
		delete(members, "_embedded")
	}
	if err := x.record(ctx, members, inside["entries"]); err != nil {
		return err
	}
	for _, one := range inside {
		if err := x.value(ctx, one); err != nil {
			return err
		}
	}
	return nil
}
