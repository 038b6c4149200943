package okdesk

import (
	"context"
	"net/url"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/rest/census"
	"github.com/deskhaul/deskhaul/desk"
)

// Issues that were deleted are in no list and leave no trace: what is known and not among
// all there are is asked for, and if it is not there, it is gone.

// fewUnknown is how many issues may be missing from the short list of all ids before it is
// taken for a part of them: whether it is cut nobody documents.
const fewUnknown = 20

// allIDs are the ids of all issues: of one answer (issues/count, which despite its name gives
// them), or, if that seems to be cut, of the pages of the long list.
func (s *Source) allIDs(ctx context.Context) (map[number]bool, error) {
	there := map[number]bool{}
	var ids []number
	if err := s.get(ctx, "issues/count", url.Values{}, &ids); err != nil {
		return nil, err
	}
	for _, id := range ids {
		there[id] = true
	}
	missing, known := 0, 0
	for e, err := range s.env.State.Scan(ctx, string(desk.KindTicket)+"/", "") {
		if err != nil {
			return nil, err
		}
		id, _ := numberOf(desk.ID(strings.TrimPrefix(e.Key, string(desk.KindTicket)+"/")))
		if census.Decode(e.Value).Gone() {
			continue
		}
		if known++; !there[id] {
			missing++
		}
	}
	if missing <= max(fewUnknown, known/50) {
		return there, nil
	}
	s.env.Log.Warn("the list of all ids lacks many issues that are known: the long list is gone through", "lacking", missing, "known", known)
	for page := 1; ; page++ {
		rows, err := s.issuePage(ctx, sorted("created_at", "forward"), page)
		if err != nil || len(rows) == 0 {
			return there, err
		}
		for _, row := range rows {
			there[row.ID] = true
		}
	}
}
