package pipeline

import (
	"context"
	"iter"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
)

// State is the private memory of one connector, kept in the store. A source's may
// become durable before its cursor; a target's becomes so with its outcomes.
func State(store checkpoints.Store, uuid string, source bool) connectors.State {
	return state{store.Keys(uuid, source)}
}

type state struct{ keys checkpoints.Keys }

func (s state) Get(ctx context.Context, key string) ([]byte, error) { return s.keys.Get(ctx, key) }

func (s state) Put(ctx context.Context, key string, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	return s.keys.Put(ctx, key, value)
}

func (s state) Delete(ctx context.Context, key string) error { return s.keys.Put(ctx, key, nil) }

func (s state) Scan(ctx context.Context, prefix, after string) iter.Seq2[connectors.Entry, error] {
	return func(yield func(connectors.Entry, error) bool) {
		for k, err := range s.keys.Scan(ctx, prefix, after) {
			if !yield(connectors.Entry{Key: k.Name, Value: k.Value}, err) {
				return
			}
		}
	}
}
