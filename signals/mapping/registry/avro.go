package registry

import (
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/twmb/avro"

	"firstsign/signals/mapping"
)

// readAvro prepares a schema, after those that it names.
func readAvro(text string, below []reference) (func([]byte) (any, error), error) {
	var cache avro.SchemaCache
	for _, ref := range below {
		if _, err := cache.Parse(ref.text, avroTypes...); err != nil {
			return nil, fmt.Errorf("%s, to which it refers: %w", ref.name, err)
		}
	}
	schema, err := cache.Parse(text, avroTypes...)
	if err != nil {
		return nil, err
	}
	return func(value []byte) (any, error) {
		var v any
		rest, err := schema.Decode(value, &v)
		switch {
		case err != nil:
			return nil, err
		case len(rest) > 0:
			return nil, fmt.Errorf("%d bytes follow the value", len(rest))
		}
		return v, nil
	}, nil
}

// avroTypes say what logical types are to expressions. Instants are timestamps
// and times of day durations, as the library has them.
var avroTypes = []avro.SchemaOpt{
	avro.CustomType{LogicalType: "decimal", Decode: decimal},
	avro.CustomType{LogicalType: "big-decimal", Decode: bigDecimal},
	// A day and a clock on the wall mean an instant only with a zone: as texts they
	// get the mapping's.
	avro.CustomType{LogicalType: "date", AvroType: "int", Decode: func(v any, _ *avro.SchemaNode) (any, error) {
		days, err := whole(v)
		return time.Unix(days*86400, 0).UTC().Format(time.DateOnly), err
	}},
	local("local-timestamp-millis", time.UnixMilli),
	local("local-timestamp-micros", time.UnixMicro),
	local("local-timestamp-nanos", func(n int64) time.Time { return time.Unix(0, n) }),
	avro.CustomType{LogicalType: "uuid", AvroType: "fixed", Decode: func(v any, _ *avro.SchemaNode) (any, error) {
		b, err := raw(v)
		if err != nil || len(b) != 16 {
			return nil, errors.New("a uuid has 16 bytes")
		}
		return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
	}},
}

func local(logicalType string, at func(int64) time.Time) avro.CustomType {
	return avro.CustomType{LogicalType: logicalType, AvroType: "long", Decode: func(v any, _ *avro.SchemaNode) (any, error) {
		n, err := whole(v)
		return at(n).UTC().Format("2006-01-02 15:04:05.999999999"), err
	}}
}

func decimal(v any, node *avro.SchemaNode) (any, error) {
	b, err := raw(v)
	if err != nil {
		return nil, err
	}
	return mapping.Decimal(b, node.Scale)
}

func bigDecimal(v any, _ *avro.SchemaNode) (any, error) {
	r, ok := v.(*big.Rat)
	if !ok {
		return nil, avro.ErrSkipCustomType
	}
	f, _ := r.Float64()
	return f, nil
}

// whole is an int or a long.
func whole(v any) (int64, error) {
	switch v := v.(type) {
	case int32:
		return int64(v), nil
	case int64:
		return v, nil
	case int:
		return int64(v), nil
	}
	return 0, fmt.Errorf("%T is no whole number", v)
}

// raw are bytes or a fixed.
func raw(v any) ([]byte, error) {
	switch v := v.(type) {
	case []byte:
		return v, nil
	case string:
		return []byte(v), nil
	}
	return nil, fmt.Errorf("%T are no bytes", v)
}
