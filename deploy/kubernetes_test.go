package deploy

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v3"

	"firstsign/config"
	"firstsign/web"
)

// object is what is looked at of a Kubernetes object.
type object struct {
	Kind string
	Spec struct {
		Selector any
		Ports    []struct{ Port int }
		Template struct {
			Metadata struct{ Labels, Annotations map[string]string }
			Spec     struct {
				SecurityContext struct {
					RunAsUser    int  `yaml:"runAsUser"`
					RunAsNonRoot bool `yaml:"runAsNonRoot"`
				} `yaml:"securityContext"`
				Containers []container
				Volumes    []struct{ Name string }
			}
		}
	}
}

type container struct {
	Args  []string
	Ports []struct {
		Name          string
		ContainerPort int `yaml:"containerPort"`
	}
	Liveness     probe `yaml:"livenessProbe"`
	Readiness    probe `yaml:"readinessProbe"`
	VolumeMounts []struct {
		Name      string
		MountPath string `yaml:"mountPath"`
	} `yaml:"volumeMounts"`
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

// What an apiserver cannot see: that the probes ask for what there is, that the
// port, the user and the arguments are the image's.
func TestKubernetes(t *testing.T) {
	objects := map[string]object{}
	for d := yaml.NewDecoder(strings.NewReader(read(t, "kubernetes/firstsign.yaml"))); ; {
		var o object
		if err := d.Decode(&o); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		objects[o.Kind] = o
	}
	if len(objects) != 3 {
		t.Fatalf("%d kinds of objects", len(objects))
	}
	dockerfile := read(t, "../Dockerfile")
	pod := objects["Deployment"].Spec.Template.Spec
	c := pod.Containers[0]

	dir := t.TempDir()
	for _, name := range []string{"signals.yaml", "calendar.yaml", "service.yaml"} {
		if err := os.WriteFile(dir+"/"+name, []byte(read(t, "../config/example/"+name)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(cfg.Service.HTTP.Listen, ":")
	for what, got := range map[string]string{
		"the container's port": strconv.Itoa(c.Ports[0].ContainerPort), "the service's port": strconv.Itoa(objects["Service"].Spec.Ports[0].Port),
		"the annotation": objects["Deployment"].Spec.Template.Metadata.Annotations["prometheus.io/port"],
		"the image's":    regexp.MustCompile(`EXPOSE (\d+)`).FindStringSubmatch(dockerfile)[1],
	} {
		if got != port {
			t.Errorf("%s is %s, the configuration's %s", what, got, port)
		}
	}
	if want := regexp.MustCompile(`USER (\d+):`).FindStringSubmatch(dockerfile)[1]; strconv.Itoa(pod.SecurityContext.RunAsUser) != want || !pod.SecurityContext.RunAsNonRoot {
		t.Errorf("user %d, the image's is %s", pod.SecurityContext.RunAsUser, want)
	}
	if args := strings.Join(c.Args, `", "`); !strings.Contains(dockerfile, `CMD ["`+args+`"]`) || !strings.HasSuffix(args, c.VolumeMounts[0].MountPath) {
		t.Errorf("arguments %q, mounted at %s", c.Args, c.VolumeMounts[0].MountPath)
	}
	for i, m := range c.VolumeMounts {
		if pod.Volumes[i].Name != m.Name {
			t.Errorf("volume %s is not declared", m.Name)
		}
	}
	handler := web.Handler(web.Parts{Metrics: prometheus.NewRegistry()}, slog.New(slog.DiscardHandler))
	for _, p := range []probe{c.Liveness, c.Readiness, {HTTPGet: struct{ Path, Port string }{"/metrics", c.Ports[0].Name}}} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, p.HTTPGet.Path, nil))
		if w.Code == 404 || p.HTTPGet.Port != c.Ports[0].Name {
			t.Errorf("%s on %s: %d", p.HTTPGet.Path, p.HTTPGet.Port, w.Code)
		}
	}
	for kind, o := range objects {
		want, err1 := yaml.Marshal(objects["Deployment"].Spec.Template.Metadata.Labels)
		got, err2 := yaml.Marshal(o.Spec.Selector)
		if err1 != nil || err2 != nil || !bytes.Contains(bytes.ReplaceAll(got, []byte("    "), nil), bytes.TrimSpace(want)) {
			t.Errorf("%s selects %s, the pods are %s", kind, got, want)
		}
	}
}
