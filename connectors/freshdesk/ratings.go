package freshdesk

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/desk"
)

// Ratings are listed for the whole account; a list of each ticket would cost a call
// each. They are kept in State by ticket.
const ratingKey = "rating/"

// newRatings keeps the ratings made since the last reading, and returns the tickets
// that they are of, unless this is the first.
func (r *reading) newRatings(ctx context.Context, began connectors.Cursor) (map[int64]bool, error) {
	if r.config.Ratings == "no" {
		return nil, nil
	}
	first, rated := r.at.rated == "", map[int64]bool{}
	query := url.Values{}
	if from := rest.ParseSince(r.at.rated, overlap).From(); !from.IsZero() {
		query.Set("created_since", from.UTC().Format("2006-01-02T15:04:05Z"))
	}
	for row, err := range pages[ratingShape](ctx, r.api, "surveys/satisfaction_ratings", query) {
		if code := status(err); code == 403 || code == 404 {
			r.env.Log.Warn("satisfaction ratings cannot be read; the plan may lack them", "error", err)
			break
		}
		if err != nil {
			return nil, err
		}
		b, err := json.Marshal(row)
		if err != nil {
			return nil, err
		}
		if err := r.env.State.Put(ctx, ratingKey+string(idOf(row.Ticket)), b); err != nil {
			return nil, err
		}
		if !first {
			rated[row.Ticket] = true
		}
	}
	r.at.rated = began
	return rated, nil
}

// rerated yields the tickets that were rated and did not change otherwise.
func (r *reading) rerated(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(r.rated)) {
		t, err := r.fetchShape(ctx, id)
		if status(err) == 404 || err == nil && (t.Deleted || t.Spam && !r.config.Spam) {
			continue
		}
		if err != nil {
			return err
		}
		if err := r.whole(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// rating is what is known of a ticket; nil if nothing is.
func (a *api) rating(ctx context.Context, id int64, r *desk.Ticket) error {
	if a.config.Ratings == "no" {
		return nil
	}
	b, err := a.env.State.Get(ctx, ratingKey+string(idOf(id)))
	if err != nil || b == nil {
		return err
	}
	var row ratingShape
	if json.Unmarshal(b, &row) != nil {
		return nil
	}
	r.Rating = &desk.Rating{Score: score(row.Ratings["default_question"]), Comment: row.Feedback, At: row.Created.Time}
	r.SetField("rating", float64(row.Ratings["default_question"]))
	return nil
}

// score is what a number says: 101 to 103 is happy, 100 neither, -101 to -103 unhappy.
func score(n int64) string {
	switch {
	case n > 100:
		return "good"
	case n < 0:
		return "bad"
	}
	return strconv.FormatInt(n, 10)
}
