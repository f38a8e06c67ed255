package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Whoever is erased is gone from the state and from alerts that are open, with
// pseudonyms as well: then neither ever held the id.
func TestErasedPersonIsForgotten(t *testing.T) {
	t.Parallel()
	for name, privacy := range map[string]string{"by id": "", "by pseudonym": "privacy: {contact_key_file: key}\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deploy(t, embeddedParts(t), 1, map[string]string{
				"accounts.csv": "id,name,owner,grade,contacts\nacme,Acme,anna,key,li-wei=Li Wei\n", "key": strings.Repeat("k", 40),
			})
			service, err := os.ReadFile(filepath.Join(d.dir, "service.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			d.write(t, "service.yaml", string(service)+privacy)
			d.ensureTopics(t)
			person := d.config(t).Pseudonyms.Of("li-wei")
			s := d.start(t)
			cl := d.client(t, kgo.DefaultProduceTopic(d.name+".interactions"))
			// Forwarded twice: a rule raises at once.
			for i, signal := range []string{"call", "forwarding", "forwarding"} {
				value := fmt.Sprintf(`{"time":%q,"account":"acme","signal":%q,"contact":"li-wei","id":"%d"}`, time.Now().UTC().Format(time.RFC3339), signal, i)
				if err := cl.ProduceSync(t.Context(), &kgo.Record{Key: []byte("acme"), Value: []byte(value)}).FirstErr(); err != nil {
					t.Fatal(err)
				}
			}
			told := func() string {
				_, state, _ := s.get("/api/v1/accounts/acme")
				return firstsign(t, "alerts", "list", "--config", d.dir, "--state", "all", "--json") + firstsign(t, "inspect", "--config", d.dir, "acme") + state
			}
			eventually(t, "the person is named", func() error {
				_, list, err := s.get("/api/v1/alerts")
				if err == nil && !strings.Contains(list, fmt.Sprintf(`"contact": %q`, person)) {
					err = errors.New(list)
				}
				return err
			})
			if all := told(); privacy != "" && strings.Contains(all, "li-wei") || strings.Count(all, person) < 3 {
				t.Errorf("before: %s", all)
			}
			out := firstsign(t, "erase", "--config", d.dir, "--contact", "li-wei", "--account", "acme")
			if !strings.Contains(out, "account acme still lists the person") {
				t.Errorf("erase says %s", out)
			}
			eventually(t, "the person is forgotten", func() error {
				_, list, err := s.get("/api/v1/alerts")
				_, state, _ := s.get("/api/v1/accounts/acme")
				if all := list + state; err == nil && strings.Contains(all, `"`+person+`"`) {
					err = errors.New(all)
				}
				return err
			})
			if all := told(); strings.Contains(all, `"`+person+`"`) {
				t.Errorf("after: %s", all)
			}
		})
	}
}
