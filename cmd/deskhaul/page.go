package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/deskhaul/deskhaul/lists"
	"github.com/deskhaul/deskhaul/report"
)

// pageAsk asks for a page for a web browser; html "" for none.
type pageAsk struct{ html, lang string }

// paging adds the flags.
func (p *pageAsk) paging(c *cobra.Command) *cobra.Command {
	c.Flags().StringVar(&p.html, "html", "", "also write it as a page for a web browser to a `file`, and all its lists as CSV beside it")
	c.Flags().StringVar(&p.lang, "lang", "en", "the `language` of the page: en or ru")
	return c
}

func (p *pageAsk) tongue() (report.Tongue, error) { return report.TongueOf(p.lang) }

// mayPut refuses, before anything is read, a language that there is not, and files that
// must not be written: see session.mayPut. What lies where the table is to be put beside the
// page was not named by anybody: it is replaced if it is such a table, of the same command
// before.
func (p *pageAsk) mayPut(s *session, others ...output) error {
	if _, err := p.tongue(); err != nil {
		return err
	}
	page, beside := output{"--html", p.html}, output{"the table beside --html", tableBeside(p.html)}
	err := s.mayPut(append([]output{page}, others...)...)
	if err == nil { // what is wrong with the page is wrong with the table
		err = s.mayPut(append([]output{page, beside}, others...)...)
	}
	if err == nil && beside.path != "" && !isTable(beside.path) {
		err = fmt.Errorf("--html %s: the table of all that the page lists is put into %s beside it, and what lies there is no such table: move it away, or name another page", p.html, beside.path)
	}
	return err
}

// beginPage gathers from now on what a page is made of, if one is asked for.
func (s *session) beginPage(p pageAsk, plans bool) error {
	if p.html == "" {
		return nil
	}
	files, err := newFindingFiles("", tableBeside(p.html))
	if err != nil {
		return err
	}
	l, err := lists.New(s.temp())
	if err != nil {
		return files.close(err)
	}
	s.listing = &pageLists{lists: l, files: files, plans: plans}
	return nil
}

// endPage puts the table into its place, unless there was an error, and then writes the
// page.
func (s *session) endPage(p pageAsk, err error, write func(w io.Writer, t report.Tongue, csv string) error) error {
	if s.listing == nil {
		return err
	}
	err = errors.Join(s.listing.files.close(err), s.listing.lists.Close())
	csv := ""
	if s.listing.files.n > 0 {
		csv = tableBeside(p.html)
	}
	s.listing = nil
	t, unknown := p.tongue()
	if err = errors.Join(err, unknown); err != nil {
		return err
	}
	return writePage(p.html, func(w io.Writer) error { return write(w, t, csv) })
}

// writePage writes a page for a web browser: whole, or not at all.
func writePage(path string, write func(io.Writer) error) error {
	f, err := newOutFile(path)
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	out := bufio.NewWriter(f)
	if err := f.wrote(errors.Join(write(out), out.Flush())); err != nil {
		return fmt.Errorf("write the page to %s: %w", path, err)
	}
	return nil
}
