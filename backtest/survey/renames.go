package survey

import (
	"fmt"

	"firstsign/internal/identity"
)

// mostRenames are told one by one.
const mostRenames = 10

// renamesEnglish says which accounts look like one customer under two names.
func renamesEnglish(c *identity.Changes) []string { return c.Lines(mostRenames) }

// renamesChinese is the same in Chinese.
func renamesChinese(c *identity.Changes) (list []string) {
	if c.None() {
		return nil
	}
	for i := range c.Migrations {
		m := &c.Migrations[i]
		list = append(list, fmt.Sprintf("%s 前后，%d 个活跃客户中有 %d 个换了编号（%s），例如 %q 现为 %q",
			m.Day, m.Active, m.Accounts, ruleChinese(m.Rule), m.Example.Old, m.Example.New))
	}
	for _, r := range c.Renamed[:min(mostRenames, len(c.Renamed))] {
		list = append(list, fmt.Sprintf("疑似换号：%q 至 %s，%q 自 %s 起（%s）", r.Old, r.Until, r.New, r.From, ruleChinese(r.Rule)))
	}
	if more := len(c.Renamed) - mostRenames; more > 0 {
		list = append(list, fmt.Sprintf("另有 %d 个疑似换号", more))
	}
	for _, r := range c.Alike[:min(mostRenames, len(c.Alike))] {
		list = append(list, fmt.Sprintf("%q 与 %q 同时在用（%s）：是否为同一客户？", r.Old, r.New, ruleChinese(r.Rule)))
	}
	if more := len(c.Alike) - mostRenames; more > 0 {
		list = append(list, fmt.Sprintf("另有 %d 对编号同时在用", more))
	}
	return append(list, "每个编号都作为单独的客户判断；在 aliases.csv（old,new）中说明后，历史即合并")
}

var rulesChinese = map[identity.Kind]string{
	identity.Case: "大小写", identity.Width: "全角与半角", identity.Space: "空格", identity.Fraction: "表格软件的 .0", identity.Zeros: "前导零",
	identity.CountryCode: "国家代码", identity.Punctuation: "标点", identity.Several: "大小写、全半角或标点",
}

func ruleChinese(r identity.Rule) string {
	if text := rulesChinese[r.Kind]; text != "" {
		return text
	}
	place := "前面"
	if r.Behind {
		place = "末尾"
	}
	switch {
	case r.From == "":
		return fmt.Sprintf("%s加上 %q", place, r.To)
	case r.To == "":
		return fmt.Sprintf("%s去掉 %q", place, r.From)
	}
	return fmt.Sprintf("%s的 %q 改为 %q", place, r.From, r.To)
}
