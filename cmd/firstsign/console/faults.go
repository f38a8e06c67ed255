package console

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"firstsign/internal/fault"
	"firstsign/internal/plural"
	"firstsign/signals"
)

// manyFaults caps the faults that are printed for each kind.
const manyFaults = 500

// Complain says what went wrong. Mistakes in files begin their lines with the
// place, as compilers do: editors jump to it.
func Complain(err error) {
	faults, ok := errors.AsType[fault.List](err)
	if !ok {
		fmt.Fprintln(Err, "firstsign:", err)
		return
	}
	fmt.Fprintln(Err, faults.Brief(manyFaults))
	fmt.Fprintf(Err, "firstsign: %s in %s, nothing was done\n", plural.Count(len(faults), "mistake"), whose(faults))
}

// whose names the source of the faults: one file, or the configuration when there are
// several files.
func whose(faults fault.List) string {
	for _, f := range faults {
		if f.File != faults[0].File {
			return "the configuration"
		}
	}
	return faults[0].File
}

// LeftOut says how many records do not count, by the reason.
func LeftOut(rejected map[signals.Reason]int64) {
	for _, reason := range slices.Sorted(maps.Keys(rejected)) {
		fmt.Fprintf(Err, "%s left out: %s\n", plural.Count(rejected[reason], "record"), reason)
	}
}
