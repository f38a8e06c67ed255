// Package portfolio answers: how do all accounts stand together, now?
//
// It reads the account files, the alerts that are not closed, and what the state says of
// every account, and makes one report of them: for the page and for the API. It judges
// nothing: grades, risk and neglect are those of other packages.
package portfolio
