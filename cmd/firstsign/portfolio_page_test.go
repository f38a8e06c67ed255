package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// The page of the portfolio of a running service follows its alerts and its files.
func TestPortfolioPageOfAService(t *testing.T) {
	t.Parallel()
	const list = "id,name,owner,team,grade,potential,sales,margin,contacts\n"
	d := deploy(t, embeddedParts(t), 2, map[string]string{
		"accounts.csv": list + "acme,Acme,anna,north,key,¥8000000,¥4000000,¥1000000,li-wei=Li Wei\nquiet,Quiet,bert,north,ordinary,¥1000000,¥600000,¥150000,\nbare,Bare,,,,,,,\n",
		"grading.yaml": "potential: 5000000\n",
	})
	d.ensureTopics(t)
	s := d.start(t)
	cl := d.client(t, kgo.DefaultProduceTopic(d.name+".interactions"))
	for i := range 2 { // forwarded twice: a rule raises at once
		value := fmt.Sprintf(`{"time":%q,"account":"acme","signal":"forwarding","contact":"li-wei","id":"%d"}`, time.Now().UTC().Format(time.RFC3339), i)
		if err := cl.ProduceSync(t.Context(), &kgo.Record{Key: []byte("acme"), Value: []byte(value)}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	shows := func(what, path string, parts ...string) {
		t.Helper()
		eventually(t, what, func() error {
			code, body, err := s.get(path)
			for _, part := range parts {
				if err == nil && (code != 200 || !strings.Contains(body, part)) {
					err = fmt.Errorf("%s: %d, no %q in %s", path, code, part, body)
				}
			}
			return err
		})
	}
	shows("the alert counts", "/portfolio", "¥250,000 at risk in 1 of 3 accounts", "3 accounts bring ¥1,200,000 a year", `href="/accounts/acme" aria-label="Acme: buys ¥8,000,000 a year, 50`,
		"1 key account. 0 joined and 0 left.", "1 account without figures is not on the map", `<a href="?owner=anna">anna</a>`, `<a href="?team=north">north</a>`)
	shows("a program sees the same", "/api/v1/portfolio?owner=anna", `"accounts": 1,`, `"at_risk": 250000`, `"currency": "¥"`, `"unanswered": 1`)
	shows("the states are read", "/api/v1/portfolio", `"surveyed": true`)
	d.write(t, "accounts.csv", list+"acme,Acme,carl,south,key,¥8000000,¥1000000,¥200000,li-wei=Li Wei\n")
	shows("the files count anew", "/portfolio", "in 1 of 1 account", "bring ¥200,000", "0 joined and 1 left", `<a href="?owner=carl">carl</a>`)
	s.interrupt()
}
