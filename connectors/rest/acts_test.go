package rest

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
)

// A GET that makes or deletes something is sent once, whatever becomes of it, and is not
// sent elsewhere: it is in doubt then, as any other write is.
func TestGetThatActsIsSentOnce(t *testing.T) {
	var asked atomic.Int64 // the standard library may ask again, beside the first
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/broken":
			w.WriteHeader(http.StatusInternalServerError)
		case "/led":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		default:
			panic(http.ErrAbortHandler)
		}
	})
	client := clientOf(t, Options{Base: s.URL, Settings: Settings{Retries: new(3)}})
	for path, means := range map[string]error{"/broken": connectors.ErrUnsure, "/led": connectors.ErrDenied, "/cut": connectors.ErrUnsure} {
		asked.Store(0)
		_, err := client.JSON(t.Context(), Call{Path: path, Acts: true}, nil)
		if !errors.Is(err, means) || asked.Load() != 1 && path != "/cut" {
			t.Errorf("%s was asked %d times: %v", path, asked.Load(), err)
		}
	}
}
