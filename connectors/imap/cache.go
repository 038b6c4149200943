package imap

import (
	"container/list"
	"sync"
)

// The messages fetched last are kept for a while: a ticket's files are opened after
// its text was read.
const (
	cacheMemory = 16 << 20
	cacheDisk   = 512 << 20
)

// cache holds blobs by the place of their message, those used last.
type cache struct {
	mu     sync.Mutex
	order  *list.List // of *cached, the one used last in front
	byKey  map[string]*list.Element
	memory int64
	disk   int64
}

type cached struct {
	key  string
	blob *blob
}

func newCache() *cache { return &cache{order: list.New(), byKey: map[string]*list.Element{}} }

// get gives a use of what is held under a key; nil if nothing is.
func (c *cache) get(key string) *opened {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byKey[key]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	x := e.Value.(*cached).blob
	if !x.hold() {
		return nil
	}
	return &opened{blob: x}
}

// put holds a blob under a key.
func (c *cache) put(key string, x *blob) {
	if !x.hold() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.byKey[key]; e != nil {
		c.remove(e)
	}
	c.byKey[key] = c.order.PushFront(&cached{key, x})
	c.count(x, 1)
	for c.memory > cacheMemory || c.disk > cacheDisk {
		c.remove(c.order.Back())
	}
}

func (c *cache) count(x *blob, sign int64) {
	if x.file != nil {
		c.disk += sign * x.size
		return
	}
	c.memory += sign * x.size
}

func (c *cache) remove(e *list.Element) {
	held := e.Value.(*cached)
	c.order.Remove(e)
	delete(c.byKey, held.key)
	c.count(held.blob, -1)
	held.blob.drop()
}

// close lets go of all.
func (c *cache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.order.Len() > 0 {
		c.remove(c.order.Back())
	}
}
