package mail

// Reseal puts a right seal on top of any fields.
func Reseal(fields []HeaderField) []HeaderField {
	var rest []HeaderField
	for _, f := range fields {
		if !equalName(f.Name, HeaderSeal) && !equalName(f.Name, "Received") && !equalName(f.Name, "Return-Path") {
			rest = append(rest, f)
		}
	}
	return append([]HeaderField{{HeaderSeal, sealOf(rest)}}, rest...)
}
