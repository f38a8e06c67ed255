package number

import (
	"strings"

	"firstsign/internal/notation"
)

// powers of ten that a unit stands for. There is no M: a million to some and,
// in finance, a thousand to others.
var powers = []struct{ unit, power string }{
	{"亿", "e8"}, {"億", "e8"}, {"千万", "e7"}, {"百万", "e6"}, {"万", "e4"}, {"萬", "e4"}, {"千", "e3"},
	{"billion", "e9"}, {"million", "e6"}, {"thousand", "e3"}, {"mrd", "e9"}, {"mio", "e6"}, {"k", "e3"},
}

// currencies by what stands before or after an amount, and by one sign for each.
// Longer ones first where one ends another.
var currencies = []struct{ text, sign string }{
	{"人民币", "¥"}, {"美元", "$"}, {"欧元", "€"}, {"英镑", "£"}, {"港元", "HK$"}, {"港币", "HK$"}, {"日元", "JPY"}, {"台币", "NT$"},
	{"元", "¥"}, {"圆", "¥"}, {"rmb", "¥"}, {"cny", "¥"}, {"cn¥", "¥"}, {"¥", "¥"},
	{"hk$", "HK$"}, {"hkd", "HK$"}, {"nt$", "NT$"}, {"twd", "NT$"}, {"s$", "S$"}, {"sgd", "S$"}, {"a$", "A$"}, {"aud", "A$"}, {"ca$", "C$"}, {"c$", "C$"}, {"cad", "C$"},
	{"r$", "R$"}, {"brl", "R$"}, {"us$", "$"}, {"usd", "$"}, {"$", "$"}, {"euro", "€"}, {"eur", "€"}, {"€", "€"}, {"gbp", "£"}, {"£", "£"},
	{"chf", "CHF"}, {"sfr.", "CHF"}, {"jpy", "JPY"}, {"円", "JPY"}, {"krw", "₩"}, {"₩", "₩"}, {"inr", "₹"}, {"₹", "₹"}, {"rub", "₽"}, {"₽", "₽"},
	{"sek", "SEK"}, {"nok", "NOK"}, {"dkk", "DKK"}, {"pln", "PLN"}, {"zł", "PLN"}, {"czk", "CZK"}, {"kč", "CZK"},
}

// cutCurrency off an end of an amount.
func cutCurrency(t string, off func(s, text string) (string, bool)) (rest, sign string) {
	for _, c := range currencies {
		if rest, found := off(t, c.text); found {
			return strings.TrimSpace(rest), c.sign
		}
	}
	return t, ""
}

func cutPower(t string) (rest, power string) {
	for _, p := range powers {
		if rest, found := strings.CutSuffix(t, p.unit); found {
			return strings.TrimSpace(rest), p.power
		}
	}
	return t, ""
}

// Unit takes apart what stands for a unit alone, such as 万元 or CNY.
func Unit(text string) (currency, power string, ok bool) {
	t, currency := cutCurrency(strings.ToLower(notation.Narrow(text)), strings.CutSuffix)
	if t == "" {
		return currency, "", currency != ""
	}
	for _, p := range powers {
		if t == p.unit {
			return currency, p.power, true
		}
	}
	if power, ok = factorOf(text, true); !ok || power == "" {
		return "", "", false
	}
	if currency == "" {
		_, currency = cutCurrency(t, strings.CutPrefix)
	}
	return currency, power, true
}
