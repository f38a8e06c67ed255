package backtest

import (
	"slices"
	"strings"
	"testing"

	"firstsign/internal/table"
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
			"f:5: the row has 2 cells, 3 are needed as in the header (line 1)"},
		{"mistakes in cells", "account,date,value\n,2026-05-01,1\nb,soon,1\nc,2026-05-01,-3\nd,2026-05-01,x\n", nil,
			"f:2: account is empty\nf:3: date \"soon\" is not like 2026-05-01"},
		{"a date that could be two", "account,date\na,3/4/2026\n", nil, `f:2: date "3/4/2026" is not like 2026-05-01`},
		{"as its neighbours write it", "Account;Date;Value\na;1.5.2026;1.250,5\nb;13.5.2026;3,25\n", []Loss{{"a", may, 1250.5}, {"b", may + 12, 3.25}}, ""},
		{"semicolons and slashes", "Account;Date\nAcme;2026/5/1\n", []Loss{{"Acme", may, 0}}, ""},
		{"a title, GBK, a comma in an account", "\xc1\xf7\xca\xa7\xbf\xcd\xbb\xa7\n\n\xbf\xcd\xbb\xa7,\xc8\xd5\xc6\xda\n\"Smith, Jones\",2026\xc4\xea5\xd4\xc21\xc8\xd5\n", []Loss{{"Smith, Jones", may, 0}}, ""},
		{"a total", "account,date,value\na,2026-05-01,3\nTotal,,3\n", nil, "f:3: the row is a total of others"},
		{"a column twice", "account,date,date\n", nil, `f:1: column "date" is given twice`},
		{"no table", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", nil, "f: the file is an old Excel workbook"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, saved, err := ReadLosses(strings.NewReader(test.text), "f", table.Options{})
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
		losses, _, err := ReadLosses(strings.NewReader(text), "f", table.Options{})
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
		{"acme:2026/5/1", "acme", true},
		{"Smith, Jones:2026-05-01", "Smith, Jones", true},
		{"acme:3/4/2026", "", false},
		{"acme:2026-02-30", "", false},
	}
	for _, test := range tests {
		l, err := ParseLoss(test.text)
		if (err == nil) != test.ok || l.Account != test.account {
			t.Errorf("%q: %+v, %v", test.text, l, err)
		}
	}
}

func TestParseLosses(t *testing.T) {
	may := day(t, "2026-05-01")
	for text, want := range map[string][]Loss{
		"acme:2026-05-01":                             {{"acme", may, 0}},
		"a:2026-05-01,b:c:2026-05-02":                 {{"a", may, 0}, {"b:c", may + 1, 0}},
		"Smith, Jones:2026-05-01, acme:2026-05-02":    {{"Smith, Jones", may, 0}, {"acme", may + 1, 0}},
		`Smith\, Jones:2026-05-01`:                    {{"Smith, Jones", may, 0}},
		"a:2026-05-01,Smith, Jones and Co:2026-05-01": {{"a", may, 0}, {"Smith, Jones and Co", may, 0}},
	} {
		if got, err := ParseLosses(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"a:2026-05-01,b", "", "a:2026-05-01,", "a,b"} {
		if got, err := ParseLosses(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
