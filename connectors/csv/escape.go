package csv

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/table/rows"
)

// escapingNamed reads a configuration's word; the second result is false for auto.
func escapingNamed(word string) (rows.Escaping, bool, error) {
	switch strings.ToLower(word) {
	case "", "auto":
		return rows.AsIs, false, nil
	case "none":
		return rows.AsIs, true, nil
	case "quotes":
		return rows.BeforeQuotes, true, nil
	case "backslash", `\`:
		return rows.BeforeAny, true, nil
	}
	return rows.AsIs, false, fmt.Errorf(`escape: %q: want backslash (\" \\ \n as MySQL writes), quotes (only \"), none or auto`, word)
}

// escapings lists what is worth trying on a sample: only a backslash before a
// quote can show that quotes are not doubled.
func escapings(sample []byte, quote byte) []rows.Escaping {
	if !bytes.Contains(sample, []byte{'\\', quote}) {
		return []rows.Escaping{rows.AsIs}
	}
	if everywhere(sample, quote) {
		return []rows.Escaping{rows.AsIs, rows.BeforeAny}
	}
	return []rows.Escaping{rows.AsIs, rows.BeforeQuotes}
}

// everywhere tells whether each backslash of a sample can be an escape. One in
// C:\Users cannot, so in that file backslashes are not doubled.
func everywhere(sample []byte, quote byte) bool {
	for {
		i := bytes.IndexByte(sample, '\\')
		if i < 0 || i+1 >= len(sample) {
			return true
		}
		if c := sample[i+1]; c != quote && bytes.IndexByte([]byte("\\\"'nrt0bfvZN/,;|\t\r\n"), c) < 0 {
			return false
		}
		sample = sample[i+2:]
	}
}

// hasNull tells a sample in which empty values are written \N.
func hasNull(all [][]string) bool {
	for _, r := range all {
		for _, c := range r {
			if c == rows.Null {
				return true
			}
		}
	}
	return false
}
