package suggest

import "fmt"

// likeFields compares fields: by name, then by whether the values of one can stand in the
// other.
func likeFields(a, b Thing) score {
	s := likeAny(a, b, fieldConcept).times(fit(a.Type, b.Type))
	if len(a.Options) == 0 || len(b.Options) == 0 {
		return s
	}
	found := 0
	for _, g := range Values(a.Options, b.Options) {
		if g.Sure >= likely {
			found++
		}
	}
	share := float64(found) / float64(len(a.Options))
	switch {
	case s.sure < uncertain && found >= 3 && share >= 0.6:
		return score{near + 0.2*share, fmt.Sprintf("%d of its %d values", found, len(a.Options))}
	case found == 0:
		return score{s.sure * 0.75, s.why + ", but no value in common"}
	}
	s.sure *= 0.85 + 0.15*share
	s.why = fmt.Sprintf("%s, %d of its %d values", s.why, found, len(a.Options))
	return s
}

// fit is how well values of one type stand in a field of another. An unknown type is
// taken for the best.
func fit(from, to string) float64 {
	if from == "" || to == "" || from == to {
		return 1
	}
	fits := map[[2]string]float64{
		{"option", "text"}: 0.98, {"options", "text"}: 0.95, {"number", "text"}: 0.98, {"bool", "text"}: 0.92, {"time", "text"}: 0.92,
		{"text", "option"}: 0.92, {"text", "options"}: 0.9, {"option", "options"}: 0.97, {"options", "option"}: 0.8,
		{"text", "number"}: 0.8, {"text", "time"}: 0.8, {"text", "bool"}: 0.75, {"number", "option"}: 0.85, {"bool", "option"}: 0.8,
		{"option", "bool"}: 0.7, {"option", "number"}: 0.75,
	}
	if f, ok := fits[[2]string{from, to}]; ok {
		return f
	}
	return 0.5
}

// likeValues compares options of fields.
func likeValues(a, b Thing) score { return likeName(a.Name, b.Name, valueConcept) }
