package conntest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// said is what an error says, for an explanation of what was expected instead.
func said(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// same compares what was handed to a target with what comes back: every field
// that caps keep is the same; a field that they do not keep is empty or the
// same. Messages and files are compared likewise.
func same(ctx context.Context, caps connectors.Caps, want, got desk.Record) error {
	if want.Kind() != got.Kind() {
		return fmt.Errorf("a %s came back as a %s", want.Kind(), got.Kind())
	}
	errs := []error{sameFields(caps, want, got), sameMark(caps, want.Kind(), want.About().Mark, got.About().Mark)}
	w, ok := want.(*desk.Ticket)
	if !ok {
		return errors.Join(errs...)
	}
	g := got.(*desk.Ticket)
	if len(w.Messages) != len(g.Messages) {
		return errors.Join(append(errs, fmt.Errorf("%d messages were written, %d came back", len(w.Messages), len(g.Messages)))...)
	}
	for i := range w.Messages {
		if err := sameMessage(ctx, caps, linkedMessage(w, i), &g.Messages[i]); err != nil {
			errs = append(errs, fmt.Errorf("message %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}

// linkedMessage is a message of a written ticket with the target's ids.
func linkedMessage(t *desk.Ticket, i int) *desk.Message {
	m := t.Messages[i]
	m.Author = desk.To(m.Author.Kind, m.Author.Target)
	return &m
}

func sameFields(caps connectors.Caps, want, got desk.Record) error {
	exact := caps
	exact.Step = 0 // the records of the suite are no finer than any step
	var errs []error
	for _, d := range compare.AllFields(compare.There(want, exact), got, caps) {
		says := fmt.Sprintf("wanted %q, got %q", d.Want, d.Got)
		switch {
		case d.Want == "":
			errs = append(errs, fmt.Errorf("field %q was empty and came back with a value: %s", d.Field, says))
		case !d.Kept:
			errs = append(errs, fmt.Errorf("field %q is not kept, says the connector, and came back wrong: %s", d.Field, says))
		case d.Got == "":
			errs = append(errs, fmt.Errorf("field %q is kept, says the connector, and came back empty", d.Field))
		default:
			errs = append(errs, fmt.Errorf("field %q came back as something else: %s", d.Field, says))
		}
	}
	return errors.Join(errs...)
}

func sameMark(caps connectors.Caps, kind desk.Kind, want, got string) error {
	switch {
	case got == want, got == "" && !caps.Keeps(kind, "mark"):
		return nil
	case got == "":
		return fmt.Errorf("the mark %q did not come back", want)
	}
	return fmt.Errorf("the mark %q came back as %q", want, got)
}

func sameMessage(ctx context.Context, caps connectors.Caps, want, got *desk.Message) error {
	if want.Note && !got.Note {
		return errors.New("the private note became public")
	}
	errs := []error{sameMark(caps, desk.KindMessage, want.Mark, got.Mark)}
	for _, d := range compare.AllOfMessage(want, got, caps) {
		if d.Want != "" && (d.Field != "text" || !oneBody(want, got)) {
			errs = append(errs, fmt.Errorf("field %q: wrote %q, came back %q", d.Field, d.Want, d.Got))
		}
	}
	if !caps.Keeps(desk.KindMessage, "files") {
		return errors.Join(errs...)
	}
	return errors.Join(append(errs, sameFiles(ctx, caps, want.Files, got.Files))...)
}

// oneBody tells that the HTML of a message came back as it was, and its text as the
// readable form of it: a system with room for one body keeps the HTML.
func oneBody(want, got *desk.Message) bool {
	return want.HTML != "" && got.HTML == want.HTML && strings.TrimSpace(got.Text) == strings.TrimSpace(plaintext.HTML(want.HTML))
}

func sameFiles(ctx context.Context, caps connectors.Caps, want, got []desk.File) error {
	if len(got) == 0 && !caps.Keeps(desk.KindFile, "bytes") {
		return nil // files without bytes need not be told of
	}
	if len(want) != len(got) {
		return fmt.Errorf("%d files were written, %d came back", len(want), len(got))
	}
	var errs []error
	for i := range want {
		if err := sameFile(ctx, caps, &want[i], &got[i]); err != nil {
			errs = append(errs, fmt.Errorf("file %d %q: %w", i+1, want[i].Name, err))
		}
	}
	return errors.Join(errs...)
}

func sameFile(ctx context.Context, caps connectors.Caps, want, got *desk.File) error {
	var errs []error
	check := func(name string, same bool, w, g any) {
		if !same && caps.Keeps(desk.KindFile, name) {
			errs = append(errs, fmt.Errorf("its %s was %v and came back %v", name, w, g))
		}
	}
	check("name", want.Name == got.Name, want.Name, got.Name)
	check("type", want.Type == got.Type, want.Type, got.Type)
	check("cid", want.CID == got.CID, want.CID, got.CID)
	check("inline", want.Inline == got.Inline, want.Inline, got.Inline)
	if !caps.Keeps(desk.KindFile, "bytes") {
		return errors.Join(errs...)
	}
	wb, err1 := content(ctx, want)
	gb, err2 := content(ctx, got)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	check("bytes", bytes.Equal(wb, gb), len(wb), len(gb))
	check("size", got.Size == -1 || got.Size == int64(len(gb)), len(gb), got.Size)
	return errors.Join(errs...)
}

// content reads a file that is small.
func content(ctx context.Context, f *desk.File) ([]byte, error) {
	if f.Open == nil {
		return nil, errors.New("it cannot be opened: Open is nil")
	}
	rc, err := f.Open(ctx)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	b, err := io.ReadAll(rc)
	return b, errors.Join(err, rc.Close())
}
