// Command firstsign warns a company that a key account is about to leave.
//
// One file or package per command; package app alone wires the parts.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // the image has no zone files

	"github.com/alecthomas/kong"

	"firstsign/cmd/firstsign/alerts"
	"firstsign/cmd/firstsign/console"
)

// commands is the command line.
type commands struct {
	Demo      demoCommand      `cmd:"" help:"Show the whole product in one process, with nothing to install: broker, store, a simulated portfolio, a page on :8080."`
	Run       runCommand       `cmd:"" help:"Run the service, with the Kafka and Redis of service.yaml."`
	Load      loadCommand      `cmd:"" help:"Load a history file into the topic, with the ticks that close its days."`
	Survey    surveyCommand    `cmd:"" help:"Say what a history file holds. For an unknown file, propose the flags that read it."`
	Map       mapCommand       `cmd:"" help:"Turn a file of another system's records into a history, as mappings.yaml says."`
	Export    exportCommand    `cmd:"" help:"Write what the topic holds as a history file."`
	Check     checkCommand     `cmd:"" help:"Report every mistake in a configuration directory, with file and line."`
	Backtest  backtestCommand  `cmd:"" help:"Replay a history and count the alerts that it would have raised."`
	Lookback  lookbackCommand  `cmd:"" help:"Would we have known? Show what a history said before accounts were lost, the alerts of the past year, and the blind spots."`
	Compare   compareCommand   `cmd:"" help:"Compare two configurations on one history: which alerts are added, removed or moved."`
	Test      testCommand      `cmd:"" help:"Play the test cases of a configuration (*_test.yaml): who must be told of what, and what must stay silent."`
	Calibrate calibrateCommand `cmd:"" help:"Fit the thresholds to a portfolio's own history. Report how many false alerts to expect, which changes are found and which are missed."`
	Simulate  simulateCommand  `cmd:"" help:"Write a simulated history and the truth about it."`
	Inspect   inspectCommand   `cmd:"" help:"Show what the state says about one account."`
	Words     wordsCommand     `cmd:"" help:"Show what Firstsign reads from texts: mood, complaints, competitors, ultimatums."`
	Accounts  accountsCommand  `cmd:"" help:"Grade the accounts, or publish them to a topic."`
	Alerts    alerts.Command   `cmd:"" help:"List, acknowledge, snooze and label the alerts of a service."`
	Erase     eraseCommand     `cmd:"" help:"Remove a person from the state and from the alerts."`
	Rebuild   rebuildCommand   `cmd:"" help:"Rebuild the state from the topic, when a part of it is lost."`
	Migrate   migrateCommand   `cmd:"" help:"Move to other topics, another number of partitions or another cluster, with all that was learned, told and answered."`
	Replay    replayCommand    `cmd:"" help:"Put dead letters back into the topic."`
	Bench     benchCommand     `cmd:"" help:"Measure this machine: events per second, beside a bare read loop. Writes JSON."`
	Version   versionCommand   `cmd:"" help:"Print the version."`

	PrintVersion kong.VersionFlag `name:"version" help:"Print the version and exit."`
}

// gcPercent lets the heap grow to three times the live data before a collection. Nearly
// all of it is the state of accounts, which stays. Collecting less often gains a tenth of
// the throughput. GOGC overrides it.
const gcPercent = 200

// interrupted is the exit code of a command that somebody stopped, as in shells.
const interrupted = 130

func main() {
	code := run()
	if err := console.Flush(); err != nil && code == 0 { // an error that was returned is told already
		console.Complain(err)
		code = 1
	}
	os.Exit(code)
}

// run does what the command line says and returns the exit code.
func run() int {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	k := kong.Parse(&c,
		kong.Name("firstsign"),
		kong.Description("Firstsign warns you that a key account is about to leave, while there is still time to act."),
		kong.ShortUsageOnError(),
		kong.Vars{"version": "firstsign " + version()},
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	switch err := k.Run(); {
	case err == nil:
		return 0
	case ctx.Err() == nil || !errors.Is(err, context.Canceled):
		console.Complain(err)
		return 1
	case k.Command() == "run", k.Command() == "demo": // they end no other way
		return 0
	}
	fmt.Fprintln(console.Err, "firstsign: interrupted")
	return interrupted // a script must not go on as if it had ended
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run() error {
	_, err := fmt.Fprintln(console.Out, "firstsign", version())
	return err
}

// release is the version that the build names; see the Makefile.
var release string

// version is what the build recorded about itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	v := release
	if v == "" {
		v = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return strings.TrimSpace(v + " " + info.GoVersion)
}
