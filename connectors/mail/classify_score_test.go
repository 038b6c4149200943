package mail

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Every mail of the set is a bounce, a report of abuse, or an automatic answer;
// those its authors call vacation are the last.
func TestScoreBounces(t *testing.T) {
	root := sharedData(t, "sisimai")
	f, err := os.Open(filepath.Join(root, "expected.ndjson"))
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = f.Close() }()
	all, right := 0, 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var want struct {
			File    string `json:"file"`
			Bounces []struct{ Reason string }
		}
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(root, want.File))
		if err != nil || len(want.Bounces) == 0 {
			continue
		}
		h, _, err := ReadHeader(Bytes(b))
		if err != nil {
			t.Fatal(err)
		}
		tag := TagBounce
		if want.Bounces[0].Reason == "vacation" {
			tag = TagAutoReply
		}
		all++
		if slices.Contains(Classify(h), tag) {
			right++
		} else if testing.Verbose() {
			t.Logf("%s (%s): %q %v", want.File, want.Bounces[0].Reason, h.Text("Subject"), Classify(h))
		}
	}
	t.Logf("%d of %d recognised", right, all)
	if all == 0 || right*100 < all*90 {
		t.Errorf("%d of %d recognised, want nine in ten", right, all)
	}
}
