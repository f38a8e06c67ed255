package worker

import (
	"flag"
	"runtime/debug"
	"testing"

	"pgregory.net/rapid"
)

// TestProtocol runs random schedules of workers that crash, sleep and wake as
// zombies over a store that loses calls and goes back in time. It is the
// commit protocol that is tried, with an engine that only counts.
//
// It runs 10,000 schedules, 1,000 with -short, or as many as -rapid.checks says.
func TestProtocol(t *testing.T) {
	setChecks(t)
	// Many tiny worlds: without this most of the time goes into collecting them.
	defer debug.SetGCPercent(debug.SetGCPercent(1000))
	rapid.Check(t, func(t *rapid.T) {
		if err := schedules.Draw(t, "schedule").run(sound); err != nil {
			t.Fatal(err)
		}
	})
}

// TestProtocolNet shows that TestProtocol can fail: with any one rule of the
// protocol broken, the same schedules find it.
func TestProtocolNet(t *testing.T) {
	for f := sound + 1; f < flaws; f++ {
		t.Run(f.String(), func(t *testing.T) {
			const most = 5000
			for seed := range most {
				if err := schedules.Example(seed).run(f); err != nil {
					t.Logf("found by schedule %d: %v", seed+1, err)
					return
				}
			}
			t.Errorf("not found by %d schedules", most)
		})
	}
}

func setChecks(t *testing.T) {
	const name = "rapid.checks"
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return
	}
	before, checks := flag.Lookup(name).Value.String(), "10000"
	if testing.Short() {
		checks = "1000"
	}
	if err := flag.Set(name, checks); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { flag.Set(name, before) })
}

// flaw is one rule of the protocol that is broken on purpose.
type flaw int

const (
	sound             flaw = iota
	noToken                // the store does not look at the token
	noSeq                  // the store takes any seq
	noRepeat               // the store writes a repeated chunk again
	noWriter               // the store takes another's chunk of the same seq for a repeat
	offsetForSeq           // the store compares the position instead of the seq
	noAccountNext          // accounts do not skip what they have seen
	noClosings             // summaries are derived again on replay
	forgottenClosings      // a worker that is behind its predecessor drops the summaries it has not reached
	latePortfolio          // summaries are written with the last chunk
	splitFindings          // findings are written with the last chunk, not with their accounts
	rebuiltChunk           // after a lost reply the same seq carries more
	flaws
)

func (f flaw) String() string {
	return [...]string{
		"sound", "no token", "no seq", "no repeat", "no writer", "offset for seq", "no account next",
		"no closings", "forgotten closings", "late portfolio", "split findings", "rebuilt chunk",
	}[f]
}

// schedule is what happens in one run.
type schedule struct {
	records []modelRecord
	steps   []step
}

// step is one thing that happens. Its numbers are taken modulo what there is.
type step struct {
	kind   stepKind
	worker int
	n      int // records to read, chunks to send, snapshot to restore, how late a call is
	size   int // accounts per chunk
	faults uint32
}

type stepKind int

const (
	stepRead       stepKind = iota
	stepCommit              // all chunks
	stepCrash               // some chunks, then death
	stepSleep               // some chunks, the rest when it wakes
	stepClaim               // by a worker that may own it already
	stepDeliver             // the outbox
	stepLateCommit          // a commit arrives once more
	stepLateClaim           // the claim of a worker arrives once more
	stepSnapshot
	stepRestore
)

var schedules = rapid.Custom(func(t *rapid.T) schedule {
	return schedule{
		records: rapid.SliceOfN(rapid.Custom(drawRecord), 10, 40).Draw(t, "records"),
		steps:   rapid.SliceOfN(rapid.Custom(drawStep), 10, 60).Draw(t, "steps"),
	}
})

func drawRecord(t *rapid.T) modelRecord {
	return modelRecord{account: max(0, fair(t, 3)-1), add: 1 + uint64(fair(t, 2))}
}

func drawStep(t *rapid.T) step {
	return step{
		kind:   stepKinds[fair(t, 4)],
		worker: fair(t, 1) + fair(t, 1),
		n:      fair(t, 3),
		size:   1 + fair(t, 1),
		faults: faults[fair(t, 4)],
	}
}

// fair draws a number of n bits, all equally likely: rapid's own ranges prefer
// small ones, which makes tame schedules.
func fair(t *rapid.T, n int) (x int) {
	for range n {
		x <<= 1
		if rapid.Bool().Draw(t, "bit") {
			x++
		}
	}
	return x
}

var stepKinds = [16]stepKind{
	stepRead, stepRead, stepRead, stepCommit, stepCommit, stepCrash, stepCrash, stepSleep,
	stepSleep, stepClaim, stepDeliver, stepLateCommit, stepLateClaim, stepSnapshot, stepSnapshot, stepRestore,
}

// faults are those of a step's calls, one octal digit each, the first call's last.
var faults = [16]uint32{
	0, 0, 0, 0, 0, 0, 0, // none
	01, 02, 010, 020, 0200, 02000, // one, then all is well
	0222, 02220, 021212, // until the caller gives up
}

// fault takes the next fault from a step.
func (s *step) fault() Fault {
	f := Fault(s.faults & 7)
	s.faults >>= 3
	return f
}
