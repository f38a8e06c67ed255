package words

import (
	"fmt"
	"time"

	"firstsign/alerting/message"
	"firstsign/signals"
)

var chineseOperations = Operations{
	Fine: "一切正常。", FineFor: "没有数据源中断，每天按时判断，消息正常送达。",
	Unwatched: func(feeds, all int) string {
		return fmt.Sprintf("%d 个数据源中有 %d 个无法监测，中断时看不出来，见下表。", all, feeds)
	},
	NotNow: "暂时无法读取已保存的状态。", Runbook: "处理手册：",
	More: func(n int) string { return fmt.Sprintf("另有 %d 项", n) },
	AsOf: func(instance, at string) string { return "由实例 " + instance + " 于 " + at + " 所见。" },
	Others: func(instances string) string {
		return "其他实例：" + instances + "。只有负责者才知道的内容，请在该实例上打开 /operations。"
	},
	Only: "最近一分钟没有见到其他实例。",
	Age:  chineseAge, Before: func(d time.Duration) string { return chineseAge(d) + "前" }, None: "无", Unknown: "未知",

	Stalled: func(text string) Problem {
		return Problem{"处理停滞：" + text, "原因消除后会自动继续，不会丢失任何数据。"}
	},
	NotReady: func(parts string) Problem {
		return Problem{"此实例无法工作：" + parts, "下方列出每个部分正在等待什么。"}
	},
	NoState: Problem{"无法读取 Redis，因此本页只显示此实例自身所知的内容。", "请恢复 Redis。服务日志写明了它没有应答的原因。"},
	ClockStopped: func(p int, age string) Problem {
		return Problem{fmt.Sprintf("分区 %d 的时钟已停止 %s，期间无法发现沉默的客户。", p, age), "请查看该分区是否有实例负责，以及 Kafka 能否写入。"}
	},
	Lagging: func(p int, records string) Problem {
		return Problem{fmt.Sprintf("分区 %d 还有 %s未读。", p, records), "导入或故障之后会自行减少。如果持续增加，请检查 Redis 和 CPU。"}
	},
	Stuck: func(c, age string, n int) Problem {
		return Problem{fmt.Sprintf("渠道 %s 有 %d 条消息未送达，最早的已等待 %s。", c, n, age), "请在 routing.yaml 中更正其地址或密码，重新加载即可，无需手动补发。"}
	},
	Refusing: func(c string, n int) Problem {
		return Problem{fmt.Sprintf("渠道 %s 拒收消息，%d 条在等待。", c, n), "系统会自动重试。如果仍然拒收，请在 routing.yaml 中更正其地址或密码。"}
	},
	FeedDead: func(source, since string, alone int) Problem {
		return Problem{fmt.Sprintf("%s起没有收到 %s 的数据%s", since, source, chineseBlind(alone)), "请修复该数据源或其生产者，并补发缺失的日期。"}
	},
	FeedsDead: func(n int, names string, alone int) Problem {
		return Problem{fmt.Sprintf("%d 个数据源没有数据，或远少于平常：%s%s", n, names, chineseBlind(alone)), "请修复这些数据源或其生产者，并补发缺失的日期。"}
	},
	FeedLate: func(n int, names string) Problem {
		return Problem{fmt.Sprintf("%d 个数据源的静默时间超过近八周的任何一次：%s。", n, names), "请询问该数据源的负责人。发送心跳的数据源可以与平静区分开来。"}
	},
	Refused: func(n int, more bool, reason string) Problem {
		count := fmt.Sprint(" ", n)
		if more {
			count = "至少" + count
		}
		return Problem{fmt.Sprintf("最近 24 小时有%s 条记录被拒收，主要原因：%s", count, reason), "请先消除原因，再用 firstsign replay 重新导入。"}
	},
	Forged: func(n int) Problem {
		return Problem{fmt.Sprintf("最近 24 小时有 %d 条控制记录没有本服务的签名，或时间超前。", n), "请查明由谁写入；主题、分区和位移见下方。"}
	},
	ConfigRefused: func(why string) Problem {
		return Problem{"最新的配置未生效：" + why, "请更正文件，几秒内会重新读取。在此之前沿用上一份正确的配置。"}
	},
	Restart: Problem{"service.yaml 在启动后有改动。", "请在方便时重启此实例。"},
	CalendarEnds: func(text string) Problem {
		return Problem{"节假日即将用完：" + text, "请列出下一年的节假日。"}
	},
	Told: func(title string) Problem { return Problem{title, "预警中写明了起始时间和处理办法。"} },
	IDs:  func(title string) Problem { return Problem{title, "请在 aliases.csv 中写明原编号。"} },

	Feeds: "数据源", FeedsNote: "每个数据源及其带来的信号。日期按部署的时区计算；间隔为近八周的中位数。",
	NoFeeds: "尚无任何往来数据。", Nameless: "（未命名）", Source: "数据源", State: "状态", Last: "最近一次", Gap: "平常间隔", Blind: "客户", BySignal: func(n int) string { return fmt.Sprintf("%d 个信号", n) },
	States: map[string]string{"alive": "正常", "late": "迟到", "low": "远少于平常", "dead": "中断", "unknown": "无法监测", "retired": "已停用"},
	StateNotes: map[string]string{
		"late":    "静默时间超过近八周的任何一次",
		"unknown": "每天活跃的客户太少，分不清是故障还是平静：请让它发送心跳",
		"retired": "有人说明它不会再恢复",
	},
	Every: func(days int) string {
		switch days {
		case 0:
			return "太少，无法判断"
		case 1:
			return "每天"
		}
		return fmt.Sprintf("每 %d 天", days)
	},
	BlindOf: func(alone, all int) string {
		return fmt.Sprintf("%s 家无法判断，%s 家另有数据源", message.NumberText(float64(alone)), message.NumberText(float64(all-alone)))
	},
	Depends: func(alone, all int) string {
		if alone == 0 {
			return message.NumberText(float64(all))
		}
		return fmt.Sprintf("%s，其中 %s 家别无数据源", message.NumberText(float64(all)), message.NumberText(float64(alone)))
	},
	InPartitions: func(list string) string { return "分区 " + list },
	Since:        func(day string) string { return day + "起" },
	Rest:         func(n int) string { return fmt.Sprintf("另有 %d 个数据源，见 /api/v1/feeds。", n) },
	NotKnown:     "未知", NotKnownWhy: "时钟已停止，此后没有读取任何数据",
	NotCounted: "暂时无法统计客户，因此不显示信号和无法判断的客户数。",

	Partitions: "分区", PartitionsNote: "主题的每个分区，以保存的状态为准。未读数量和最近提交只有负责者知道。",
	Partition: "分区", Owner: "负责者", Doing: "正在做什么", Lag: "未读", JudgedTo: "已判断至", Clock: "时钟", Commit: "最近提交",
	Here: "此实例", Elsewhere: "其他实例", Nobody: "从时钟看无人负责", Unclaimed: "从未有人负责", AskOwner: "只有负责者知道", NotLogged: "尚无",
	Judged:  func(day string, ago int) string { return day + "（" + chineseAgo(ago) + "）" },
	Records: func(n int64) string { return fmt.Sprintf("%d 条记录", n) },

	Letters: "被拒收的记录", LettersNote: "按原因列出不计入的记录。这里不显示记录的内容，请按主题、分区和位移查找。",
	NoLetters: "目前没有。", LettersAway: "暂时无法读取被拒收的记录。", Reason: "原因", Count: "记录数", LastDay: "最近 24 小时", Newest: "最新", Samples: func(n int) string { return fmt.Sprintf("%d 条示例", n) },
	LettersOf: func(read int, kept int64, all bool) string {
		if all {
			return fmt.Sprintf("目前保存 %d 条被拒收的记录。", read)
		}
		return fmt.Sprintf("保存的 %d 条记录中最新的 %d 条。", kept, read)
	},
	Sample: func(at, topic string, p int, offset int64, field string) string {
		return fmt.Sprintf("%s，%s 分区 %d 位移 %d：%s", at, topic, p, offset, field)
	},
	Field:      func(name string) string { return "字段 " + name },
	OtherField: "整条记录", Put: "已重新导入", Replay: "firstsign replay --config DIR --reason %s --dry-run",
	Reasons: chineseReasons,

	Channels: "消息渠道", ChannelsNote: "以此实例的投递为准：只含其所负责分区的客户经理。",
	NoChannels: "routing.yaml 中没有渠道。", Channel: "渠道", Waiting: "等待", Oldest: "最早已等待", LastError: "最近一次错误", Works: "正常", Refuses: "拒收",
	Failing: func(n int, since string) string { return fmt.Sprintf("自 %s 起（%d 次）", since, n) },
	RetryIn: func(in string) string { return in + "后重试" },

	Configuration: "配置", Rules: "生效的规则", Read: "最近读取", NewestFiles: "最新的文件", InForce: "已生效", NotInForce: "未采用",
	Parts: "此实例的各个部分", PartsNote: "与 /-/ready 用词一致。",
}

var chineseReasons = map[signals.Reason]string{
	signals.Oversized: "记录过大", signals.AbortedTransaction: "生产者已撤回", signals.BadControl: "控制记录无法识别",
	signals.UnsignedControl: "控制记录没有有效签名", signals.TickAhead: "时钟记录的时间超前", signals.Malformed: "不是 JSON，或不完整",
	signals.InvalidUTF8: "不是 UTF-8", signals.WrongType: "字段类型不符", signals.MissingField: "缺少时间、客户或信号",
	signals.BadTime: "时间无法识别", signals.BadValue: "数值不可能", signals.FieldTooLong: "字段过长", signals.DuplicateField: "字段重复",
	signals.BadEnvelope: "CloudEvent 不完整，或版本不符", signals.EmptyKey: "记录没有键", signals.KeyMismatch: "键与客户不一致",
	signals.WrongPartition: "生产者没有使用 murmur2", signals.UnknownSignal: "signals.yaml 中没有此信号", signals.NoAccount: "客户一栏写明没有客户",
	signals.UnknownAccount: "没有文件列出此客户", signals.UnknownWord: "无法识别数据源使用的词", signals.TooOld: "日期早于八周",
	signals.TooFarAhead: "数据源的时钟不准", signals.Unmappable: "映射无法识别此记录",
}
