package conntest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/connectors"
)

// traces is what a connector leaves behind in the course of a rule: what it logged
// and put into its states. They are looked at after every rule.
type traces struct {
	secrets []string
	states  []*State
	log     record
}

// record is a log that many goroutines write.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *record) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *record) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// left tells what is wrong with the traces: a secret among them, a value that was
// changed after it was put, an e-mail that a silent system sent.
func (r *rig) left() error {
	errs := []error{r.shown("the log", r.traces.log.String())}
	for _, s := range r.traces.states {
		errs = append(errs, s.Changed())
		for _, p := range s.puts() {
			errs = append(errs, r.shown(fmt.Sprintf("State under %q", p.key), p.key+" "+string(p.value)))
		}
	}
	return errors.Join(append(errs, r.silent("in the course of the rule"))...)
}

// shown tells whether a secret is in a text.
func (r *rig) shown(where, text string) error {
	for _, s := range r.traces.secrets {
		for _, shape := range shapes(s) {
			if strings.Contains(text, shape) {
				return fmt.Errorf("a secret of the configuration is in %s", where)
			}
		}
	}
	return nil
}

// shapes are a secret as it may be written.
func shapes(s string) []string {
	return []string{s, url.QueryEscape(s), url.PathEscape(s), base64.StdEncoding.EncodeToString([]byte(s)), hex.EncodeToString([]byte(s))}
}

// secretsOf are the secrets that a configuration holds: fields of the type
// connectors.Secret, and those tagged secret:"true".
func secretsOf(config any) (out []string) {
	v := reflect.ValueOf(config)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	for i := range v.NumField() {
		f, value := v.Type().Field(i), v.Field(i)
		switch {
		case !f.IsExported():
		case value.Kind() == reflect.String && (f.Tag.Get("secret") == "true" || f.Type == reflect.TypeFor[connectors.Secret]()):
			if value.String() != "" {
				out = append(out, value.String())
			}
		case value.Kind() == reflect.Struct:
			if value.CanAddr() {
				out = append(out, secretsOf(value.Addr().Interface())...)
			}
		}
	}
	return out
}
