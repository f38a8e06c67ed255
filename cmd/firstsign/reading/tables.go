package reading

import "firstsign/internal/table"

// TableFlags say of a table what cannot be found out from it. Embed them with a prefix,
// and set of to what the table is.
type TableFlags struct {
	Encoding string `placeholder:"NAME" help:"Encoding of ${of}, such as gb18030, big5 or windows-1252 (default: detected)."`
	Sheet    string `placeholder:"NAME" help:"Excel: the sheet of ${of} to read (default: the first that is not empty)."`
}

// Options of the reader of tables.
func (f TableFlags) Options() table.Options {
	return table.Options{Encoding: f.Encoding, Sheet: f.Sheet}
}

// AccountsFlags name a file of accounts in place of the directory's own.
type AccountsFlags struct {
	Accounts   string     `type:"existingfile" placeholder:"FILE" help:"accounts.csv or accounts.yaml that replaces the accounts of the configuration."`
	AccountsAs TableFlags `embed:"" prefix:"accounts-" set:"of=--accounts"`
}
