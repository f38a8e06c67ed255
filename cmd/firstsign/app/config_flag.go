package app

// ConfigFlag is the flag of every command that needs a configuration directory.
type ConfigFlag struct {
	Config string `required:"" type:"existingdir" placeholder:"DIR" help:"Configuration directory."`
}
