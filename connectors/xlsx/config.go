package xlsx

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

const defaultMaxUnpacked = 4 << 30

// Config says where the workbook is and, as far as needed, how to read it.
// What is left out is found out, and check shows what was found.
type Config struct {
	Path   string  `yaml:"path" doc:"a workbook (.xlsx), or a folder of them; to write, always a workbook" path:"true"`
	Kind   string  `yaml:"kind,omitempty" doc:"what each row is: tickets, messages, contacts, organizations, groups, agents or categories; joins, where rows only add tags or cc to tickets"`
	Sheets []Sheet `yaml:"sheets,omitempty" doc:"the sheets to read, each with settings of its own; left out: all that are not hidden"`

	Columns   map[string]string            `yaml:"columns,omitempty" doc:"which column holds which field, as in {name: Customer, email: Mail}; #3 is the third column, - is none"`
	Values    map[string]map[string]string `yaml:"values,omitempty" doc:"what the words of a column mean, as in {status: {Waiting: pending}}"`
	Header    string                       `yaml:"header,omitempty" doc:"whether a row names the columns" enum:"auto|yes|no"`
	Dates     string                       `yaml:"dates,omitempty" doc:"how dates are written that are texts: iso, dmy, mdy, unix, unix_ms, excel, or an example in Go's way (02.01.2006 15:04)"`
	Zone      string                       `yaml:"zone,omitempty" doc:"the time zone of the dates, as in Europe/Moscow; a workbook's dates name none"`
	Separator string                       `yaml:"separator,omitempty" doc:"what stands between several values in one cell"`

	Deletions   bool  `yaml:"deletions,omitempty" doc:"take rows that are gone from a sheet for deleted records"`
	MaxUnpacked int64 `yaml:"max_unpacked,omitempty" doc:"bytes that a workbook may unpack to; a larger one is refused"`
}

// Sheet is one sheet of several. What it leaves out is as Config says.
type Sheet struct {
	Name      string                       `yaml:"name" doc:"the sheet's name; hidden ones are read too"`
	File      string                       `yaml:"file,omitempty" doc:"the workbook that it is in, where path is a folder; left out: any that has such a sheet"`
	Kind      string                       `yaml:"kind,omitempty" doc:"what each row is"`
	Columns   map[string]string            `yaml:"columns,omitempty" doc:"which column holds which field"`
	Values    map[string]map[string]string `yaml:"values,omitempty" doc:"what the words of a column mean"`
	Header    string                       `yaml:"header,omitempty" doc:"whether a row names the columns" enum:"auto|yes|no"`
	Dates     string                       `yaml:"dates,omitempty" doc:"how dates are written that are texts"`
	Zone      string                       `yaml:"zone,omitempty" doc:"the time zone of the dates"`
	Separator string                       `yaml:"separator,omitempty" doc:"what stands between several values in one cell"`
}

// Places implements connectors.Placed.
func (c *Config) Places() []string { return []string{c.Path, filesOf(c.Path), workOf(c.Path)} }

// Check finds mistakes before anything is opened.
func (c *Config) Check() error {
	if c.Path == "" {
		return errors.New("path: say which workbook to use")
	}
	if c.MaxUnpacked < 0 {
		return errors.New("max_unpacked: want a number of bytes")
	}
	if err := c.common().said().Check(); err != nil {
		return err
	}
	for i, s := range c.Sheets {
		if s.Name == "" {
			return fmt.Errorf("sheets[%d].name: say which sheet", i)
		}
		if err := c.merged(s).said().Check(); err != nil {
			return fmt.Errorf("sheets[%d].%w", i, err)
		}
	}
	return nil
}

// common is what is said of all sheets.
func (c *Config) common() Sheet {
	return Sheet{Kind: c.Kind, Columns: c.Columns, Values: c.Values, Header: c.Header, Dates: c.Dates, Zone: c.Zone, Separator: c.Separator}
}

// merged fills what a sheet leaves out. Columns are not inherited by sheets of another
// kind.
func (c *Config) merged(s Sheet) Sheet {
	if s.Kind == "" {
		s.Kind = c.Kind
	}
	if s.Columns == nil && s.Kind == c.Kind {
		s.Columns = c.Columns
	}
	if s.Values == nil {
		s.Values = c.Values
	}
	for _, one := range []struct {
		own    *string
		common string
	}{{&s.Header, c.Header}, {&s.Dates, c.Dates}, {&s.Zone, c.Zone}, {&s.Separator, c.Separator}} {
		if *one.own == "" {
			*one.own = one.common
		}
	}
	return s
}

// of gives what is said of a sheet of a workbook; ok is false if it is not to be read.
func (c *Config) of(book string, t tab) (s Sheet, ok bool) {
	if len(c.Sheets) == 0 {
		return c.common(), !t.hidden
	}
	for _, s := range c.Sheets {
		if strings.EqualFold(s.Name, t.name) && (s.File == "" || strings.EqualFold(s.File, filepath.Base(book))) {
			return c.merged(s), true
		}
	}
	return s, false
}

func (s Sheet) said() table.Said {
	return table.Said{Kind: s.Kind, Columns: s.Columns, Values: s.Values, Header: s.Header, Dates: s.Dates, Zone: s.Zone, Separator: s.Separator}
}

// Caps is what holds for this configuration: where it says what every sheet holds, only
// those kinds and what their columns can name are read.
func (c *Config) Caps(reads, writes connectors.Caps) (connectors.Caps, connectors.Caps) {
	reads.Deletions = c.Deletions
	all := c.Sheets
	if len(all) == 0 {
		all = []Sheet{{}}
	}
	given := map[desk.Kind]bool{}
	for _, s := range all {
		for _, kind := range table.HeldBy(c.merged(s).said().Rows()) {
			given[kind] = true
		}
	}
	reads.Kinds = slices.DeleteFunc(slices.Clone(reads.Kinds), func(k desk.Kind) bool { return !given[k] })
	return reads, writes
}
