package pipeline_test

import (
	"context"
	"io"
	"iter"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// sky is a source in bad weather.
type sky struct {
	connectors.Source
	w *weather
}

// cloudy gives the source the abilities that it has.
func cloudy(s connectors.Source, w *weather) connectors.Source {
	if f, ok := s.(connectors.Fetcher); ok {
		return fetchingSky{sky{s, w}, f}
	}
	return sky{s, w}
}

func (s sky) Read(ctx context.Context, kind desk.Kind, after connectors.Cursor) iter.Seq2[connectors.Item, error] {
	return func(yield func(connectors.Item, error) bool) {
		for it, err := range s.Source.Read(ctx, kind, after) {
			if it.Record != nil {
				it.Record = s.wet(it.Record)
			}
			if !yield(it, err) {
				return
			}
		}
	}
}

func (s sky) Close() error {
	if c, ok := s.Source.(connectors.Closer); ok {
		return c.Close()
	}
	return nil
}

// wet makes the files of a record fail to open now and then.
func (s sky) wet(rec desk.Record) desk.Record {
	rec = desk.Clone(rec)
	tk, ok := rec.(*desk.Ticket)
	if !ok {
		return rec
	}
	for i := range tk.Messages {
		for j := range tk.Messages[i].Files {
			f := &tk.Messages[i].Files[j]
			open := f.Open
			f.Open = func(ctx context.Context) (io.ReadCloser, error) {
				if err := s.w.strike(); err != nil {
					return nil, err
				}
				return open(ctx)
			}
		}
	}
	return rec
}

type fetchingSky struct {
	sky
	f connectors.Fetcher
}

func (s fetchingSky) Fetch(ctx context.Context, kind desk.Kind, id desk.ID) (desk.Record, error) {
	rec, err := s.f.Fetch(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	return s.wet(rec), nil
}
