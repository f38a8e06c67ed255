package deploy

import (
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Scripts that no test runs can be read by their interpreters at least.
func TestScriptsParse(t *testing.T) {
	checked := map[string]int{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		var check *exec.Cmd
		switch first, _, _ := strings.Cut(read(t, name), "\n"); {
		case first == "#!/usr/bin/env bash":
			check = exec.CommandContext(t.Context(), "bash", "-n", name)
		case filepath.Ext(name) == ".py":
			check = exec.CommandContext(t.Context(), "python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", name)
		default:
			return nil
		}
		if _, err := exec.LookPath(check.Args[0]); err != nil {
			t.Logf("%s is not checked: %v", name, err)
			return nil
		}
		checked[check.Args[0]]++
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked["bash"] < 5 {
		t.Errorf("only %v scripts found", checked)
	}
}

// The checksums of the programs that Firstsign is measured beside are those of the versions
// that are fetched.
func TestPeersArePinned(t *testing.T) {
	versions := regexp.MustCompile(`<peer\.version>(.+)</peer\.version>`)
	sum := regexp.MustCompile(`(?m)^[0-9a-f]{64}  \S+\.jar$`)
	for peer, jar := range map[string]string{"streams": "kafka-streams", "flink": "flink-runtime"} {
		folder := "bench/peers-" + peer
		pom, sums := read(t, folder+"/pom.xml"), read(t, folder+"/jars.sha256")
		version := versions.FindStringSubmatch(pom)
		if version == nil || !strings.Contains(sums, "  "+jar+"-"+version[1]+".jar\n") {
			t.Errorf("%s: the checksums are not those of version %q", folder, version)
		}
		if len(sum.FindAllString(sums, -1)) != strings.Count(sums, "\n") {
			t.Errorf("%s/jars.sha256 has lines that are no checksums", folder)
		}
		if strings.Contains(pom, "SNAPSHOT") || regexp.MustCompile(`<version>[[(]`).MatchString(pom) {
			t.Errorf("%s/pom.xml names versions that change", folder)
		}
	}
}
