package access

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Config says where the server listens.
type Config struct {
	// Listen is the address, host:port. An empty host listens on every interface.
	Listen string
	// Open are the paths that need no login where ConfigFile asks for one.
	Open []string
	// ConfigFile is a web.config.file of the Prometheus exporter-toolkit, for TLS
	// and basic auth; empty serves plain HTTP to everybody who can connect. It is
	// read again for every connection, so that certificates can be replaced.
	ConfigFile string
}

// Local is who answers at the service's own machine where there is no login.
const Local = "localhost"

// Person is who may answer alerts by a request without a link: whoever logged in with a
// password, and on an address that only this machine reaches whoever sits there. It is
// empty for everybody else. The login was checked before, see door.
func (c Config) Person(r *http.Request) string {
	if l := loginOf(c.ConfigFile); l.passwords() {
		user, _, _ := r.BasicAuth() // of open paths the door has removed it
		return user
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || !isLoopback(host) {
		return ""
	}
	// A page of another site may give its name our address. The browser then still
	// sends the name.
	asked := r.Host
	if name, _, err := net.SplitHostPort(asked); err == nil {
		asked = name
	}
	if !isLoopback(strings.Trim(asked, "[]")) {
		return ""
	}
	return Local
}

// isLoopback reports whether a host is this machine for itself alone.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// login is what a config file says about who may read.
type login struct {
	Users map[string]string `yaml:"basic_auth_users"`
	TLS   struct {
		ClientAuth string `yaml:"client_auth_type"`
	} `yaml:"tls_server_config"`
}

// loginOf reads the login of a config file. It is read at every request, as the
// toolkit does, so that users can be changed. What cannot be read is left to the
// toolkit, which serves nothing then.
func loginOf(file string) (l login) {
	if file == "" {
		return l
	}
	if text, err := os.ReadFile(file); err == nil {
		_ = yaml.Unmarshal(text, &l)
	}
	return l
}

func (l login) passwords() bool { return len(l.Users) > 0 }

// certificates reports whether clients need a certificate that is checked.
func (l login) certificates() bool { return l.TLS.ClientAuth == "RequireAndVerifyClientCert" }

// Exposed says that everybody who can connect reads the alerts: the address is not
// this machine's own, nobody needs a password or a certificate, and there is no policy
// that hides them. It is empty when that is not so.
func (c Config) Exposed(policy *Policy) string {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || isLoopback(host) {
		return ""
	}
	if l := loginOf(c.ConfigFile); l.passwords() || l.certificates() {
		return ""
	}
	if policy != nil {
		if len(policy.trusted) > 0 {
			return ""
		}
		return fmt.Sprintf("nobody can sign in at %s: access.yaml names no proxy, and there are no passwords (http.web_config_file)", c.Listen)
	}
	return fmt.Sprintf("the web server listens on %s without a login: everybody who can connect reads all alerts and accounts. "+
		"Give it passwords (http.web_config_file), or listen on 127.0.0.1", c.Listen)
}
