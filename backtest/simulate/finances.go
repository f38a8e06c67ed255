package simulate

import (
	"math"
	"math/rand/v2"

	"firstsign/accounts"
)

// LargeWallet is the yearly purchases, from all suppliers, from which an account is
// large.
const LargeWallet = 4e6

// setFinances draws money that fits the account's grade. A few accounts get money
// that does not fit: they have grown, or cost more than they bring.
func (c *customer) setFinances(rng *rand.Rand) {
	a := &c.account
	wallet, share := LargeWallet*(0.1+0.7*rng.Float64()), 0.35+0.4*rng.Float64()
	if a.Grade == accounts.Key || a.Grade == accounts.Potential || rng.Float64() < 0.04 {
		wallet = LargeWallet * (1.2 + rng.ExpFloat64())
	}
	if a.Grade == accounts.Potential || a.Grade == accounts.Marginal {
		share /= 3
	}
	c.walletShare = share
	a.Potential, a.Sales = thousands(wallet), thousands(wallet*share)
	a.Margin = thousands(a.Sales * accounts.DefaultMargin)
	a.CostToServe = thousands(a.Margin * (0.1 + 0.4*rng.Float64()))
	if a.Grade == accounts.Ordinary && rng.Float64() < 0.06 {
		a.CostToServe = thousands(1.3 * a.Margin)
	}
	c.orderValue = a.Sales / (habits[order].weekly * c.size * 52)
}

func thousands(v float64) float64 { return math.Round(v/1000) * 1000 }

// walletError is the standard deviation of the recorded share of wallet.
func (c *customer) walletError() float64 {
	if c.getsProposals { // answers to proposals tell us more
		return 0.05 * c.walletShare
	}
	return 0.03
}
