package decode

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// checkFloat compares a number with strconv.
func checkFloat(t interface{ Fatalf(string, ...any) }, text string) {
	l := lexer{b: []byte(text)}
	n, ok := l.number()
	if !ok || l.i != len(text) {
		t.Fatalf("%s is not read", text)
	}
	got, finite := n.float()
	want, err := strconv.ParseFloat(text, 64)
	if finite != (err == nil) || finite && math.Float64bits(got) != math.Float64bits(want) {
		t.Fatalf("%s: got %v, %v, want %v, %v", text, got, finite, want, err)
	}
}

func TestFloat(t *testing.T) {
	for _, text := range []string{
		"0", "-0", "0.0", "-0.0e5", "1", "-1", "123456789012345", "999999999999999e22", "999999999999999e-22", "1e22", "1e23", "1e-23",
		"1234567890123456", "9007199254740993", "18446744073709551616", "0.000000000000001", "0.0000000000000000001", "4.9e-324", "2.4e-324",
		"1.7976931348623157e308", "1.7976931348623159e308", "1e-999999999999999999", "0e999999999999999999", "1e309", "100000000000000000000000", "2.2250738585072011e-308",
	} {
		checkFloat(t, text)
	}
}

func TestFloatProperty(t *testing.T) {
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?`)
	rapid.Check(t, func(t *rapid.T) { checkFloat(t, number.Draw(t, "number")) })
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, "float")
		checkFloat(t, strconv.FormatFloat(f, 'g', -1, 64))
	})
}
