package backtest

import (
	"slices"
	"strings"
	"testing"
)

func TestReadLosses(t *testing.T) {
	may := day(t, "2026-05-01")
	tests := []struct {
		name, text string
		want       []Loss
		wrong      string // in the error
	}{
		{"two columns", "account,date\nacme,2026-05-01\n", []Loss{{"acme", may, 0}}, ""},
		{"sorted, other order, value, BOM", "\ufeffdate,Value,account\n2026-05-02,7.5,b\n2026-05-01,,a\n", []Loss{{"a", may, 0}, {"b", may + 1, 7.5}}, ""},
		{"in Chinese", "\ufeff客户,流失日期,金额\r\n恒达,2026-05-01,3\r\n", []Loss{{"恒达", may, 3}}, ""},
		{"twice the same", "account,date\na,2026-05-01\na,2026-05-01\n", []Loss{{"a", may, 0}}, ""},
		{"labels", "account,date,label,since,alert,by\nb,2026-05-02,acted-saved,2026-03-01,b-1,anna\na,2026-05-01,acted-lost,2026-03-01,a-1,anna\nc,2026-05-01,false,2026-03-01,c-1,\n", []Loss{{"a", may, 0}}, ""},
		{"no such label", "account,date,label\na,2026-05-01,lost\n", nil, `f:2: label "lost" is none of [false`},
		{"no day", "account,date,label,since\na,2026-05-01,acted-saved,\n", nil, `f:2: since "" is not like`},
		{"empty", "", nil, "f:1: the first line names the columns"},
		{"no date", "account\nacme\n", nil, `f:1: there is no column "date"`},
		{"slip", "acount,date\nacme,2026-05-01\n", nil, `unknown column "acount" (did you mean "account"?)`},
		{"all mistakes", "account,date,value\n,2026-05-01,1\nb,1.5.2026,1\nc,2026-05-01,-3\nd,2026-05-01\n", nil,
			"f:2: account is empty\nf:3: date \"1.5.2026\" is not like 2026-05-01\nf:4: value \"-3\" is no amount\nf:5: wrong number of fields"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, saved, err := ReadLosses(strings.NewReader(test.text), "f")
			if test.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), test.wrong) {
					t.Errorf("error %v, want %q", err, test.wrong)
				}
				return
			}
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %v, %v; want %v", got, err, test.want)
			}
			if test.name == "labels" && !slices.Equal(saved, []Saved{{"b", day(t, "2026-03-01"), may + 1}}) {
				t.Errorf("saved %v", saved)
			}
		})
	}
}

func FuzzReadLosses(f *testing.F) {
	f.Add("account,date,value\nacme,2026-05-01,1e3\n")
	f.Add("date,account\n2026-05-01,\"a\nb\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		losses, _, err := ReadLosses(strings.NewReader(text), "f")
		for _, l := range losses {
			if err != nil || l.Account == "" || l.Value < 0 {
				t.Errorf("%+v, %v", l, err)
			}
		}
	})
}

func TestParseLoss(t *testing.T) {
	tests := []struct {
		text, account string
		ok            bool
	}{
		{"acme:2026-05-01", "acme", true},
		{"crm:acme:2026-05-01", "crm:acme", true},
		{"acme", "", false},
		{":2026-05-01", "", false},
		{"acme:2026-5-1", "", false},
		{"acme:2026-02-30", "", false},
	}
	for _, test := range tests {
		l, err := ParseLoss(test.text)
		if (err == nil) != test.ok || l.Account != test.account {
			t.Errorf("%q: %+v, %v", test.text, l, err)
		}
	}
}
