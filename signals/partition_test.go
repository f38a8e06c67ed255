package signals

import "testing"

// The hashes were printed by org.apache.kafka.common.utils.Utils.murmur2 of
// kafka-clients 4.3.1, the partitions by toPositive(hash) % n.
func TestPartitionOfAgreesWithJava(t *testing.T) {
	for _, c := range []struct {
		key  string
		hash uint32
		of4  int
		of12 int
	}{
		{"", 275646681, 1, 9},
		{"a", 2731586172, 0, 4},
		{"ab", 316155434, 2, 2},
		{"abc", 479470107, 3, 3},
		{"abcd", 2971317748, 0, 8},
		{"21", 3321034988, 0, 0},
		{"foobar", 3504634814, 2, 6},
		{"acme", 3013318916, 0, 0},
		{"华为技术有限公司", 2229546575, 3, 3},
		{"customer-0000012345", 1396792378, 2, 10},
		{"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", 4236069325, 1, 5},
		{"\xff\x80\x00\xfe\x81", 1700763136, 0, 4},
	} {
		key := []byte(c.key)
		if h := murmur2(key); h != c.hash {
			t.Errorf("murmur2(%q) = %d, Java says %d", c.key, h, c.hash)
		}
		if p4, p12, p1 := PartitionOf(key, 4), PartitionOf(key, 12), PartitionOf(key, 1); p4 != c.of4 || p12 != c.of12 || p1 != 0 {
			t.Errorf("partitions of %q: %d of 4, %d of 12, %d of 1; want %d, %d, 0", c.key, p4, p12, p1, c.of4, c.of12)
		}
	}
}
