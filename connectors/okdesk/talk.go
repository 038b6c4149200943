package okdesk

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/deskhaul/deskhaul/desk"
)

// comments are those of an issue, oldest first. The call is documented without pages; if it
// gives fewer than the issue says there are, further pages are asked for.
func (a *api) comments(ctx context.Context, issue issueShape) (all []commentShape, err error) {
	path := "issues/" + string(idOf(issue.ID)) + "/comments"
	seen := map[number]bool{}
	for page := 1; ; page++ {
		var rows []commentShape
		query := url.Values{}
		if page > 1 {
			query.Set("page[number]", strconv.Itoa(page))
		}
		if err := a.get(ctx, path, query, &rows); err != nil {
			return nil, err
		}
		fresh := 0
		for _, row := range rows {
			if !seen[row.ID] {
				seen[row.ID] = true
				all, fresh = append(all, row), fresh+1
			}
		}
		if fresh == 0 || issue.Talk == nil || len(all) >= issue.Talk.Count {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b commentShape) int {
		if c := a.Published.Compare(b.Published.Time); c != 0 && !a.Published.IsZero() && !b.Published.IsZero() {
			return c
		}
		return int(a.ID - b.ID)
	})
	return all, nil
}

// Whether a comment counts as a change of its issue no source says; the documentation's own
// sample has one that came two years after the last. So it is learnt: from an issue whose
// last comment is later than its change, that it does not, for good; and from some that
// changed just when their last comment came, that it does. As long as it is not known that
// it does, each reading goes through the whole list, and looks at how many comments there
// are and when the last came.
const (
	apartKey   = "comments are no changes"
	changesKey = "comments are changes"
	enough     = 3 // issues that prove it
)

// apartBy is by how much a comment must be later than the change, and the issue older than
// the comment, for them to be no one thing.
const apartBy = 2 * time.Second

// talksApart tells whether a comment may be no change; sure, that it is none.
func (a *api) talksApart(ctx context.Context) (may, sure bool, err error) {
	b, err := a.env.State.Get(ctx, apartKey)
	if err != nil || b != nil {
		return true, true, err
	}
	b, err = a.env.State.Get(ctx, changesKey)
	return len(b) < enough, false, err
}

// heard notes what an issue's comments tell of that. One that came between the two calls
// proves nothing: so the issue is asked for once more.
func (s *Source) heard(ctx context.Context, issue issueShape, last time.Time) error {
	if issue.Talk != nil && issue.Talk.Last.After(last) {
		last = issue.Talk.Last.Time
	}
	by := last.Sub(issue.Updated.Time)
	if issue.Updated.IsZero() || last.IsZero() || by < -apartBy {
		return nil
	}
	may, sure, err := s.talksApart(ctx)
	if err != nil || sure {
		return err
	}
	if by > apartBy {
		return s.heardLate(ctx, issue, last)
	}
	if !may || last.Sub(issue.Created.Time) < time.Minute {
		return nil
	}
	b, err := s.env.State.Get(ctx, changesKey)
	if err != nil {
		return err
	}
	return s.env.State.Put(ctx, changesKey, append(slices.Clone(b), '.'))
}

func (s *Source) heardLate(ctx context.Context, issue issueShape, last time.Time) error {
	again, err := s.issue(ctx, issue.ID)
	if err != nil || last.Sub(again.Updated.Time) <= apartBy {
		return err
	}
	s.env.Log.Warn("in this account a comment is no change of its issue: each reading goes through the whole list of issues", "issue", issue.ID)
	return s.env.State.Put(ctx, apartKey, []byte("yes"))
}

// talked tells whether a row of the list has comments that were not read yet. A row that
// says nothing of comments may have.
func (r *reading) talked(ctx context.Context, row issueShape) (bool, error) {
	was, known, err := r.books.Of(ctx, desk.KindTicket, idOf(row.ID))
	if err != nil || !known || row.Talk == nil {
		return err == nil, err
	}
	return was.Says != row.Talk.signature() || was.Walk > r.at.walk, nil
}

func (t *talkCount) signature() string {
	if t == nil {
		return "-"
	}
	return fmt.Sprintf("%d@%d", t.Count, t.Last.UnixMilli())
}
