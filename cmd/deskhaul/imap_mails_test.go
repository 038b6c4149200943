//go:build integration

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// spoken is what a mail says, however it is written: by our parser for the mails that
// others wrote, by Go's own for those that we wrote.
type spoken struct {
	id         string // Message-ID
	subject    string
	at         time.Time // Date; zero if it says none that can be read
	text, html string
	files      []string // name and digest of each
}

// key is what makes it this mail and no other.
func (s spoken) key() string {
	files := slices.Sorted(slices.Values(s.files))
	return fmt.Sprintf("<%s> text %s html %s files %q", s.id, short(s.text), short(s.html), files)
}

// short stands for a text: how long it is, and a digest. Empty lines at its end do not
// count, for a mail ends with one.
func short(s string) string {
	s = strings.TrimRight(s, "\n")
	return fmt.Sprintf("%d:%s", len(s), digestOf([]byte(s))[:8])
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// plainID is a Message-ID that can stand in a header.
var plainID = regexp.MustCompile(`^[!-;=?-~]{3,900}$`)

// parsed reads a mail that somebody else wrote.
func parsed(raw []byte) (spoken, error) {
	m, err := rfc5322.Parse(rfc5322.Bytes(raw), rfc5322.Limits{})
	if err != nil {
		return spoken{}, err
	}
	s := spoken{subject: strings.TrimSpace(m.Header.Text("Subject")), text: m.Text, html: m.HTML}
	if ids := m.IDs("Message-ID"); len(ids) > 0 && plainID.MatchString(ids[0]) {
		s.id = ids[0]
	}
	if at, ok := m.Date(); ok && at.Year() > 1980 && at.Before(time.Now()) { // others are repaired
		s.at = at.UTC()
	}
	if came, ok := m.ReceivedDate(); ok && s.at.After(came.Add(time.Hour)) { // so is a clock that went wrong
		s.at = time.Time{}
	}
	for _, p := range m.Parts {
		r, err := p.Open(rfc5322.Bytes(raw))
		if err != nil {
			return s, err
		}
		b, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			return s, err
		}
		s.files = append(s.files, named(p.Name, b))
	}
	return s, nil
}

func named(name string, b []byte) string {
	return fmt.Sprintf("%s %d %s", name, len(b), digestOf(b)[:16])
}

// withoutUs reads a mail of our writing with nothing of ours: net/mail and mime.
func withoutUs(raw []byte) (spoken, mail.Header, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return spoken{}, nil, err
	}
	s := spoken{id: strings.Trim(m.Header.Get("Message-ID"), "<>")}
	if strings.HasSuffix(s.id, "@deskhaul.invalid") {
		s.id = "" // it has none of its own
	}
	if s.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return s, m.Header, err
	}
	if s.at, err = m.Header.Date(); err != nil {
		return s, m.Header, err
	}
	return s, m.Header, s.part(m.Header.Get("Content-Type"), m.Header.Get("Content-Disposition"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
}

// part takes in one part of a mail, with those in it.
func (s *spoken) part(contentType, disposition, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("%q: %w", contentType, err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		return s.parts(multipart.NewReader(body, params["boundary"]))
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if disposition != "" {
		_, params, err := mime.ParseMediaType(disposition)
		if err != nil {
			return fmt.Errorf("%q: %w", disposition, err)
		}
		s.files = append(s.files, named(params["filename"], b))
		return nil
	}
	if params["charset"] != "utf-8" {
		return fmt.Errorf("text in %q", contentType)
	}
	text := strings.ReplaceAll(string(b), "\r\n", "\n")
	if kind == "text/html" {
		s.html = text
	} else {
		s.text = text
	}
	return nil
}

func (s *spoken) parts(r *multipart.Reader) error {
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Disposition"), p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
			return err
		}
	}
}
