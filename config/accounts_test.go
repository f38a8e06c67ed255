package config

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"firstsign/accounts"
)

const fullAccount = `accounts:
  - id: hengda
    name: 恒达钢铁
    industry: 钢铁
    owner: wang
    stand_in: chen
    project_manager: wu
    expert: lin
    superior: zhao
    team: east
    grade: 重点
    potential: 1,200万
    sales: 4800000
    sales_before: "4,000,000"
    margin: 1.2e6
    cost_to_serve: ¥30万
    complaints: 2
    renewal: 2026-03-31
    rank: strategic
    stage: 招标
    proposals: 1
    contacts:
      li-wei: 李伟
      zhang: {name: 张敏, role: 采购, power: 3, stance: leaning, key: true}
      wu: {role: Technical Screener, key: 否}
`

// The nested file says what the two sheets say.
func TestAccountInYAML(t *testing.T) {
	inYAML, err := readAccounts([]byte(fullAccount), "accounts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var sheet, people bytes.Buffer
	list := []accounts.Account{*inYAML.Get("hengda")}
	if err := accounts.WriteCSV(&sheet, list); err != nil {
		t.Fatal(err)
	}
	if err := accounts.WriteContactsCSV(&people, list); err != nil {
		t.Fatal(err)
	}
	const want = "id,name,industry,owner,stand_in,project_manager,expert,superior,team,grade,potential,sales,sales_before,margin,cost_to_serve,complaints,renewal,rank,stage,proposals,contacts\n" +
		"hengda,恒达钢铁,钢铁,wang,chen,wu,lin,zhao,east,key,12000000,4800000,4000000,1200000,300000,2,2026-03-31,strategic,招标,1,li-wei=李伟;zhang=张敏\n" +
		"account,id,name,role,power,stance,key\n" +
		"hengda,li-wei,李伟,,,,yes\nhengda,wu,wu,technical_screener,,,no\nhengda,zhang,张敏,purchaser,3,leaning,yes\n"
	if got := sheet.String() + people.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	c, err := parse(accountsYAMLFile, fullAccount)
	if err != nil {
		t.Fatal(err)
	}
	f := &files{texts: map[string][]byte{signalsFile: []byte(sound[signalsFile]), calendarFile: []byte(sound[calendarFile]), accountsCSVFile: sheet.Bytes(), contactsCSVFile: people.Bytes()}}
	other, err := f.parse()
	if err != nil || !reflect.DeepEqual(slices.Collect(c.Accounts.All()), slices.Collect(other.Accounts.All())) {
		t.Errorf("the sheets give %+v, %v", other, err)
	}
	if c.Accounts.Currency() != "¥" {
		t.Errorf("its currency is %q", c.Accounts.Currency())
	}
}

func TestAccountFaultsPointAtTheirLine(t *testing.T) {
	text := strings.NewReplacer("采购", "purchase", "3,", "9,", "key: 否", "key: perhaps", "strategic", "[strategic]", "2026-03-31", "soon").Replace(fullAccount)
	_, err := readAccounts([]byte(text), "accounts.yaml")
	const want = `accounts.yaml:18: renewal "soon" is no date: write 2026-03-31, 2026/3/31 or 2026年3月31日
accounts.yaml:19: accounts[0].rank: want text, got a list
accounts.yaml:24: power is 9; it must be between 1 and 5
accounts.yaml:24: role "purchase" is none of decision_maker, influencer, technical_screener, purchaser, user, opinion_leader (did you mean "purchaser"?)
accounts.yaml:25: key "perhaps" is none of yes, no`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// Two sheets full of mistakes change nothing of what is in force.
func TestWatchKeepsTheLastGoodAccounts(t *testing.T) {
	dir := soundDir(t)
	wrong := make(map[string]string)
	for _, name := range []string{accountsCSVFile, contactsCSVFile} {
		text, err := os.ReadFile(filepath.Join("..", "accounts", "testdata", "wrong", name))
		if err != nil {
			t.Fatal(err)
		}
		wrong[name] = string(text)
	}
	watch(t, dir, load(t, dir), func(w *watched) {
		for name, text := range wrong {
			w.write(name, text)
		}
		w.looks(5)
		w.expect(0, 0, 0)
		for _, fault := range []string{`accounts.csv:14: grade \"kye\"`, `contacts.csv:9: power is 6`} {
			if !strings.Contains(w.log.String(), fault) {
				t.Errorf("the log does not tell of %s", fault)
			}
		}
	})
}

// A list of key accounts that changes at once is told.
func TestWatchTurnover(t *testing.T) {
	dir := soundDir(t)
	watch(t, dir, load(t, dir), func(w *watched) {
		w.write(gradingFile, "potential: 100\n")
		w.write(accountsCSVFile, "id,grade,potential,sales\na,key,200,100\nb,key,200,100\nc,key,200,100\nd,key,20,10\n")
		w.looks(2)
		w.expect(1, 1, 0)
		if got := w.changes[0].Accounts.Get("d").Grade; got != accounts.Ordinary {
			t.Errorf("d is %s", got)
		}
		if got := testutil.ToFloat64(w.Metrics.turnover); got != 0.25 {
			t.Errorf("turnover is %v", got)
		}
		if !strings.Contains(w.log.String(), "key accounts changes at once") {
			t.Error(w.log.String())
		}
		w.write(accountsCSVFile, "id,grade,potential,sales\na,key,200,100\nb,key,200,100\nc,key,200,100\nd,ordinary,20,10\n")
		w.looks(2)
		if got := testutil.ToFloat64(w.Metrics.turnover); got != 0 {
			t.Errorf("turnover is %v", got)
		}
	})
}

// BenchmarkReadYAML20000 reads 20,000 accounts of 10 contacts each.
func BenchmarkReadYAML20000(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("accounts:\n")
	for i := range 20_000 {
		fmt.Fprintf(&text, "  - {id: account-%d, name: 恒达钢铁 %d, owner: wang.fang, potential: %d, sales: %d, renewal: %s, rank: main, contacts: {", i, i, 1e6+i, 3e5+i, time.DateOnly)
		for k := range 10 {
			fmt.Fprintf(&text, "person-%d-%d: {name: 李伟, role: user, power: 3, stance: neutral, key: true}, ", i, k)
		}
		text.WriteString("}}\n")
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if d, err := readAccounts(text.Bytes(), "accounts.yaml"); err != nil || d.Len() != 20_000 {
			b.Fatal(err)
		}
	}
}
