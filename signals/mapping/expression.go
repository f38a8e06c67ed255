package mapping

import (
	"slices"
	"strings"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/ext"
)

// language is what the expressions of a mapping may speak of.
type language struct {
	env     *cel.Env
	columns []string // nil: the message may have any field
	items   bool     // there is an item
}

// The variables. Those of Kafka are names with a dot and no fields of a map, so
// that a slip is found when the mapping is read.
const (
	varMessage   = "msg"
	varKey       = "key"
	varHeaders   = "headers"
	varTopic     = "kafka.topic"
	varPartition = "kafka.partition"
	varOffset    = "kafka.offset"
	varTime      = "kafka.time"

	// Where a mapping has each: one member of its list, and its place in it, from 0.
	varItem  = "item"
	varIndex = "index"
)

// newLanguage is of one mapping; zone is that of its times without an offset.
func newLanguage(c *Config, zone *time.Location) (*language, error) {
	l := &language{}
	message := cel.DynType
	if c.Format == CSV {
		message, l.columns = cel.MapType(cel.StringType, cel.StringType), c.Columns
	}
	var err error
	l.env, err = cel.NewEnv(
		cel.CustomTypeAdapter(adapter{}), cel.OptionalTypes(), ext.Strings(ext.StringsVersion(4)), ext.Encoders(), decimals(), timeFunction(zone),
		cel.Variable(varMessage, message), cel.Variable(varKey, cel.StringType),
		cel.Variable(varHeaders, cel.MapType(cel.StringType, cel.StringType)),
		cel.Variable(varTopic, cel.StringType), cel.Variable(varPartition, cel.IntType),
		cel.Variable(varOffset, cel.IntType), cel.Variable(varTime, cel.TimestampType),
	)
	return l, err
}

// withItems lets expressions speak of the item that they are about.
func (l *language) withItems() (err error) {
	l.env, err = l.env.Extend(cel.Variable(varItem, cel.DynType), cel.Variable(varIndex, cel.IntType))
	l.items = true
	return err
}

// expression gives one field.
type expression struct {
	field   string
	program cel.Program
	item    bool // it speaks of the item
}

// perItem tells whether an expression gives each item something of its own.
func (x *expression) perItem() bool { return x != nil && x.item }

// loopCost bounds an expression that goes over lists, in CEL's own units: a
// list of 100,000 is gone over once or twice, and not once for each of its
// members. Counting costs more than the work itself, and what has no loop does
// each of its steps once.
const loopCost = 1_000_000

// compile an expression that gives one of some types.
func (l *language) compile(field, text string, wanted []*cel.Type) (*expression, []Fault) {
	checked, issues := l.env.Compile(text)
	if issues.Err() != nil {
		var faults []Fault
		for i, e := range issues.Errors() {
			if i > 0 && strings.HasPrefix(e.Message, "Syntax error") {
				continue // what follows from the first
			}
			faults = append(faults, Fault{Field: field, Line: e.Location.Line(), Column: e.Location.Column() + 1, Text: l.hint(text, e)})
		}
		return nil, faults
	}
	given := checked.OutputType()
	if given.Kind() == types.OpaqueKind && given.TypeName() == types.OptionalType.TypeName() {
		given = given.Parameters()[0]
	}
	if given.Kind() != types.DynKind && given.Kind() != types.NullTypeKind && !slices.ContainsFunc(wanted, func(w *cel.Type) bool { return fits(given, w) }) {
		return nil, []Fault{{Field: field, Line: 1, Column: 1, Text: want(wanted) + ", and this gives " + given.String()}}
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	loops, item := false, false
	var faults []Fault
	info := checked.NativeRep().SourceInfo()
	ast.PostOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		loops = loops || e.Kind() == ast.ComprehensionKind
		item = item || e.Kind() == ast.IdentKind && (e.AsIdent() == varItem || e.AsIdent() == varIndex)
		if column := l.noColumn(e); column != "" {
			at := info.GetStartLocation(e.ID())
			faults = append(faults, Fault{Field: field, Line: at.Line(), Column: at.Column() + 1, Text: "no column is called " + column})
		}
	}))
	if faults != nil {
		return nil, faults
	}
	if loops {
		options = append(options, cel.CostLimit(loopCost))
	}
	program, err := l.env.Program(checked, options...)
	if err != nil {
		return nil, []Fault{{Field: field, Line: 1, Column: 1, Text: err.Error()}}
	}
	return &expression{field: field, program: program, item: item && l.items}, nil
}

// fits tells whether a type is what a field takes; a list may be of anything.
func fits(given, wanted *cel.Type) bool {
	return given.IsEquivalentType(wanted) || given.Kind() == types.ListKind && wanted.Kind() == types.ListKind
}

// hint says more where CEL says little: a word without quotes is taken for a
// variable.
func (l *language) hint(text string, e *cel.Error) string {
	name, ok := strings.CutPrefix(e.Message, "undeclared reference to '")
	if !ok {
		return e.Message
	}
	name, _, _ = strings.Cut(name, "'")
	if lines := strings.Split(text, "\n"); e.Location.Line() <= len(lines) {
		if line := []rune(lines[e.Location.Line()-1]); e.Location.Column() < len(line) && line[e.Location.Column()] == '(' {
			return "there is no function " + name
		}
	}
	if (name == varItem || name == varIndex) && !l.items {
		return "there is no " + name + " without each, which gives a list of items"
	}
	return "there is no " + name + ": msg, key, headers, kafka.topic, kafka.partition, kafka.offset and kafka.time are known, and a text stands in quotes"
}

// noColumn returns the column that msg.NAME or msg["NAME"] asks for when a row
// has none of that name.
func (l *language) noColumn(e ast.Expr) string {
	if l.columns == nil {
		return ""
	}
	isMessage := func(e ast.Expr) bool { return e.Kind() == ast.IdentKind && e.AsIdent() == varMessage }
	name := ""
	switch e.Kind() {
	case ast.SelectKind:
		if s := e.AsSelect(); isMessage(s.Operand()) {
			name = s.FieldName()
		}
	case ast.CallKind:
		if c := e.AsCall(); c.FunctionName() == operators.Index && isMessage(c.Args()[0]) && c.Args()[1].Kind() == ast.LiteralKind {
			name, _ = c.Args()[1].AsLiteral().Value().(string)
		}
	}
	if slices.Contains(l.columns, name) {
		return ""
	}
	return name
}

// constants of an expression: a text, or a choice between texts.
func constants(e ast.Expr) []string {
	switch e.Kind() {
	case ast.LiteralKind:
		if text, ok := e.AsLiteral().Value().(string); ok {
			return []string{text}
		}
	case ast.CallKind:
		if c := e.AsCall(); c.FunctionName() == operators.Conditional {
			one, other := constants(c.Args()[1]), constants(c.Args()[2])
			if one != nil && other != nil {
				return append(one, other...)
			}
		}
	}
	return nil
}

// eval returns what the expression gives of a message; nil when that is not
// there, and then missing says what it looked for.
func (x *expression) eval(m *message) (v ref.Val, missing string, err error) {
	v, _, err = x.program.Eval(m)
	switch {
	case err == nil:
		return given(v)
	case isMissing(err):
		return nil, err.Error(), nil
	}
	// Null is as good as absent. Where it is compared with null that is seen, and
	// where something is done with it, it is what is missing.
	if bare := m.withoutNulls(); bare != nil {
		if _, _, again := x.program.Eval(bare); again != nil && isMissing(again) {
			return nil, again.Error() + " (it is null)", nil
		}
	}
	return nil, "", err
}

// given is a value; nil for null and for what an optional one has not.
func given(v ref.Val) (ref.Val, string, error) {
	if o, ok := v.(*types.Optional); ok {
		if !o.HasValue() {
			return nil, "an optional value is not there", nil
		}
		v = o.GetValue()
	}
	if v.Type() == types.NullType {
		return nil, "it is null", nil
	}
	return v, "", nil
}

// isMissing tells whether an expression failed because a field or an item that
// it names is not there. CEL has no exported error for it.
func isMissing(err error) bool {
	text := err.Error()
	return strings.HasPrefix(text, "no such key") || strings.HasPrefix(text, "no such attribute") || strings.HasPrefix(text, "index out of bounds")
}
