package znuny

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
)

// fault is what Znuny says instead of doing what it was asked for.
type fault struct {
	Code    string `json:"ErrorCode"`
	Message string `json:"ErrorMessage"`
	means   error
	hint    string
}

// Error is what was said, and what to do next.
func (f *fault) Error() string {
	said := strings.Join(strings.Fields(f.Message), " ")
	if f.hint == "" {
		return said
	}
	return said + " – " + f.hint
}

// Unwrap returns what it means to a run.
func (f *fault) Unwrap() error { return f.means }

// says tells whether an error is a fault with these words.
func says(err error, words string) bool {
	var f *fault
	return errors.As(err, &f) && strings.Contains(strings.Join(strings.Fields(f.Message), " "), words)
}

// faultIn is the error that an answer is; nil if it is none.
func faultIn(op string, answer []byte) error {
	var said struct {
		Error *fault `json:"Error"`
	}
	if json.Unmarshal(answer, &said) != nil || said.Error == nil {
		return nil
	}
	f := said.Error
	_, sort, _ := strings.Cut(f.Code, ".")
	switch {
	case sort == "AuthFail":
		f.means, f.hint = connectors.ErrDenied, "it does not know this user and password: look at user and password, and try them with deskhaul check"
	case sort == "AccessDenied" && op == opCreate:
		f.means, f.hint = connectors.ErrDenied, "give the user the right create for the group of the queue"
	case strings.Contains(f.Message, "have permissions"):
		f.means, f.hint = connectors.ErrDenied, "give the user the right rw for the group of the queue"
	case sort == "AccessDenied", sort == "NotValidTicketID", sort == "NotTicketData":
		f.means = connectors.ErrNotFound // it says the same of what is not there and of what may not be seen
	default:
		f.means = connectors.ErrRefused
	}
	return f
}

func isAbsent(err error) bool { return errors.Is(err, connectors.ErrNotFound) }

func garbled(op string, harmless bool, err error) error {
	means := connectors.ErrUnsure
	if harmless {
		means = connectors.ErrBusy
	}
	return fmt.Errorf("%s: the answer is not what this system sends: %w: %w", operations[op], err, means)
}

// explain reads what Znuny says with an error of HTTP: a sentence where no operation was
// found for the route, {"faultcode", "faultstring"} where one failed on its way.
func (a *api) explain(status int, body []byte) (string, error) {
	text := strings.Join(strings.Fields(string(body)), " ")
	if strings.Contains(text, "determine Operation for request URI") {
		return text + " – the web service " + cmp.Or(a.config.Service, "deskhaul") + " has no such operation: import the one of the connector's page (Admin → Web Services), or name its routes in routes", connectors.ErrDenied
	}
	var said struct {
		Fault string `json:"faultstring"`
	}
	if json.Unmarshal(body, &said) == nil && said.Fault != "" {
		return strings.Join(strings.Fields(said.Fault), " "), nil
	}
	if status == 500 && strings.Contains(text, "<html") {
		return "the web server failed: is there a web service " + cmp.Or(a.config.Service, "deskhaul") + ", and is url right?", nil
	}
	return "", nil
}
