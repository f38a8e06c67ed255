package table

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// status counts the rows of one column that say that nothing happened: a cancelled
// meeting, a draft.
type status struct {
	at      int // column
	kind    statusKind
	count   int
	line    int // of the first row
	example string

	last    string // the cell before, and what it was
	lastNot bool
}

type statusKind int

const (
	ofWord  statusKind = iota // Status: cancelled
	ofFlag                    // Cancelled: true
	ofTitle                   // Subject: Canceled: weekly call
)

// notHappened are words of a status, without case.
var notHappened = set(`cancelled canceled cancel draft void voided deleted rejected declined deferred aborted withdrawn
	storniert storno abgesagt annulliert entwurf abgelehnt annulé annulée annule brouillon cancelado cancelada anulado anulada borrador
	annullato annullata bozza geannuleerd 取消 已取消 作废 已作废 草稿 已撤销 撤销 已撤回 已删除 已拒绝 已驳回 无效 未举行 未开始 已取消会议 已關閉 作廢 已作廢 キャンセル`,
	"no show", "no-show", "not held", "not started", "cancelled by customer", "canceled by customer")

var (
	flagNames   = set("cancelled canceled iscancelled iscanceled deleted isdeleted void voided isvoid storniert storno annulé 作废 是否作废 作廢 取消 已取消 是否取消 是否删除")
	flagCells   = set("true t 1 y yes x ja j oui si sí 是 已取消 已作废 ✓ ✔")
	titleNames  = set("subject title summary betreff titel objet asunto 主题 标题 日程 会议主题")
	statusMarks = []string{"status", "state", "状态", "狀態", "statut", "estado", "stato", "ステータス"}
)

func set(list string, more ...string) map[string]bool {
	all := map[string]bool{}
	for _, word := range append(strings.Fields(list), more...) {
		all[word] = true
	}
	return all
}

// CountNotHappened counts, from now on, the rows in which a column such as Status says that
// nothing happened, and warns at the end of the table. Those that are known are not
// looked at.
func (r *Reader) CountNotHappened(known ...int) {
	r.statuses = nil
	for i, name := range r.header {
		if slices.Contains(known, i) {
			continue
		}
		plain := strings.Map(func(c rune) rune {
			if unicode.IsLetter(c) {
				return unicode.ToLower(c)
			}
			return -1
		}, name)
		switch {
		case slices.ContainsFunc(statusMarks, func(mark string) bool { return strings.Contains(plain, mark) }):
			r.statuses = append(r.statuses, status{at: i, kind: ofWord})
		case flagNames[plain]:
			r.statuses = append(r.statuses, status{at: i, kind: ofFlag})
		case titleNames[plain]:
			r.statuses = append(r.statuses, status{at: i, kind: ofTitle})
		}
	}
}

func (s *status) add(row Row) {
	if s.at >= len(row.Cells) {
		return
	}
	if cell := row.Cells[s.at]; cell != s.last {
		s.last, s.lastNot = cell, s.saysNot(cell)
	}
	if !s.lastNot {
		return
	}
	if s.count++; s.count == 1 {
		s.line, s.example = row.Line, strings.Clone(strings.TrimSpace(s.last))
	}
}

func (s *status) saysNot(cell string) bool {
	const longest = 40 // bytes of a word
	switch s.kind {
	case ofTitle:
		before, _, has := strings.Cut(strings.Replace(cell, "：", ":", 1), ":")
		return has && len(before) < longest && notHappened[strings.ToLower(strings.TrimSpace(before))]
	case ofFlag:
		return len(cell) < longest && flagCells[strings.ToLower(strings.TrimSpace(cell))]
	}
	return len(cell) < longest && notHappened[strings.ToLower(strings.TrimSpace(cell))]
}

// tellNotHappened at the end of the table.
func (r *Reader) tellNotHappened() {
	for i := range r.statuses {
		s := &r.statuses[i]
		if s.count == 0 {
			continue
		}
		rows, them := "1 row, which is counted like any other", "it"
		if s.count > 1 {
			rows, them = fmt.Sprintf("%d rows, which are counted like any other", s.count), "them"
		}
		column := r.header[s.at]
		r.shape.Warn(Warning{Line: s.line, Kind: NotHappened, Column: column, Rows: s.count, Example: s.example,
			Text: fmt.Sprintf("column %q says %q or the like in %s: take %s out of the file if nothing happened", column, s.example, rows, them)})
		s.count = 0
	}
}
