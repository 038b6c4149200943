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

// spool writes a UTF-16 file as UTF-8 into a temporary one, so that rows have
// offsets. Halves of pairs that stand alone become a byte that is no UTF-8: the
// row is then set aside like any other with bytes that are no text.
func spool(src io.Reader, big bool, dir string) (f *os.File, err error) {
	f, err = os.CreateTemp(dir, "csv-*.txt")
	if err != nil {
		return nil, fmt.Errorf("a temporary copy: %w", err)
	}
	w := bufio.NewWriterSize(f, 256<<10)
	if err = narrow(w, bufio.NewReaderSize(src, 256<<10), big); err == nil {
		err = w.Flush()
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return f, nil
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
