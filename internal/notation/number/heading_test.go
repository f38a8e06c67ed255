package number_test

import (
	"testing"

	"firstsign/internal/notation/number"
)

func TestHeadings(t *testing.T) {
	for column, want := range map[string][2]string{ // name and factor
		"Amount（万元）":         {"Amount", "10000"},
		"金额(千元)":             {"金额", "1000"},
		"金额（单位：万元）":          {"金额", "10000"},
		"销售额/万元":             {"销售额", "10000"},
		"销售额 [亿元]":           {"销售额", "100000000"},
		"Revenue (k EUR)":    {"Revenue", "1000"},
		"Revenue (k€)":       {"Revenue", "1000"},
		"Umsatz in Mio. €":   {"Umsatz", "1000000"},
		"Umsatz TEUR":        {"Umsatz", "1000"},
		"Umsatz in T€":       {"Umsatz", "1000"},
		"Umsatz (Tsd. EUR)":  {"Umsatz", "1000"},
		"Umsatz Mio. €":      {"Umsatz", "1000000"},
		"Sales (USD '000)":   {"Sales", "1000"},
		"Sales in thousands": {"Sales", "1000"},
		"Sales (€ million)":  {"Sales", "1000000"},
		"sales_kusd":         {"sales", "1000"},
		"Value (INR crore)":  {"Value", "10000000"},
		"Sales ($M)":         {"Sales", ""}, // a million, or a thousand
		"单位：万元":              {"单位", "10000"},
	} {
		h, ok := number.HeadingOf(column)
		if !ok || h.Name != want[0] || h.Factor() != want[1] {
			t.Errorf("%s: %+v, %v, factor %s; want %q", column, h, ok, h.Factor(), want)
		}
	}
	for _, column := range []string{
		"Amount", "Amount (EUR)", "金额（元）", "Betrag in €", "Duration (m)", "Menge (t)", "Weight (k)", "Size in m", "Distance (km)",
		"Sign in million ways to go far away", "Market", "Stock", "Total EUR", "Contact", "A/T", "billsec", "Check in", "Amount 2024/25", "",
	} {
		if h, ok := number.HeadingOf(column); ok {
			t.Errorf("%s: %+v", column, h)
		}
	}
}

func TestReadInAUnit(t *testing.T) {
	r := number.New(number.Undecided)
	r.In("e4")
	for text, want := range map[string]float64{"120": 1200000, "0.57": 5700, "1,574.38": 15743800, "-3": -30000} {
		if got, err := r.Read(text); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
	if got, err := r.Read("120万"); err == nil {
		t.Errorf("a cell with a unit of its own is read as %v", got)
	}
}
