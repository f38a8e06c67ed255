package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// How fast passwords may be tried. A person who mistypes is not held up; whoever
// guesses gets 8,640 tries a day from one address and 86,400 from all.
const (
	sourceBurst, sourceEvery = 5, 10 * time.Second
	totalBurst, totalEvery   = 50, time.Second
	// maxSources and maxKnown bound the memory, to about a megabyte.
	maxSources, maxKnown = 4096, 1024
)

// attempts counts failed logins, per source and in total. Credentials that were
// right before are not held up, so that nobody who guesses keeps others out.
type attempts struct {
	mu      sync.Mutex
	total   bucket
	sources map[string]*bucket
	key     []byte // of this process: what is kept tells no password
	known   map[[sha256.Size]byte]bool
}

func newAttempts() *attempts {
	return &attempts{sources: map[string]*bucket{}, key: []byte(rand.Text()), known: map[[sha256.Size]byte]bool{}}
}

func (a *attempts) id(credentials string) (id [sha256.Size]byte) {
	h := hmac.New(sha256.New, a.key)
	h.Write([]byte(credentials))
	copy(id[:], h.Sum(nil))
	return id
}

// begin asks for one try. It returns how long to wait, 0 to go on; then end follows.
func (a *attempts) begin(source, credentials string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known[a.id(credentials)] {
		return 0
	}
	b := a.sources[source]
	if b == nil {
		a.makeRoom(now)
		b = new(bucket)
		a.sources[source] = b
	}
	if wait := max(b.wait(sourceBurst, sourceEvery, now), a.total.wait(totalBurst, totalEvery, now)); wait > 0 {
		return wait
	}
	b.used++
	a.total.used++
	return 0
}

// makeRoom forgets sources when there are too many: those that have waited long
// enough, or else any. The total still bounds what many sources can try.
func (a *attempts) makeRoom(now time.Time) {
	if len(a.sources) < maxSources {
		return
	}
	for s, b := range a.sources {
		if b.wait(1, sourceEvery, now); b.used <= 0 {
			delete(a.sources, s)
		}
	}
	for s := range a.sources {
		if len(a.sources) < maxSources {
			return
		}
		delete(a.sources, s)
	}
}

// end says whether a try was right. A right one costs nothing.
func (a *attempts) end(source, credentials string, right bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := a.id(credentials)
	if !right {
		delete(a.known, id)
		return
	}
	if a.known[id] {
		return
	}
	if len(a.known) >= maxKnown {
		clear(a.known)
	}
	a.known[id] = true
	a.total.used = max(0, a.total.used-1)
	if b := a.sources[source]; b != nil {
		b.used = max(0, b.used-1)
	}
}

// bucket holds tries that were used and are given back with time.
type bucket struct {
	used float64
	at   time.Time // when used was right
}

// wait is how long until a try is free.
func (b *bucket) wait(burst int, every time.Duration, now time.Time) time.Duration {
	if now.After(b.at) {
		b.used = max(0, b.used-float64(now.Sub(b.at))/float64(every))
		b.at = now
	}
	if missing := b.used + 1 - float64(burst); missing > 0 {
		return time.Duration(missing * float64(every))
	}
	return 0
}
