package accounts

import (
	"strings"
	"testing"
	"time"
)

func TestAmount(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "1200000": 1.2e6, "1200000.50": 1200000.5, "1,200,000": 1.2e6, "1 200 000": 1.2e6, "1\u00a0200": 1200,
		"120万": 1.2e6, "120 万元": 1.2e6, "1.2亿": 1.2e8, "0.57亿": 57e6, "３５０万": 3.5e6, "5千": 5e3, "2百万": 2e6, "3千万元": 3e7,
		"¥1,200,000": 1.2e6, "￥120万": 1.2e6, "RMB 1,200": 1200, "1200元": 1200, "1,200 CNY": 1200, "人民币120万元": 1.2e6,
		"$1,200": 1200, "US$ 5": 5, "€5": 5, "£5": 5, "120k": 1.2e5, "1.2 million": 1.2e6, "1.2E+06": 1.2e6,
		"1.200.000": 1.2e6, "1,2": 1.2, "12,34": 12.34, "1'200": 1200, "1.234,56 €": 1234.56, "1,200-": -1200,
		"-5": -5, "(1,200)": -1200, "-¥5万": -5e4, "¥-5万": -5e4,
	} {
		if got, _, err := new(columns).amount("", text, ""); got != want || err != nil {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
	// What could be meant in two ways, or is no amount, is refused.
	for _, text := range []string{
		"1.200", "1,20,000,0", "1.20.000", "1.2M", "100-200", "100~200万", "1.2.3", "--5", "-(5)", "(5", "five", "¥", "万", "5%", "1e3万", "1e99", "Inf", "NaN", "0x10", "#REF!",
		"$¥5", "1_000",
	} {
		if got, _, err := new(columns).amount("", text, ""); err == nil {
			t.Errorf("%q is taken as %v", text, got)
		}
	}
}

func TestAmountInTheUnitOfItsColumn(t *testing.T) {
	for column, want := range map[string]float64{"销售额(万元)": 1.2e6, "销售额（万）": 1.2e6, "sales (million)": 1.2e8, "Sales (CNY)": 120, "sales(k)": 1.2e5, "sales (TEUR)": 1.2e5, "Sales (Mio. €)": 1.2e8, "sales (USD '000)": 1.2e5} {
		d, err := readText("id," + column + "\nacme,120\n")
		if err != nil || d.Get("acme").Sales != want {
			t.Errorf("%s: got %+v, %v, want %v", column, d.Get("acme"), err, want)
		}
	}
	for text, want := range map[string]string{
		"单位：万元,\nid,销售额\nacme,120\n":   `a.csv:2: a line above the names of the columns says "单位：万元": write the unit into the names of the columns that are in it, as in sales (万元)`,
		"id,销售额(万元)\nacme,120万\n":      `a.csv:2: sales "120万" is no number: its column names the unit already`,
		"id,销售额(万元)\nacme,$120\n":      `a.csv:2: sales is in $ and others are in ¥: amounts of one currency are wanted`,
		"id,sales($),margin(元)\na,,\n": `a.csv:1: column "margin(元)" is in ¥ and others are in $: amounts of one currency are wanted`,
	} {
		if _, err := readText(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestDate(t *testing.T) {
	want := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{"2026-03-01", "2026-3-1", "2026/3/1", "2026/03/01", "2026.3.1", "2026年3月1日", "2026/3/1 0:00", "1.3.2026", "1 March 2026", "Mar 1, 2026", "2026-03-01 00:00:00", "20260301", "46082", "２０２６／３／１"} {
		if got, err := new(columns).date(text); err != nil || !got.Equal(want) {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "01/03/2026", "3/1/2026", "26-03-01", "2026-3/1", "2026年3月1", "2026-02-29", "2026-13-01", "2026-03-00", "1999-12-31", "2100-01-01", "1", "20261301", "2026-03-01 10:00", "March 2026"} {
		if got, err := new(columns).date(text); err == nil {
			t.Errorf("%q is taken as %v", text, got)
		}
	}
}

func TestAmountsAndDatesByTheirWholeColumn(t *testing.T) {
	for text, want := range map[string]float64{
		"id;sales\na;1.200\nb;99,5\n":    1200,
		"id;sales\na;1.200\nb;99.5\n":    1.2,
		"id;sales\na;1,200\nb;99.5\n":    1200,
		"id;sales\na;1,200\nb;2.345,5\n": 1.2,
		"id;sales\na;1,200\nb;5\n":       1200, // as is documented
	} {
		d, err := readText(text)
		if err != nil || d.Get("a").Sales != want {
			t.Errorf("%q: got %+v, %v, want %v", text, d.Get("a"), err, want)
		}
	}
	d, err := readText("id,renewal\na,03/04/2026\nb,13/04/2026\n")
	if err != nil || d.Get("a").Renewal.Format(time.DateOnly) != "2026-04-03" {
		t.Errorf("%+v, %v", d.Get("a"), err)
	}
	for text, want := range map[string]string{
		"id,sales\na,1.200\n":        `a.csv:2: sales "1.200" could be 1200 or 1.2: write it without a sign between thousands`,
		"id,renewal\na,03/04/2026\n": `a.csv:2: renewal 03/04/2026 could be 3 April or 4 March; all days are below 13: write 2026-03-31, 2026/3/31 or 2026年3月31日`,
		"id,renewal\na,9999-12-31\n": `a.csv:2: renewal "9999-12-31" is a placeholder, not a date: leave the cell empty`,
	} {
		if _, err := readText(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// The currency of a file is that of its directory, graded or with other ids, and of no other.
func TestDirectoryKnowsItsCurrency(t *testing.T) {
	for text, want := range map[string]string{"id,sales\nacme,$120\n": "$", "id,sales(EUR)\nacme,120\n": "€", "id,sales\nacme,120 CHF\n": "CHF", "id,sales\nacme,120\n": ""} {
		d, err := ReadCSV(strings.NewReader(text), "a.csv")
		if err != nil {
			t.Fatal(err)
		}
		graded := Grading{}.Apply(d)
		renamed := d.Rename(func(id string) string { return id })
		if d.Currency() != want || graded.Currency() != want || renamed.Currency() != want || d.With([]Account{{ID: "b"}}).Currency() != want {
			t.Errorf("%q: %q, %q, %q", text, d.Currency(), graded.Currency(), renamed.Currency())
		}
	}
	if d := (*Directory)(nil); d.Currency() != "" {
		t.Error("nobody has a currency")
	}
}
