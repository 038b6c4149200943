package intercom

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Companies are listed by a scroll: there is one at a time in a workspace, and it ends when
// nobody asks for a minute, or when the line breaks; it is begun again then
// (https://developers.intercom.com/docs/references/rest-api/api.intercom.io/companies/scrolloverallcompanies).
// So it is gone through as fast as it goes, into a file, before the first company is handed
// over. (The other list ends at 10,000.)

// scrolls is how often a scroll is begun, and scrollRest what passes between two: a scroll
// of somebody else's, or one of ours that a kill left, ends by itself in that time.
const (
	scrolls    = 4
	scrollRest = 70 * time.Second
)

func (s *Source) readCompanies(ctx context.Context, after connectors.Cursor, give rest.Give) error {
	began := s.env.Now()
	f, err := os.CreateTemp(s.env.Temp, "companies-*.jsonl")
	if err != nil {
		return connectors.StopIfFull(err)
	}
	defer func() { _ = f.Close(); _ = os.Remove(f.Name()) }() // it was read, or is worth nothing
	if err := s.spoolCompanies(ctx, f); err != nil {
		return err
	}
	from := sinceTime(after, s.overlap())
	next := connectors.Cursor(s.client.At(began).UTC().Format(time.RFC3339))
	var held desk.Record // so that the last one has the cursor of the whole
	for d := json.NewDecoder(bufio.NewReader(f)); ; {
		var c companyShape
		if err := d.Decode(&c); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("companies: %w", err)
		}
		if c.Updated.Before(from) && !c.Updated.IsZero() {
			continue
		}
		if held != nil {
			if err := give(connectors.Item{Record: held, Cursor: after}); err != nil {
				return err
			}
		}
		held = c.record()
	}
	if held == nil {
		return nil
	}
	return give(connectors.Item{Record: held, Cursor: next})
}

// sinceTime is the time that a cursor says, less an overlap; zero for the beginning.
func sinceTime(after connectors.Cursor, overlap time.Duration) time.Time {
	at, err := time.Parse(time.RFC3339, string(after))
	if err != nil {
		return time.Time{}
	}
	return at.Add(-overlap)
}

// spoolCompanies goes through the scroll, and again from its beginning where it broke.
// Another reading of ours waits, however long that takes.
func (s *Source) spoolCompanies(ctx context.Context, f *os.File) error {
	if err := take(ctx, s.scrolling); err != nil {
		return err
	}
	defer func() { <-s.scrolling }()
	for n := 1; ; n++ {
		if err := errors.Join(f.Truncate(0), rewound(f)); err != nil {
			return connectors.StopIfFull(err)
		}
		err := s.scroll(ctx, f)
		switch {
		case err == nil:
			return rewound(f)
		case n == scrolls, ctx.Err() != nil, errors.Is(err, connectors.ErrDenied), status(err) == 0 && !errors.Is(err, connectors.ErrBusy):
			return err
		}
		s.env.Log.Warn("the list of companies broke off and is begun again", "error", err)
		if err := pause(ctx, orNumber(s.config.rest, scrollRest)); err != nil {
			return err
		}
	}
}

func rewound(f *os.File) error {
	_, err := f.Seek(0, io.SeekStart)
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// scroll writes the companies of one scroll, a line each.
func (s *Source) scroll(ctx context.Context, to io.Writer) error {
	out := bufio.NewWriter(to)
	query := url.Values{}
	for {
		var page list[json.RawMessage]
		if err := s.get(ctx, "companies/scroll", query, &page); err != nil {
			return err
		}
		for _, row := range page.rows() {
			if _, err := out.Write(append(row, '\n')); err != nil {
				return connectors.StopIfFull(err)
			}
		}
		if len(page.rows()) == 0 || page.Scroll == "" {
			return connectors.StopIfFull(out.Flush())
		}
		query.Set("scroll_param", page.Scroll)
	}
}

func (c companyShape) record() *desk.Organization {
	r := &desk.Organization{Name: c.Name}
	r.ID, r.Created, r.Updated = desk.ID(c.ID), c.Created.Time, c.Updated.Time
	words := map[string]any{"company_id": c.External, "website": c.Website, "industry": c.Industry, "plan": c.Plan.Name}
	if c.Size > 0 {
		words["size"] = float64(c.Size)
	}
	setFields(&r.Meta, words, c.Custom)
	return r
}
