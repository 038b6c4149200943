package persons

import (
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// mostNames bounds what is remembered of who stands for whom.
const mostNames = 1 << 15

// cache remembers who stands for whom: every ticket asks.
type cache struct {
	mu sync.Mutex
	m  map[desk.ID]desk.ID
}

func (c *cache) get(id desk.ID) (desk.ID, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	who, ok := c.m[id]
	return who, ok
}

func (c *cache) set(id, who desk.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= mostNames {
		c.m = map[desk.ID]desk.ID{}
	}
	c.m[id] = who
}
