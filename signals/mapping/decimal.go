package mapping

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// What a decimal may be: PostgreSQL's numeric has 131,072 digits before the
// point, and no amount needs them.
const (
	maxScale        = 400
	maxDecimalBytes = 256
)

// decimals adds decimal(bytes, scale), which reads a decimal as Debezium and Avro
// write it: a whole number in two's complement, most significant byte first, of
// which the last scale digits are behind the point. In JSON the bytes are base64.
// decimal(struct) reads {"scale": 2, "value": "AfQ="}, Debezium's decimal whose
// scale differs from row to row.
func decimals() cel.EnvOption {
	text := func(value, scale ref.Val) ref.Val { return decimalOf(string(value.(types.String)), scale) }
	raw := func(value, scale ref.Val) ref.Val { return decimalValue(value.(types.Bytes), scale) }
	return cel.Function("decimal",
		cel.Overload("decimal_string_int", []*cel.Type{cel.StringType, cel.IntType}, cel.DynType, cel.BinaryBinding(text)),
		cel.Overload("decimal_bytes_int", []*cel.Type{cel.BytesType, cel.IntType}, cel.DynType, cel.BinaryBinding(raw)),
		cel.Overload("decimal_struct", []*cel.Type{cel.MapType(cel.StringType, cel.DynType)}, cel.DynType, cel.UnaryBinding(decimalStruct)))
}

// decimalStruct reads {"scale": 2, "value": "AfQ="}.
func decimalStruct(v ref.Val) ref.Val {
	m, ok := v.(traits.Mapper)
	if !ok {
		return types.MaybeNoSuchOverloadErr(v)
	}
	value, there := m.Find(types.String("value"))
	scale, also := m.Find(types.String("scale"))
	if !there || !also {
		return types.NewErr("decimal() wants an object of scale and value")
	}
	switch value := value.(type) {
	case types.String:
		return decimalOf(string(value), scale)
	case types.Bytes:
		return decimalValue(value, scale)
	}
	return types.NewErr("the value of a decimal is %s, and not bytes", value.Type().TypeName())
}

// decimalOf bytes in base64, with or without padding.
func decimalOf(text string, scale ref.Val) ref.Val {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return types.NewErr("%.40q is not bytes in base64; a number that is written as text needs no decimal()", text)
	}
	return decimalValue(raw, scale)
}

func decimalValue(raw []byte, scale ref.Val) ref.Val {
	s, ok := scale.(types.Int)
	switch {
	case !ok || s < -maxScale || s > maxScale:
		return types.NewErr("the scale of a decimal is %v, and not a whole number up to %d", scale.Value(), maxScale)
	case len(raw) == 0 || len(raw) > maxDecimalBytes:
		return types.NewErr("a decimal has 1 to %d bytes, and this %d", maxDecimalBytes, len(raw))
	}
	n := new(big.Int).SetBytes(raw)
	if raw[0]&0x80 != 0 { // below 0
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
	}
	return decimalNumber(n, int(s))
}

// Decimal is a decimal as expressions have it: see decimals.
func Decimal(raw []byte, scale int) (any, error) {
	v := decimalValue(raw, types.Int(scale))
	if failed, ok := v.(*types.Err); ok {
		return nil, failed
	}
	return v, nil
}

// decimalNumber is a decimal as a number of JSON would be read: without digits
// behind the point a whole number, of any length, else a fraction.
func decimalNumber(n *big.Int, scale int) ref.Val {
	if scale <= 0 {
		return numberOf(n.String() + strings.Repeat("0", -scale))
	}
	if n.IsInt64() && scale < len(powersOf10) {
		if small := n.Int64(); small >= -1<<53 && small <= 1<<53 {
			return types.Double(float64(small) / powersOf10[scale]) // both are exact, so the quotient is the nearest
		}
	}
	f, err := strconv.ParseFloat(fmt.Sprintf("%se-%d", n, scale), 64)
	if err != nil || math.IsInf(f, 0) {
		return types.NewErr("a decimal is too large for a number")
	}
	return types.Double(f)
}

// powersOf10 are those that a double holds exactly.
var powersOf10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}
