package mem_test

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mem"
	"github.com/deskhaul/deskhaul/desk"
)

// The desk holds to the suite with each of its knobs turned.
func TestConnector(t *testing.T) {
	for name, knobs := range map[string]mem.Knobs{
		"rich":           {},
		"idempotent":     {Idempotent: true},
		"one at once":    {AtOnce: 1},
		"two at once":    {AtOnce: 2, Idempotent: true},
		"create only":    {CreateOnly: true},
		"unsearchable":   {NoFinder: true},
		"unmarked":       {NoMessageMarks: true},
		"small files":    {MaxFile: 1 << 20},
		"short texts":    {MaxText: 64 << 10},
		"few messages":   {MaxMessages: 30},
		"tickets only":   {Kinds: []desk.Kind{desk.KindTicket}},
		"drops fields":   {Fields: map[desk.Kind][]string{desk.KindTicket: {"subject", "status"}, desk.KindContact: {"name", "emails", "fields.plan"}}},
		"drops messages": {Fields: map[desk.Kind][]string{desk.KindMessage: {"text", "at", "author", "note"}}},
	} {
		t.Run(name, func(t *testing.T) {
			conntest.Run(t, mem.Spec(), func(*testing.T) conntest.Far {
				return conntest.Far{Config: &mem.Desk{Knobs: knobs}}
			})
		})
	}
}
