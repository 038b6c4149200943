package xlsx

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
)

// A workbook cannot be added to: it is written whole. So a run works in a folder of tables
// beside it, whose rows are safe as soon as the pipeline is told so. At the end the
// workbook is written of them and the folder goes; after a kill it is still there, and the
// next run goes on in it.

// workOf is the folder of a workbook's rows while a run is at work.
func workOf(book string) string {
	return filepath.Join(filepath.Dir(book), "."+filepath.Base(book)+".rows")
}

// filesOf is the folder of its attachments.
func filesOf(book string) string {
	return strings.TrimSuffix(book, filepath.Ext(book)) + ".files"
}

// half is the end of the names of folders and files that are made or taken away.
const half = "-half"

// claim stands in the folder and tells which workbook its rows go on with.
type claim struct {
	Was  string `json:"was"`            // the sum of the workbook when the rows were taken from it; "" there was none
	Next string `json:"next,omitempty"` // of the one about to be put in its place
}

func claimIn(dir string) string { return filepath.Join(dir, "workbook.json") }

func readClaim(dir string) (c claim, ok bool) {
	b, err := os.ReadFile(claimIn(dir))
	return c, err == nil && json.Unmarshal(b, &c) == nil
}

// write puts it down for good.
func (c claim) write(dir string) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	temp := claimIn(dir) + half
	if err := os.WriteFile(temp, b, 0o600); err != nil {
		return err
	}
	if err := errors.Join(syncPath(temp), os.Rename(temp, claimIn(dir))); err != nil {
		return err
	}
	return syncPath(dir)
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// sumOf tells a workbook from any other; "" there is none.
func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// goesOn tells whether an earlier run has left its rows, and refuses them where the
// workbook is another by now.
func goesOn(book string) (bool, error) {
	work := workOf(book)
	if _, err := os.Stat(work); err != nil {
		return false, nil
	}
	c, ok := readClaim(work)
	if !ok {
		return false, nil // it was killed before anything was in it
	}
	sum, err := sumOf(book)
	if err != nil {
		return false, denied(book, err)
	}
	if sum != "" && sum != c.Was && sum != c.Next {
		return false, &connectors.Trouble{
			Reason: connectors.ReasonConflict, Hint: "put it back as it was, or move it away: the next run then writes a new one of all rows",
			Err: fmt.Errorf("xlsx: %s was changed by something else, while rows of an interrupted run wait in %s to be written into it: %w", book, work, connectors.ErrDenied),
		}
	}
	return true, nil
}

// sweep removes what a killed run left half made.
func sweep(book string) error {
	errs := []error{os.RemoveAll(workOf(book) + half), os.RemoveAll(workOf(book) + "-done" + half)}
	if err := os.Remove(partOfBook(book)); !errors.Is(err, fs.ErrNotExist) {
		errs = append(errs, err)
	}
	if _, ok := readClaim(workOf(book)); !ok {
		errs = append(errs, os.RemoveAll(workOf(book)))
	}
	return errors.Join(errs...)
}

// partOfBook is a workbook that is being written.
func partOfBook(book string) string {
	return filepath.Join(filepath.Dir(book), "."+filepath.Base(book)+half)
}

// discard takes the folder away, all at once.
func discard(book string) error {
	done := workOf(book) + "-done" + half
	err := os.Rename(workOf(book), done)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(err, syncPath(filepath.Dir(book)), os.RemoveAll(done))
}

// denied stops the run: nothing more can be written.
func denied(path string, err error) error {
	if errors.Is(err, connectors.ErrDenied) {
		return err
	}
	stop := connectors.StopIfFull(fmt.Errorf("xlsx: %s cannot be written: %w", path, err))
	if errors.Is(stop, connectors.ErrDenied) {
		return stop
	}
	return &connectors.Trouble{
		Reason: connectors.ReasonTransient, Hint: "close it where it is open, make it writable for this user, and run the same command again",
		Err: fmt.Errorf("xlsx: %s cannot be written: %w: %w", path, err, connectors.ErrDenied),
	}
}
