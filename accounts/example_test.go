package accounts_test

import (
	"fmt"
	"strings"

	"firstsign/accounts"
)

// The accounts of a sheet whose columns are named in Chinese.
func ExampleReadCSV() {
	sheet := "编号,名称,等级,联系人\nacme,星河通信,重点客户,li-wei=李伟\nbolt,Bolt Ltd,普通,\n"
	directory, err := accounts.ReadCSV(strings.NewReader(sheet), "accounts.csv")
	if err != nil {
		fmt.Println(err)
		return
	}
	for a := range directory.All() {
		fmt.Println(a.ID, a.Name, a.Grade, len(a.Contacts))
	}
	// Output:
	// acme 星河通信 key 1
	// bolt Bolt Ltd ordinary 0
}

// Every fault of a sheet is told with its line, not only the first.
func ExampleReadCSV_faults() {
	_, err := accounts.ReadCSV(strings.NewReader("id,grade\nacme,kee\nacme,key\n"), "accounts.csv")
	fmt.Println(err)
	// Output:
	// accounts.csv:2: grade "kee" is none of key, potential, ordinary, marginal, problem (did you mean "key"?)
	// accounts.csv:3: account "acme" is already on line 2
}
