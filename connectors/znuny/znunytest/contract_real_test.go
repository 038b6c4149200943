//go:build integration

package znunytest

import (
	"net/http"
	"os"
	"testing"
)

// A real Znuny answers as it did when the transcript was written.
func TestContractOfRealServer(t *testing.T) {
	t.Cleanup(Forget)
	service, err := os.ReadFile("../webservice.yml")
	if err != nil {
		t.Fatal(err)
	}
	s := StartReal(t, string(service))
	got, err := Contract(http.DefaultClient, s.URL, s.User, s.Password)
	if *update && err == nil {
		err = os.WriteFile(transcript, []byte(got), 0o600)
	}
	sameAnswers(t, got, err)
	if mails := s.Mails(); len(mails) > 0 {
		t.Errorf("mails wait: %q", mails)
	}
}
