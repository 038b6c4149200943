package project

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
)

// Settings tell which keys differ: not where a system is, nor with which password.
func TestSettings(t *testing.T) {
	of := func(change func(*toy)) *System {
		c := &toy{Path: "/a", Password: connectors.Secret("x"), Kind: "tickets", Labels: map[string]string{"a": "b", "c": "d"}, Agents: toyAgents{Domains: []string{"one.test"}}}
		change(c)
		return &System{Config: c}
	}
	plain := of(func(*toy) {})
	if diff := cmp.Diff([]string{"agents.domains", "kind", "labels"}, slices.Sorted(maps.Keys(plain.Settings()))); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	for name, tt := range map[string]struct {
		change func(*toy)
		keys   []string
	}{
		"nothing":    {func(c *toy) { c.Labels = map[string]string{"c": "d", "a": "b"} }, nil},
		"its place":  {func(c *toy) { c.Path, c.Rest.More = "/b", []string{"/c"} }, nil},
		"the way":    {func(c *toy) { c.Wait = 7 }, nil},
		"a password": {func(c *toy) { c.Password = "y" }, nil},
		"nested":     {func(c *toy) { c.Agents.Domains = []string{"two.test"} }, []string{"agents.domains"}},
		"inline":     {func(c *toy) { c.Size = 7 }, []string{"size"}},
		"a map":      {func(c *toy) { c.Labels["a"] = "z" }, []string{"labels"}},
	} {
		s := of(tt.change)
		var keys []string
		for key, d := range s.Settings() {
			if plain.Settings()[key] != d {
				keys = append(keys, key)
			}
		}
		if !cmp.Equal(keys, tt.keys) || (s.SettingsHash() == plain.SettingsHash()) != (tt.keys == nil) {
			t.Errorf("%s: %v differ, want %v", name, keys, tt.keys)
		}
	}
}
