package archive

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	packFolder = "files"
	packSuffix = ".pack"
)

// packSize is the size from which on a pack takes nothing more. The last content
// in it may reach far beyond.
const packSize = 64 << 20

// packPath is where the pack of that number lies.
func packPath(folder string, n int64) string {
	return filepath.Join(folder, packFolder, packName(n))
}

func packName(n int64) string { return fmt.Sprintf("%06d%s", n, packSuffix) }

// packNumber is what packName made a name of; false if it did not.
func packNumber(name string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSuffix(name, packSuffix), 10, 64)
	return n, err == nil && n > 0 && packName(n) == name
}

// pack is a file that contents are appended to. The bytes count up to where rows
// speak of them; what lies beyond is overwritten by the next content. One writer
// holds it at a time.
type pack struct {
	n    int64
	file *os.File // nil until it is taken first

	// Of the pool.
	held  bool
	fresh bool  // no committed row speaks of it
	dirty bool  // rows of the open transaction speak of it
	saved int64 // where the bytes of committed rows end
	size  int64 // where those of the open transaction end

	tail int64 // the holder's: where its next byte goes
}

// Write appends b. Only the holder calls it.
func (p *pack) Write(b []byte) (int, error) {
	n, err := p.file.WriteAt(b, p.tail)
	p.tail += int64(n)
	return n, err
}

// cut drops what its holder wrote from there on.
func (p *pack) cut(to int64) {
	if p.tail > to {
		_ = p.file.Truncate(to) // else the bytes stay until the next content overwrites them
	}
	p.tail = to
}

// open makes the file if it is not there.
func (p *pack) open(folder string) (err error) {
	p.file, err = os.OpenFile(packPath(folder, p.n), os.O_RDWR|os.O_CREATE, 0o600)
	return err
}

// close ends the file where the committed bytes end; without any it goes.
func (p *pack) close(folder string) error {
	if p.file == nil {
		return nil
	}
	p.cut(p.saved)
	err := p.file.Close()
	if p.fresh && err == nil {
		err = os.Remove(packPath(folder, p.n))
	}
	return err
}
