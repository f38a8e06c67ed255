package survey_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"firstsign/backtest/survey"
	"firstsign/internal/table"
	"firstsign/signals/history"
)

// Exports made up after the public documentation of the systems that are named.
// {D} is a day as the row's format has it, {n} the number of the row, {c} one of
// five customers, {p} one of seven people.
var exports = []struct {
	name, header, row string
	day               string // a layout of Go
	flags             string
	layout            string // given because the dates may be read in several ways
	signals           string
	gbk               bool
}{
	{
		name: "Asterisk Master.csv", day: time.DateTime,
		row:     `"","0212555000{c}","600","from-trunk","""0212555000{c}"" <0212555000{c}>","SIP/trunk-{n}","SIP/300-{n}","Dial","SIP/300,60","{D}","{D}","{D}",20,15,"ANSWERED","DOCUMENTATION","pbx-1756718389.{n}",""`,
		flags:   "time=#10,account=#2,signal:=call,id=#17",
		signals: "call 60",
	},
	{
		name: "Asterisk Master.csv with linkedid", day: time.DateTime,
		row:     `"","0212555000{c}","600","from-trunk","x","SIP/trunk-{n}","SIP/300-{n}","Dial","SIP/300,60","{D}","{D}","{D}",20,15,"ANSWERED","DOCUMENTATION","1756718389.{n}","","","1756718389.{n}",0`,
		flags:   "time=#10,account=#2,signal:=call,id=#20",
		signals: "call 60",
	},
	{
		name: "Asterisk with names", day: time.DateTime, header: "accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,calldate,answer,end,duration,billsec,disposition,amaflags,uniqueid,userfield",
		row:   `customer-{c},0212555000{c},600,trunk,<0212555000{c}>,SIP/{n},SIP/3,Dial,x,{D},{D},{D},20,15,ANSWERED,DOCUMENTATION,pbx-17567.{n},`,
		flags: "time=calldate,account=accountcode,signal:=call,id=uniqueid", signals: "call 60",
	},
	{
		name: "FreeSWITCH cdr_csv", day: time.DateTime, header: "caller_id_name,caller_id_number,destination_number,context,start_stamp,answer_stamp,end_stamp,duration,billsec,hangup_cause,uuid,bleg_uuid,accountcode",
		row:   `Ann {p},102{c},0755{c},default,{D},{D},{D},30,25,NORMAL_CLEARING,5c1f-{n}-a,,cust{c}`,
		flags: "time=start_stamp,account=accountcode,signal:=call,id=uuid,contact=caller_id_name", signals: "call 60",
	},
	{
		name: "CUCM", day: "unix", header: "cdrRecordType,globalCallID_callManagerId,globalCallID_callId,dateTimeOrigination,callingPartyNumber,originalCalledPartyNumber,dateTimeConnect,dateTimeDisconnect,duration",
		row:   `1,2,{n},{D},400{c},5001,0,{D},33`,
		flags: "time=dateTimeOrigination,account=callingPartyNumber,signal:=call,id=globalCallID_callId", layout: "unix", signals: "call 60",
	},
	{
		name: "Salesforce tasks", day: "2006-01-02T15:04:05.000Z", header: "Id,WhoId,AccountId,Subject,CreatedDate,TaskSubtype,Status,CallDurationInSeconds",
		row:   `00T{n},003{p},001A{c},Follow up,{D},Call,Completed,60`,
		flags: "time=CreatedDate,account=AccountId,signal=TaskSubtype,id=Id", signals: "Call 60",
	},
	{
		name: "HubSpot activities", day: "2006-01-02 15:04", header: "Record ID,Activity type,Activity date,Associated Company,Associated Contact,Call direction",
		row:   `90{n},Call,{D},"Acme {c}, Inc.",Bo {p},INBOUND`,
		flags: "time=Activity date,account=Associated Company,signal=Activity type,id=Record ID,contact=Associated Contact,attributes.direction=Call direction", signals: "Call 60",
	},
	{
		name: "Dynamics activities", day: "1/2/2006", header: "(Do Not Modify) Activity,Activity Type,Subject,Regarding,Actual Start,Activity Status",
		row:   `guid-{n},Phone Call,Talk,Fabrikam {c},{D},Completed`,
		flags: "time=Actual Start,account=Regarding,signal=Activity Type", layout: "M/d/yyyy", signals: "Phone Call 60",
	},
	{
		name: "Zendesk tickets", day: "2006-01-02 15:04:05", header: "Ticket ID,Subject,Requester,Organization,Created at,Status,Priority",
		row:   `{n},Broken,Cy {p},Contoso {c},{D},open,high`,
		flags: "time=Created at,account=Organization,signal:=message,id=Ticket ID,contact=Requester", signals: "message 60",
	},
	{
		name: "Outlook calendar", day: "2006-01-02", header: "Subject,Start Date,Start Time,End Date,End Time,All day event,Required Attendees,Location",
		row:   `Review,{D},09:30:00,{D},10:30:00,FALSE,Dee {c},Room`,
		flags: "time=Start Date+Start Time,account=Required Attendees,signal:=meeting", signals: "meeting 60",
	},
	{
		name: "invoices with semicolons", day: "02.01.2006", header: "Rechnung;Kunde;Datum;Betrag",
		row:   `R{n};Werk {c} GmbH;{D};1{n}0,50`,
		flags: "time=Datum,account=Kunde,signal:=order,value.spend=Betrag", signals: "order 60, spend 60",
	},
	{
		name: "invoices", day: "2006-01-02", header: "Invoice Number,Invoice Date,Customer Name,Grand Total",
		row:   `INV-{n},{D},Northwind {c},{n}.25`,
		flags: "time=Invoice Date,account=Customer Name,signal:=order,id=Invoice Number,value.spend=Grand Total", signals: "order 60, spend 60",
	},
	{
		name: "line items", day: "2006-01-02", header: "InvoiceNo,StockCode,InvoiceDate,CustomerID,LineTotal",
		row:   `9{h},S{n},{D},C{c},{n}.5`,
		flags: "time=InvoiceDate,account=CustomerID,signal:=order,id=InvoiceNo,value.spend=sum(LineTotal)", signals: "order 60, spend 60",
	},
	{
		name: "通话记录", day: "2006-01-02 15:04:05", header: "通话编号,客户名称,联系人,呼叫类型,开始时间,通话时长",
		row:   `T{n},华泰{c},王{p},呼入,{D},35`,
		flags: "time=开始时间,account=客户名称,signal:=call,id=通话编号,contact=联系人,attributes.direction=呼叫类型", signals: "call 60", gbk: true,
	},
	{
		name: "拜访记录", day: "2006/1/2", header: "拜访日期,客户,拜访对象,拜访方式,备注",
		row:   `{D},宏达{c},李{p},上门,`,
		flags: "time=拜访日期,account=客户,signal:=visit,contact=拜访对象", signals: "visit 60",
	},
	{
		name: "销售订单，万元", day: "2006年1月2日", header: "订单编号,下单日期,客户名称,订单金额（万元）",
		row:   `DD{n},{D},远大{c},{n}8.5`,
		flags: "time=下单日期,account=客户名称,signal:=order,id=订单编号,value.spend=订单金额（万元）", signals: "order 60, spend 60",
	},
	{
		name: "销售订单", day: "2006年1月2日", header: "订单编号,下单日期,客户名称,订单金额",
		row:   `DD{n},{D},远大{c},{n}8.5`,
		flags: "time=下单日期,account=客户名称,signal:=order,id=订单编号,value.spend=订单金额", signals: "order 60, spend 60",
	},
}

// exportOf 60 rows, one a day from 20 January 2026.
func exportOf(header, row, day string, gbk bool) string {
	text := ""
	if header != "" {
		text = header + "\n"
	}
	for n := range 60 {
		at := time.Date(2026, 1, 20+n, 9, 30, 0, 0, time.UTC)
		written := at.Format(day)
		if day == "unix" {
			written = fmt.Sprint(at.Unix())
		}
		text += strings.NewReplacer("{D}", written, "{n}", fmt.Sprint(n+10), "{h}", fmt.Sprint(n/3+100), "{c}", fmt.Sprint(n%5+1), "{p}", fmt.Sprint(n%7+1)).Replace(row) + "\n"
	}
	if gbk {
		text, _ = simplifiedchinese.GB18030.NewEncoder().String(text)
	}
	return text
}

func proposalOf(t *testing.T, text string) *survey.Proposal {
	t.Helper()
	p, err := survey.Propose(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The flags that are proposed for exports of other systems, and what the file is
// when it is read with them.
func TestProposals(t *testing.T) {
	for _, tt := range exports {
		t.Run(tt.name, func(t *testing.T) {
			text := exportOf(tt.header, tt.row, tt.day, tt.gbk)
			p := proposalOf(t, text)
			if got := strings.Join(p.Columns, ","); got != tt.flags || len(p.Missing) > 0 || len(p.Layouts) > 1 {
				t.Fatalf("proposed\n%s, layouts %q, missing %q; want\n%s", got, p.Layouts, p.Missing, tt.flags)
			}
			columns, err := history.ParseColumns(p.Columns...)
			if err != nil {
				t.Fatal(err)
			}
			r := reportOf(t, text, history.Layout{Columns: columns, Time: tt.layout})
			var got []string
			for _, s := range r.Signals {
				got = append(got, fmt.Sprint(s.Name, " ", s.Lines))
			}
			span := time.Unix(0, r.First).UTC().Format(time.DateOnly) + " " + time.Unix(0, r.Last).UTC().Format(time.DateOnly)
			if strings.Join(got, ", ") != tt.signals || r.Rows != 60 || r.Bad != 0 || len(r.Accounts()) != 5 || span != "2026-01-20 2026-03-20" {
				t.Errorf("read %v, %d rows, %d bad, %d accounts, %s; %v", got, r.Rows, r.Bad, len(r.Accounts()), span, r.Problems)
			}
		})
	}
}

// What the file cannot say is asked for.
func TestProposalsThatAsk(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"day or month", "Date,Customer,Type\n" + strings.Repeat("03/04/2026,acme,call\n05/06/2026,beta,mail\n", 20), "could be 3 April or 4 March"},
		{"which it is when one tells", "Date,Customer,Type\n" + strings.Repeat("03/04/2026,acme,call\n25/06/2026,beta,mail\n", 20), "Proposed:\n  --columns 'time=Date,account=Customer,signal=Type'"},
		{"a name twice", "Date,Customer,Type,Date\n" + strings.Repeat("2026-03-02,acme,call,2026-03-09\n2026-03-05,beta,mail,2026-03-09\n", 20), "time=Date#1,account=Customer,signal=Type'\n  Look at this: several columns are named Date; number 1 is proposed"},
		{"no account", "Date,Remark\n2026-03-02,x\n2026-03-03,y\n", "no column looks like account"},
		{"no time", "Customer,Type\nacme,call\nbeta,call\n", "no column looks like time"},
		{"years of Taiwan", "日期,客户\n115/03/05,a\n115/03/06,b\n", `日期: "115/03/05" is no date; if its year is of the Republic of China (民國), it is 2026`},
		{"line items", exportOf("InvoiceNo,InvoiceDate,CustomerID,LineTotal", "9{h},{D},C{c},{n}.5", "2006-01-02", false), "InvoiceNo repeats: these look like line items, so LineTotal is summed by it; if that is the amount of the whole invoice, write value.spend=LineTotal"},
		{"line items beside a total", exportOf("InvoiceNo,InvoiceDate,CustomerID,Invoice Total", "9{h},{D},C{c},{n}.5", "2006-01-02", false), "if Invoice Total is the amount of one line, write value.spend=sum(Invoice Total)"},
		{"placeholders", "Date,Customer,Type\n" + strings.Repeat("2026-03-02,acme,call\n2026-03-05,beta,mail\n", 20) + "1970-01-01,acme,call\n", "1 cells of Date stand for no time"},
		{"no offset", "Date,Customer,Type\n2026-03-02 09:30,acme,call\n2026-03-02 09:40,beta,mail\n2026-03-02 09:40,beta,mail\n", "name their zone with --time-zone"},
		{"a comma in a name", "\"Date, local\",Customer,Type\n" + strings.Repeat("2026-03-02,acme,call\n2026-03-05,beta,mail\n", 20), `time="Date, local",account=Customer`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			if err := proposalOf(t, tt.text).WriteText(&out, "f"); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), tt.want) {
				t.Errorf("%q is not in\n%s", tt.want, out.String())
			}
		})
	}
}

func TestProposeFails(t *testing.T) {
	want := errors.New("no such file")
	if _, err := survey.Propose(func() (io.ReadCloser, error) { return nil, want }, table.Options{}); !errors.Is(err, want) {
		t.Error(err)
	}
}
