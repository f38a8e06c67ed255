package spelling_test

import "testing"

func BenchmarkFind(b *testing.B) {
	index := roles.Index()
	for _, word := range []string{"decision_maker", "决策者"} {
		b.Run(word, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				index.Find([]byte(word))
			}
		})
		b.Run("set "+word, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				roles.Find(word)
			}
		})
	}
}
