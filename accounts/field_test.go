package accounts

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"firstsign/internal/spelling"
)

func readText(text string) (*Directory, error) { return ReadCSV(strings.NewReader(text), "a.csv") }

// A sheet as a Chinese sales department has it, and its decision chain.
func TestChineseSheets(t *testing.T) {
	const sheet = "客户编号,客户名称,行业,客户经理,代理人,项目经理,技术专家,上级,团队,客户等级,年采购总额（万元）,销售额（万元）,上年销售额（万元）,毛利,服务成本,投诉,续约日期,供应商等级,采购阶段,未决方案,关键联系人\n" +
		"hengda,恒达钢铁,钢铁,王芳,陈杰,吴涛,林静,赵强,华东,重点客户,\"1,200\",480,400,¥120万,30万,2,2026年3月31日,战略供应商,招标,1,li-wei=李伟\n"
	const people = "客户编号,联系人编号,姓名,决策角色,影响力,态度,关键人\n" +
		"hengda,li-wei,,决策者,5,支持者,\nhengda,zhang-min,张敏,采购,3,倾向竞争对手,是\nhengda,wu,吴,技术把关者,,,否\n"
	builder := new(Builder)
	builder.ReadAccounts([]byte(sheet), "accounts.csv")
	builder.ReadContacts([]byte(people), "contacts.csv")
	d, err := builder.Directory()
	if err != nil {
		t.Fatal(err)
	}
	want := Account{
		ID: "hengda", Name: "恒达钢铁", Industry: "钢铁", Owner: "王芳", StandIn: "陈杰", ProjectManager: "吴涛", Expert: "林静", Superior: "赵强", Team: "华东", Grade: Key, given: Key,
		Potential: 12e6, Sales: 4.8e6, SalesBefore: 4e6, Margin: 1.2e6, CostToServe: 3e5, Complaints: 2,
		Renewal: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), Rank: Strategic, Stage: "招标", Proposals: 1,
		Contacts: []Contact{
			{ID: "li-wei", Name: "李伟", Role: DecisionMaker, Power: 5, Stance: Supporter, Key: true},
			{ID: "wu", Name: "吴", Role: Screener},
			{ID: "zhang-min", Name: "张敏", Role: Purchaser, Power: 3, Stance: Leaning, Key: true},
		},
	}
	if got := *d.Get("hengda"); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// What is written is read again as it was.
func TestWriteAndRead(t *testing.T) {
	list := []Account{
		{ID: "0", Name: "Zero, \"Inc.\"", Grade: Ordinary, given: Ordinary},
		{ID: "hengda", Name: "恒达", Industry: "钢铁", Owner: "w", StandIn: "c", ProjectManager: "p", Expert: "e", Superior: "z", Team: "东", Grade: Problem, given: Problem, Potential: 1.25e9, Sales: 0.5, SalesBefore: 7, Margin: -3,
			CostToServe: 2, Complaints: 12, Renewal: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), Rank: Main, Stage: "bid", Proposals: 3,
			Contacts: []Contact{{ID: "li", Name: "李", Role: User, Power: 1, Stance: Opponent, Key: true}, {ID: "wu", Name: "wu", Stance: Neutral}}},
	}
	var sheet, people bytes.Buffer
	if err := WriteCSV(&sheet, list); err != nil {
		t.Fatal(err)
	}
	if err := WriteContactsCSV(&people, list); err != nil {
		t.Fatal(err)
	}
	builder := new(Builder)
	builder.ReadAccounts(sheet.Bytes(), "accounts.csv")
	builder.ReadContacts(people.Bytes(), "contacts.csv")
	d, err := builder.Directory()
	if err != nil {
		t.Fatal(err)
	}
	var got []Account
	for a := range d.All() {
		got = append(got, *a)
	}
	if !reflect.DeepEqual(got, list) {
		t.Errorf("got\n%+v\nwant\n%+v", got, list)
	}
	sheet.Reset()
	if err := WriteCSV(&sheet, list[:1]); err != nil || !strings.HasPrefix(sheet.String(), strings.Join(always, ",")+"\n") {
		t.Errorf("an account of which little is known is written as %q, %v", sheet.String(), err)
	}
}

// Every word of a closed set and of the columns means one thing.
func TestSpellingsAreUnique(t *testing.T) {
	for _, set := range []spelling.Set{grades, ranks, roles, stances, answers, spellings(accountFields), spellings(contactFields)} {
		if word, twice := set.Twice(); twice {
			t.Errorf("%q is there twice: %v", word, set.Words())
		}
	}
	for word, want := range map[string]string{"Decision Maker": "decision_maker", "technical-screener": "technical_screener", "ＵＳＥＲ": "user", " 采购 ": "purchaser"} {
		if i := roles.Find(word); i < 0 || roles[i].Name != want {
			t.Errorf("%q is not understood as %s", word, want)
		}
	}
}

// The closed sets of the files are those of the program.
func TestSetsAreComplete(t *testing.T) {
	var got, want []string
	for _, set := range []spelling.Set{grades, ranks, roles, stances} {
		for _, s := range set {
			got = append(got, s.Name)
		}
	}
	want = append(want, texts(Grades)...)
	want = append(want, texts(Ranks)...)
	want = append(want, texts(Roles)...)
	want = append(want, texts(Stances)...)
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func texts[S ~string](set []S) []string {
	list := make([]string, len(set))
	for i, s := range set {
		list[i] = string(s)
	}
	return list
}

// portfolio is a pair of sheets of so many accounts with 10 contacts each.
func portfolio(n int) (sheet, people []byte) {
	list := make([]Account, n)
	for i := range list {
		list[i] = Account{ID: fmt.Sprintf("account-%d", i), Name: fmt.Sprintf("恒达钢铁 %d", i), Industry: "钢铁", Owner: "wang.fang", StandIn: "chen.jie", Superior: "zhao", Team: "east",
			Potential: 1e6 * float64(1+i%97), Sales: 3e5 * float64(1+i%89), SalesBefore: 2e5, Margin: 1e5, CostToServe: 2e4, Renewal: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), Rank: Main, Stage: "bid", Proposals: 1}
		for k := range 10 {
			list[i].Contacts = append(list[i].Contacts, Contact{ID: fmt.Sprintf("person-%d-%d", i, k), Name: "李伟", Role: Roles[k%len(Roles)], Power: 1 + k%5, Stance: Supporter, Key: k < 2})
		}
	}
	var a, c bytes.Buffer
	_, _ = WriteCSV(&a, list), WriteContactsCSV(&c, list)
	return a.Bytes(), c.Bytes()
}

// BenchmarkRead20000 reads 20,000 accounts of 10 contacts each.
func BenchmarkRead20000(b *testing.B) {
	sheet, people := portfolio(20_000)
	b.SetBytes(int64(len(sheet) + len(people)))
	for b.Loop() {
		builder := new(Builder)
		builder.ReadAccounts(sheet, "accounts.csv")
		builder.ReadContacts(people, "contacts.csv")
		if d, err := builder.Directory(); err != nil || d.Len() != 20_000 {
			b.Fatal(err)
		}
	}
}
