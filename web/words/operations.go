package words

import (
	"fmt"
	"strings"
	"time"

	"firstsign/alerting/message"
	"firstsign/internal/plural"
	"firstsign/signals"
)

// Problem is what is wrong, and what to do about it.
type Problem struct{ Text, Do string }

// Operations is what the page of the operator on call says by itself.
type Operations struct {
	Fine, FineFor, NotNow, Runbook string
	Unwatched                      func(feeds, all int) string // beside FineFor
	More                           func(problems int) string
	AsOf                           func(instance, at string) string
	Others                         func(instances string) string
	Only                           string // there is no other instance
	Age, Before                    func(time.Duration) string
	None, Unknown                  string

	// What is wrong.
	Stalled       func(text string) Problem
	NotReady      func(parts string) Problem
	NoState       Problem
	ClockStopped  func(partition int, age string) Problem
	Lagging       func(partition int, records string) Problem
	Stuck         func(channel, age string, waiting int) Problem
	Refusing      func(channel string, waiting int) Problem
	FeedDead      func(source string, since string, alone int) Problem
	FeedsDead     func(n int, names string, alone int) Problem
	FeedLate      func(n int, names string) Problem
	Refused       func(n int, more bool, reason string) Problem
	Forged        func(n int) Problem
	ConfigRefused func(why string) Problem
	Restart       Problem
	CalendarEnds  func(text string) Problem
	Told          func(title string) Problem // an alert about sources
	IDs           func(title string) Problem // ids were replaced

	// Feeds.
	Feeds, FeedsNote, NoFeeds, Nameless, Source, State, Last, Gap, Blind string
	States, StateNotes                                                   map[string]string
	BySignal, Samples                                                    func(n int) string
	Every                                                                func(days int) string
	BlindOf                                                              func(alone, accounts int) string
	Depends                                                              func(alone, accounts int) string
	InPartitions                                                         func(list string) string
	Since                                                                func(day string) string
	Rest                                                                 func(n int) string
	NotKnown, NotKnownWhy                                                string
	NotCounted                                                           string

	// Partitions.
	Partitions, PartitionsNote, Partition, Owner, Doing, Lag, JudgedTo, Clock, Commit string
	Here, Elsewhere, Nobody, Unclaimed, AskOwner, NotLogged                           string
	Judged                                                                            func(day string, ago int) string
	Records                                                                           func(n int64) string

	// Refused records.
	Letters, LettersNote, NoLetters, LettersAway, Reason, Count, LastDay, Newest string
	LettersOf                                                                    func(read int, kept int64, all bool) string
	Sample                                                                       func(at, topic string, partition int, offset int64, field string) string
	Field                                                                        func(name string) string
	OtherField, Put, Replay                                                      string
	Reasons                                                                      map[signals.Reason]string

	// Channels.
	Channels, ChannelsNote, NoChannels, Channel, Waiting, Oldest, LastError, Works, Refuses string
	Failing                                                                                 func(n int, since string) string
	RetryIn                                                                                 func(in string) string

	// Configuration.
	Configuration, Rules, Read, NewestFiles, InForce, NotInForce string
	Parts, PartsNote                                             string
}

// OperationsOf are those of a language.
func OperationsOf(l message.Language) *Operations {
	if l == message.Chinese {
		return &chineseOperations
	}
	return &englishOperations
}

// englishAge writes how long something lasts, in its two largest units at most.
func englishAge(d time.Duration) string {
	return age(d, " d", " h", " min", " s")
}

func chineseAge(d time.Duration) string {
	return age(d, " 天", " 小时", " 分钟", " 秒")
}

func age(d time.Duration, day, hour, minute, second string) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprint(int(d/(24*time.Hour))) + day
	case d >= 2*time.Hour:
		return fmt.Sprint(int(d/time.Hour)) + hour
	case d >= 2*time.Minute:
		return fmt.Sprint(int(d/time.Minute)) + minute
	}
	return fmt.Sprint(max(0, int(d/time.Second))) + second
}

// NotCounted stands for a number of accounts that is not known.
const NotCounted = -1

func englishBlind(n int) string {
	switch n {
	case NotCounted:
		return "."
	case 0:
		return "; every account has another feed."
	}
	return "; " + englishAccounts(n) + " " + choose(n, "is", "are") + " not judged meanwhile."
}

func chineseBlind(n int) string {
	switch n {
	case NotCounted:
		return "。"
	case 0:
		return "；相关客户都还有其他数据源。"
	}
	return fmt.Sprintf("；%s 家客户在此期间无法判断。", message.NumberText(float64(n)))
}

var englishOperations = Operations{
	Fine: "Nothing is wrong.", FineFor: "No feed fails, days are judged and messages go out.",
	Unwatched: func(feeds, all int) string {
		return fmt.Sprintf("%d of %s could fail unseen: %s below.", feeds, plural.Count(all, "feed"), choose(feeds, "it is marked", "they are marked"))
	},
	NotNow: "What is stored cannot be read now.", Runbook: "Runbook: ",
	More: func(n int) string { return fmt.Sprintf("and %d more", n) },
	AsOf: func(instance, at string) string { return "As instance " + instance + " sees it on " + at + "." },
	Others: func(instances string) string {
		return "Other instances: " + instances + ". Open /operations there for what only an owner knows."
	},
	Only: "No other instance was met in the last minute.",
	Age:  englishAge, Before: func(d time.Duration) string { return englishAge(d) + " ago" }, None: "none", Unknown: "unknown",

	Stalled: func(text string) Problem {
		return Problem{"Work stands still: " + text, "It goes on by itself once the cause is gone; nothing is lost."}
	},
	NotReady: func(parts string) Problem {
		return Problem{"This instance cannot work: " + parts, "The words below name what each part waits for."}
	},
	NoState: Problem{"Redis cannot be read, so this page shows only what this instance knows by itself.", "Bring Redis back. The log of the service says why it does not answer."},
	ClockStopped: func(p int, age string) Problem {
		return Problem{fmt.Sprintf("The clock of partition %d has stood still for %s, so no silence is seen.", p, age), "See whether an instance owns the partition, and whether Kafka takes writes."}
	},
	Lagging: func(p int, records string) Problem {
		return Problem{fmt.Sprintf("Partition %d is %s behind.", p, records), "After a load or an outage that shrinks by itself. If it grows, look at Redis and the CPU."}
	},
	Stuck: func(c, age string, n int) Problem {
		return Problem{fmt.Sprintf("Channel %s has not taken %s, the oldest for %s.", c, plural.Count(n, "message"), age), "Repair its address or password in routing.yaml; a reload is enough. Nothing must be sent by hand."}
	},
	Refusing: func(c string, n int) Problem {
		return Problem{fmt.Sprintf("Channel %s refuses messages; %s waiting.", c, plural.Count(n, "message")), "It is tried again by itself. If it goes on, repair its address or password in routing.yaml."}
	},
	FeedDead: func(source, since string, alone int) Problem {
		return Problem{fmt.Sprintf("No data comes from %s since %s%s", source, since, englishBlind(alone)), "Repair the source or its producer, and send the missing days as well."}
	},
	FeedsDead: func(n int, names string, alone int) Problem {
		return Problem{fmt.Sprintf("%s bring no data, or much less than usual: %s%s", plural.Count(n, "feed"), names, englishBlind(alone)), "Repair the sources or their producers, and send the missing days as well."}
	},
	FeedLate: func(n int, names string) Problem {
		return Problem{fmt.Sprintf("%s longer silent than ever in eight weeks: %s.", plural.Count(n, "feed")+" "+choose(n, "is", "are"), names), "Ask whoever runs the source. A source that sends heartbeats is told apart from a quiet one."}
	},
	Refused: func(n int, more bool, reason string) Problem {
		count := plural.Count(n, "record") + " " + choose(n, "was", "were")
		if more {
			count = "At least " + count
		}
		return Problem{fmt.Sprintf("%s refused in the last 24 hours, most of them because: %s", count, reason), "Repair the cause, then bring the records in with firstsign replay."}
	},
	Forged: func(n int) Problem {
		return Problem{fmt.Sprintf("%s in the last 24 hours that the service did not sign, or that %s ahead of time.", plural.Count(n, "control record"), choose(n, "is", "are")), "Find out who writes them; topic, partition and offset are below."}
	},
	ConfigRefused: func(why string) Problem {
		return Problem{"The newest configuration is not in force: " + why, "Correct the file; it is read again within seconds. The last good configuration works on."}
	},
	Restart: Problem{"service.yaml has changed since the start.", "Restart the instance when it suits."},
	CalendarEnds: func(text string) Problem {
		return Problem{"Holidays run out: " + text, "List the next year's holidays."}
	},
	Told: func(title string) Problem { return Problem{title, "The alert says since when, and what to do."} },
	IDs:  func(title string) Problem { return Problem{title, "Name the former ids in aliases.csv."} },

	Feeds: "Feeds", FeedsNote: "Every source, and the signals it brings. Days are days of the deployment; a gap is the median of the last eight weeks.",
	NoFeeds: "No interaction has come yet.", Nameless: "(no name)", Source: "Source", State: "State", Last: "Last event", Gap: "Usually", Blind: "Accounts", BySignal: func(n int) string { return plural.Count(n, "signal") },
	States: map[string]string{"alive": "fine", "late": "late", "low": "much less than usual", "dead": "dead", "unknown": "not watched", "retired": "retired"},
	StateNotes: map[string]string{
		"late":    "silent for longer than in the last eight weeks",
		"unknown": "too few accounts a day to tell a failure from quiet customers: let it send heartbeats",
		"retired": "somebody said that it will not come back",
	},
	Every: func(days int) string {
		switch days {
		case 0:
			return "too rare to say"
		case 1:
			return "every day"
		}
		return fmt.Sprintf("every %d days", days)
	},
	BlindOf: func(alone, all int) string {
		return fmt.Sprintf("%s blind, %s have another feed", message.NumberText(float64(alone)), message.NumberText(float64(all-alone)))
	},
	Depends: func(alone, all int) string {
		if alone == 0 {
			return message.NumberText(float64(all))
		}
		return fmt.Sprintf("%s, %s of them have no other", message.NumberText(float64(all)), message.NumberText(float64(alone)))
	},
	InPartitions: func(list string) string { return "in partition " + list },
	Since:        func(day string) string { return "since " + day },
	Rest:         func(n int) string { return fmt.Sprintf("%d more feeds are in /api/v1/feeds.", n) },
	NotKnown:     "not known", NotKnownWhy: "nothing has been read since: the clock stands still",
	NotCounted: "The accounts cannot be counted now, so nothing is said of signals and of blind accounts.",

	Partitions: "Partitions", PartitionsNote: "Every partition of the topic, as it is stored. Lag and last commit are known to the owner alone.",
	Partition: "Partition", Owner: "Owner", Doing: "What it does", Lag: "Not read yet", JudgedTo: "Judged up to", Clock: "Clock", Commit: "Last commit",
	Here: "this instance", Elsewhere: "another instance", Nobody: "nobody, by its clock", Unclaimed: "never taken over", AskOwner: "only the owner knows", NotLogged: "none yet",
	Judged:  func(day string, ago int) string { return day + " (" + englishAgo(ago) + ")" },
	Records: func(n int64) string { return plural.Count(int(n), "record") },

	Letters: "Refused records", LettersNote: "Records that do not count, by reason. What they say is not shown: look it up by topic, partition and offset.",
	NoLetters: "None is kept.", LettersAway: "The refused records cannot be read now.", Reason: "Reason", Count: "Records", LastDay: "Last 24 hours", Newest: "Newest", Samples: func(n int) string { return plural.Count(n, "example") },
	LettersOf: func(read int, kept int64, all bool) string {
		if all {
			return plural.Count(read, "refused record") + " " + choose(read, "is", "are") + " kept."
		}
		return fmt.Sprintf("The newest %d of %s that are kept.", read, plural.Count(int(kept), "record"))
	},
	Sample: func(at, topic string, p int, offset int64, field string) string {
		return fmt.Sprintf("%s, %s partition %d offset %d: %s", at, topic, p, offset, field)
	},
	Field:      func(name string) string { return "the field " + name },
	OtherField: "the record as a whole", Put: "put back", Replay: "firstsign replay --config DIR --reason %s --dry-run",
	Reasons: englishReasons,

	Channels: "Delivery channels", ChannelsNote: "As this instance delivers: to the managers of its own partitions.",
	NoChannels: "routing.yaml names no channel.", Channel: "Channel", Waiting: "Waiting", Oldest: "Oldest waits for", LastError: "Last error", Works: "fine", Refuses: "refuses",
	Failing: func(n int, since string) string {
		return fmt.Sprintf("since %s (%s)", since, plural.Count(n, "attempt"))
	},
	RetryIn: func(in string) string { return "next attempt in " + in },

	Configuration: "Configuration", Rules: "Rules in force", Read: "Files last read", NewestFiles: "Newest files", InForce: "in force", NotInForce: "refused",
	Parts: "Parts of this instance", PartsNote: "In the words of /-/ready.",
}

var englishReasons = map[signals.Reason]string{
	signals.Oversized: "the record is too large", signals.AbortedTransaction: "its producer took it back", signals.BadControl: "a control record cannot be read",
	signals.UnsignedControl: "a control record has no good signature", signals.TickAhead: "a clock record is ahead of time", signals.Malformed: "it is not JSON, or cut off",
	signals.InvalidUTF8: "it is not UTF-8", signals.WrongType: "a field has another type", signals.MissingField: "time, account or signal is missing",
	signals.BadTime: "the time cannot be read", signals.BadValue: "the value is impossible", signals.FieldTooLong: "a field is too long", signals.DuplicateField: "a field stands twice",
	signals.BadEnvelope: "the CloudEvent is incomplete, or of another version", signals.EmptyKey: "the record has no key", signals.KeyMismatch: "the key is not the account",
	signals.WrongPartition: "the producer does not use murmur2", signals.UnknownSignal: "signals.yaml lacks the signal", signals.NoAccount: "the account says that there is none",
	signals.UnknownAccount: "no file lists the account", signals.UnknownWord: "a word of the source is not understood", signals.TooOld: "the day is older than eight weeks",
	signals.TooFarAhead: "a clock of the source is wrong", signals.Unmappable: "the mapping makes nothing of it",
}

// join lists names, the first few only.
func join(names []string, most int, and string) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + and
}

// Names lists some names of many.
func Names(l message.Language, names []string) string {
	const most = 4
	if l == message.Chinese {
		return strings.ReplaceAll(join(names, most, " 等"), ", ", "、")
	}
	return join(names, most, ", ...")
}

// choose is the word for one, or for any other number.
func choose(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
