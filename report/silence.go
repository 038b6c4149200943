package report

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
)

// proofs say what each proof means to an administrator.
var proofs = []struct {
	proof connectors.Proof
	words string
}{
	{connectors.Promised, "*Promised*: the vendor's documentation, or a standard, says so."},
	{connectors.Tested, "*Tested*: a setting of yours, which `check` looks at as far as it can be seen."},
	{connectors.Declared, "*Declared*: a setting of yours, which no call tells; a canary (`check --canary ADDRESS`) shows it, and a run wants one."},
	{connectors.Unconfirmed, "*Unconfirmed*: no source says that it mails anybody, and none that it does not."},
}

// proofsInWords explains those of the proofs that occur; where there is nobody to mail,
// none.
func proofsInWords(lines []connectors.Silence) (out []string) {
	if !slices.ContainsFunc(lines, func(l connectors.Silence) bool { return l.By != connectors.ByNobody }) {
		return nil
	}
	for _, p := range proofs {
		if slices.ContainsFunc(lines, func(l connectors.Silence) bool { return l.Proof == p.proof }) {
			out = append(out, p.words)
		}
	}
	return out
}

// Quieted are several calls that one thing keeps quiet.
type Quieted struct {
	connectors.Silence // of the first call
	calls              []string
}

// Calls names them.
func (q Quieted) Calls() string { return strings.Join(q.calls, ", ") }

// Alike puts together the calls that the same thing keeps quiet, in their order.
func Alike(lines []connectors.Silence) (out []Quieted) {
	at := map[connectors.Silence]int{}
	for _, line := range lines {
		same := line
		same.Call = ""
		i, known := at[same]
		if !known {
			i = len(out)
			at[same], out = i, append(out, Quieted{Silence: line})
		}
		out[i].calls = append(out[i].calls, string(line.Call))
	}
	return out
}
