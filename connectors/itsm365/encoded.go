package itsm365

import (
	"encoding/base64"
	"strings"
)

// A name that would be mistaken for more of the line stands in it as an encoded word
// (RFC 2047), in base64, of any length.
const (
	wordOpen  = "=?utf-8?B?"
	wordClose = "?="
)

func encodeName(s string) string {
	return wordOpen + base64.StdEncoding.EncodeToString([]byte(s)) + wordClose
}

func decodeName(s string) string {
	inner, opened := strings.CutPrefix(s, wordOpen)
	inner, closed := strings.CutSuffix(inner, wordClose)
	if !opened || !closed {
		return s
	}
	b, err := base64.StdEncoding.DecodeString(inner)
	if err != nil {
		return s
	}
	return string(b)
}
