package layout

import "firstsign/accounts"

// NameOf an account with its id, or the id alone where the directory has no other name.
func NameOf(names *accounts.Directory, id string) string {
	if a := names.Get(id); a != nil && a.Name != "" && a.Name != id {
		return a.Name + " [" + id + "]"
	}
	return id
}
