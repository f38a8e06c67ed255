package detector

// Stats are the engine's plain counters since it was made, and what is.
type Stats struct {
	Events     int64 // counted
	Duplicates int64
	Skipped    int64 // were in the state of their account already
	Late       int64 // came after their day had closed
	DaysClosed int64

	Accounts     int64
	Series       int64
	EpisodesOpen int64

	Findings map[FindingKind]int64 // since the engine was made
	Sources  map[FeedState]int64   // at the last close
}

func newStats() Stats {
	return Stats{Findings: map[FindingKind]int64{}, Sources: map[FeedState]int64{}}
}

// Stats returns the counters. They are the engine's own and change with it.
func (e *Engine) Stats() *Stats {
	clear(e.stats.Sources)
	if e.today != nil {
		for i := range e.today.feeds {
			e.stats.Sources[e.today.feeds[i].state]++
		}
	}
	return &e.stats
}
