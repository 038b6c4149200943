package main

import (
	"bytes"
	"encoding/csv"
	"errors"
)

// customers writes script/customers.csv as the office program of the invented
// company exports it: windows-1251, CRLF at the ends of rows. It returns the
// rows without the head, too.
func customers() ([]byte, [][]string, error) {
	text, err := scripts.ReadFile("script/customers.csv")
	if err != nil {
		return nil, nil, err
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	quoted := false
	for _, c := range text {
		quoted = quoted != (c == '"')
		if c == '\n' && !quoted {
			out.WriteByte('\r')
		}
		out.WriteByte(c)
	}
	b, ok, err := encode(out.String(), "windows-1251")
	if err == nil && !ok {
		err = errors.New("customers.csv: a letter of it is not in windows-1251")
	}
	return b, rows[1:], err
}
