package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"firstsign/signals/text"
)

const (
	alpha = 0.3 // how fast is learned
	lasso = 1.0 // what a weight must be worth to be kept
)

// learn is FTRL-proximal logistic regression (McMahan et al. 2013, "Ad click
// prediction"), which leaves most weights at 0. It has no intercept, so a text
// that says nothing is neither good nor bad.
func (l *language) learn(texts []example, features int) []float64 {
	n, z, w := make([]float64, features), make([]float64, features), make([]float64, features)
	rng := rand.New(rand.NewPCG(2, 2))
	order := rng.Perm(len(texts))
	for range l.epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			x := &texts[i]
			norm := text.Norm(len(x.features))
			sum := 0.0
			for _, f := range x.features {
				sum += w[f]
			}
			g := (1/(1+math.Exp(-sum*norm)) - x.target) * norm * l.sets[x.set]
			for _, f := range x.features {
				z[f] += g - (math.Sqrt(n[f]+g*g)-math.Sqrt(n[f]))/alpha*w[f]
				n[f] += g * g
				w[f] = proximal(z[f], n[f], alpha, lasso, l.ridge)
			}
		}
	}
	return w
}

func proximal(z, n, alpha, lasso, ridge float64) float64 {
	if math.Abs(z) <= lasso {
		return 0
	}
	return -(z - math.Copysign(lasso, z)) / ((1+math.Sqrt(n))/alpha + ridge)
}

// rounded are weights as they are shipped.
func rounded(w []float64) []int {
	table := make([]int, len(w))
	for i, v := range w {
		table[i] = int(min(math.MaxInt16, max(math.MinInt16, math.Round(v/text.Step))))
	}
	return table
}

// encode writes the weights as words looks them up: see text.Weight.
func (v *vocabulary) encode(table []int) []byte {
	kept := 0
	for _, w := range table {
		if w != 0 {
			kept++
		}
	}
	places := 1 << 16
	for places < 2*kept {
		places *= 2
	}
	b := make([]byte, 4*places)
	for i, w := range table {
		if w == 0 {
			continue
		}
		at := int(v.features[i]) & (places - 1)
		for binary.LittleEndian.Uint32(b[4*at:]) != 0 {
			at = (at + 1) & (places - 1)
		}
		binary.LittleEndian.PutUint32(b[4*at:], v.features[i]&^0xffff|uint32(uint16(int16(w))))
	}
	return b
}
