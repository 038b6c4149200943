package maildir

import (
	"hash/maphash"
	"slices"
	"sync"
)

// mostListed bounds how many names are remembered of all folders: 8 bytes each.
const mostListed = 1 << 20

// listings remember what folders held as long as they do not change, so that looking for
// messages that are gone does not list a large folder for each.
type listings struct {
	mu    sync.Mutex
	seed  maphash.Seed
	names int
	of    map[string]listing // by directory
}

// listing is what one folder held.
type listing struct {
	stamp  string
	hashes []uint64 // of the unique names, sorted
}

// lacks tells whether a message is known not to be in a folder that is as it was.
func (l *listings) lacks(dir, stamp, uniq string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	was, known := l.of[dir]
	if !known || was.stamp != stamp {
		return false
	}
	_, found := slices.BinarySearch(was.hashes, maphash.String(l.seed, uniq))
	return !found
}

// keep remembers what a folder holds: "cur/NAME" and "new/NAME".
func (l *listings) keep(dir, stamp string, names []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names += len(names) - len(l.of[dir].hashes)
	if l.of == nil || l.names > mostListed {
		l.of, l.names, l.seed = map[string]listing{}, len(names), maphash.MakeSeed()
	}
	hashes := make([]uint64, len(names))
	for i, name := range names {
		hashes[i] = maphash.String(l.seed, unique(name[4:]))
	}
	slices.Sort(hashes)
	l.of[dir] = listing{stamp, hashes}
}
