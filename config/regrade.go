package config

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"firstsign/accounts"
)

// Regrade writes a directory's file of accounts with the grades of d. Nothing else
// changes, so the sales department can take it as its new file.
func Regrade(w io.Writer, dir string, d *accounts.Directory) error {
	if text, err := os.ReadFile(filepath.Join(dir, accountsCSVFile)); err == nil {
		return accounts.Regrade(w, text, d)
	}
	text, err := os.ReadFile(filepath.Join(dir, accountsYAMLFile))
	if err != nil {
		return fmt.Errorf("read the accounts to grade: %w", err)
	}
	return regradeYAML(w, text, d)
}

// regradeYAML keeps comments and order. The encoder sets the indentation.
func regradeYAML(w io.Writer, text []byte, d *accounts.Directory) error {
	var file yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&file); err != nil {
		return fmt.Errorf("read the accounts to grade: %w", err)
	}
	if list := valueOf(file.Content[0], "accounts"); list != nil {
		for _, entry := range list.Content {
			id := valueOf(entry, "id")
			if id == nil {
				continue
			}
			a := d.Get(id.Value)
			if a == nil || !a.Regraded() {
				continue
			}
			if grade := valueOf(entry, "grade"); grade != nil {
				grade.Value = string(a.Grade)
			} else {
				entry.Content = append(entry.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "grade"}, &yaml.Node{Kind: yaml.ScalarNode, Value: string(a.Grade)})
			}
		}
	}
	out := yaml.NewEncoder(w)
	out.SetIndent(2)
	if err := out.Encode(&file); err != nil {
		return err
	}
	return out.Close()
}

// valueOf returns the value of a key of a mapping, nil when it is absent.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
