package feeds

import (
	"slices"
	"strings"
	"testing"

	"firstsign/detector/series"
)

// A record with the wrong source now and then does not make two sources one.
func TestSharing(t *testing.T) {
	for _, c := range []struct {
		wrong int // of 60 accounts with orders by erp have one by pbx
		want  string
	}{{0, ""}, {5, ""}, {20, "erp pbx"}, {60, "erp pbx"}} {
		sources, table := NewSources(), series.Table{Rules: make([]series.Rule, 2)}
		pbx, erp := sources.Intern("pbx"), sources.Intern("erp")
		sets := make([]*series.Set, 60)
		for i := range sets {
			mails := series.Series{Key: series.Key{Signal: 1}, Source: erp, Other: erp}
			if i < c.wrong {
				mails.Other = pbx
			}
			sets[i] = &series.Set{Series: []series.Series{{Source: pbx, Other: pbx}, mails}}
		}
		j := &judge{Close: &Close{Signals: &table, Sources: &sources, Accounts: []series.Members{slices.All(sets)}}}
		j.sumUp()
		var got []string
		for _, s := range []string{"erp", "pbx"} {
			if j.sharing.by[sources.index[s]] {
				got = append(got, s)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%d of 60 by another source: %q share, want %q", c.wrong, got, c.want)
		}
	}
}
