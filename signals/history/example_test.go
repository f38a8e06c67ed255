package history_test

import (
	"fmt"
	"io"
	"strings"

	"firstsign/internal/notation/number"
	"firstsign/signals/history"
)

// A CSV history with columns and times as somebody else writes them.
func Example() {
	columns, err := history.ParseColumns("time=Datum,account=Kunde,signal:=order,value=Betrag")
	if err != nil {
		panic(err)
	}
	sheet := "Datum;Kunde;Betrag\n02.03.2026 09:30;acme;1250,50\n03.03.2026 14:00;bolt;80,00\n"
	h, err := history.New(strings.NewReader(sheet), "orders.csv", history.Layout{Columns: columns, Time: "dd.MM.yyyy HH:mm", Decimal: number.Comma})
	if err != nil {
		panic(err)
	}
	for {
		line, err := h.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			panic(err)
		}
		fmt.Printf("%d: %s\n", line.Number, line.Value)
	}
	// Output:
	// 2: {"time":"2026-03-02T09:30:00Z","account":"acme","signal":"order","value":1250.5}
	// 3: {"time":"2026-03-03T14:00:00Z","account":"bolt","signal":"order","value":80}
}
