package survey

import (
	"strings"
	"unicode"
)

// names of columns by what they hold, best first, without case, spaces and signs.
// They are those of the exports that docs/data-team/survey.md lists.
var names = map[string][]string{
	"time": {
		"calldate", "starttimestamp", "startstamp", "datetimeorigination", "activitydate", "hstimestamp", "actualstart", "scheduledstart", "invoicedate", "orderdate",
		"postingdate", "documentdate", "开始时间", "通话开始时间", "通话时间", "呼叫时间", "拨打时间", "拜访时间", "拜访日期", "下单时间", "下单日期", "订单日期", "开票日期", "单据日期", "销售日期",
		"starttime", "startdate", "datetime", "timestamp", "date", "时间", "日期", "datum", "start", "createdate", "createddate", "createdat", "createdon", "created", "创建时间",
	},
	"clock": {"starttime", "time", "uhrzeit", "时间", "开始时间"},
	"account": {
		"accountname", "account", "accountid", "customername", "customer", "customerid", "客户名称", "客户", "客户编号", "companyname", "associatedcompany", "company", "公司名称", "公司",
		"organization", "organisation", "organizationname", "client", "clientname", "购货单位", "购方名称", "往来单位", "单位名称", "kunde", "soldto", "billto", "buyer", "regarding",
		"accountcode", "callingpartynumber", "calleridnumber", "src", "对方号码", "requiredattendees", "guests", "attendees", "location",
	},
	"contact": {
		"contactname", "contact", "contactid", "name", "联系人", "客户联系人", "拜访对象", "requester", "requestername", "callername", "calleridname", "associatedcontact",
	},
	"signal":      {"activitytype", "type", "活动类型", "类型", "业务类型", "tasksubtype", "eventtype", "channel"},
	"id":          {"uniqueid", "uuid", "globalcallidcallid", "callid", "activityid", "recordid", "ticketid", "invoiceno", "invoicenumber", "invoiceid", "invoice", "orderid", "ordernumber", "orderno", "订单号", "订单编号", "发票号码", "单号", "流水号", "记录编号", "通话编号", "编号", "id"},
	"direction":   {"direction", "calldirection", "呼叫类型", "呼叫方向", "通话类型", "方向", "calltype"},
	"value.spend": {"grandtotal", "totalamount", "invoicetotal", "amount", "total", "netamount", "linetotal", "lineamount", "extendedprice", "小计", "订单金额", "价税合计", "含税金额", "总金额", "金额", "合计", "betrag", "revenue"},
}

// wholeAmounts are columns that hold the amount of a whole invoice, also where a row is
// one line of it.
var wholeAmounts = []string{"grandtotal", "totalamount", "invoicetotal", "订单金额", "总金额", "合计"}

// kinds of files, by the names that only they have: what a row is, when no
// column says it.
var kinds = []struct {
	signal string
	marks  []string
}{
	{"order", []string{"invoice", "订单", "发票", "order", "开票", "单据", "betrag"}},
	{"visit", []string{"拜访"}},
	{"call", []string{"billsec", "duration", "callingparty", "hangupcause", "disposition", "通话", "呼叫", "主叫", "calldate"}},
	{"meeting", []string{"alldayevent", "endtime", "enddate", "meeting"}},
	{"message", []string{"ticket", "requester", "subject"}},
}

// plainName is a name without case, spaces and signs: "Start Date" and start_date
// are one.
func plainName(name string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, name)
}
