package browse

import (
	"context"
	"sync"

	"github.com/deskhaul/deskhaul/connectors/archive"
)

// mostFacets is how many answers facetCache keeps.
const mostFacets = 64

// facetCache keeps the counts of the last filters for as long as the archive does
// not change.
type facetCache struct {
	mu      sync.Mutex
	version int64
	kept    map[archive.Filter]archive.Facets
}

func (c *facetCache) get(ctx context.Context, l *archive.Library, f archive.Filter) (archive.Facets, error) {
	version, err := l.Version(ctx)
	if err != nil {
		return archive.Facets{}, err
	}
	if found, ok := c.look(version, f); ok {
		return found, nil
	}
	found, err := l.Facets(ctx, f)
	if err != nil {
		return found, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version == version {
		c.kept[f] = found
	}
	return found, nil
}

// look forgets all that is of another version, or too much.
func (c *facetCache) look(version int64, f archive.Filter) (archive.Facets, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version != version || len(c.kept) >= mostFacets {
		c.version, c.kept = version, nil
	}
	if c.kept == nil {
		c.kept = map[archive.Filter]archive.Facets{}
	}
	found, ok := c.kept[f]
	return found, ok
}
