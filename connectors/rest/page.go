package rest

import (
	"context"
	"fmt"
	"iter"
)

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	Next  string // names the page after it; "" if this is the last
}

// Pages goes through a list, page by page, from the page that first names. A page
// that names itself, or one that was seen, as the next ends the list with an error:
// some servers do so for ever.
func Pages[T any](ctx context.Context, first string, get func(ctx context.Context, page string) (Page[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		seen := map[string]bool{}
		for page := first; ; {
			if seen[page] {
				yield(none, fmt.Errorf("the list goes round in a circle: page %q is named as the next a second time", page))
				return
			}
			seen[page] = true
			p, err := get(ctx, page)
			if err != nil {
				yield(none, err)
				return
			}
			for _, item := range p.Items {
				if !yield(item, nil) {
					return
				}
			}
			if p.Next == "" {
				return
			}
			page = p.Next
		}
	}
}
