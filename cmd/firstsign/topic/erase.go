package topic

import (
	"context"
	"time"

	"firstsign/accounts"
	"firstsign/config"
	"firstsign/internal/identity"
	"firstsign/signals"
	"firstsign/signals/decode"
	"firstsign/signals/kafka"
)

// Erase appends the record to the partition of the account, or to all. What was learned
// under former ids of the account is a state of its own, so they get the record as well.
func Erase(ctx context.Context, client *kafka.Client, cfg *config.Config, account, contact string, now time.Time) (records int, _ error) {
	account, contact = identity.CleanString(account), identity.CleanString(contact)
	names := []string{account}
	if current := cfg.Aliases().Current(account); account != "" {
		names = append([]string{current}, cfg.Aliases().Former(current)...)
	}
	for _, name := range names {
		n, err := client.Control(ctx, signals.Control{Kind: signals.Erase, Time: now.UnixNano(), Account: name, Contact: cfg.Pseudonyms.Of(contact)})
		if records += n; err != nil {
			return records, err
		}
	}
	return records, nil
}

// Erasures are the erase records of the topic. Nil are none.
type Erasures struct {
	topic      string
	pseudonyms *signals.Pseudonyms
	aliases    *accounts.Aliases
	newest     map[person]time.Time
	offsets    map[int]map[person]int64 // by partition
}

// person of an account; without account: of all.
type person struct{ account, contact string }

// ReadErasures reads the topic to its end.
func ReadErasures(ctx context.Context, client *kafka.Client, cfg *config.Config) (*Erasures, error) {
	identity, err := client.Find(ctx)
	if err != nil {
		return nil, err
	}
	e := &Erasures{topic: identity.Topic, pseudonyms: cfg.Pseudonyms, aliases: cfg.Aliases(), newest: map[person]time.Time{}, offsets: map[int]map[person]int64{}}
	for id := range identity.Partitions {
		if err := e.read(ctx, client.Partition(id), cfg); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func (e *Erasures) read(ctx context.Context, p *kafka.Partition, cfg *config.Config) error {
	defer p.Close()
	r, err := NewReader(ctx, p)
	if err != nil {
		return err
	}
	signed := false
	e.offsets[p.ID] = map[person]int64{}
	for {
		rec, err := r.Record(ctx)
		if rec == nil || err != nil {
			return err
		}
		if len(rec.Headers) == 0 {
			continue
		}
		c, control, bad := decode.Control(rec)
		if !control || bad != nil || cfg.Service.Kafka.Authority.Doubt(p.ID, rec, &c, &signed, cfg.Service.MaxClockSkew) != nil || c.Kind != signals.Erase {
			continue
		}
		who := person{c.Account, e.pseudonyms.Of(c.Contact)}
		e.offsets[p.ID][who] = rec.Offset
		if at := time.Unix(0, c.Time); at.After(e.newest[who]) {
			e.newest[who] = at
		}
	}
}

// Forget takes the person out of what a dead letter says, when the person was erased
// after the record had come. It reports whether it did.
func (e *Erasures) Forget(l *kafka.DeadLetter, in *signals.Interaction) bool {
	if e == nil || len(in.Contact) == 0 {
		return false
	}
	contact := e.pseudonyms.Of(string(in.Contact))
	account := string(in.Account)
	for _, who := range []person{{"", contact}, {account, contact}, {e.aliases.Current(account), contact}} {
		later := time.Unix(0, l.Record.Time).Before(e.newest[who])
		if at, here := e.offsets[l.Partition][who]; here && l.Topic == e.topic {
			later = l.Record.Offset < at
		}
		if later {
			in.Contact, in.Text = nil, nil
			return true
		}
	}
	return false
}
