package csv

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/connectors/table/folder"
)

const defaultMaxRow = 16 << 20

// Config says where the tables are and, as far as needed, how to read them.
// What is left out is found out, and check shows what was found.
type Config struct {
	Path  string `yaml:"path" doc:"a CSV file, or a folder of them; to write, always a folder" path:"true"`
	Kind  string `yaml:"kind,omitempty" doc:"what each row is: tickets, messages, contacts, organizations, groups, agents or categories; joins, where rows only add tags or cc to tickets"`
	Files []File `yaml:"files,omitempty" doc:"the files to read, each with settings of its own; paths are within path"`

	Columns   map[string]string            `yaml:"columns,omitempty" doc:"which column holds which field, as in {name: Customer, email: Mail}; #3 is the third column, - is none"`
	Values    map[string]map[string]string `yaml:"values,omitempty" doc:"what the words of a column mean, as in {status: {Waiting: pending}}"`
	Encoding  string                       `yaml:"encoding,omitempty" doc:"the encoding: utf-8, utf-16, windows-1251, windows-1252, koi8-r, cp866 or another name"`
	Delimiter string                       `yaml:"delimiter,omitempty" doc:"what stands between cells: one character, or tab"`
	Quote     string                       `yaml:"quote,omitempty" doc:"what stands around cells: one character, or none"`
	Escape    string                       `yaml:"escape,omitempty" doc:"what a backslash in a cell does: backslash (escapes anything, as MySQL writes), quotes (escapes quotes only), none" enum:"auto|backslash|quotes|none"`
	Header    string                       `yaml:"header,omitempty" doc:"whether the first row names the columns" enum:"auto|yes|no"`
	Dates     string                       `yaml:"dates,omitempty" doc:"how dates are written: iso, dmy, mdy, unix, unix_ms, excel, or an example in Go's way (02.01.2006 15:04)"`
	Zone      string                       `yaml:"zone,omitempty" doc:"the time zone of dates that name none, as in Europe/Moscow"`
	Separator string                       `yaml:"separator,omitempty" doc:"what stands between several values in one cell"`

	Deletions bool  `yaml:"deletions,omitempty" doc:"take rows that are gone from a file for deleted records"`
	MaxRow    int64 `yaml:"max_row,omitempty" doc:"bytes of the largest row that is read; larger ones are set aside"`
}

// File is one file of several. What it leaves out is as Config says.
type File struct {
	Path      string                       `yaml:"path" doc:"a CSV file within the folder"`
	Kind      string                       `yaml:"kind,omitempty" doc:"what each row is"`
	Columns   map[string]string            `yaml:"columns,omitempty" doc:"which column holds which field"`
	Values    map[string]map[string]string `yaml:"values,omitempty" doc:"what the words of a column mean"`
	Encoding  string                       `yaml:"encoding,omitempty" doc:"the encoding"`
	Delimiter string                       `yaml:"delimiter,omitempty" doc:"what stands between cells"`
	Quote     string                       `yaml:"quote,omitempty" doc:"what stands around cells"`
	Escape    string                       `yaml:"escape,omitempty" doc:"what a backslash in a cell does" enum:"auto|backslash|quotes|none"`
	Header    string                       `yaml:"header,omitempty" doc:"whether the first row names the columns" enum:"auto|yes|no"`
	Dates     string                       `yaml:"dates,omitempty" doc:"how dates are written"`
	Zone      string                       `yaml:"zone,omitempty" doc:"the time zone of dates that name none"`
	Separator string                       `yaml:"separator,omitempty" doc:"what stands between several values in one cell"`
}

// Places implements connectors.Placed.
func (c *Config) Places() []string {
	places := []string{c.Path, filepath.Join(c.Path, filesFolder)}
	for _, kind := range table.Sheets() {
		places = append(places, filepath.Join(c.Path, folder.FileOf(kind)))
	}
	return places
}

// Check finds mistakes before any file is opened.
func (c *Config) Check() error {
	if c.Path == "" && len(c.Files) == 0 {
		return errors.New("path: say which file or folder to use")
	}
	if c.MaxRow < 0 {
		return errors.New("max_row: want a number of bytes")
	}
	if err := c.only().check(); err != nil {
		return err
	}
	for i := range c.Files {
		f := c.merged(c.Files[i])
		if c.Files[i].Path == "" {
			return fmt.Errorf("files[%d].path: say which file", i)
		}
		if err := f.check(); err != nil {
			return fmt.Errorf("files[%d].%w", i, err)
		}
	}
	return nil
}

// only is the configuration of the one file, or what all files share.
func (c *Config) only() File {
	return File{
		Path: c.Path, Kind: c.Kind, Columns: c.Columns, Values: c.Values, Encoding: c.Encoding, Delimiter: c.Delimiter,
		Quote: c.Quote, Escape: c.Escape, Header: c.Header, Dates: c.Dates, Zone: c.Zone, Separator: c.Separator,
	}
}

// merged fills what a file leaves out. Columns are not inherited by files of
// another kind.
func (c *Config) merged(f File) File {
	for _, s := range []struct {
		own    *string
		common string
	}{
		{&f.Kind, c.Kind},
		{&f.Encoding, c.Encoding},
		{&f.Delimiter, c.Delimiter},
		{&f.Quote, c.Quote},
		{&f.Escape, c.Escape},
		{&f.Header, c.Header},
		{&f.Dates, c.Dates},
		{&f.Zone, c.Zone},
		{&f.Separator, c.Separator},
	} {
		if *s.own == "" {
			*s.own = s.common
		}
	}
	if f.Columns == nil && f.Kind == c.Kind {
		f.Columns = c.Columns
	}
	if f.Values == nil {
		f.Values = c.Values
	}
	if !filepath.IsAbs(f.Path) && c.Path != "" {
		f.Path = filepath.Join(c.Path, f.Path)
	}
	return f
}

func (f File) check() error {
	if err := f.said().Check(); err != nil {
		return err
	}
	if f.Encoding != "" && f.Encoding != "auto" {
		if _, err := named(f.Encoding); err != nil {
			return err
		}
	}
	_, err := f.wish()
	return err
}

// said is what is said of its columns.
func (f File) said() table.Said {
	return table.Said{Kind: f.Kind, Columns: f.Columns, Values: f.Values, Header: f.Header, Dates: f.Dates, Zone: f.Zone, Separator: f.Separator}
}

// one reads a delimiter or quote: one ASCII character; 0 for auto.
func one(key, s string) (byte, error) {
	switch strings.ToLower(s) {
	case "", "auto":
		return 0, nil
	case "tab", `\t`:
		return '\t', nil
	case "none":
		if key == "quote" {
			return 0, nil
		}
	}
	if len(s) != 1 || s[0] >= 0x80 || s[0] == '\n' || s[0] == '\r' {
		return 0, fmt.Errorf("%s: %q: want one character of ASCII", key, s)
	}
	return s[0], nil
}
