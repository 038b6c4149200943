package zendesk

import (
	"bufio"
	"compress/gzip"
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
	"github.com/deskhaul/deskhaul/desk"
)

// exported is one record of an export file, and where it stands.
type exported struct {
	kind string // as Zendesk names lists: tickets, users, …
	raw  json.RawMessage
	file string
	at   int64 // of its first byte in the file, unpacked
	bad  error // it is no record: what is wrong
}

// exportFiles are the files of an export, in order of their names.
func exportFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("path: %w: %w", err, connectors.ErrDenied)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && looksExported(p) {
			files = append(files, p)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("path: %s holds no file that ends in .json, .ndjson or .jsonl: %w", path, connectors.ErrDenied)
	}
	slices.Sort(files)
	return files, err
}

func looksExported(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return slices.Contains([]string{".json", ".ndjson", ".jsonl"}, filepath.Ext(name))
}

// fileRecords goes through a file: a record a line, or one list of them, or pages as the
// API gives them. A document is never in memory as a whole.
func fileRecords(path string) iter.Seq2[exported, error] {
	return func(yield func(exported, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(exported{}, fmt.Errorf("path: %w: %w", err, connectors.ErrDenied))
			return
		}
		defer func() { _ = f.Close() }() // it was only read
		var in io.Reader = bufio.NewReaderSize(f, 1<<16)
		if strings.HasSuffix(strings.ToLower(path), ".gz") {
			z, err := gzip.NewReader(in)
			if err != nil {
				yield(exported{}, fmt.Errorf("%s: it is no gzip file: %w: %w", path, err, connectors.ErrDenied))
				return
			}
			in = z
		}
		in = skipMark(in)
		for base := int64(0); ; {
			p := &fileReading{dec: json.NewDecoder(in), path: path, kind: kindOfName(path), base: base, yield: yield}
			err := p.values()
			if errors.Is(err, errStopped) || errors.Is(err, io.EOF) {
				return
			}
			at := p.at()
			if !yield(exported{kind: p.kind, file: path, at: at, bad: fmt.Errorf("%s, byte %d: %w", path, at, err)}, nil) {
				return
			}
			if in, base, err = nextLine(p, in); err != nil {
				return // there is none
			}
		}
	}
}

// nextLine is what follows the line in which a record is torn.
func nextLine(p *fileReading, in io.Reader) (io.Reader, int64, error) {
	rest := bufio.NewReader(io.MultiReader(p.dec.Buffered(), in))
	base := p.at()
	for {
		line, err := rest.ReadSlice('\n')
		base += int64(len(line))
		if !errors.Is(err, bufio.ErrBufferFull) {
			return rest, base, err
		}
	}
}

// skipMark leaves out the byte order mark that editors put before a file.
func skipMark(in io.Reader) io.Reader {
	b := bufio.NewReader(in)
	if head, err := b.Peek(3); err == nil && string(head) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3) // they are buffered
	}
	return b
}

// kindOfName tells what a file holds by its name, such as tickets-2024.json.
func kindOfName(path string) string {
	name := strings.ToLower(filepath.Base(path))
	for _, kind := range exportedKinds {
		if strings.HasPrefix(name, kind) || strings.Contains(name, "_"+kind) || strings.Contains(name, "-"+kind) {
			return kind
		}
	}
	return ""
}

// exportedKinds are the lists that are understood, longer names first.
var exportedKinds = []string{"group_memberships", "organization_fields", "ticket_fields", "user_fields", "organizations", "tickets", "users", "groups"}

type fileReading struct {
	dec   *json.Decoder
	path  string
	kind  string
	base  int64 // where the decoder began
	yield func(exported, error) bool
}

func (p *fileReading) at() int64 { return p.base + p.dec.InputOffset() }

// values reads one value after the other: records, lists of them, or pages.
func (p *fileReading) values() error {
	for {
		at := p.at()
		tok, err := p.dec.Token()
		if err != nil {
			return err
		}
		switch tok {
		case json.Delim('['):
			if err := p.list(p.kind); err != nil {
				return err
			}
		case json.Delim('{'):
			if err := p.object(at); err != nil {
				return err
			}
		default:
			return fmt.Errorf("found %v where a record was expected", tok)
		}
	}
}

// list reads records to the end of a list.
func (p *fileReading) list(kind string) error {
	for p.dec.More() {
		at := p.at()
		var raw json.RawMessage
		if err := p.dec.Decode(&raw); err != nil {
			return err
		}
		if err := p.give(kind, raw, at); err != nil {
			return err
		}
	}
	_, err := p.dec.Token()
	return err
}

// object reads what stands in braces: a page if it has lists that are known, else a
// record, whose members are put together again.
func (p *fileReading) object(at int64) error {
	members := map[string]json.RawMessage{}
	page := false
	for p.dec.More() {
		name, err := p.dec.Token()
		if err != nil {
			return err
		}
		key, _ := name.(string)
		if slices.Contains(exportedKinds, key) {
			tok, err := p.dec.Token()
			if err != nil {
				return err
			}
			if tok == json.Delim('[') {
				page = true
				if err := p.list(key); err != nil {
					return err
				}
			}
			continue
		}
		var raw json.RawMessage
		if err := p.dec.Decode(&raw); err != nil {
			return err
		}
		members[key] = raw
	}
	if _, err := p.dec.Token(); err != nil || page {
		return err
	}
	raw, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return p.give(p.kind, raw, at)
}

// give hands over a record, wrapped as {"ticket": {…}} or bare.
func (p *fileReading) give(kind string, raw json.RawMessage, at int64) error {
	kind, raw = kindOf(kind, raw)
	e := exported{kind: kind, raw: raw, file: p.path, at: at}
	if kind == "" {
		e.bad = fmt.Errorf("%s, byte %d: it cannot be told what this is", p.path, at)
	}
	if !p.yield(e, nil) {
		return errStopped
	}
	return nil
}

// kindOf tells what a record is: by the list or file it stands in, by its wrapping,
// by its address, else by what only such a record has.
func kindOf(kind string, raw json.RawMessage) (string, json.RawMessage) {
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil {
		return "", raw
	}
	for _, k := range exportedKinds {
		if inner, has := m[strings.TrimSuffix(k, "s")]; has && len(m) == 1 {
			return k, inner
		}
	}
	if kind != "" {
		return kind, raw
	}
	var address string
	_ = json.Unmarshal(m["url"], &address) // no text, no address
	for _, k := range exportedKinds {
		if strings.Contains(address, "/api/v2/"+k+"/") {
			return k, raw
		}
	}
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { _, ok := m[n]; return !ok })
	}
	switch {
	case has("id", "requester_id"), has("id", "subject", "status"):
		return "tickets", raw
	case has("id", "name", "email"):
		return "users", raw
	case has("id", "domain_names"):
		return "organizations", raw
	case has("id", "user_id", "group_id"):
		return "group_memberships", raw
	}
	return "", raw
}

// aside tells of what cannot be read.
func (e *exported) aside(err error) connectors.Item {
	return connectors.Item{Aside: &connectors.Aside{
		Kind: desk.KindTicket, ID: desk.ID(fmt.Sprintf("%s@%d", filepath.Base(e.file), e.at)), Reason: connectors.ReasonUnreadable,
		Detail: fmt.Sprintf("%v – look at the file, or export it anew", err),
	}}
}
