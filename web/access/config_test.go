package access

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// Who may answer follows from where the server listens and who logged in.
func TestWhoMayAnswer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(file, []byte("basic_auth_users: {anna: "+hashOfSecret+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		listen, file, host, user, want string
	}{
		{"127.0.0.1:8080", "", "127.0.0.1:8080", "", "localhost"},
		{"[::1]:8080", "", "[::1]:8080", "", "localhost"},
		{"localhost:8080", "", "localhost", "", "localhost"},
		{"127.0.0.1:8080", "", "evil.example:8080", "", ""}, // a name that leads here
		{":8080", "", "127.0.0.1:8080", "", ""},
		{"10.0.0.7:8080", "", "10.0.0.7:8080", "anna", ""},
		{"127.0.0.1:8080", file, "127.0.0.1:8080", "", ""},
		{":8080", file, "firstsign.example.com", "anna", "anna"},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://"+c.host+"/", nil)
		if c.user != "" {
			r.SetBasicAuth(c.user, "checked before")
		}
		if got := (Config{Listen: c.listen, ConfigFile: c.file}).Person(r); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
