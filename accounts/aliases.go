package accounts

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"firstsign/internal/identity"
	"firstsign/internal/spelling"
)

// Aliases are the former ids of accounts: what is known of the former id is the
// account's. They are never changed after they were built. Nil knows none.
type Aliases struct {
	now map[string][]byte
}

// AliasKind is why an account has another id.
type AliasKind string

// The kinds. They differ for people only: interactions of the former id are the
// account's in each case.
const (
	Renamed AliasKind = "renamed" // the same customer under another id
	Merged  AliasKind = "merged"  // several customers are one now
	Split   AliasKind = "split"   // one customer is several now; the named one keeps the history
)

var aliasKinds = spelling.Set{
	{Name: string(Renamed), Also: []string{"改名", "更名", "换号"}},
	{Name: string(Merged), Also: []string{"合并"}},
	{Name: string(Split), Also: []string{"拆分", "分立"}},
}

// alias is one line of aliases.csv.
type alias struct {
	old, new string
	kind     AliasKind
	from     string
}

var aliasFields = []field[alias]{
	text("old", func(a *alias) *string { return &a.old }, "old_id", "alias", "former_id", "旧编号", "原编号", "曾用编号"),
	text("new", func(a *alias) *string { return &a.new }, "new_id", "account", "id", "新编号", "现编号", "客户编号"),
	oneOf("kind", func(a *alias) *AliasKind { return &a.kind }, aliasKinds, "type", "类型", "原因"),
	{Word: spelling.Word{Name: "from", Also: []string{"from_day", "since", "date", "日期", "起始日期", "生效日期"}}, set: setAliasDay, get: func(a *alias) string { return a.from }},
}

func setAliasDay(_ *Builder, a *alias, text string) string {
	if _, err := new(columns).date(text); err != nil && !unknown(text) {
		return fmt.Sprintf("%q is no date: %s", text, asDate)
	}
	a.from = text
	return ""
}

// ReadAliases takes the former ids of aliases.csv: old and new, and for people why
// (kind) and since when (from). Accounts that were read before must be among them.
func (r *Builder) ReadAliases(text []byte, name string) {
	accountsFile := r.File
	r.File = name
	rows(r, text, aliasFields, func(line int, columns []*field[alias], row []string) {
		var a alias
		for i, f := range columns {
			if f != nil {
				fill(r, line, aliasFields, &a, f.Name, strings.TrimSpace(row[i]))
			}
		}
		for _, id := range [...]struct{ name, id string }{{"old", a.old}, {"new", a.new}} {
			if fault := idFault(id.id); fault != "" {
				r.Note(line, "%s %s", id.name, fault)
				return
			}
		}
		if r.addAlias(place{name, line}, a.old, a.new) && accountsFile != "" && !r.broken {
			if _, known := r.at[a.new]; !known {
				r.Note(line, "account %q is not in %s%s", a.new, accountsFile, r.nearest(a.new))
			}
		}
	})
}

// place is where something was given.
type place struct {
	file string
	line int
}

// formerID is an alias while files are read.
type formerID struct {
	place
	now string
}

// addAlias notes a former id. False means that it was given before.
func (r *Builder) addAlias(at place, old, now string) bool {
	first, given := r.aliases[old]
	switch {
	case old == now:
		r.noteAt(at, "%q is the former id of itself", old)
		return false
	case given && first.now != now:
		r.noteAt(at, "%q is a former id of %q already, by line %d of %s: an id has one heir", old, first.now, first.line, first.file)
		return false
	case given:
		return true
	}
	if r.aliases == nil {
		r.aliases = map[string]formerID{}
	}
	r.aliases[old] = formerID{at, now}
	return true
}

func (r *Builder) noteAt(at place, format string, args ...any) {
	file := r.File
	r.File = at.file
	r.Note(at.line, format, args...)
	r.File = file
}

// Aliases are the former ids of all files that were read. What is wrong with them as
// a whole is noted: a former id that is an account, or that has a former id.
func (r *Builder) Aliases() *Aliases {
	olds := make([]string, 0, len(r.aliases))
	for old := range r.aliases {
		olds = append(olds, old)
	}
	slices.Sort(olds)
	a := &Aliases{now: make(map[string][]byte, len(olds))}
	for _, old := range olds {
		f := r.aliases[old]
		switch at, listed := r.at[old]; {
		case listed:
			r.noteAt(f.place, "%q is an account of line %d: take it out, or it is no former id", old, at.line)
		case r.aliases[f.now].now == old:
			r.noteAt(f.place, "%q and %q are former ids of each other", old, f.now)
		case r.aliases[f.now].now != "":
			r.noteAt(f.place, "%q became %q, which is a former id itself: give %q as the new one", old, f.now, r.heir(f.now))
		default:
			a.now[old] = []byte(f.now)
		}
	}
	if len(a.now) == 0 {
		return nil
	}
	return a
}

// heir is the end of a chain, or where it comes back to itself.
func (r *Builder) heir(id string) string {
	for range len(r.aliases) {
		next, more := r.aliases[id]
		if !more {
			break
		}
		id = next.now
	}
	return id
}

// AliasesOf are the former ids that accounts give of themselves (their column
// aliases), and others: of a file beside them. An id that is an account is none, and
// of two heirs the file's counts.
func AliasesOf(d *Directory, others *Aliases) *Aliases {
	a := &Aliases{now: map[string][]byte{}}
	for account := range d.All() {
		for _, old := range account.Aliases {
			a.now[old] = []byte(account.ID)
		}
	}
	if others != nil {
		for old, now := range others.now {
			a.now[old] = now
		}
	}
	for old := range a.now {
		if d.Get(old) != nil {
			delete(a.now, old)
		}
	}
	if len(a.now) == 0 {
		return nil
	}
	return a
}

// Of is the account that an id is a former one of, nil when it is none.
func (a *Aliases) Of(id []byte) []byte {
	if a == nil {
		return nil
	}
	return a.now[string(id)]
}

// Has says whether an id is a former one.
func (a *Aliases) Has(id string) bool { return a != nil && a.now[id] != nil }

// Current is the account of an id: what it is a former id of, or itself.
func (a *Aliases) Current(id string) string {
	return cmp.Or(string(a.Of([]byte(id))), id)
}

// Former are the former ids of an account, in their order.
func (a *Aliases) Former(id string) (former []string) {
	if a == nil {
		return nil
	}
	for old, now := range a.now {
		if string(now) == id {
			former = append(former, old)
		}
	}
	slices.Sort(former)
	return former
}

// Len is how many former ids there are.
func (a *Aliases) Len() int {
	if a == nil {
		return 0
	}
	return len(a.now)
}

// Hash names them, as a part of the rules. Empty when there are none.
func (a *Aliases) Hash() string {
	if a.Len() == 0 {
		return ""
	}
	lines := make([]string, 0, len(a.now))
	for old, now := range a.now {
		lines = append(lines, fmt.Sprintf("%q %q\n", old, now))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])
}

// setAliases reads the former ids of an account: "K-17;0017".
func setAliases(_ *Builder, a *Account, text string) string {
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "；", ";"), ";") {
		part = identity.CleanString(part)
		if part == "" {
			continue
		}
		if fault := idFault(part); fault != "" {
			return fault
		}
		a.Aliases = append(a.Aliases, part)
	}
	return ""
}
