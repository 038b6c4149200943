package freshdesk

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/deskhaul/deskhaul/desk"
)

// UnmarshalJSON keeps the whole answer: it is the record as it stands now.
func (m *made) UnmarshalJSON(b []byte) error {
	type plain made
	m.whole = slices.Clone(b)
	return json.Unmarshal(b, (*plain)(m))
}

// returned are the fields that an answer to a write gave back, as Fetch would tell them;
// nil if it does not say.
func (t *Target) returned(ctx context.Context, kind desk.Kind, got made) desk.Prints {
	r, err := t.recordOf(ctx, kind, got.whole)
	if err != nil || r == nil || t.onlyOurs(ctx, r) != nil {
		return nil
	}
	return desk.PrintsOf(r)
}

// recordOf makes the record of an answer; nil of a kind whose answers are not whole.
func (t *Target) recordOf(ctx context.Context, kind desk.Kind, answer []byte) (desk.Record, error) {
	switch kind {
	case desk.KindContact:
		var c contactShape
		err := json.Unmarshal(answer, &c)
		return c.record(""), err
	case desk.KindOrganization:
		var c companyShape
		err := json.Unmarshal(answer, &c)
		return c.record(), err
	case desk.KindTicket:
		var k ticketShape
		if err := json.Unmarshal(answer, &k); err != nil {
			return nil, err
		}
		agents, err := t.agents(ctx)
		if err != nil {
			return nil, err
		}
		fields, err := t.schema(ctx, ticketFields)
		if err != nil {
			return nil, err
		}
		return t.ticket(ctx, agents, fields, k)
	case desk.KindAgent, desk.KindGroup, desk.KindCategory, desk.KindMessage, desk.KindFile:
	}
	return nil, nil
}
