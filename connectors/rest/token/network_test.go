package token_test

import (
	"net"
	"net/http"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rest/token/tokentest"
)

// deaf is a network without names.
type deaf struct{}

func (deaf) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: r.URL.Host, IsNotFound: true}}
}

// Without a network a login says so in one sentence, and what to do.
func TestNoNetwork(t *testing.T) {
	_, err := clientOf(tokentest.New("id")).Device(t.Context(), &http.Client{Transport: deaf{}}, &person{})
	want := "https://issuer.test/device cannot be reached: nobody here knows a server of that name – look at the network of this machine and at HTTPS_PROXY, then run it again"
	if err == nil || err.Error() != want {
		t.Error(err)
	}
}
