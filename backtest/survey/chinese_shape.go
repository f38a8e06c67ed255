package survey

import (
	"fmt"
	"slices"
	"strings"

	"firstsign/internal/table"
)

var chineseFormats = map[string]string{"JSON lines": "JSON 行", "JSON array": "JSON 数组"}

// chineseShape describes a file in one line, as table.Shape does in English.
func chineseShape(s *table.Shape) string {
	format := s.Format
	if in := chineseFormats[format]; in != "" {
		format = in
	}
	parts := []string{format}
	if s.Packed != "" {
		packed := s.Packed + " 压缩"
		if s.Member != "" {
			packed += "（" + s.Member + "）"
		}
		parts = append(parts, packed)
	}
	switch s.EncodingBy {
	case table.Likely:
		parts = append(parts, s.Encoding+"（推断）")
	case table.Guessed:
		parts = append(parts, s.Encoding+"（不确定）")
	default:
		parts = append(parts, s.Encoding)
	}
	switch {
	case s.Sheet != "":
		parts = append(parts, fmt.Sprintf("工作表 %q", s.Sheet))
	case s.Delimiter == '\t':
		parts = append(parts, "分隔符为制表符")
	case s.Delimiter != 0:
		parts = append(parts, fmt.Sprintf("分隔符 %c", s.Delimiter))
	}
	if s.HeaderLine > 1 {
		parts = append(parts, fmt.Sprintf("表头在第 %d 行", s.HeaderLine))
	}
	if s.TitleLines > 0 {
		parts = append(parts, fmt.Sprintf("跳过标题 %d 行", s.TitleLines))
	}
	if s.Totals.Count > 0 {
		parts = append(parts, fmt.Sprintf("未计入合计 %d 行（第 %s 行）", s.Totals.Count, strings.Trim(fmt.Sprint(s.Totals.First), "[]")))
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "，")
}
