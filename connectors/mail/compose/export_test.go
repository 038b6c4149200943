package compose

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"
)

// Reseal puts a right seal on top of any fields.
func Reseal(fields []rfc5322.HeaderField) []rfc5322.HeaderField {
	var rest []rfc5322.HeaderField
	for _, f := range fields {
		if !strings.EqualFold(f.Name, stamp.HeaderSeal) && !strings.EqualFold(f.Name, "Received") && !strings.EqualFold(f.Name, "Return-Path") {
			rest = append(rest, f)
		}
	}
	return append([]rfc5322.HeaderField{{Name: stamp.HeaderSeal, Value: stamp.Seal(rest)}}, rest...)
}
