package eml

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// recordsFolder holds the mails that are no conversation.
const recordsFolder = "_deskhaul"

// newShelf lays mails out as files in a tree of folders named after the
// categories: Sales/North/20240501-083000-0123456789abcdef01234567.eml.
func newShelf(root, end string) *compose.Files {
	return &compose.Files{
		Root: root, End: end, Temp: filepath.Join(recordsFolder, "tmp"),
		Layout: layout,
		Make: func(root, folder string) error {
			return os.MkdirAll(filepath.Join(root, folder), 0o700)
		},
	}
}

func layout(s compose.Slip) (folder, name string) {
	name = s.At.UTC().Format("20060102-150405") + "-" + s.Name + ".eml"
	if s.Record {
		return recordsFolder, name
	}
	var levels []string
	for i, level := range s.Folder {
		level = compose.SafeName(level, "", 60)
		if i == 0 && strings.EqualFold(level, recordsFolder) {
			level += "_"
		}
		levels = append(levels, level)
	}
	return filepath.Join(levels...), name
}
