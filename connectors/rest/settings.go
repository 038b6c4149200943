package rest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// Settings are the part of a configuration that all connectors over HTTP share; the
// zero value is the default.
type Settings struct {
	Budget  string `yaml:"budget" form:"share" doc:"The share of the account's allowed rate that is used, such as 60%; the rest is left to the people at work. Default: 100%."`
	Proxy   string `yaml:"proxy" doc:"The address of a proxy; of one that wants a password, leave it out and set HTTPS_PROXY. Default: what HTTPS_PROXY and NO_PROXY in the environment say."`
	CA      string `yaml:"ca" path:"true" doc:"A file of certificates (PEM) that are trusted besides the system's: a company's own authority."`
	Retries *int   `yaml:"retries" doc:"How often a call that made nothing is repeated, at least once. Default: 6."`
}

// Check finds what is wrong with the settings, by their keys.
func (s Settings) Check() error {
	_, budget := s.share()
	_, proxy := s.proxy()
	var retries error
	if s.Retries != nil && *s.Retries < 1 {
		retries = fmt.Errorf("retries: %d is less than one, and without a second attempt every record would be put aside at which the helpdesk asks us to wait: write 1 or more", *s.Retries)
	}
	return errors.Join(budget, proxy, retries)
}

// Allowed is what of a rate may be used; all of it where the budget cannot be read, which
// Check tells.
func (s Settings) Allowed(perMinute float64) float64 {
	if share, err := s.share(); err == nil {
		perMinute *= share
	}
	return perMinute
}

// share is the budget as a number above 0, at most 1.
func (s Settings) share() (float64, error) {
	if s.Budget == "" {
		return 1, nil
	}
	number, percent := strings.CutSuffix(strings.TrimSpace(s.Budget), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		v /= 100
	}
	if err != nil || !(v > 0 && v <= 1) {
		return 0, fmt.Errorf("budget: %q is no share: write a percentage such as 60%%", s.Budget)
	}
	return v, nil
}

func (s Settings) proxy() (*url.URL, error) {
	if s.Proxy == "" {
		return nil, nil
	}
	u, err := url.Parse(s.Proxy)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("proxy: %q is no address: write it as http://proxy.example:3128", redacted(s.Proxy))
	}
	if _, secret := u.User.Password(); secret { // it would be told wherever the settings are
		return nil, errors.New("proxy: a password does not belong into it: leave proxy out, and put the address with its name and password into HTTPS_PROXY in the environment")
	}
	return u, nil
}

// redacted leaves out what may be a password.
func redacted(address string) string {
	if i := strings.LastIndexByte(address, '@'); i >= 0 {
		return "…" + address[i:]
	}
	return address
}

func (s Settings) tries() int {
	if s.Retries == nil {
		return 6
	}
	return *s.Retries
}

// transport is the line of a client, changed as the settings say.
func (s Settings) transport(plain *http.Client) (http.RoundTripper, error) {
	line := plain.Transport
	if line == nil {
		line = http.DefaultTransport
	}
	if s.CA == "" && s.Proxy == "" {
		return line, nil
	}
	return s.adapt(line)
}

// Adapter is a line that stands around another, such as one that counts or logs. It
// makes itself anew around one that was changed.
type Adapter interface {
	http.RoundTripper
	Around(change func(http.RoundTripper) (http.RoundTripper, error)) (http.RoundTripper, error)
}

func (s Settings) adapt(line http.RoundTripper) (http.RoundTripper, error) {
	switch l := line.(type) {
	case Adapter:
		return l.Around(s.adapt)
	case *http.Transport:
		return s.changed(l)
	}
	return nil, errors.New("proxy, ca: cannot be set on this line")
}

func (s Settings) changed(line *http.Transport) (http.RoundTripper, error) {
	line = line.Clone()
	line.OnProxyConnectResponse = ThroughProxy
	proxy, err := s.proxy()
	if err != nil {
		return nil, err
	}
	if proxy != nil {
		line.Proxy = Proxied(http.ProxyURL(proxy))
	}
	if s.CA == "" {
		return line, nil
	}
	pem, err := os.ReadFile(s.CA)
	if err != nil {
		return nil, fmt.Errorf("ca: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca: %s holds no certificate in PEM form", s.CA)
	}
	if line.TLSClientConfig == nil {
		line.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	line.TLSClientConfig.RootCAs = pool
	return line, nil
}
