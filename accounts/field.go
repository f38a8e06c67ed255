package accounts

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"firstsign/internal/identity"
	"firstsign/internal/notation"
	"firstsign/internal/spelling"
)

// field is one that a file can give of an account or a contact: how it is
// called, how its text fills one, and the text of one. The fault is empty when a
// text is good.
type field[T any] struct {
	spelling.Word
	set func(r *Builder, into *T, text string) (fault string)
	get func(of *T) string
}

// Who reads a field stands in docs/data-team/accounts.md.
var accountFields = []field[Account]{
	text("id", func(a *Account) *string { return &a.ID }, "编号", "客户编号", "客户代码"),
	text("name", func(a *Account) *string { return &a.Name }, "名称", "客户名称", "客户"),
	text("industry", func(a *Account) *string { return &a.Industry }, "行业"),
	text("owner", func(a *Account) *string { return &a.Owner }, "account_manager", "客户经理", "负责人"),
	text("stand_in", func(a *Account) *string { return &a.StandIn }, "deputy", "代理人", "替补"),
	text("project_manager", func(a *Account) *string { return &a.ProjectManager }, "project_lead", "项目经理", "项目负责人"),
	text("expert", func(a *Account) *string { return &a.Expert }, "technical_expert", "specialist", "技术专家", "专家"),
	text("superior", func(a *Account) *string { return &a.Superior }, "上级", "主管"),
	text("team", func(a *Account) *string { return &a.Team }, "团队", "部门"),
	oneOf("grade", func(a *Account) *Grade { return &a.Grade }, grades, "等级", "客户等级", "级别"),
	money("potential", func(a *Account) *float64 { return &a.Potential }, "潜力", "年采购总额", "年采购潜力"),
	money("sales", func(a *Account) *float64 { return &a.Sales }, "annual_sales", "销售额", "年销售额"),
	money("sales_before", func(a *Account) *float64 { return &a.SalesBefore }, "sales_last_year", "上年销售额", "去年销售额"),
	signed(money("margin", func(a *Account) *float64 { return &a.Margin }, "gross_margin", "毛利", "毛利额")),
	money("cost_to_serve", func(a *Account) *float64 { return &a.CostToServe }, "服务成本"),
	whole("complaints", 0, 1e6, func(a *Account) *int { return &a.Complaints }, "投诉", "投诉数"),
	{Word: spelling.Word{Name: "renewal", Also: []string{"renewal_date", "续约日", "续约日期", "合同到期日"}}, set: setRenewal, get: renewal},
	oneOf("rank", func(a *Account) *Rank { return &a.Rank }, ranks, "supplier_rank", "供应商等级", "供应商地位"),
	text("stage", func(a *Account) *string { return &a.Stage }, "purchase_stage", "采购阶段"),
	whole("proposals", 0, 1e6, func(a *Account) *int { return &a.Proposals }, "open_proposals", "未决方案", "在途方案"),
	{Word: spelling.Word{Name: "contacts", Also: []string{"key_contacts", "联系人", "关键联系人"}}, set: setContacts, get: keyContacts},
	{Word: spelling.Word{Name: "aliases", Also: []string{"former_ids", "old_ids", "曾用编号", "原编号", "旧编号"}}, set: setAliases, get: func(a *Account) string { return strings.Join(a.Aliases, ";") }},
}

var contactFields = []field[person]{
	text("account", func(p *person) *string { return &p.account }, "account_id", "客户", "客户编号"),
	text("id", func(p *person) *string { return &p.ID }, "contact_id", "编号", "联系人编号"),
	text("name", func(p *person) *string { return &p.Name }, "姓名", "联系人"),
	oneOf("role", func(p *person) *Role { return &p.Role }, roles, "角色", "决策角色"),
	whole("power", 1, 5, func(p *person) *int { return &p.Power }, "影响力", "决策权"),
	oneOf("stance", func(p *person) *Stance { return &p.Stance }, stances, "态度", "立场"),
	oneOf("key", func(p *person) *answer { return &p.key }, answers, "key_person", "关键人"),
}

// person is a contact while it is read.
type person struct {
	Contact
	account string
	key     answer
}

// answer is yes, no, or nothing.
type answer string

// Fields are the fields of an account in a file.
var Fields = names(accountFields)

// ContactFields are the fields of a contact in contacts.csv.
var ContactFields = names(contactFields)

func names[T any](fields []field[T]) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.Name
	}
	return list
}

func spellings[T any](fields []field[T]) spelling.Set {
	list := make(spelling.Set, len(fields))
	for i, f := range fields {
		list[i] = f.Word
	}
	return list
}

// isMoney says whether a field's column may carry a unit.
func isMoney(name string) bool {
	switch name {
	case "potential", "sales", "sales_before", "margin", "cost_to_serve":
		return true
	}
	return false
}

func text[T any](name string, of func(*T) *string, also ...string) field[T] {
	return field[T]{spelling.Word{Name: name, Also: also}, func(_ *Builder, into *T, text string) string {
		if isID(name) {
			text = identity.CleanString(text)
		}
		*of(into) = text
		if hasControl(text) && !isID(name) { // of ids see idFault
			return "holds a control character"
		}
		return ""
	}, func(a *T) string { return *of(a) }}
}

// isID says whether a field holds an id: its spelling is made clean, and idFault says
// what is wrong with it.
func isID(name string) bool {
	return name == "id" || name == "account" || name == "old" || name == "new"
}

func oneOf[T any, S ~string](name string, of func(*T) *S, set spelling.Set, also ...string) field[T] {
	return field[T]{spelling.Word{Name: name, Also: also}, func(_ *Builder, into *T, text string) string {
		i := set.Find(text)
		if i < 0 {
			return set.NoneOf(text)
		}
		*of(into) = S(set[i].Name)
		return ""
	}, func(a *T) string { return string(*of(a)) }}
}

func whole[T any](name string, least, most int, of func(*T) *int, also ...string) field[T] {
	return field[T]{spelling.Word{Name: name, Also: also}, func(_ *Builder, into *T, text string) string {
		if unknown(text) {
			return ""
		}
		n, err := strconv.Atoi(text)
		switch {
		case err != nil:
			return fmt.Sprintf("%q is no whole number", text)
		case n < least || n > most:
			return fmt.Sprintf("is %d; it must be between %d and %d", n, least, most)
		}
		*of(into) = n
		return ""
	}, func(a *T) string { return figure(float64(*of(a))) }}
}

func money(name string, of func(*Account) *float64, also ...string) field[Account] {
	return field[Account]{spelling.Word{Name: name, Also: also}, func(r *Builder, into *Account, text string) string {
		v, fault := r.money(name, text)
		if fault == "" && v < 0 {
			return fmt.Sprintf("is %s; it must not be below 0", text)
		}
		*of(into) = v
		return fault
	}, func(a *Account) string { return figure(*of(a)) }}
}

// signed is money that may be below 0.
func signed(f field[Account]) field[Account] {
	f.set = func(r *Builder, into *Account, text string) (fault string) {
		into.Margin, fault = r.money(f.Name, text)
		return fault
	}
	return f
}

func setRenewal(r *Builder, a *Account, text string) string {
	if unknown(text) {
		return ""
	}
	day, err := r.columns.date(text)
	switch {
	case errors.Is(err, notation.ErrPlaceholder):
		return fmt.Sprintf("%q is a placeholder, not a date: leave the cell empty", text)
	case errors.Is(err, notation.ErrAmbiguous):
		could, _, _ := strings.Cut(err.Error(), "; give --time-layout")
		return fmt.Sprintf("%s: %s", could, asDate)
	case err != nil:
		return fmt.Sprintf("%q is no date: %s", text, asDate)
	}
	a.Renewal = day
	return ""
}

func renewal(a *Account) string {
	if a.Renewal.IsZero() {
		return ""
	}
	return a.Renewal.Format(time.DateOnly)
}

// figure is a number as text, empty when it is not known.
func figure(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
