package main

import (
	"fmt"
	"slices"
)

// threshold of a score that is called good or bad, as VADER has it.
const threshold = 0.05

func classOf(score float64) string {
	switch {
	case score >= threshold:
		return "pos"
	case score <= -threshold:
		return "neg"
	}
	return "neu"
}

// report prints, for each set, macro-F1 of good and bad, and F1 of all classes
// weighted by how many texts each has.
func report(texts []example, scores []float64) {
	for _, set := range setsOf(texts) {
		var is, said []string
		for i, x := range texts {
			if x.set == set {
				is, said = append(is, x.label), append(said, classOf(scores[i]))
			}
		}
		macro, weighted := f1(is, said)
		fmt.Printf("%-24s %6d texts  macro-F1 %.3f  weighted F1 %.3f\n", set, len(is), macro, weighted)
	}
}

func f1(is, said []string) (macro, weighted float64) {
	count := func(list []string, class string) float64 {
		return float64(len(list) - len(slices.DeleteFunc(slices.Clone(list), func(c string) bool { return c == class })))
	}
	for _, class := range []string{"pos", "neg", "neu"} {
		hits := 0.0
		for i := range is {
			if is[i] == class && said[i] == class {
				hits++
			}
		}
		there := count(is, class)
		f := 0.0
		if hits > 0 {
			f = 2 * hits / (there + count(said, class))
		}
		weighted += f * there / float64(len(is))
		if class != "neu" {
			macro += f / 2
		}
	}
	return macro, weighted
}
