package signals

import (
	"strconv"
	"unicode/utf8"
)

// Append writes the record of an interaction as JSON: time in UTC, exact to
// the nanosecond, and value exact; empty fields are left out. Decoding it
// gives the same interaction. The value must be finite and the time one that
// ParseTime accepts; bytes that are not UTF-8 become U+FFFD.
func Append(dst []byte, in *Interaction) []byte {
	dst = append(dst, `{"time":"`...)
	dst = AppendTime(dst, in.Time)
	dst = append(dst, '"')
	dst = appendField(dst, `,"account":`, in.Account)
	dst = appendField(dst, `,"signal":`, in.Signal)
	dst = append(dst, `,"value":`...)
	dst = strconv.AppendFloat(dst, in.Value, 'g', -1, 64)
	dst = appendField(dst, `,"id":`, in.ID)
	dst = appendField(dst, `,"contact":`, in.Contact)
	dst = appendField(dst, `,"source":`, in.Source)
	dst = appendField(dst, `,"text":`, in.Text)
	if len(in.Attributes) > 0 {
		dst = append(dst, `,"attributes":{`...)
		for i := range in.Attributes {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, in.Attributes[i].Key)
			dst = append(dst, ':')
			dst = appendString(dst, in.Attributes[i].Value)
		}
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

func appendField(dst []byte, name string, value []byte) []byte {
	if len(value) == 0 {
		return dst
	}
	return appendString(append(dst, name...), value)
}

// appendString writes a JSON string.
func appendString[S []byte | string](dst []byte, s S) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
			i++
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			i++
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, n := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return append(dst, '"')
}
