package mbox

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// stretch is one mail of the file: its bytes from the "From " line up to the
// next one.
type stretch struct {
	start, end int64
	from       string // the "From " line, cut at 200 bytes
}

// walk visits the mails between two places of a file, the first of which begins
// one. A mail begins with a "From " line after a blank one.
func walk(f io.ReaderAt, from, to int64, visit func(stretch) error) error {
	r := bufio.NewReaderSize(io.NewSectionReader(f, from, to-from), 256<<10)
	at, now := from, stretch{start: from}
	blank, inside := true, false // the line before was blank; we are within a long line
	for {
		line, err := r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) && !errors.Is(err, io.EOF) {
			return err
		}
		if !inside && blank && (strings.HasPrefix(string(line[:min(5, len(line))]), "From ") || errors.Is(err, io.EOF) && now.endsIn(line, at)) {
			if at > now.start {
				now.end = at
				if err := visit(now); err != nil {
					return err
				}
			}
			now = stretch{start: at, from: string(line[:min(200, len(line))])}
		}
		blank = !inside && (string(line) == "\n" || string(line) == "\r\n")
		inside = errors.Is(err, bufio.ErrBufferFull)
		at += int64(len(line))
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if at == now.start {
		return nil
	}
	now.end = at
	return visit(now)
}

// endsIn tells whether the last line of a file, which has no end, is the torn
// beginning of another mail of ours: it stands behind one of ours, or alone.
func (s stretch) endsIn(line []byte, at int64) bool {
	return len(line) > 0 && strings.HasPrefix("From ", string(line)) && (at == 0 || strings.HasPrefix(s.from, "From deskhaul-"))
}
