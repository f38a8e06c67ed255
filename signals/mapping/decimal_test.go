package mapping

import (
	"encoding/base64"
	"strings"
	"testing"
)

// Decimals as Debezium writes them with decimal.handling.mode=precise.
func TestDecimal(t *testing.T) {
	long := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("a", maxDecimalBytes+1)))
	tests := []struct{ name, expression, value, want string }{
		{"500 hundredths", "decimal(msg.a, 2)", `{"a":"AfQ="}`, "5"},
		{"below 0", "decimal(msg.a, 2)", `{"a":"/w=="}`, "-0.01"},
		{"two bytes below 0", "decimal(msg.a, 2)", `{"a":"/gw="}`, "-5"},
		{"a leading zero byte keeps it above", "decimal(msg.a, 1)", `{"a":"AP8="}`, "25.5"},
		{"zero", "decimal(msg.a, 2)", `{"a":"AA=="}`, "0"},
		{"without padding", "decimal(msg.a, 2)", `{"a":"AfQ"}`, "5"},
		{"scale 0 is a whole number", "decimal(msg.a, 0) + 1", `{"a":"AfQ="}`, "501"},
		{"a negative scale", "decimal(msg.a, -2)", `{"a":"AfQ="}`, "50000"},
		{"12345.67, rounded to the nearest", "decimal(msg.a, 2)", `{"a":"EtaH"}`, "12345.67"},
		{"0.1 of 30 digits", "decimal(msg.a, 30)", `{"a":"AUMeD65tchfKoAAAAA=="}`, "0.1"},
		{"scale from the row", "decimal(msg.a)", `{"a":{"scale":3,"value":"AfQ="}}`, "0.5"},
		{"calculated with", "decimal(msg.a, 2) * 1.13", `{"a":"AfQ="}`, "5.6499999999999995"},
		{"decoded by hand", "decimal(base64.decode(msg.a), 2)", `{"a":"AfQ="}`, "5"},
		{"null", "decimal(msg.a, 2)", `{"a":null}`, "value: no such key: a (it is null)"},
		{"missing", "decimal(msg.a, 2)", `{}`, "value: no such key: a"},
		{"a number written as text", "decimal(msg.a, 2)", `{"a":"12.50"}`, `value: "12.50" is not bytes in base64; a number that is written as text needs no decimal()`},
		{"empty", "decimal(msg.a, 2)", `{"a":""}`, "value: a decimal has 1 to 256 bytes, and this 0"},
		{"too long", "decimal(msg.a, 2)", `{"a":"` + long + `"}`, "value: a decimal has 1 to 256 bytes, and this 257"},
		{"a scale that is none", "decimal(msg.a, 4000)", `{"a":"AfQ="}`, "value: the scale of a decimal is 4000, and not a whole number up to 400"},
		{"a struct of something else", "decimal(msg.a)", `{"a":{"value":"AfQ="}}`, "value: decimal() wants an object of scale and value"},
		{"a struct whose value is a number", "decimal(msg.a)", `{"a":{"scale":2,"value":5}}`, "value: the value of a decimal is int, and not bytes"},
		{"a number is no bytes", "decimal(msg.a, 2)", `{"a":5}`, "value: no such overload"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			mapper := compiled(t, with(func(c *Config) { c.Value = test.expression })).Mapper(nil)
			got := told(mapper.Map(Origin{Topic: "cdr"}, record(test.value))[0])
			want := `"value":` + test.want + ","
			if strings.HasPrefix(test.want, "value: ") {
				want = test.want
			}
			if !strings.Contains(got, want) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// An id that is a decimal without digits behind the point loses none of its own.
func TestDecimalAsID(t *testing.T) {
	mapper := compiled(t, with(func(c *Config) { c.Account = "decimal(msg.a, 0)" })).Mapper(nil)
	for text, want := range map[string]string{
		"IAAAAAAAAQ==":     `"account":"9007199254740993"`,          // 2^53 + 1
		"AQAAAAAAAAAAAAA=": `"account":"1208925819614629174706176"`, // 2^80
	} {
		if got := told(mapper.Map(Origin{Topic: "cdr"}, record(`{"a":"`+text+`"}`))[0]); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
