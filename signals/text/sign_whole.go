package text

import (
	"math/bits"
	"slices"
)

// What tells the features of a piece from each other that could have the same hash.
const (
	stemOnly uint64 = 77 + iota
	shorterOnly
	longerOnly
	apart // with one word between them
	ofMood
	ofMoodWithRival
	ofMoodWithUs
	atMost
	atLeast
	ofQuestion
	ofLength
	ofRival
	ofUs
	asFirst
	asFirstTwo
	asLast
)

// addStems adds how a word begins, by three lengths: so that forms of a word, and words
// that were made of it, have something in common.
func (p *piece) addStems(u *unit, s span) {
	p.add(join(u.stem, stemOnly), s)
	if u.shorter != 0 {
		p.add(join(uint64(u.shorter), shorterOnly), s)
	}
	if u.longer != 0 {
		p.add(join(uint64(u.longer), longerOnly), s)
	}
}

// moodSteps are into how many steps a mood from 0 to 1 is divided.
const moodSteps = 4

// addWhole adds what is true of a piece as a whole: its mood, whom it names, whether it
// asks, how long it is, how it begins and ends. Its mood carries what the texts of
// sentiment taught about words that no sentence with a sign has.
func (p *piece) addWhole(m moodSum, asks bool) {
	rivals, us := false, false
	for i := range p.units {
		u := &p.units[i]
		rivals = rivals || u.stem == rivalUnit.stem
		us = us || u.stem == usUnit.stem || slices.Contains(addressed, u.hash)
	}
	mood, _ := m.mood()
	step := uint64(moodSteps*mood + moodSteps + 0.5)
	var none span
	p.add(join(step, ofMood), none)
	p.add(join(min(step, moodSteps-1), atMost), none)
	p.add(join(max(step, moodSteps+1), atLeast), none)
	if rivals {
		p.add(join(step, ofMoodWithRival), none)
		p.add(join(1, ofRival), none)
	}
	if us {
		p.add(join(step, ofMoodWithUs), none)
		p.add(join(1, ofUs), none)
	}
	if asks {
		p.add(join(1, ofQuestion), none)
	}
	n := len(p.units)
	p.add(join(uint64(bits.Len(uint(n))), ofLength), none)
	if n > 0 {
		first, last := &p.units[0], &p.units[n-1]
		if last.kind == stop && n > 1 {
			last = &p.units[n-2]
		}
		p.add(join(first.stem, asFirst), span{first.at, first.end, 0, 0})
		p.add(join(last.stem, asLast), span{last.at, last.end, 0, 0})
		if n > 1 {
			second := &p.units[1]
			p.add(join(join(first.stem, second.stem), asFirstTwo), span{first.at, max(first.end, second.end), 0, 0})
		}
	}
}

// addressed are the words by which people mean us.
var addressed = []uint64{
	wordHash("you"), wordHash("your"), wordHash("yours"), wordHash("you're"), wordHash("you've"),
	wordHash("你"), wordHash("您"), wordHash("贵"),
}
