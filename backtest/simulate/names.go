package simulate

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"firstsign/accounts"
)

// naming gives accounts, people and managers their names. Ids are unique within a
// portfolio.
type naming struct {
	taken    map[string]bool
	managers []string
	experts  []string // and project managers
}

// How many accounts of a portfolio there are for one manager, and for one project manager or
// expert: they work for key and potential accounts only.
const (
	accountsPerManager = 30
	accountsPerExpert  = 60
)

func newNaming(seed uint64, count int) *naming {
	n := &naming{taken: map[string]bool{storyAccount: true}}
	rng := rand.New(rand.NewPCG(seed, 1<<63))
	colleague := func() string {
		family, given := pick(rng, families), pick(rng, givens)
		return n.unique(family.latin + "." + strings.ReplaceAll(given.latin, "-", ""))
	}
	for range 1 + count/accountsPerManager {
		n.managers = append(n.managers, colleague())
	}
	for range 2 + count/accountsPerExpert {
		n.experts = append(n.experts, colleague())
	}
	return n
}

// unique appends a number to a name that is taken already.
func (n *naming) unique(name string) string {
	id := name
	for i := 2; n.taken[id]; i++ {
		id = fmt.Sprintf("%s-%d", name, i)
	}
	n.taken[id] = true
	return id
}

// superior is the superior of all managers.
const superior = "han.xuemei"

// account makes the record of an account. foreign is true for an English one.
func (n *naming) account(index int, rng *rand.Rand) (account accounts.Account, foreign bool) {
	foreign = rng.Float64() < 0.35
	if foreign {
		word, place, trade := pick(rng, englishWords), pick(rng, englishPlaces), pick(rng, englishTrades)
		account.Name = word + " " + place + " " + trade
		account.ID = n.unique(strings.ToLower(word + "-" + place))
	} else {
		city, word, trade := pick(rng, cities), pick(rng, companyWords), pick(rng, industries)
		account.Name = city.text + word.text + trade + "有限公司"
		account.ID = n.unique(city.latin + "-" + word.latin)
	}
	account.Owner, account.Superior = n.managers[index%len(n.managers)], superior
	if len(n.managers) > 1 {
		account.StandIn = n.managers[(index+1)%len(n.managers)]
	}
	account.Grade = drawGrade(rng.Float64())
	contacts := 1 + rng.IntN(3)
	if account.Grade == accounts.Marginal {
		contacts = 1
	}
	for len(account.Contacts) < contacts {
		c := drawPerson(rng, foreign)
		if len(account.Contacts) == 0 || account.Contacts[0].ID != c.ID && account.Contacts[len(account.Contacts)-1].ID != c.ID {
			account.Contacts = append(account.Contacts, c)
		}
	}
	return account, foreign
}

// staff names the project manager and the expert of a key or potential account.
func (n *naming) staff(account *accounts.Account, index int) {
	if account.Grade == accounts.Key || account.Grade == accounts.Potential {
		account.ProjectManager, account.Expert = n.experts[index%len(n.experts)], n.experts[(index+1)%len(n.experts)]
	}
}

func drawGrade(chance float64) accounts.Grade {
	switch {
	case chance < 0.12:
		return accounts.Key
	case chance < 0.35:
		return accounts.Potential
	case chance < 0.8:
		return accounts.Ordinary
	}
	return accounts.Marginal
}

func drawPerson(rng *rand.Rand, foreign bool) accounts.Contact {
	if foreign {
		first, last := pick(rng, englishFirsts), pick(rng, englishLasts)
		return accounts.Contact{ID: strings.ToLower(first + "-" + last), Name: first + " " + last, Key: true}
	}
	family, given := pick(rng, families), pick(rng, givens)
	return accounts.Contact{ID: family.latin + "-" + strings.ReplaceAll(given.latin, "-", ""), Name: family.text + given.text, Key: true}
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// quote is what a customer says in a complaint, or when it praises a competitor.
func (c *customer) quote(h int) string {
	list := chineseComplaints
	switch {
	case h == praise && c.foreign:
		list = englishPraise
	case h == praise:
		list = chinesePraise
	case c.foreign:
		list = englishComplaints
	}
	return pick(c.rng, list)
}

// bilingual is a Chinese name and its Latin spelling.
type bilingual struct{ text, latin string }

var (
	cities = []bilingual{
		{"北京", "beijing"}, {"上海", "shanghai"}, {"广州", "guangzhou"}, {"深圳", "shenzhen"}, {"杭州", "hangzhou"}, {"宁波", "ningbo"},
		{"苏州", "suzhou"}, {"南京", "nanjing"}, {"成都", "chengdu"}, {"武汉", "wuhan"}, {"青岛", "qingdao"}, {"厦门", "xiamen"},
		{"天津", "tianjin"}, {"重庆", "chongqing"}, {"西安", "xian"}, {"长沙", "changsha"}, {"大连", "dalian"}, {"佛山", "foshan"},
	}
	companyWords = []bilingual{
		{"华泰", "huatai"}, {"东方", "dongfang"}, {"宏远", "hongyuan"}, {"金海", "jinhai"}, {"瑞丰", "ruifeng"}, {"天成", "tiancheng"},
		{"信达", "xinda"}, {"恒通", "hengtong"}, {"嘉禾", "jiahe"}, {"明德", "mingde"}, {"盛世", "shengshi"}, {"永安", "yongan"},
		{"博雅", "boya"}, {"中联", "zhonglian"}, {"新宇", "xinyu"}, {"鹏程", "pengcheng"}, {"凯越", "kaiyue"}, {"正大", "zhengda"},
		{"润泽", "runze"}, {"同创", "tongchuang"}, {"顺达", "shunda"}, {"百川", "baichuan"}, {"立新", "lixin"}, {"云帆", "yunfan"},
	}
	industries = []string{"机械", "电子", "物流", "贸易", "科技", "医药", "食品", "纺织", "化工", "建材", "汽车配件", "信息技术"}
	families   = []bilingual{
		{"王", "wang"}, {"李", "li"}, {"张", "zhang"}, {"刘", "liu"}, {"陈", "chen"}, {"杨", "yang"}, {"赵", "zhao"}, {"黄", "huang"},
		{"周", "zhou"}, {"吴", "wu"}, {"徐", "xu"}, {"孙", "sun"}, {"胡", "hu"}, {"朱", "zhu"}, {"高", "gao"}, {"林", "lin"},
		{"何", "he"}, {"郭", "guo"}, {"马", "ma"}, {"罗", "luo"}, {"梁", "liang"}, {"宋", "song"}, {"郑", "zheng"}, {"谢", "xie"},
	}
	givens = []bilingual{
		{"伟", "wei"}, {"芳", "fang"}, {"娜", "na"}, {"敏", "min"}, {"静", "jing"}, {"强", "qiang"}, {"磊", "lei"}, {"军", "jun"},
		{"洋", "yang"}, {"勇", "yong"}, {"艳", "yan"}, {"杰", "jie"}, {"涛", "tao"}, {"明", "ming"}, {"超", "chao"}, {"秀英", "xiu-ying"},
		{"晓东", "xiao-dong"}, {"志强", "zhi-qiang"}, {"海燕", "hai-yan"}, {"建华", "jian-hua"}, {"雨桐", "yu-tong"}, {"文博", "wen-bo"},
		{"思远", "si-yuan"}, {"美玲", "mei-ling"}, {"国栋", "guo-dong"}, {"丽华", "li-hua"}, {"子涵", "zi-han"}, {"永康", "yong-kang"},
	}
	englishWords  = []string{"Harbour", "Northern", "Silver", "Atlas", "Summit", "Beacon", "Granite", "Pioneer", "Orchard", "Falcon", "Cedar", "Meridian", "Crown", "Anchor", "Willow", "Sterling"}
	englishPlaces = []string{"Bay", "Ridge", "Point", "Valley", "Cross", "Bridge", "Field", "Gate", "Haven", "Hill", "Lake", "Mill"}
	englishTrades = []string{"Tools Ltd", "Logistics Inc", "Systems Ltd", "Foods plc", "Trading Co", "Chemicals Ltd", "Components Inc", "Textiles Ltd", "Medical Inc", "Software Ltd"}
	englishFirsts = []string{"Anna", "James", "Emily", "David", "Laura", "Peter", "Susan", "Mark", "Helen", "Robert", "Claire", "Thomas", "Julia", "Simon", "Grace", "Daniel"}
	englishLasts  = []string{"Porter", "Hughes", "Bennett", "Carter", "Morgan", "Walsh", "Fisher", "Grant", "Palmer", "Reid", "Shaw", "Turner", "Wells", "Young", "Brooks", "Ellis"}

	chineseComplaints = []string{"发货晚了两天，请尽快处理。", "上个月的发票又开错了。", "客服电话一直占线。", "这批货有几件包装破损。"}
	englishComplaints = []string{"The last delivery was two days late.", "The invoice is wrong again.", "Nobody answered the hotline this morning.", "Some of the boxes arrived damaged."}
	chinesePraise     = []string{"别家的响应比你们快一些。", "我们也在看另一家的产品，感觉还可以。"}
	englishPraise     = []string{"Another supplier answers faster than you.", "We saw a competitor's demo and liked parts of it."}
)
