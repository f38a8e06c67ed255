package decode_test

import (
	"fmt"

	"firstsign/signals"
	"firstsign/signals/decode"
)

// A record is an interaction, or a Reject says why it is none.
func ExampleDecoder_DecodeValue() {
	var d decode.Decoder
	var in signals.Interaction
	for _, record := range []string{
		`{"time":"2026-03-02T09:30:11+08:00","account":"acme","signal":"call","contact":"li-wei"}`,
		`{"time":"yesterday","account":"acme","signal":"call"}`,
	} {
		if reject := d.DecodeValue([]byte(record), &in); reject != nil {
			fmt.Println("no interaction:", reject.Reason)
			continue
		}
		fmt.Printf("%s of %s, with %s, value %g\n", in.Signal, in.Account, in.Contact, in.Value)
	}
	// Output:
	// call of acme, with li-wei, value 1
	// no interaction: bad_time
}
