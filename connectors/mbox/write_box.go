package mbox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// box is one mbox file that is written: a compose.Shelf whose places are
// "OFFSET:LENGTH". Lines end in LF; "From " at the beginning of a line is quoted
// with ">", as often as it takes (the mboxrd form).
type box struct {
	path   string
	env    connectors.Env
	scribe *compose.Scribe

	mu      sync.Mutex
	file    *os.File // nil until the first write, if the file did not exist
	w       *bufio.Writer
	pos     int64 // where the next byte goes
	flushed int64 // what the file has
	started bool  // this run has written
	broken  error // a write or sync failed in such a way that what was put before may be lost
	j       journal
}

// fromLine begins each of our mails.
func (b *box) fromLine(at time.Time) string {
	return b.sender() + " " + at.UTC().Format("Mon Jan _2 15:04:05 2006") + "\n"
}

func (b *box) sender() string { return "From deskhaul-" + b.j.Token + "@localhost" }

// Put appends a mail.
func (b *box) Put(ctx context.Context, slip compose.Slip, write func(io.Writer) error) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.mayAdd(); err != nil {
		return "", err
	}
	if err := b.begin(ctx); err != nil {
		return "", connectors.StopIfFull(err)
	}
	before := b.pos
	place, err := b.append(slip, write)
	if err != nil {
		b.cut(before)
		return "", connectors.StopIfFull(err)
	}
	b.j.Stale = b.j.Stale || slip.Newer
	return place, nil
}

func (b *box) append(slip compose.Slip, write func(io.Writer) error) (string, error) {
	if err := b.separate(); err != nil {
		return "", err
	}
	start := b.pos
	if _, err := io.WriteString(counter{b}, b.fromLine(slip.At)); err != nil {
		return "", err
	}
	lines := compose.Lines(counter{b}, "\n", quoteFrom)
	if err := write(lines); err != nil {
		return "", err
	}
	if err := lines.Flush(); err != nil {
		return "", err
	}
	if _, err := io.WriteString(counter{b}, "\n"); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d:%d", start, b.pos-start), nil
}

// quoteFrom quotes a line that would look like the beginning of a mail.
func quoteFrom(line []byte) (string, int) {
	if len(line) > 0 && (line[0] == 'F' || line[0] == '>') && strings.HasPrefix(strings.TrimLeft(string(line), ">"), "From ") {
		return ">", 0
	}
	return "", 0
}

// counter writes to the file and counts.
type counter struct{ b *box }

func (c counter) Write(p []byte) (int, error) {
	n, err := c.b.w.Write(p)
	c.b.pos += int64(n)
	return n, err
}

// begin makes the file ready for the first write of this run.
func (b *box) begin(ctx context.Context) error {
	if b.broken != nil {
		return b.broken
	}
	if b.started {
		return nil
	}
	if b.file == nil {
		if err := os.MkdirAll(folderOf(b.path), 0o700); err != nil {
			return err
		}
		f, err := os.OpenFile(b.path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		b.file = f
	}
	if _, err := b.file.Seek(b.pos, io.SeekStart); err != nil {
		return err
	}
	b.w = bufio.NewWriterSize(b.file, 256<<10)
	b.started, b.j.Clean = true, false
	return b.saveJournal(ctx)
}

// separate makes sure that a blank line stands before the next mail. Ours end
// with one; of what stood there before one cannot know.
func (b *box) separate() error {
	if b.pos == 0 || b.pos != b.flushed {
		return nil // what is still in the buffer is ours
	}
	last := make([]byte, 2)
	if _, err := b.file.ReadAt(last[max(0, 2-int(min(b.pos, 2))):], max(0, b.pos-2)); err != nil {
		return err
	}
	missing := ""
	switch {
	case last[1] != '\n':
		missing = "\n\n"
	case last[0] != '\n':
		missing = "\n"
	}
	_, err := io.WriteString(counter{b}, missing)
	return err
}

// cut takes back what was written after the place.
func (b *box) cut(place int64) {
	err := b.w.Flush()
	if err == nil {
		err = b.file.Truncate(place)
	}
	if err == nil {
		_, err = b.file.Seek(place, io.SeekStart)
	}
	if err != nil {
		// Mails that were put before may have been lost with the buffer. The next
		// run cuts the file back to its journal and writes them again.
		b.broken = fmt.Errorf("%s can no longer be written: %w (%w)", b.path, err, connectors.ErrDenied)
		return
	}
	b.pos, b.flushed = place, place
}

// Undo takes back the mails put last.
func (b *box) Undo(_ context.Context, places []string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(places) == 0 || b.broken != nil {
		return b.broken
	}
	start, _, err := parsePlace(places[0])
	if err != nil {
		return err
	}
	b.cut(start)
	return b.broken
}

func parsePlace(place string) (start, length int64, err error) {
	if _, err := fmt.Sscanf(place, "%d:%d", &start, &length); err != nil || start < 0 || length < 0 {
		return 0, 0, fmt.Errorf("place %q in the index is damaged", place)
	}
	return start, length, nil
}

// visible brings what is buffered to the file, so that it can be read.
func (b *box) visible() error {
	if b.broken != nil {
		return b.broken
	}
	if b.flushed == b.pos {
		return nil
	}
	if err := b.w.Flush(); err != nil {
		b.broken = fmt.Errorf("%s can no longer be written: %w", b.path, connectors.StopIfFull(err))
		return b.broken
	}
	b.flushed = b.pos
	return nil
}

// Sync makes all mails durable and journals the length.
func (b *box) Sync(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.started && b.broken == nil {
		b.broken = connectors.StopIfFull(b.settle(ctx))
	}
	return b.broken
}

func (b *box) settle(ctx context.Context) error {
	if err := b.visible(); err != nil {
		return err
	}
	if err := b.file.Sync(); err != nil {
		return err
	}
	if b.j.Length == 0 {
		if err := syncFolder(folderOf(b.path)); err != nil {
			return err
		}
	}
	now, err := extentOf(b.file, b.pos)
	if err != nil {
		return err
	}
	b.j.extent = now
	return b.saveJournal(ctx)
}

// Rewrites says that mails are never replaced in place.
func (b *box) Rewrites() bool { return false }

// Move is for shelves that have folders.
func (b *box) Move(_ context.Context, place string, _ compose.Slip) (string, error) {
	return place, nil
}
