package document

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"firstsign/internal/fault"
	"firstsign/signals"
)

// Decode fills a struct from a node. Unlike yaml's own decoder it goes on after a fault,
// gives the line of each, and refuses unknown keys.
func (d *Document) Decode(n *yaml.Node, into any) {
	d.value(n, reflect.ValueOf(into).Elem(), "")
}

// Types that are read from a text.
var (
	DurationType = reflect.TypeFor[time.Duration]()
	DayType      = reflect.TypeFor[signals.Day]()
)

func (d *Document) value(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.Wrong[path] = true
		d.NoteLine(n.Line, prefix(path)+"anchors and aliases (& and *) are not used in these files")
		return
	}
	switch {
	case v.CanAddr() && d.Word(n, v, path):
	case v.Type() == DurationType:
		d.duration(n, v, path)
	case v.Type() == DayType:
		var text string
		d.scalar(n, reflect.ValueOf(&text).Elem(), path)
		if day, ok := d.Day(path, text); ok {
			v.SetInt(int64(day))
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path)
	case v.Kind() == reflect.Struct:
		d.structure(n, v, path)
	case v.Kind() == reflect.Map:
		d.dictionary(n, v, path)
	case v.Kind() == reflect.Slice:
		d.list(n, v, path)
	default:
		d.scalar(n, v, path)
	}
}

// pairs yields the keys and values of a mapping, each key once, and records
// their lines. A key with nothing behind it counts as an empty mapping.
func (d *Document) pairs(n *yaml.Node, path string, yield func(key, value *yaml.Node)) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, path, "a mapping (key: value)")
		return
	}
	first := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Anchor != "" {
			d.NoteLine(key.Line, prefix(path)+"a key is not plain text")
			continue
		}
		if line, ok := first[key.Value]; ok {
			d.NoteLine(key.Line, fmt.Sprintf("%skey %q is already on line %d", prefix(path), key.Value, line))
			continue
		}
		first[key.Value] = key.Line
		d.Lines[Join(path, key.Value)] = key.Line
		yield(key, n.Content[i+1])
	}
}

func (d *Document) structure(n *yaml.Node, v reflect.Value, path string) {
	known := keysOf(v.Type())
	d.pairs(n, path, func(key, value *yaml.Node) {
		i := slices.IndexFunc(known, func(k structKey) bool { return k.name == key.Value })
		if i < 0 {
			names := make([]string, len(known))
			for i, k := range known {
				names[i] = k.name
			}
			d.NoteLine(key.Line, fmt.Sprintf("%sunknown key %q%s", prefix(path), key.Value, hint(key.Value, names)))
			return
		}
		d.value(value, v.FieldByIndex(known[i].index), Join(path, key.Value))
	})
}

// structKey is a key that fills a field of a struct.
type structKey struct {
	name  string
	index []int
}

var keys sync.Map // by reflect.Type: a file may hold 200,000 contacts

// keysOf a struct, those of inlined structs among them.
func keysOf(t reflect.Type) []structKey {
	if known, ok := keys.Load(t); ok {
		return known.([]structKey)
	}
	var known []structKey
	for f := range t.Fields() {
		tag, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() || tag == "-":
		case options == "inline":
			for _, inner := range keysOf(f.Type) {
				known = append(known, structKey{inner.name, append(slices.Clone(f.Index), inner.index...)})
			}
		default:
			known = append(known, structKey{cmp.Or(tag, strings.ToLower(f.Name)), f.Index})
		}
	}
	keys.Store(t, known)
	return known
}

// Fields walks the fields of a struct that a file can give.
func Fields(v reflect.Value, yield func(name string, field reflect.Value)) {
	for _, k := range keysOf(v.Type()) {
		yield(k.name, v.FieldByIndex(k.index))
	}
}

// hint suggests a known key for an unknown one.
func hint(key string, known []string) string {
	for _, k := range known {
		if k == key+"_file" || k == key+"_env" {
			return fmt.Sprintf(": a secret is given by %s_file or %s_env", key, key)
		}
	}
	return fault.DidYouMean(key, known)
}

func (d *Document) dictionary(n *yaml.Node, v reflect.Value, path string) {
	m := reflect.MakeMap(v.Type())
	d.pairs(n, path, func(key, value *yaml.Node) {
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(value, element, Join(path, key.Value))
		m.SetMapIndex(reflect.ValueOf(key.Value).Convert(v.Type().Key()), element)
	})
	v.Set(m)
}

func (d *Document) list(n *yaml.Node, v reflect.Value, path string) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.wrongType(n, path, "a list (- item)")
		return
	}
	s := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, element := range n.Content {
		at := Item(path, i)
		d.Lines[at] = element.Line
		d.value(element, s.Index(i), at)
	}
	v.Set(s)
}

func (d *Document) scalar(n *yaml.Node, v reflect.Value, path string) {
	tag := n.ShortTag()
	if n.Kind != yaml.ScalarNode {
		tag = ""
	}
	switch v.Kind() {
	case reflect.String:
		// 2026 or 007 where a name is wanted: take the text as it is written.
		if tag != "!!str" && tag != "!!int" && tag != "!!float" && tag != "!!timestamp" && (tag != "!!bool" || v.Type() != reflect.TypeFor[YesNo]()) {
			d.wrongType(n, path, "text")
			return
		}
		v.SetString(n.Value)
	case reflect.Bool:
		if tag != "!!bool" {
			d.wrongType(n, path, "true or false")
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int, reflect.Int64:
		i, err := strconv.ParseInt(n.Value, 10, v.Type().Bits())
		if tag != "!!int" || err != nil {
			d.wrongType(n, path, "a whole number")
			return
		}
		v.SetInt(i)
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.Value, 64)
		if tag != "!!int" && tag != "!!float" || err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			d.wrongType(n, path, "a number")
			return
		}
		v.SetFloat(f)
	default:
		panic(fmt.Sprintf("config: %s is of type %s, which no file can give", path, v.Type()))
	}
}

func (d *Document) duration(n *yaml.Node, v reflect.Value, path string) {
	const want = "a duration such as 500ms, 30s, 5m, 36h or 3d"
	if n.Kind != yaml.ScalarNode || isNull(n) {
		d.wrongType(n, path, want)
		return
	}
	text := n.Value
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if count, err := strconv.ParseUint(days, 10, 16); err == nil {
			v.SetInt(int64(count) * int64(24*time.Hour))
			return
		}
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		d.wrongType(n, path, want)
		return
	}
	v.SetInt(int64(length))
}

func (d *Document) wrongType(n *yaml.Node, path, want string) {
	d.Wrong[path] = true
	d.NoteLine(n.Line, fmt.Sprintf("%swant %s, got %s", prefix(path), want, describe(n)))
}

// describe names a node for a fault.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "nothing"
	}
	if text := []rune(n.Value); len(text) > 40 {
		return strconv.Quote(string(text[:40]) + "...")
	}
	return strconv.Quote(n.Value)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func prefix(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}
