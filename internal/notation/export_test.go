package notation

// KnownZones are the zones that advice names.
func KnownZones() []string { return zoneNames() }
