package identity

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Rewritten ids have another beginning or another end: CRM-1007 for 1007, acme@new
// for acme@old. A rule is what many ids have in common, so that chance is told from
// intention. Rules that fewer than fewestMigrated ids follow must have a sign at
// their seam.

// longestAffix is the longest beginning or end that is tried, in letters.
const longestAffix = 16

// mostRules are tried, those of most ids first.
const mostRules = 50

// affix is a rule while it is looked for.
type affix struct {
	from, to string
	behind   bool
}

// rewritten pairs accounts whose ids have an affix changed.
func (s *search) rewritten() {
	votes := map[affix]int{}
	for _, behind := range [...]bool{false, true} {
		cores := s.cores(behind)
		for b := range s.lives {
			if !s.mayBeNew(b) {
				continue
			}
			cuts(s.lives[b].ID, behind, func(affixed, core string) {
				a, there := cores[core]
				if !there || a < 0 || a == b || !follows(&s.lives[a], &s.lives[b]) {
					return
				}
				votes[affix{beside(s.lives[a].ID, core, behind), affixed, behind}]++
			})
		}
	}
	rules := make([]affix, 0, len(votes))
	for rule := range votes {
		if rule.from != rule.to {
			rules = append(rules, rule)
		}
	}
	slices.SortFunc(rules, func(x, y affix) int {
		return cmp.Or(cmp.Compare(votes[y], votes[x]), cmp.Compare(len(x.from)+len(x.to), len(y.from)+len(y.to)),
			cmp.Compare(x.to, y.to), cmp.Compare(x.from, y.from))
	})
	index := make(map[string]int, len(s.lives))
	for i := range s.lives {
		index[s.lives[i].ID] = i
	}
	for _, rule := range rules[:min(len(rules), mostRules)] {
		s.apply(rule, index)
	}
}

// apply pairs the accounts that follow a rule.
func (s *search) apply(rule affix, index map[string]int) {
	type match struct{ a, b int }
	var found []match
	for b := range s.lives {
		id := s.lives[b].ID
		if s.new[b] || len(id) <= len(rule.to) {
			continue
		}
		var old string
		if rule.behind {
			if core := id[:len(id)-len(rule.to)]; id[len(core):] == rule.to {
				old = core + rule.from
			}
		} else if core := id[len(rule.to):]; id[:len(rule.to)] == rule.to {
			old = rule.from + core
		}
		a, there := index[old]
		if there && old != "" && a != b && !s.old[a] && follows(&s.lives[a], &s.lives[b]) {
			found = append(found, match{a, b})
		}
	}
	if len(found) < fewestMigrated && !rule.signed() {
		return
	}
	for _, m := range found {
		s.pair(m.a, m.b, Rule{Kind: Affix, From: rule.from, To: rule.to, Behind: rule.behind})
	}
}

// signed says whether both affixes have a sign at their seam, or are nothing.
func (r affix) signed() bool {
	for _, text := range [...]string{r.from, r.to} {
		seam, _ := utf8.DecodeLastRuneInString(text)
		if r.behind {
			seam, _ = utf8.DecodeRuneInString(text)
		}
		if text != "" && !isSign(seam) {
			return false
		}
	}
	return true
}

// cores of the accounts that are in no pair: the account of each, -1 where it is
// that of several.
func (s *search) cores(behind bool) map[string]int {
	cores := map[string]int{}
	for a := range s.lives {
		if !s.mayBeOld(a) {
			continue
		}
		cuts(s.lives[a].ID, behind, func(_, core string) {
			if _, taken := cores[core]; taken {
				cores[core] = -1
			} else {
				cores[core] = a
			}
		})
	}
	return cores
}

// cuts yields the ways in which an id is an affix beside a core.
func cuts(id string, behind bool, yield func(affix, core string)) {
	ends := make([]int, 0, 64)
	for i := range id {
		ends = append(ends, i)
	}
	ends = append(ends, len(id))
	letters := len(ends) - 1
	for n := 0; n <= longestAffix && letters-n >= shortestCore; n++ {
		if behind {
			yield(id[ends[letters-n]:], id[:ends[letters-n]])
		} else {
			yield(id[:ends[n]], id[ends[n]:])
		}
	}
}

// beside is what an id has beside its core.
func beside(id, core string, behind bool) string {
	if behind {
		return id[len(core):]
	}
	return id[:len(id)-len(core)]
}
