package znuny

import (
	"cmp"
	_ "embed" // for the web service
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// webService is what an administrator imports: the operations that we call, and no other.
//
//go:embed webservice.yml
var webService string

// The operations, by the keys of the setting routes.
const (
	opSearch  = "search"
	opGet     = "get"
	opHistory = "history"
	opCreate  = "create"
	opUpdate  = "update"
)

// operations are Znuny's names for them.
var operations = map[string]string{
	opSearch: "TicketSearch", opGet: "TicketGet", opHistory: "TicketHistoryGet", opCreate: "TicketCreate", opUpdate: "TicketUpdate",
}

// route is the method and path of an operation.
func (c *Config) route(op string) (method, path string) {
	said := cmp.Or(c.Routes[op], "POST /"+operations[op])
	method, path, found := strings.Cut(strings.TrimSpace(said), " ")
	if !found {
		return http.MethodPost, said
	}
	return strings.ToUpper(method), strings.TrimSpace(path)
}

func (c *Config) checkRoutes() error {
	var errs []error
	for _, op := range slices.Sorted(maps.Keys(c.Routes)) {
		method, path := c.route(op)
		switch {
		case operations[op] == "":
			errs = append(errs, fmt.Errorf("routes: %q is none of %v", op, slices.Sorted(maps.Keys(operations))))
		case !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, method):
			errs = append(errs, fmt.Errorf("routes: %s: %s has no body to send the password in: give the route in Znuny the method POST too, and write POST %s", op, method, path))
		case !strings.HasPrefix(path, "/"):
			errs = append(errs, fmt.Errorf("routes: %s: %q is no route: write it as POST /Ticket/:TicketID", op, path))
		}
	}
	return errors.Join(errs...)
}
