package message

import (
	"fmt"

	"firstsign/detector"
)

// The words about many account ids that were replaced at once.

func (english) idsTitle(f *Facts) string {
	if f.IDs == nil { // of a version that did not count them
		return "Many account ids look migrated"
	}
	return fmt.Sprintf("At least %s ended and %s began around %s: ids look migrated",
		count(f.IDs.Ended, "account id"), number(float64(f.IDs.Began), 0), englishDate(f.Since))
}

func (english) ids(f *Facts) string {
	since := englishDate(f.Since)
	switch {
	case f.Kind == detector.IDsSettled && f.NewLevel:
		return "It began around " + since + ", 12 weeks ago. The ids that ended then stay silent, and nothing is told of them until they are used again."
	case f.Kind == detector.IDsSettled:
		return "Most of the ids that ended around " + since + " have a successor in the files, or are in use again. Those that do not are judged as silent accounts from now on."
	}
	s := "Say which id became which: add aliases (aliases.csv, or the column aliases of accounts.csv). " +
		"firstsign export writes the history, and firstsign survey names ids that look alike.\n" +
		"Until then, the silence of the ids that ended raises no alerts. If no ids were changed, these accounts have really fallen silent: tell their managers."
	if f.IDs != nil && f.IDs.Unlisted > 0 {
		s += fmt.Sprintf("\nAbout %s of the new ids are in no accounts file. Their records are refused as unknown_account. "+
			"List them, then run firstsign replay --reason unknown_account.", number(float64(f.IDs.Unlisted), 0))
	}
	return s
}

func (chinese) idsTitle(f *Facts) string {
	if f.IDs == nil {
		return "大批客户编号疑似更换"
	}
	return fmt.Sprintf("%s前后至少有 %s 个客户编号停用、%s 个新编号出现，疑似编号更换",
		chineseDate(f.Since), number(float64(f.IDs.Ended), 0), number(float64(f.IDs.Began), 0))
}

func (chinese) ids(f *Facts) string {
	since := chineseDate(f.Since)
	switch {
	case f.Kind == detector.IDsSettled && f.NewLevel:
		return "编号更换始于 " + since + "前后，至今已 12 周。当时停用的编号不再预警，重新使用后恢复判断。"
	case f.Kind == detector.IDsSettled:
		return since + "前后停用的编号，大多已在文件中注明新编号，或已重新使用。其余编号今后按沉默的客户判断。"
	}
	s := "请注明新旧编号的对应关系：在 aliases.csv 中，或在 accounts.csv 的 aliases 列中填写。" +
		"firstsign export 可导出历史记录，firstsign survey 会列出相似的编号。\n" +
		"在此之前，停用的编号没有往来不会触发预警。如果并未更换编号，则这些客户确已沉默，请告知其客户经理。"
	if f.IDs != nil && f.IDs.Unlisted > 0 {
		s += fmt.Sprintf("\n约 %s 个新编号不在任何客户文件中，其记录以 unknown_account 为由被拒收。请先登记，再运行 firstsign replay --reason unknown_account。",
			number(float64(f.IDs.Unlisted), 0))
	}
	return s
}
