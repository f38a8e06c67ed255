package table

// frequent are characters that are common in Chinese texts and in business: each
// set has those that both scripts share, and its own. A text that is decoded in
// the wrong encoding has few of them.
var (
	frequentBoth = setOf("的一是不了在有和人中大上我以要他用生到作地於出就分成可主年同工也能下子而方多定行法所民得十三之部度家力里如水化高自二理起小物加量都制使本去把性好它合因由其些然前天政四日那社平形相全表手向道命此只解意建月公司很情者最立代想已通並提直程果料位入文次品式活及管特求老基路流山接知或角期根指七九放西被干必做先回任取世光" +
		"客名址刊期地北京上海南京天津重有限市技科集股份合同金元付款交易部理副主任明星月年日信息地址所有人入出外呼叫姓名甲乙丙丁王李林田石高馬方周江百千人行口支付退拜回答已未完成取消正常")
	frequentSimplified  = setOf("这为个国时来们对会发动过说产种后学经进着电现实两体当点从业还应开与关线内数气变条没结问无系军题员设长级图统见计别论运农区强决战则处车华东门时间户称话类备注额订单销售务诉团贸钢铁银联络负责编号广州圳购货发钱买卖单价总计项达恒贷费达讯议访谈咨询续约投产龙马陈张刘杨赵吴孙济宁苏浙宝达顺兴荣丰润亿维创")
	frequentTraditional = setOf("這為個國時來們對會發動過說產種後學經進著電現實兩體當點從業還應開與關線內數氣變條沒結問無系軍題員設長級圖統見計別論運農區強決戰則處車華東門時間戶稱話類備註額訂單銷售務訴團貿鋼鐵銀聯絡負責編號廣州購貨錢買賣價總計項達恆貸費訊議訪談諮詢續約龍馬陳張劉楊趙吳孫濟寧蘇寶順興榮豐潤億維創臺灣")
)

func setOf(characters string) map[rune]bool {
	set := make(map[rune]bool)
	for _, c := range characters {
		set[c] = true
	}
	return set
}
