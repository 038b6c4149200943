package csv

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf16"
	"unicode/utf8"
)

// spool writes a file as UTF-8 into a temporary one: UTF-16, and encodings in
// which a byte that looks like a delimiter or backslash can be half of a character
// (Shift JIS, Big5). What is no character becomes a byte that is no UTF-8: the row
// is then set aside like any other with bytes that are no text.
func spool(src io.Reader, cs charset, dir string) (f *os.File, err error) {
	f, err = os.CreateTemp(dir, "csv-*.txt")
	if err != nil {
		return nil, fmt.Errorf("a temporary copy: %w", err)
	}
	w := bufio.NewWriterSize(f, 256<<10)
	r := bufio.NewReaderSize(src, 256<<10)
	if cs.enc == nil {
		err = narrow(w, r, cs.name == utf16BE)
	} else {
		err = recode(w, bufio.NewReaderSize(cs.enc.NewDecoder().Reader(r), 256<<10))
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return f, nil
}

func recode(w *bufio.Writer, r *bufio.Reader) error {
	for {
		c, _, err := r.ReadRune()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && c == utf8.RuneError {
			err = w.WriteByte(0xff)
		} else if err == nil {
			_, err = w.WriteRune(c)
		}
		if err != nil {
			return err
		}
	}
}

func narrow(w *bufio.Writer, r *bufio.Reader, big bool) error {
	var high rune
	for {
		u, err := unit(r, big)
		if errors.Is(err, io.EOF) {
			if high != 0 {
				return w.WriteByte(0xff)
			}
			return nil
		}
		if err != nil {
			return err
		}
		if high != 0 {
			both := utf16.DecodeRune(high, u)
			high = 0
			if both != utf8.RuneError {
				if _, err := w.WriteRune(both); err != nil {
					return err
				}
				continue
			}
			if err := w.WriteByte(0xff); err != nil {
				return err
			}
		}
		switch {
		case u >= 0xd800 && u < 0xdc00:
			high = u
		case u >= 0xdc00 && u < 0xe000 || u < 0: // alone
			err = w.WriteByte(0xff)
		default:
			_, err = w.WriteRune(u)
		}
		if err != nil {
			return err
		}
	}
}

// unit reads two bytes; -1 for a last single one.
func unit(r *bufio.Reader, big bool) (rune, error) {
	a, err := r.ReadByte()
	if err != nil {
		return 0, err
	}
	b, err := r.ReadByte()
	if errors.Is(err, io.EOF) {
		return -1, nil
	}
	if big {
		a, b = b, a
	}
	return rune(a) | rune(b)<<8, err
}
