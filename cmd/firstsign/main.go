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
	Demo      demoCommand      `cmd:"" help:"The whole product in one process, with nothing to install: broker, store, a simulated portfolio, page on :8080."`
	Run       runCommand       `cmd:"" help:"The service: Kafka and Redis from service.yaml."`
	Load      loadCommand      `cmd:"" help:"Put a history file into the topic, with the ticks that close its days."`
	Survey    surveyCommand    `cmd:"" help:"What a history file holds, and how to read an unknown one: the flags to give."`
	Map       mapCommand       `cmd:"" help:"What mappings.yaml makes of a file of another system's records, as a history."`
	Export    exportCommand    `cmd:"" help:"Write what the topic holds as a history file."`
	Check     checkCommand     `cmd:"" help:"Report all problems of all files of a configuration directory."`
	Backtest  backtestCommand  `cmd:"" help:"Replay a history file: the alerts that would have been raised."`
	Lookback  lookbackCommand  `cmd:"" help:"Would we have known? What past records alone say of lost accounts, the alerts of the past year, and blind spots."`
	Compare   compareCommand   `cmd:"" help:"What another configuration would add, remove and move among the alerts of one history."`
	Test      testCommand      `cmd:"" help:"Play the cases (*_test.yaml) beside a configuration: who must be told of what, and what must stay silent."`
	Calibrate calibrateCommand `cmd:"" help:"Fit the thresholds to a portfolio's own history: how many false alerts, what is seen, and what is not."`
	Simulate  simulateCommand  `cmd:"" help:"Write a simulated history and the truth about it."`
	Inspect   inspectCommand   `cmd:"" help:"What the state says about one account."`
	Words     wordsCommand     `cmd:"" help:"What is read from texts: their mood, complaints, competitors, ultimatums."`
	Accounts  accountsCommand  `cmd:"" help:"The accounts: who is in which quadrant and why, who moves, and on whom they hang."`
	Alerts    alerts.Command   `cmd:"" help:"List the alerts of a running service, acknowledge them, let them sleep."`
	Erase     eraseCommand     `cmd:"" help:"Remove a person from state and alerts."`
	Rebuild   rebuildCommand   `cmd:"" help:"Have the state made anew from the topic, when a part of it is lost."`
	Replay    replayCommand    `cmd:"" help:"Put dead letters back into the topic."`
	Bench     benchCommand     `cmd:"" help:"Measure this machine: events per second, beside the raw read loop, as JSON."`
	Version   versionCommand   `cmd:"" help:"Print the version."`

	PrintVersion kong.VersionFlag `name:"version" help:"Print the version and end."`
}

// gcPercent lets the heap grow to three times what lives before it is swept.
// Nearly all of it is the state of accounts, which stays; sweeping it less often
// is worth a tenth of the throughput. GOGC overrides it.
const gcPercent = 200

// interrupted is the exit code of a command that somebody stopped, as shells
// have it.
const interrupted = 130

func main() {
	code := run()
	console.Flush()
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
