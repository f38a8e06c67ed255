package config

import (
	"strings"
	"testing"
)

// A file is given back with other grades, and nothing else changed.
func TestRegrade(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"a Chinese sheet of Excel": {accountsCSVFile,
			"\ufeff客户编号,客户等级,年采购总额（万元）,销售额（万元）\r\na,普通客户,\"1,200\",600\r\nb,关键,1300,600\r\nc,,1400,600\r\nd,,,\r\n",
			"\ufeff客户编号,客户等级,年采购总额（万元）,销售额（万元）\r\na,关键,\"1,200\",600\r\nb,关键,1300,600\r\nc,关键,1400,600\r\nd,,,\r\n"},
		"a sheet without grades": {accountsCSVFile,
			"id,potential,sales\na,12000000,1\nb,,\n",
			"id,potential,sales,grade\na,12000000,1,potential\nb,,,\n"},
		"YAML": {accountsYAMLFile,
			"# ours\naccounts:\n  - id: a # the first\n    grade: ordinary\n    potential: 1200万\n    sales: 600万\n  - {id: b, potential: 100, sales: 90}\n  - id: c\n    grade: key\n",
			"# ours\naccounts:\n  - id: a # the first\n    grade: key\n    potential: 1200万\n    sales: 600万\n  - {id: b, potential: 100, sales: 90, grade: ordinary}\n  - id: c\n    grade: key\n"},
		"YAML without accounts": {accountsYAMLFile, "accounts: []\n", "accounts: []\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, sound)
			write(t, dir, map[string]string{c.file: c.text, gradingFile: "potential: 10000000\n"})
			var got strings.Builder
			if err := Regrade(&got, dir, load(t, dir).Accounts); err != nil {
				t.Fatal(err)
			}
			if got.String() != c.want {
				t.Errorf("got\n%s\nwant\n%s", got.String(), c.want)
			}
			write(t, dir, map[string]string{c.file: got.String()})
			if list := load(t, dir).TopList(); list.Part != 0 {
				t.Errorf("read again: %+v", list)
			}
		})
	}
	if err := Regrade(nil, t.TempDir(), nil); err == nil {
		t.Error("a directory without accounts was graded")
	}
}
