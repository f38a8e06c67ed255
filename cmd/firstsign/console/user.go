package console

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
)

// User is the name of the user who runs the command, by the system's accounts. The
// variable USER does not count, because anybody can set it. A user without a name,
// as in containers, is known by the number.
func User() (string, error) {
	id := os.Getuid()
	if id < 0 { // not on this system
		u, err := user.Current()
		if err != nil {
			return "", fmt.Errorf("who runs this command: %w", err)
		}
		return u.Username, nil
	}
	// Where the accounts do not know the number, package user takes USER.
	was, set := os.LookupEnv("USER")
	_ = os.Unsetenv("USER")
	u, err := user.Current()
	if set {
		_ = os.Setenv("USER", was)
	}
	if err != nil || u.Username == "" {
		return "uid:" + strconv.Itoa(id), nil //nolint:nilerr // the number is an answer
	}
	return u.Username, nil
}
