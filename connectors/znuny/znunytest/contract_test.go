package znunytest

import (
	"net/http"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The stand-in answers as a real Znuny did. The transcript is written anew with
// go test -tags integration ./connectors/znuny -run Contract -update
func TestContractOfStandIn(t *testing.T) {
	s := New()
	s.AddUser("ann")
	s.AddType("problem")
	s.AddField("opened", Field{Type: "DateTime"})
	s.AddField("urgent", Field{Type: "Checkbox"})
	s.AddField("size", Field{Type: "Dropdown", Values: []string{"big", "small"}})
	got, err := Contract(&http.Client{Transport: s.Transport()}, URL, User, Password)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/contract.txt")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("the answers are not those of the transcript:\n%s", d)
	}
}
