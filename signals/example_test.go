package signals_test

import (
	"fmt"
	"time"

	"firstsign/signals"
)

// An interaction as a producer writes it: the record, and the partition it
// belongs to.
func Example() {
	in := signals.Interaction{
		Time:    time.Date(2026, 3, 2, 9, 30, 11, 0, time.UTC).UnixNano(),
		Account: []byte("acme"), Signal: []byte("call"), Value: 1,
		ID: []byte("cdr-88f1"), Contact: []byte("li-wei"), Source: []byte("pbx"),
		Attributes: []signals.Attribute{{Key: []byte("direction"), Value: []byte("inbound")}},
	}
	fmt.Printf("%s\n", signals.Append(nil, &in))
	fmt.Println("partition", signals.PartitionOf(in.Account, 12), "of 12")
	// Output:
	// {"time":"2026-03-02T09:30:11Z","account":"acme","signal":"call","value":1,"id":"cdr-88f1","contact":"li-wei","source":"pbx","attributes":{"direction":"inbound"}}
	// partition 0 of 12
}

// A day is one of the deployment's time zone: half past eleven in the evening
// in London is the next day in Shanghai.
func ExampleZone_Day() {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	instant := time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC).UnixNano()
	fmt.Println(signals.NewZone(time.UTC).Day(instant), signals.NewZone(shanghai).Day(instant))
	// Output: 2026-03-02 2026-03-03
}
